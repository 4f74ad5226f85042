"""Chat on disk: one gapless order per room, and a retry that is the first message again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from errors import NotFound, StreamEnded, VibecastError
from persistence.database import Database
from persistence.sql import load_queries
from persistence.streams import PUBLISHER_FRESH_S
from rooms.chat import Author, ChatMessage
from rooms.room import StreamFacts

_SQL = load_queries("chat")
# Larger than any seq: the end of the chat.
_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that somebody wants to send."""

    stream_id: int
    user_id: int
    client_id: str
    content: str


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room as it stands on disk."""

    stream: StreamFacts
    epoch: str
    """Changes when numbers may be given again, as after a restored backup."""
    last_seq: int


class ChatStore:
    """Reads and writes the chat of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_room(self, stream_id: int) -> RoomRow:
        """Return the room of a stream, made if need be. Raises NotFound."""
        await self._database.execute(_SQL["open_room"], stream_id)
        rows = await self.rooms([stream_id])
        if stream_id not in rows:
            raise NotFound("There is no such stream.")
        return rows[stream_id]

    async def rooms(self, stream_ids: Sequence[int]) -> Mapping[int, RoomRow]:
        """Return the rooms of several streams; those that are gone are left out."""
        rows = await self._database.fetch(_SQL["room"], list(stream_ids), PUBLISHER_FRESH_S)
        return {row["id"]: _room(row) for row in rows}

    async def collaborates(self, stream_id: int, user_id: int) -> bool:
        """Tell whether the user may write in one of the stream's code sessions."""
        return bool(await self._database.fetchval(_SQL["collaborates"], stream_id, user_id))

    async def add_messages(
        self, batch: Sequence[NewMessage]
    ) -> Sequence[ChatMessage | VibecastError]:
        """Store a batch in one statement and return, for each, what stands in the room.

        That is the first message with its client id, whether it is new, was sent before or stands
        twice in the batch; or StreamEnded or NotFound.
        """
        try:
            return await self._add_once(batch)
        except asyncpg.UniqueViolationError:
            # The same client id came in by another node while we waited for the room: seen now.
            return await self._add_once(batch)
        except asyncpg.ForeignKeyViolationError:
            # An author or a stream was erased between our look and the insert: the others' messages
            # must not suffer.
            if len(batch) == 1:
                return [NotFound("This stream or this account is gone.")]
            return [result for each in batch for result in await self.add_messages([each])]

    async def _add_once(self, batch: Sequence[NewMessage]) -> Sequence[ChatMessage | VibecastError]:
        rows = await self._database.fetch(
            _SQL["add_messages"],
            [each.stream_id for each in batch],
            [each.user_id for each in batch],
            [each.client_id for each in batch],
            [each.content for each in batch],
        )
        stored = {
            (row["stream_id"], row["user_id"], row["client_id"]): _message(row) for row in rows
        }
        results = [stored.get((each.stream_id, each.user_id, each.client_id)) for each in batch]
        refused = {each.stream_id for each, m in zip(batch, results, strict=True) if m is None}
        ended: set[int] = set()
        if refused:
            rooms = await self._database.fetch(_SQL["rooms_of"], list(refused))
            ended = {row["stream_id"] for row in rooms}
        return [
            message
            or (StreamEnded() if each.stream_id in ended else NotFound("There is no such stream."))
            for each, message in zip(batch, results, strict=True)
        ]

    async def after(self, stream_id: int, seq: int, *, limit: int) -> list[ChatMessage]:
        """Return at most `limit` messages after `seq`, in their order."""
        rows = await self._database.fetch(_SQL["messages_after"], stream_id, seq, limit)
        return [_message(row) for row in rows]

    async def deleted_of(self, message_ids: Sequence[int]) -> list[int]:
        """Return those of the messages that were taken away."""
        rows = await self._database.fetch(_SQL["deleted_of"], message_ids)
        return [row["id"] for row in rows]

    async def before(
        self, stream_id: int, seq: int | None = None, *, limit: int
    ) -> list[ChatMessage]:
        """Return the last `limit` messages before `seq` (None: the end), in their order."""
        rows = await self._database.fetch(_SQL["messages_before"], stream_id, seq or _END, limit)
        return [_message(row) for row in reversed(rows)]


def _message(row: asyncpg.Record) -> ChatMessage:
    author = None if row["user_id"] is None else Author(row["user_id"], row["username"])
    return ChatMessage(
        row["id"],
        row["stream_id"],
        row["seq"],
        author,
        row["content"],
        row["client_id"],
        row["created_at"],
    )


def _room(row: asyncpg.Record) -> RoomRow:
    stream = StreamFacts(
        id=row["id"],
        title=row["title"],
        status=row["status"],
        visibility=row["visibility"],
        publishing=row["publishing"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        owner=Author(row["user_id"], row["username"]),
    )
    return RoomRow(stream, row["epoch"], row["last_seq"])
