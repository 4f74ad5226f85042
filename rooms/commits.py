"""What is committed here for rooms: batches of messages, of their changes, of votes.

A batch is stored in one statement or transaction, and the rooms are told before anybody's ack. A
room that is not open on this node is told of on the bus all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from errors import VibecastError
from persistence.chat import ChatStore, NewMessage
from persistence.chat_changes import ChatChangeStore
from persistence.polls import NewVote, PollStore, VoteResult
from rooms.bus import Bus
from rooms.chat import ChatMessage
from rooms.chat_changes import Change
from rooms.live_rooms import LiveRooms
from rooms.node_news import publish_changes, publish_messages, publish_voters
from rooms.polls import Poll, sees_counts

WakeUsers = Callable[[Collection[int]], None]


class RoomCommits:
    """Stores batches and tells the rooms. `open_rooms` makes it and the queues before it."""

    def __init__(
        self,
        rooms: LiveRooms,
        *,
        chat: ChatStore,
        changes: ChatChangeStore,
        polls: PollStore,
        bus: Bus,
    ) -> None:
        self._rooms = rooms
        self._chat = chat
        self._changes = changes
        self._polls = polls
        self._bus = bus
        self._tell_noticed: list[WakeUsers] = []

    def on_noticed(self, tell: WakeUsers) -> None:
        """Call `tell(user_ids)` when people have been mentioned or answered in a chat."""
        self._tell_noticed.append(tell)

    async def commit_messages(
        self, batch: Sequence[NewMessage]
    ) -> Sequence[ChatMessage | VibecastError]:
        """Store a batch and tell the rooms, before anybody's ack."""
        results, noticed = await self._chat.add_messages(batch)
        stored = [result for result in results if isinstance(result, ChatMessage)]
        for stream_id, messages in _by_stream(stored).items():
            if (live := self._rooms.get(stream_id)) is not None:
                live.take_committed(messages)
            else:
                publish_messages(self._bus, stream_id, messages)
        if noticed:
            for tell in self._tell_noticed:
                tell(noticed)
        return results

    async def commit_changes(
        self, batch: Sequence[Change]
    ) -> Sequence[ChatMessage | VibecastError]:
        """Store a batch of changes and tell the rooms what has become of their messages."""
        results, changed = await self._changes.apply(batch)
        for stream_id, messages in _by_stream(changed).items():
            if (live := self._rooms.tellable(stream_id)) is not None:
                live.change_committed(messages)
            else:
                publish_changes(self._bus, stream_id, messages)
        return results

    async def commit_votes(self, batch: Sequence[NewVote]) -> Sequence[VoteResult | VibecastError]:
        """Store a batch of votes and tell the rooms how their polls stand."""
        results, polls = await self._polls.add_votes(batch)
        voters: dict[int, list[int]] = {}
        for vote, result in zip(batch, results, strict=True):
            if isinstance(result, VoteResult):
                voters.setdefault(vote.poll_id, []).append(vote.user_id)
        for poll in polls:
            self._note_voters(poll, voters.get(poll.id, ()))
            self._rooms.move_poll(poll)
        return results

    def _note_voters(self, poll: Poll, voters: Collection[int]) -> None:
        """Have those who have voted told the counts, in all their tabs, on every node."""
        if not voters or sees_counts(poll, is_staff=False, has_voted=False):
            return
        publish_voters(self._bus, poll, voters)
        if (live := self._rooms.get(poll.stream_id)) is not None:
            live.poll_readers.note_votes(poll, voters)


def _by_stream(messages: Iterable[ChatMessage]) -> dict[int, list[ChatMessage]]:
    found: dict[int, list[ChatMessage]] = {}
    for message in messages:
        found.setdefault(message.stream_id, []).append(message)
    return found
