"""Streams as they are stored, and who publishes to them. The rules of a stream's life are in
`rooms/broadcasts.py`; here each statement is atomic and tells what it changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from errors import AlreadyLive
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from persistence.stages import close_stages
from server.paging import Start

_QUERIES = load_queries("streams")

# A publisher's row is renewed every 5 s; after three misses it no longer counts as publishing.
PUBLISHER_FRESH_S = 15.0


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream. `publishing`: media is arriving at some node just now."""

    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    title: str
    description: str | None
    status: str
    """scheduled, live or ended."""
    visibility: str
    """public, unlisted or private."""
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    viewers_count: int
    peak_viewers: int
    created_at: datetime
    publishing: bool

    def is_visible_to(self, user_id: int | None) -> bool:
        """Tell whether somebody who has the address may see it."""
        return self.visibility != "private" or user_id == self.user_id


@dataclass(frozen=True, slots=True)
class KeyedStream:
    """The stream that a stream key opens."""

    id: int
    user_id: int
    is_ended: bool
    other_is_live: bool
    """The user is live with another stream."""


def _stream(row: asyncpg.Record) -> Stream:
    return Stream(
        row["id"],
        row["user_id"],
        row["username"],
        row["avatar_small_url"],
        row["title"],
        row["description"],
        row["status"],
        row["visibility"],
        row["scheduled_at"],
        row["started_at"],
        row["ended_at"],
        row["viewers_count"],
        row["peak_viewers"],
        row["created_at"],
        row["publishing"],
    )


async def waiting_streams(connection: Connection, user_id: int, *, scheduled: bool) -> int:
    """Return how many streams of the user have not begun, and keep others from adding one until
    the caller's transaction ends. `scheduled` asks for those with a time, else for those without.
    """
    await connection.fetchval(_QUERIES["lock_owner"], user_id)
    return int(await connection.fetchval(_QUERIES["count_waiting"], user_id, scheduled))


async def add_stream(
    db: Queryable,
    *,
    user_id: int,
    title: str,
    description: str | None,
    visibility: str,
    scheduled_at: datetime | None,
    key_hash: bytes,
) -> int:
    """Add a stream and its room, and return its id."""
    return int(
        await db.fetchval(
            _QUERIES["add"], user_id, title, description, visibility, scheduled_at, key_hash
        )
    )


async def stream_by_id(db: Queryable, stream_id: int) -> Stream | None:
    """Return the stream, or None."""
    row = await db.fetchrow(_QUERIES["by_id"], stream_id, PUBLISHER_FRESH_S)
    return _stream(row) if row else None


async def owners_of(db: Queryable, stream_ids: Sequence[int]) -> dict[int, int]:
    """Return whose streams these are; those that are gone are left out."""
    rows = await db.fetch(_QUERIES["owners_of"], stream_ids)
    return {row["id"]: row["user_id"] for row in rows}


async def newest_streams(
    db: Queryable,
    *,
    status: str | None,
    user_id: int | None,
    seen_by: int | None,
    start: Start[tuple[datetime, int]],
) -> list[Stream]:
    """Return streams, newest first: the public ones and all those of the user `seen_by`."""
    created_at, stream_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("list_newest")],
        PUBLISHER_FRESH_S,
        status,
        user_id,
        seen_by,
        created_at,
        stream_id,
        start.limit,
    )
    return [_stream(row) for row in rows]


async def live_streams(
    db: Queryable,
    *,
    user_id: int | None,
    seen_by: int | None,
    start: Start[tuple[int, int]],
) -> list[Stream]:
    """Return live streams, the most watched first: public ones and those of the user `seen_by`."""
    viewers, stream_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("list_live")],
        PUBLISHER_FRESH_S,
        user_id,
        seen_by,
        viewers,
        stream_id,
        start.limit,
    )
    return [_stream(row) for row in rows]


async def rotate_key(db: Queryable, stream_id: int, *, user_id: int, key_hash: bytes) -> bool:
    """Replace the key of a stream that has not ended; False if that is none of the user's."""
    return bool(await db.fetchval(_QUERIES["rotate_key"], stream_id, user_id, key_hash))


async def stream_by_key(
    db: Queryable, key_hash: bytes, *, stream_id: int | None
) -> KeyedStream | None:
    """Return the stream that the key opens: `stream_id`, or the newest that has not ended."""
    row = await db.fetchrow(_QUERIES["by_key"], key_hash, stream_id)
    return (
        KeyedStream(row["id"], row["user_id"], row["is_ended"], row["other_is_live"])
        if row
        else None
    )


async def lock_stream(connection: Connection, stream_id: int) -> str | None:
    """Keep others from changing the stream until the transaction ends, and return its status."""
    row = await connection.fetchrow(_QUERIES["lock"], stream_id)
    return row["status"] if row else None


async def go_live(connection: Connection, stream_id: int) -> int | None:
    """Make a scheduled stream live and return its owner, or None if it was live already.

    Raises AlreadyLive when the user has another live one.
    """
    try:
        user_id: int | None = await connection.fetchval(_QUERIES["go_live"], stream_id)
    except asyncpg.UniqueViolationError as error:
        raise AlreadyLive() from error
    return user_id


async def publisher_here(db: Queryable, stream_id: int, *, node_id: uuid.UUID) -> None:
    """Note that a feed of the owner has media, at `node_id`."""
    await db.execute(_QUERIES["publisher_here"], stream_id, node_id)


async def publisher_gone(db: Queryable, stream_id: int) -> None:
    """Let the grace run if none of the owner's feeds has media any more."""
    await db.execute(_QUERIES["publisher_gone"], stream_id)


async def ended_of(db: Queryable, stream_ids: Sequence[int]) -> list[int]:
    """Return those of `stream_ids` that have ended."""
    return [row["id"] for row in await db.fetch(_QUERIES["ended_of"], stream_ids)]


async def end_stream(connection: Connection, stream_id: int) -> bool:
    """End a stream; False if it had ended already."""
    status = await connection.execute(_QUERIES["end"], stream_id)
    await close_stages(connection, [stream_id])
    await connection.execute(_QUERIES["forget_publisher"], [stream_id])
    return status == "UPDATE 1"


async def end_abandoned(connection: Connection, *, grace_s: float) -> list[int]:
    """End the live streams that nobody has published to for `grace_s`, and return them."""
    ended = [
        row["id"]
        for row in await connection.fetch(_QUERIES["end_abandoned"], grace_s, PUBLISHER_FRESH_S)
    ]
    await close_stages(connection, ended)
    await connection.execute(_QUERIES["forget_publisher"], ended)
    return ended


async def end_never_begun(connection: Connection, *, older_than: timedelta) -> list[int]:
    """End the streams that were made to go live at once and never did, and return them."""
    rows = await connection.fetch(_QUERIES["end_never_begun"], older_than)
    ended = [row["id"] for row in rows]
    await close_stages(connection, ended)
    return ended


async def flush_viewers(db: Queryable, counts: Mapping[int, int]) -> None:
    """Write how many people watch each stream just now, and raise its peak."""
    await db.execute(_QUERIES["flush_viewers"], list(counts), list(counts.values()))
