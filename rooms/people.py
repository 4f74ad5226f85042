"""Who is in a room: on this node and on the others, each person once, until they have been gone for
a moment. Rules only.

A user with several tabs is one, on however many nodes; a guest is one by the id that their page
keeps, or else by their connection. Who goes is counted for LINGER_S more, so that a reload or a
node that restarts does not make the number jump; a node that falls silent is forgotten with all of
its people.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

# A reload takes a second or two, a page that finds its way to another node a little more.
LINGER_S = 4.0
# How often a node says that it is at work.
ALIVE_S = 4.0
# One that has been silent for so long was killed or is cut off, and has no viewers any more.
PRESENCE_LIFE_S = 16.0


class Presence(NamedTuple):
    """Who is in the room on another node, as of `heard_at`."""

    people: frozenset[int]
    """Users by their ids, guests by negative numbers."""
    heard_at: float


def guest_number(name: str) -> int:
    """Return the negative number that a guest is known by: no node tells another their id."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return -1 - (int.from_bytes(digest) >> 1)


class People:
    """The people of one room. Counting is incremental: ten thousand may come at once."""

    def __init__(self, owner_id: int) -> None:
        self.peak = 0
        self._owner_id = owner_id
        self._here: Counter[int] = Counter()
        self._lingering: dict[int, float] = {}
        self._elsewhere: dict[bytes, Presence] = {}
        # How many nodes have each of them, this one included.
        self._nodes_of: Counter[int] = Counter()

    def join(self, person: int) -> None:
        """One more connection of somebody is here."""
        is_known = person in self._here or self._lingering.pop(person, None) is not None
        self._here[person] += 1
        if not is_known:
            self._count([person])

    def leave(self, person: int, *, now: float, lingers: bool = True) -> None:
        """One connection of somebody is gone."""
        self._here[person] -= 1
        if self._here[person]:
            return
        del self._here[person]
        if lingers:
            self._lingering[person] = now + LINGER_S
        else:
            self._discount([person])

    def expire(self, *, now: float) -> None:
        """Count those no more who have been gone for long enough, and nobody on silent nodes."""
        gone = [person for person, until in self._lingering.items() if until <= now]
        for person in gone:
            del self._lingering[person]
        self._discount(gone)
        for node, presence in list(self._elsewhere.items()):
            if presence.heard_at < now - PRESENCE_LIFE_S:
                self.hear(node, Presence(frozenset(), now))

    @property
    def goes_next_at(self) -> float | None:
        """When the next of those who have gone is no longer counted; None when nobody lingers."""
        return next(iter(self._lingering.values()), None)  # in order of going

    def hear(self, node: bytes, presence: Presence) -> None:
        """Take another node's word for who is there."""
        before = self._elsewhere.pop(node, None)
        known = before.people if before else frozenset()
        if presence.people:
            self._elsewhere[node] = presence
        # First those who came: who is in both sets is never gone in between.
        self._count(presence.people - known)
        self._discount(known - presence.people)

    def hear_alive(self, node: bytes, *, now: float) -> bool:
        """Another node is at work; False when it is not known who is there."""
        presence = self._elsewhere.get(node)
        if presence is None:
            return False
        self._elsewhere[node] = presence._replace(heard_at=now)
        return True

    @property
    def here(self) -> frozenset[int]:
        """Those on this node, as the others are told."""
        return frozenset(self._here) | frozenset(self._lingering)

    @property
    def users_here(self) -> frozenset[int]:
        """The signed-in people who are connected to this node."""
        return frozenset(person for person in self._here if person > 0)

    @property
    def users(self) -> frozenset[int]:
        """The signed-in people on all nodes."""
        return frozenset(person for person in self._nodes_of if person > 0)

    @property
    def viewers(self) -> int:
        """How many there are on all nodes, the streamer not counted."""
        return len(self._nodes_of) - (self._owner_id in self._nodes_of)

    @property
    def guests(self) -> int:
        """How many of them nobody has signed in as."""
        return sum(person < 0 for person in self._nodes_of)

    def has(self, user_id: int) -> bool:
        """Tell whether somebody is connected to this node."""
        return user_id in self._here

    def _count(self, people: Iterable[int]) -> None:
        for person in people:
            self._nodes_of[person] += 1
        self.peak = max(self.peak, self.viewers)

    def _discount(self, people: Iterable[int]) -> None:
        for person in people:
            self._nodes_of[person] -= 1
            if not self._nodes_of[person]:
                del self._nodes_of[person]
