"""Chat on disk: one gapless order per room, and a retry that is the first message again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import asyncpg

from community.search_terms import Terms
from errors import NotFound, StreamEnded, VibecastError
from persistence.chat_notices import notices_of
from persistence.database import Connection, Database, Queryable
from persistence.notifications import Notifications
from persistence.posts import people_named
from persistence.speakers import refusals
from persistence.sql import load_queries
from persistence.streams import PUBLISHER_FRESH_S
from rooms.chat import Author, ChatMessage, MessageKind, Quote, excerpt, named_people
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
    kind: MessageKind = "text"
    language: str | None = None
    reply_to: int | None = None
    """The message of the same room that it answers; one that is gone is forgotten."""
    detail: Mapping[str, Any] | None = None
    is_approved: bool = False
    """A moderator has let it through: the house rules are not asked."""


class AddedMessages(NamedTuple):
    """What became of a batch."""

    results: Sequence[ChatMessage | VibecastError]
    noticed: Sequence[int]
    """Who has a notification now: somebody mentions or answers them."""


class Changes(NamedTuple):
    """What has become of messages."""

    changed: Sequence[ChatMessage]
    gone: Sequence[int]
    """Those that moderators have taken away."""
    upto: int | None
    """There may be more behind this change; None: that is all."""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room as it stands on disk."""

    stream: StreamFacts
    epoch: str
    """Changes when numbers may be given again, as after a restored backup."""
    last_seq: int
    last_change: int
    """How many changes were made to messages that had been sent."""
    pinned_id: int | None
    stage_version: int


class ChatStore:
    """Reads and writes the chat of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notifications = Notifications(database)

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

    async def add_messages(self, batch: Sequence[NewMessage]) -> AddedMessages:
        """Store a batch at once and return, for each, what stands in the room.

        That is the first message with its client id, whether it is new, was sent before or stands
        twice in the batch; or StreamEnded or NotFound, or what the house rules refuse it with.
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
                return AddedMessages([NotFound("This stream or this account is gone.")], [])
            alone = [await self.add_messages([each]) for each in batch]
            return AddedMessages(
                [result for each in alone for result in each.results],
                [user_id for each in alone for user_id in each.noticed],
            )

    async def _add_once(self, batch: Sequence[NewMessage]) -> AddedMessages:
        named = await named_in(self._database, [(each.content, each.kind) for each in batch])
        if not any(named) and all(each.reply_to is None for each in batch):
            # Nobody is meant, so one statement is all: it saves two round trips of the usual batch.
            found, _ = await self._add(self._database, batch, named)
            noticed: list[int] = []
        else:
            async with self._database.transaction() as connection:
                found, new = await self._add(connection, batch, named)
                noticed = await self._notify(connection, new)
        places = [place for place, message in enumerate(found) if message is None]
        if not places:
            return AddedMessages([each for each in found if each is not None], noticed)
        asked = await self._add_asking(
            [batch[place] for place in places], [named[place] for place in places]
        )
        answers = iter(asked.results)
        return AddedMessages([each or next(answers) for each in found], [*noticed, *asked.noticed])

    async def _add_asking(self, batch: Sequence[NewMessage], named: Sequence[str]) -> AddedMessages:
        """Store what the house rules let through. Nobody says anything beside it meanwhile."""
        async with self._database.transaction() as connection:
            stream_ids = list({each.stream_id for each in batch})
            rooms = await connection.fetch(_SQL["lock_rooms"], stream_ids)
            ended = {row["stream_id"] for row in rooms}
            refused = await refusals(connection, batch)
            said = [place for place in range(len(batch)) if place not in refused]
            found, new = await self._add(
                connection,
                [replace(batch[place], is_approved=True) for place in said],
                [named[place] for place in said],
            )
            noticed = await self._notify(connection, new)
        stored = dict(zip(said, found, strict=True))
        results = [
            refused.get(place)
            or stored[place]
            or (StreamEnded() if each.stream_id in ended else NotFound("There is no such stream."))
            for place, each in enumerate(batch)
        ]
        return AddedMessages(results, noticed)

    async def _notify(self, connection: Connection, new: Sequence[ChatMessage]) -> list[int]:
        return list(await self._notifications.add(connection, await notices_of(connection, new)))

    async def _add(
        self, db: Queryable, batch: Sequence[NewMessage], named: Sequence[str]
    ) -> tuple[Sequence[ChatMessage | None], Sequence[ChatMessage]]:
        """Return what stands of each, and which of them are new. None: the stream or the author is
        gone, the stream has ended, or there are rules to ask first."""
        standing = await self._standing(db, batch)
        rows = await db.fetch(
            _SQL["add_messages"],
            [each.stream_id for each in batch],
            [each.user_id for each in batch],
            [each.client_id for each in batch],
            [each.content for each in batch],
            [each.kind for each in batch],
            [each.language for each in batch],
            [each.reply_to if each.reply_to in standing else None for each in batch],
            named,
            [each.detail for each in batch],
            [each.is_approved for each in batch],
        )
        stored = {(row["stream_id"], row["user_id"], row["client_id"]): row for row in rows}
        answers = await self._answers(db, rows)
        messages = {key: answers.get(row["id"]) or message_of(row) for key, row in stored.items()}
        found = [messages.get((each.stream_id, each.user_id, each.client_id)) for each in batch]
        return found, [messages[key] for key, row in stored.items() if row["is_new"]]

    async def _standing(self, db: Queryable, batch: Sequence[NewMessage]) -> Collection[int | None]:
        """Return what the batch answers that stands in the same room."""
        wanted = {each.reply_to: each.stream_id for each in batch if each.reply_to is not None}
        if not wanted:
            return ()
        rows = await db.fetch(_SQL["standing"], list(wanted))
        return {row["id"] for row in rows if wanted[row["id"]] == row["stream_id"]}

    async def _answers(
        self, db: Queryable, rows: Sequence[asyncpg.Record]
    ) -> Mapping[int, ChatMessage]:
        """Return those of the messages that are answers, with what they answer."""
        answers = [row["id"] for row in rows if row["reply_to"] is not None]
        if not answers:
            return {}
        found = await db.fetch(_SQL["messages_by_id"], answers)
        return {row["id"]: message_of(row) for row in found}

    async def after(self, stream_id: int, seq: int, *, limit: int) -> list[ChatMessage]:
        """Return at most `limit` messages after `seq`, in their order."""
        rows = await self._database.fetch(_SQL["messages_after"], stream_id, seq, limit)
        return [message_of(row) for row in rows]

    async def found(
        self, stream_id: int, terms: Terms, *, before: int | None, limit: int
    ) -> list[ChatMessage]:
        """Return the last messages before a seq (None: the end) that hold the words, in order."""
        rows = await self._database.fetch(
            _SQL["found_before"],
            stream_id,
            before or _END,
            limit,
            terms.words,
            terms.head,
            terms.begun,
        )
        return [message_of(row) for row in reversed(rows)]

    async def changes_after(self, stream_id: int, change: int, *, limit: int) -> Changes:
        """Return what has become of messages since a change, in order."""
        rows = await self._database.fetch(_SQL["changes_after"], stream_id, change, limit)
        return Changes(
            [message_of(row) for row in rows if not row["is_removed"]],
            [row["id"] for row in rows if row["is_removed"]],
            rows[-1]["change"] if len(rows) == limit else None,
        )

    async def by_id(self, message_id: int) -> ChatMessage | None:
        """Return a message that has not been taken away, or None."""
        row = await self._database.fetchrow(_SQL["messages_by_id"], [message_id])
        return None if row is None else message_of(row)

    async def reactions_of(
        self, user_id: int, messages: Sequence[ChatMessage]
    ) -> Mapping[int, Sequence[str]]:
        """Return what somebody has put on some messages, by message."""
        reacted = [message.id for message in messages if message.reactions]
        if not reacted:
            return {}
        rows = await self._database.fetch(_SQL["reactions_of"], user_id, reacted)
        return {row["message_id"]: row["emojis"] for row in rows}

    async def deleted_of(self, message_ids: Sequence[int]) -> list[int]:
        """Return those of the messages that were taken away."""
        rows = await self._database.fetch(_SQL["deleted_of"], message_ids)
        return [row["id"] for row in rows]

    async def before(
        self, stream_id: int, seq: int | None = None, *, limit: int
    ) -> list[ChatMessage]:
        """Return the last `limit` messages before `seq` (None: the end), in their order."""
        rows = await self._database.fetch(_SQL["messages_before"], stream_id, seq or _END, limit)
        return [message_of(row) for row in reversed(rows)]


async def named_in(db: Queryable, texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return, for each (content, kind), the names of those it mentions whom there is, apart by
    spaces: an array of arrays is nothing that PostgreSQL takes."""
    wanted = [named_people(content, kind=kind) for content, kind in texts]
    names = sorted({name for each in wanted for name in each})
    if not names:
        return [""] * len(texts)
    known = {each.username.lower(): each.username for each in await people_named(db, names)}
    return [" ".join(known[name] for name in each if name in known) for each in wanted]


def message_of(row: asyncpg.Record) -> ChatMessage:
    """Return the message that a row of `told_chat_messages` is."""
    is_deleted = row["is_deleted"]
    return ChatMessage(
        id=row["id"],
        stream_id=row["stream_id"],
        seq=row["seq"],
        author=_author(row["user_id"], row["username"]),
        content="" if is_deleted else row["content"],
        client_id=row["client_id"],
        created_at=row["created_at"],
        kind=row["kind"],
        language=row["language"],
        reply_to=None if is_deleted else _quote(row),
        mentions=() if is_deleted else tuple(row["mentions"]),
        detail=row["detail"],
        reactions=row["reactions"],
        edited_at=row["edited_at"],
        is_deleted=is_deleted,
        change=row["change"],
    )


def _quote(row: asyncpg.Record) -> Quote | None:
    if row.get("quoted_seq") is None:
        return None
    author = _author(row["quoted_user_id"], row["quoted_username"])
    return Quote(row["reply_to"], row["quoted_seq"], author, excerpt(row["quoted_content"]))


def _author(user_id: int | None, username: str | None) -> Author | None:
    return None if user_id is None or username is None else Author(user_id, username)


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
    return RoomRow(
        stream,
        row["epoch"],
        row["last_seq"],
        row["last_change"],
        row["pinned_id"],
        row["stage_version"],
    )
