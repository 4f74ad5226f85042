"""A room: who is here, what was said, and in which order everybody is told.

Every method is a plain `def`: on one event loop each call is atomic, so a room needs no lock.
Knows nothing of sockets, SQL or the bus; an outlet is only something to be listed.

Messages may arrive here early: two nodes commit for one room, and the bus may be behind the
database. They are told strictly in the order of their numbers, so an early one waits until those
before it have come or were fetched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from rooms.chat import Author, ChatMessage
from rooms.people import People, guest_number
from rooms.room_changes import RoomChanges, latest, without_quotes

OutletT = TypeVar("OutletT")

# What joiners get without a look at the database, and how far back they may have been away.
RING_MESSAGES = 500
# Early messages beyond this are forgotten: they are on disk, and the gap is fetched from there.
EARLY_MESSAGES = 1_000
# Connections in one room of one node; more of them is a matter of more nodes.
MEMBERS_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What a room shows of its stream."""

    id: int
    title: str
    status: str
    """scheduled, live or ended."""
    visibility: str
    publishing: bool
    started_at: datetime | None
    ended_at: datetime | None
    owner: Author


@dataclass(frozen=True, slots=True)
class Member(Generic[OutletT]):
    """One connection that is in the room."""

    outlet: OutletT
    user_id: int | None
    """None: a guest."""
    is_site_staff: bool = False
    """Whether they moderate the whole site, and so every channel."""
    visitor: str | None = None
    """What a guest's page calls itself, the same in all tabs of a browser."""

    def person(self, connection_id: str) -> int:
        """Return whom the connection counts as: see `rooms.people`."""
        if self.user_id is not None:
            return self.user_id
        return guest_number(self.visitor or f"connection {connection_id}")


class Room(Generic[OutletT]):
    """One room as this node knows it."""

    def __init__(
        self,
        stream: StreamFacts,
        *,
        epoch: str,
        last_seq: int,
        recent: Sequence[ChatMessage],
        last_change: int = 0,
    ) -> None:
        self.stream = stream
        self.epoch = epoch
        self.members: dict[str, Member[OutletT]] = {}
        self.members_limit = MEMBERS_LIMIT
        self.people = People(stream.owner.id)
        self._ring = deque(recent)
        self._ring_after = recent[0].seq - 1 if recent else last_seq
        self._seq = last_seq
        self._told_seq = last_seq
        self._early: dict[int, ChatMessage] = {}
        self._changed_ahead: dict[int, ChatMessage] = {}
        self.changes = RoomChanges(last_change)
        """What becomes of messages once they are sent."""

    # Who is here.

    def has_room_for(self, connection_id: str, user_id: int | None) -> bool:
        """Tell whether a connection may come in: the streamer always may, and who is in stays."""
        return (
            len(self.members) < self.members_limit
            or connection_id in self.members
            or user_id == self.stream.owner.id
        )

    def join(self, connection_id: str, member: Member[OutletT]) -> None:
        """Let a connection in. Joining twice is joining once."""
        before = self.members.get(connection_id)
        self.members[connection_id] = member
        self.people.join(member.person(connection_id))
        if before is not None:
            self.people.leave(before.person(connection_id), now=0.0, lingers=False)

    def leave(self, connection_id: str, *, now: float) -> bool:
        """Let a connection go; False when it was not here."""
        member = self.members.pop(connection_id, None)
        if member is None:
            return False
        # A guest without an id of their own comes back as somebody else.
        lingers = member.user_id is not None or member.visitor is not None
        self.people.leave(member.person(connection_id), now=now, lingers=lingers)
        return True

    @property
    def users(self) -> Collection[int]:
        """The signed-in people who are here on this node."""
        return self.people.users_here

    @property
    def viewers(self) -> int:
        """Everybody on every node but the streamer: see `rooms.people`."""
        return self.people.viewers

    # What is said.

    @property
    def seq(self) -> int:
        """The last message of the unbroken order."""
        return self._seq

    @property
    def told_seq(self) -> int:
        """The last message that members have been told; a joiner starts from here."""
        return self._told_seq

    def take(self, messages: Iterable[ChatMessage]) -> None:
        """Take messages that are on disk, in any order and any number of times."""
        for message in messages:
            if message.seq > self._seq:
                self._early[message.seq] = message
        while (message_in_order := self._early.pop(self._seq + 1, None)) is not None:
            self._append(message_in_order)
        for seq in sorted(self._early)[EARLY_MESSAGES:]:
            del self._early[seq]

    def skip_to(self, seq: int) -> None:
        """Accept that there is nothing to tell up to `seq`: what stood there was deleted."""
        if seq > self._seq:
            self._seq = seq
            self._early = {n: each for n, each in self._early.items() if n > seq}
            self.take(())

    def has_gap(self) -> bool:
        """Whether something waits for an earlier message that has not come."""
        return bool(self._early) or self.changes.has_gap()

    def take_changes(self, messages: Iterable[ChatMessage]) -> None:
        """Take messages as they have become, in any order and any number of times."""
        self._amend(self.changes.take(messages))

    def skip_to_change(self, change: int, messages: Sequence[ChatMessage]) -> None:
        """Take all that has become of messages up to `change`, as the disk says."""
        self._amend(self.changes.skip_to(change, messages))

    def _amend(self, changed: Sequence[ChatMessage]) -> None:
        if not changed:
            return
        by_id = {message.id: message for message in changed}
        self._ring = deque(latest(each, by_id) for each in self._ring)
        # Two nodes' news may come in any order: this one's message is still to come.
        ahead = [message for message in changed if message.seq > self._seq]
        self._changed_ahead.update({message.id: message for message in ahead[-EARLY_MESSAGES:]})

    def untold(self, *, upto: int | None = None) -> list[ChatMessage]:
        """Return what members are to be told now (None: all), in order, and count it as told."""
        last = self._seq if upto is None else min(upto, self._seq)
        messages = [each for each in self._ring if self._told_seq < each.seq <= last]
        self._told_seq = max(self._told_seq, last)
        self._shorten_ring()
        return messages

    def upcoming(self) -> list[ChatMessage]:
        """Return what is known and not told yet."""
        return [each for each in self._ring if each.seq > self._told_seq]

    def recent(self, limit: int) -> list[ChatMessage]:
        """Return the last messages that have been told, in order."""
        told = [message for message in self._ring if message.seq <= self._told_seq]
        return told[-limit:]

    def since(self, seq: int) -> list[ChatMessage] | None:
        """Return what was told after `seq`, or None when the ring does not reach back so far."""
        if seq < self._ring_after:
            return None
        return [each for each in self._ring if seq < each.seq <= self._told_seq]

    @property
    def ring_after(self) -> int:
        """The last seq before those kept in memory."""
        return self._ring_after

    def restart(
        self, epoch: str, last_seq: int, recent: Sequence[ChatMessage], *, last_change: int = 0
    ) -> None:
        """Begin again: the room's order is another one since a restored backup."""
        self.epoch = epoch
        self._ring = deque(recent)
        self._ring_after = recent[0].seq - 1 if recent else last_seq
        self._seq = self._told_seq = last_seq
        self._early.clear()
        self.changes = RoomChanges(last_change)

    @property
    def kept_ids(self) -> list[int]:
        """The messages that are kept in memory."""
        return [message.id for message in self._ring]

    def forget(self, message_ids: Collection[int]) -> None:
        """Keep these messages no more: they were taken away. Their numbers stay behind.

        One that was not told yet is told without its words: a hole in what a client hears would be
        a loss to it.
        """
        self._ring = deque(
            without_quotes(_emptied(each) if each.id in message_ids else each, message_ids)
            for each in self._ring
            if each.id not in message_ids or each.seq > self._told_seq
        )
        self._early = {n: m for n, m in self._early.items() if m.id not in message_ids}

    def clear(self, author_id: int | None, *, upto_seq: int) -> None:
        """Keep only the places of what somebody (None: everybody) has said up to a message."""
        self._ring = deque(
            _emptied(each) if _is_cleared(each, author_id, upto_seq) else each
            for each in self._ring
        )

    def reread(self, recent: Sequence[ChatMessage]) -> None:
        """Keep what is on disk now, up to where this room has come: something was given back."""
        self._ring = deque(m for m in recent if m.seq <= self._seq)
        self._ring_after = recent[0].seq - 1 if recent else self._seq

    def _append(self, message: ChatMessage) -> None:
        if self._changed_ahead:
            message = latest(message, self._changed_ahead)
            self._changed_ahead.pop(message.id, None)
        self._ring.append(message)
        self._seq = message.seq
        self._shorten_ring()

    def _shorten_ring(self) -> None:
        # What was not told yet comes on top: it is told from here.
        limit = RING_MESSAGES + self._seq - self._told_seq
        while len(self._ring) > limit and self._ring[0].seq <= self._told_seq:
            self._ring_after = self._ring.popleft().seq

    # The stream.

    def note_stream(
        self,
        *,
        title: str,
        status: str,
        publishing: bool,
        started_at: datetime | None,
        ended_at: datetime | None,
    ) -> None:
        """Take over what the stream has become."""
        self.stream = replace(
            self.stream, title=title, status=status, publishing=publishing,
            started_at=started_at, ended_at=ended_at,
        )  # fmt: skip


def _is_cleared(message: ChatMessage, author_id: int | None, upto_seq: int) -> bool:
    if message.kind == "system" or message.seq > upto_seq:
        return False
    return author_id is None or (message.author is not None and message.author.id == author_id)


def _emptied(message: ChatMessage) -> ChatMessage:
    """Return what is left of a message that was taken away: its place."""
    return replace(
        message,
        content="",
        is_deleted=True,
        reply_to=None,
        mentions=(),
        language=None,
        reactions={},
    )


def role_in(
    stream: StreamFacts, user_id: int | None, *, collaborates: bool, is_staff: bool = False
) -> str:
    """Return what somebody is in the room of `stream`."""
    if user_id is None:
        return "guest"
    if user_id == stream.owner.id:
        return "owner"
    if is_staff:
        return "moderator"
    return "collaborator" if collaborates else "member"


def may_enter(stream: StreamFacts, user_id: int | None, *, collaborates: bool) -> bool:
    """Tell whether somebody may see the room: a private stream is its makers' alone."""
    return stream.visibility != "private" or collaborates or user_id == stream.owner.id
