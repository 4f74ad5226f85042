"""What a channel's staff takes out of a chat at one stroke, and what waits to be let into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from errors import MessageDenied, MessageHeld, NotFound, TooManyRequests
from persistence.chat import NewMessage
from persistence.database import Connection, Database, Queryable
from persistence.moderation import Person
from persistence.speakers import speaker_of
from persistence.sql import load_queries
from rooms.house_rules import refusal
from server.paging import Start

_QUERIES = load_queries("clearings")

# Whoever has so many waiting is not let to fill the list.
HELD_PER_PERSON = 20


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was taken out of a room, or given back."""

    count: int
    upto_seq: int
    """Nothing that was said after this message is meant."""
    change_before: int
    change: int
    """The first and the last number of the room's order of changes around it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that a moderator is to look at."""

    id: int
    author: Person
    message: NewMessage
    term: str
    created_at: datetime


async def clear(
    connection: Connection, stream_id: int, *, user_id: int | None, actor_id: int
) -> Cleared:
    """Take out what somebody (None: everybody) has said. Raises NotFound."""
    room = await _locked(connection, stream_id)
    status = await connection.execute(_QUERIES["clear"], stream_id, user_id, actor_id)
    return await _cleared(connection, room, status)


async def clearing(
    connection: Connection, stream_id: int, clearing_id: int
) -> tuple[Mapping[str, Any], int | None]:
    """Return what the log says of a clearing, and whose messages it took. Raises NotFound."""
    row = await connection.fetchrow(_QUERIES["clearing"], str(stream_id), clearing_id)
    if row is None:
        raise NotFound()
    return row["detail"], row["target_user_id"]


async def restore(connection: Connection, stream_id: int, at: datetime) -> Cleared:
    """Give back what was taken out at that moment. Raises NotFound."""
    room = await _locked(connection, stream_id)
    status = await connection.execute(_QUERIES["restore"], stream_id, at)
    return await _cleared(connection, room, status)


async def _locked(connection: Connection, stream_id: int) -> asyncpg.Record:
    room = await connection.fetchrow(_QUERIES["lock_room"], stream_id)
    if room is None:
        raise NotFound("There is no such stream.")
    return room


async def _cleared(connection: Connection, room: asyncpg.Record, status: str) -> Cleared:
    count = int(status.rpartition(" ")[2])
    return Cleared(
        count=count,
        upto_seq=room["last_seq"],
        change_before=room["last_change"],
        change=room["last_change"] + count,
        at=await connection.fetchval(_QUERIES["now"]),
    )


async def hold(database: Database, message: NewMessage, *, term: str) -> HeldMessage | None:
    """Keep a message for the staff and return it; None when a moderator has let it through before.

    Raises MessageHeld for one that waits already, MessageDenied for one that was not let through,
    and what the house rules refuse it with.
    """
    async with database.transaction() as connection:
        key = (message.stream_id, message.user_id)
        row = await connection.fetchrow(_QUERIES["held_by_client_id"], *key, message.client_id)
        if row is not None:
            if row["is_approved"]:
                return None
            raise MessageHeld() if row["is_approved"] is None else MessageDenied()
        speaker, now = await speaker_of(connection, key)
        if error := refusal(speaker, message.content, now=now):
            raise error
        if await connection.fetchval(_QUERIES["count_held"], *key) >= HELD_PER_PERSON:
            raise TooManyRequests("Too many of your messages wait for a moderator.")
        held_id = await connection.fetchval(
            _QUERIES["hold"],
            message.stream_id,
            message.user_id,
            message.client_id,
            message.content,
            message.kind,
            message.language,
            message.reply_to,
            term,
        )
        if held_id is None:
            raise MessageHeld()  # sent by another socket at the same moment
        return await held_by_id(connection, message.stream_id, held_id)


async def held_in(db: Queryable, stream_id: int, start: Start[int]) -> list[HeldMessage]:
    """Return what waits in a room, the longest first."""
    rows = await db.fetch(_QUERIES[start.way("held")], stream_id, start.key, start.limit)
    return [_held(row) for row in rows]


async def held_by_id(db: Queryable, stream_id: int, held_id: int) -> HeldMessage:
    """Return what waits, or waited. Raises NotFound."""
    row = await db.fetchrow(_QUERIES["held_by_id"], stream_id, held_id)
    if row is None:
        raise NotFound()
    return _held(row)


async def decide(connection: Connection, held_id: int, *, actor_id: int, is_approved: bool) -> bool:
    """Note what became of a held message. False: that was decided already."""
    query = _QUERIES["decide"]
    return await connection.fetchval(query, held_id, actor_id, is_approved) is not None


def _held(row: asyncpg.Record) -> HeldMessage:
    message = NewMessage(
        row["stream_id"],
        row["user_id"],
        row["client_id"],
        row["content"],
        kind=row["kind"],
        language=row["language"],
        reply_to=row["reply_to"],
        is_approved=True,
    )
    return HeldMessage(
        row["id"],
        Person(row["user_id"], row["username"]),
        message,
        row["term"],
        row["created_at"],
    )
