"""The rooms that are open on this node: found, opened on the first join, let go when long empty.

Knows every connection's outlet and the rooms it is in, so that a connection that ends leaves them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from errors import NotFound, Unavailable, VibecastError
from persistence.chat import ChatStore
from persistence.polls import PollStore
from persistence.questions import QuestionStore
from rooms.bus import Bus
from rooms.events import Caller
from rooms.house_rules import House, is_site_staff
from rooms.live_room import LiveRoom, LoadStage
from rooms.node_news import publish_announcement, publish_poll
from rooms.outlet import Outlet
from rooms.people import ALIVE_S, People
from rooms.polls import Poll
from rooms.room import RING_MESSAGES, Member, Room

logger = structlog.get_logger(__name__)

BEAT_S = 15.0
# An empty room is kept for those who come straight back, such as after a reload.
EMPTY_LIFE_S = 60.0

PRESENCE_WAIT_S = 0.25

FlushViewers = Callable[[Mapping[int, int]], Awaitable[None]]
LoadHouse = Callable[[int], Awaitable[House]]
"""Reads what holds in the channel of somebody."""


@dataclass(frozen=True, slots=True)
class RoomsStatistics:
    """What the rooms of this node are doing."""

    rooms: int
    members: int
    connections: int
    deliveries: int
    """Packets written to members since the start, by rooms that are still open."""


@dataclass(slots=True)
class _Connection:
    outlet: Outlet
    rooms: set[int] = field(default_factory=set)


class LiveRooms:
    """All rooms of this node. Made by `open_rooms`, which owns its tasks."""

    def __init__(
        self,
        *,
        chat: ChatStore,
        polls: PollStore,
        questions: QuestionStore,
        load_house: LoadHouse,
        load_stage: LoadStage,
        bus: Bus,
        node_id: bytes,
        flush_viewers: FlushViewers,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._chat = chat
        self._polls = polls
        self._questions = questions
        self._load_house = load_house
        self._load_stage = load_stage
        self._bus = bus
        self._node_id = node_id
        self._flush_viewers = flush_viewers
        self._tasks = tasks
        self._rooms: dict[int, LiveRoom] = {}
        self._opening: dict[int, asyncio.Lock] = {}
        self._told_while_opening: set[int] = set()
        self._connections: dict[str, _Connection] = {}
        self._tell_closed: list[Callable[[Poll], None]] = []

    def on_poll_closed(self, tell: Callable[[Poll], None]) -> None:
        """Call `tell(poll)` when a poll was closed by this node."""
        self._tell_closed.append(tell)

    # Connections, as the edge tells of them.

    def came(self, caller: Caller, outlet: Outlet) -> None:
        """A client is connected; it is in no room yet."""
        self._connections[caller.connection_id] = _Connection(outlet)

    def went(self, connection_id: str) -> None:
        """A client is gone from all its rooms."""
        connection = self._connections.pop(connection_id, None)
        for stream_id in connection.rooms if connection else ():
            self._leave(connection_id, stream_id)

    # Rooms.

    def get(self, stream_id: int) -> LiveRoom | None:
        """Return the room if it is open on this node."""
        return self._rooms.get(stream_id)

    async def people_in(self, stream_id: int) -> People:
        """Return who is in a room on all nodes. Raises NotFound.

        A node that has nobody of it asks the others, and waits a moment for their answer.
        """
        live = await self.open(stream_id)
        if not live.room.people.here and not live.attendance.heard.is_set():
            try:
                async with asyncio.timeout(PRESENCE_WAIT_S):
                    await live.attendance.heard.wait()
            except TimeoutError:
                pass  # there is nobody, or nobody who could say so
        return live.room.people

    def open_rooms(self) -> Sequence[LiveRoom]:
        """Return the rooms that are open on this node.

        One that is just being opened will be read again.
        """
        self._told_while_opening.update(self._opening)
        return list(self._rooms.values())

    def rooms_of_channel(self, owner_id: int) -> Sequence[LiveRoom]:
        """Return the rooms of one person's streams that are open on this node.

        One that is just being opened will be read again.
        """
        self._told_while_opening.update(self._opening)
        return [each for each in self._rooms.values() if each.room.stream.owner.id == owner_id]

    def tellable(self, stream_id: int) -> LiveRoom | None:
        """Return the room if it is open; one that is just being opened will be read again."""
        if stream_id in self._opening:
            self._told_while_opening.add(stream_id)
        return self._rooms.get(stream_id)

    async def open(self, stream_id: int) -> LiveRoom:
        """Return the room, opened if need be. Raises NotFound."""
        if (live := self._rooms.get(stream_id)) is not None:
            return live
        # One look at the database, however many come at once after a restart.
        lock = self._opening.setdefault(stream_id, asyncio.Lock())
        try:
            async with lock:
                if stream_id not in self._rooms:
                    self._rooms[stream_id] = await self._load_unchanged(stream_id)
                return self._rooms[stream_id]
        finally:
            self._opening.pop(stream_id, None)

    async def _load_unchanged(self, stream_id: int) -> LiveRoom:
        """Load a room of which nothing was told while it was being read."""
        while True:
            self._told_while_opening.discard(stream_id)
            live = await self._load(stream_id)
            if stream_id not in self._told_while_opening:
                return live
            live.close()

    async def _load(self, stream_id: int) -> LiveRoom:
        row = await self._chat.open_room(stream_id)
        recent = await self._chat.before(stream_id, limit=RING_MESSAGES)
        poll = await self._polls.open_poll(stream_id)
        # Something may have been committed between the two looks.
        last_seq = max(row.last_seq, recent[-1].seq if recent else 0)
        pinned = None if row.pinned_id is None else await self._chat.by_id(row.pinned_id)
        stage = await self._load_stage(stream_id)
        if stage is None:
            raise NotFound("There is no such stream.")
        room = Room[Outlet](
            row.stream,
            epoch=row.epoch,
            last_seq=last_seq,
            recent=recent,
            # What is changed after this look is told once more, which changes nothing.
            last_change=row.last_change,
        )
        live = LiveRoom(
            room,
            house=await self._load_house(row.stream.owner.id),
            poll=poll,
            on_screen=await self._questions.highlighted(stream_id),
            pinned=pinned,
            stage=stage,
            load_stage=self._load_stage,
            chat=self._chat,
            bus=self._bus,
            node_id=self._node_id,
            tasks=self._tasks,
        )
        live.listen()
        return live

    def join(self, caller: Caller, live: LiveRoom, *, visitor: str | None = None) -> None:
        """Let a connection into a room. Raises Unavailable when it is gone already."""
        connection = self._connections.get(caller.connection_id)
        if connection is None:
            raise Unavailable("This connection is closing.")
        identity = caller.identity
        member = Member(
            connection.outlet,
            identity.user_id if identity else None,
            is_site_staff=identity is not None and is_site_staff(identity.role),
            visitor=visitor,
        )
        live.room.join(caller.connection_id, member)
        connection.rooms.add(live.room.stream.id)
        live.attendance.changed()

    def leave(self, caller: Caller, stream_id: int) -> None:
        """Let a connection out of a room; it may not have been in it."""
        if (connection := self._connections.get(caller.connection_id)) is not None:
            connection.rooms.discard(stream_id)
        self._leave(caller.connection_id, stream_id)

    def rooms_of(self, caller: Caller) -> int:
        """Return in how many rooms a connection is."""
        connection = self._connections.get(caller.connection_id)
        return len(connection.rooms) if connection else 0

    def _leave(self, connection_id: str, stream_id: int) -> None:
        live = self._rooms.get(stream_id)
        if live is not None and live.room.leave(connection_id, now=time.monotonic()):
            live.attendance.changed()

    # What is told.

    def move_poll(self, poll: Poll) -> None:
        """Tell everybody in the poll's room, on every node, what has become of it."""
        publish_poll(self._bus, poll)
        if poll.is_closed:
            for tell in self._tell_closed:
                tell(poll)
        if (live := self.tellable(poll.stream_id)) is not None:
            live.move_poll(poll)

    def announce(
        self,
        stream_id: int,
        event: str,
        payload: Mapping[str, Any],
        *,
        latest_of: str | None = None,
    ) -> None:
        """Tell everybody in a room, on every node: see `rooms.events.Announce`."""
        publish_announcement(self._bus, stream_id, event, payload, latest_of=latest_of)
        if (live := self.tellable(stream_id)) is not None:
            live.take_announcement(event, payload, latest_of=latest_of)

    # What goes on by itself.

    async def beat(self) -> None:
        """Every BEAT_S: the heartbeat of each room, a look at the disk, the viewers' numbers."""
        while True:
            await asyncio.sleep(BEAT_S)
            now = time.monotonic()
            self._close_empty_rooms(now=now)
            for live in self._rooms.values():
                live.beat(now=now)
            try:
                await self.compare_with_disk()
                await self.flush_viewers()
            except VibecastError as error:
                logger.warning("rooms could not reach the database", error=error.code)

    async def tell_alive(self) -> None:
        """Every ALIVE_S: let the other nodes know that the people here still are."""
        while True:
            await asyncio.sleep(ALIVE_S)
            for live in self._rooms.values():
                live.attendance.beat()

    async def compare_with_disk(self) -> None:
        """Find what the bus has lost, and what has become of the streams."""
        rows = await self._chat.rooms(list(self._rooms))
        for stream_id, row in rows.items():
            if (live := self._rooms.get(stream_id)) is not None:
                live.correct_stream(row.stream)
                await live.compare(row)

    async def flush_viewers(self) -> None:
        """Write how many are watching, and have been at most, to the streams."""
        viewers = {stream_id: live.room.viewers for stream_id, live in self._rooms.items()}
        peaks = {
            stream_id: live.room.people.peak
            for stream_id, live in self._rooms.items()
            if live.room.people.peak > viewers[stream_id]
        }
        # First the peaks since the last time, so that the rows' maximum sees them.
        if peaks:
            await self._flush_viewers(peaks)
        if viewers:
            await self._flush_viewers(viewers)
        for stream_id in peaks:
            if (live := self._rooms.get(stream_id)) is not None:
                live.room.people.peak = live.room.viewers

    def _close_empty_rooms(self, *, now: float) -> None:
        for stream_id, live in list(self._rooms.items()):
            # With viewers elsewhere only, their node flushes their number.
            if not live.room.members and live.attendance.empty_since < now - EMPTY_LIFE_S:
                self._rooms.pop(stream_id).close()

    async def close(self) -> None:
        """Flush the viewers' numbers and close every room."""
        try:
            await self.flush_viewers()
        except VibecastError as error:
            logger.warning("viewers could not be flushed", error=error.code)
        for live in self._rooms.values():
            live.attendance.say_goodbye()
            live.close()
        self._rooms.clear()

    def statistics(self) -> RoomsStatistics:
        """Return what the rooms are doing."""
        return RoomsStatistics(
            rooms=len(self._rooms),
            members=sum(len(live.room.members) for live in self._rooms.values()),
            connections=len(self._connections),
            deliveries=sum(live.deliveries for live in self._rooms.values()),
        )
