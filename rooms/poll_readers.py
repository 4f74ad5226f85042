"""Who in a room is told the counts of a poll that hides them: its staff, and perhaps who has voted.

Everybody hears of the poll; only these hear `poll:counts`. Belongs to a `LiveRoom`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rooms.fanout import Fanout
from rooms.forms import counts_form
from rooms.live_house import LiveHouse
from rooms.outlet import Outlet
from rooms.polls import Poll, sees_counts
from rooms.room import Room


class PollReaders:
    """Tells the counts to those who may see them. Close it to end its timer."""

    def __init__(self, room: Room[Outlet], house: LiveHouse) -> None:
        self._room = room
        self._house = house
        self._poll: Poll | None = None
        self._voters: set[int] = set()
        self._fanout = Fanout(self._readers, before_tick=_nothing)

    def close(self) -> None:
        """Tell nobody any more."""
        self._fanout.close()

    @property
    def deliveries(self) -> int:
        """How many packets were written."""
        return self._fanout.deliveries

    def note_vote(self, poll: Poll, user_id: int) -> None:
        """Somebody who is here has voted, on this node or before they came."""
        self._follow(poll)
        self._voters.add(user_id)

    def note_votes(self, poll: Poll, user_ids: Iterable[int]) -> None:
        """People have voted, on whichever node; some of them may be here too."""
        self._follow(poll)
        self._voters.update(filter(self._room.people.has, user_ids))

    def tell(self, poll: Poll) -> None:
        """Tell the counts of a poll that hides them from the others."""
        self._follow(poll)
        if not sees_counts(poll, is_staff=False, has_voted=False):
            self._fanout.tell("poll:counts", counts_form(poll), latest_of="counts")

    def _follow(self, poll: Poll) -> None:
        if self._poll is None or self._poll.id != poll.id:
            self._voters.clear()
        self._poll = poll

    def _readers(self) -> Sequence[Outlet]:
        poll = self._poll
        return [
            member.outlet
            for member in self._room.members.values()
            if poll is not None
            and member.user_id is not None
            and sees_counts(
                poll,
                is_staff=self._house.looks_after(member),
                has_voted=member.user_id in self._voters,
            )
        ]


def _nothing() -> Sequence[bytes]:
    return ()
