"""A room compared with the disk: what was said, changed and taken away while nobody told this node.

The bus may lose; the number of the next message, or the room's number on disk that every heartbeat
looks at, tells that it did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Protocol

import structlog

from errors import VibecastError
from persistence.chat import ChatStore, RoomRow
from rooms.chat import ChatMessage
from rooms.outlet import Outlet
from rooms.room import RING_MESSAGES, Room

logger = structlog.get_logger(__name__)

# What moderators take away: {stream_id, ids}.
DELETED = "chat:deleted"


class Behind(Protocol):
    """The room that catches up, and its members here."""

    room: Room[Outlet]
    pinned: Mapping[str, Any] | None

    async def compare(self, row: RoomRow) -> None:
        """Take over what the room on disk has and this one lacks."""

    def forget(self, message_ids: Collection[int]) -> None:
        """Keep nothing of messages that were taken away."""

    def pin(self, message: ChatMessage | None) -> None:
        """Put another message above the chat, or none, and tell everybody."""

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell the members on this node with the next tick."""

    def tell_seq(self) -> None:
        """Say how far the room has come."""

    def wake(self) -> None:
        """Tell with the next tick what the room has that nobody was told of."""


class CatchingUp:
    """A room's readings of the disk: one at a time, and once more when asked for meanwhile."""

    def __init__(self, live: Behind, chat: ChatStore, *, tasks: asyncio.TaskGroup) -> None:
        self._live = live
        self._chat = chat
        self._tasks = tasks
        self._is_wanted = False
        self._is_under_way = False

    def wake(self) -> None:
        """Fetch from storage what the bus may have lost."""
        # What is being fetched may be older than that for which this is asked.
        self._is_wanted = True
        if not self._is_under_way:
            self._is_under_way = True
            self._tasks.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._fetch()
        finally:
            self._is_under_way = False

    async def _fetch(self) -> None:
        live = self._live
        stream_id = live.room.stream.id
        try:
            row = (await self._chat.rooms([stream_id])).get(stream_id)
            if row is not None:
                await live.compare(row)
            # What was taken away while we could not hear of it.
            if deleted := await self._chat.deleted_of(live.room.kept_ids):
                _drop(live, deleted)
        except VibecastError as error:
            # The next heartbeat tries again; nobody is told anything out of order meanwhile.
            logger.warning("a room could not catch up", stream_id=stream_id, error=error.code)


async def reread(room: Room[Outlet], chat: ChatStore) -> None:
    """Take in again what stands in the history: something was given back."""
    try:
        room.reread(await chat.before(room.stream.id, limit=RING_MESSAGES))
    except VibecastError as error:
        # What was given back stands in the history, and here when the room is opened again.
        logger.warning("a room could not be reread", stream_id=room.stream.id, error=error.code)


async def compare(live: Behind, row: RoomRow, *, chat: ChatStore) -> None:
    """Take over the messages, their changes and the pinned one."""
    room = live.room
    if row.epoch != room.epoch:
        recent = await chat.before(row.stream.id, limit=RING_MESSAGES)
        last_seq = max(row.last_seq, recent[-1].seq if recent else 0)
        room.restart(row.epoch, last_seq, recent, last_change=row.last_change)
        live.tell_seq()
    while room.seq < row.last_seq:
        messages = await chat.after(row.stream.id, room.seq, limit=RING_MESSAGES)
        # All up to last_seq is on disk, so a hole is a message that was deleted.
        for message in messages:
            room.skip_to(message.seq - 1)
            room.take([message])
        if not messages:
            room.skip_to(row.last_seq)
        live.wake()
    while room.changes.taken < row.last_change:
        await _fetch_changes(live, row, chat=chat)
    await _compare_pinned(live, row, chat=chat)


async def _fetch_changes(live: Behind, row: RoomRow, *, chat: ChatStore) -> None:
    room = live.room
    changes = await chat.changes_after(room.stream.id, room.changes.taken, limit=RING_MESSAGES)
    if changes.gone:
        _drop(live, changes.gone)
    room.skip_to_change(changes.upto or row.last_change, changes.changed)
    live.wake()


def _drop(live: Behind, message_ids: Collection[int]) -> None:
    live.forget(message_ids)
    ids = [str(message_id) for message_id in message_ids]
    live.tell(DELETED, {"stream_id": str(live.room.stream.id), "ids": ids})


async def _compare_pinned(live: Behind, row: RoomRow, *, chat: ChatStore) -> None:
    known = None if live.pinned is None else live.pinned["id"]
    if known != (None if row.pinned_id is None else str(row.pinned_id)):
        live.pin(None if row.pinned_id is None else await chat.by_id(row.pinned_id))
