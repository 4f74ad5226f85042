"""Tags as they are stored, and who follows them. A tag is made by the first post that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("tags")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag, as one reader sees it."""

    id: int
    name: str
    posts_count: int
    followers_count: int
    created_at: datetime
    is_followed: bool
    """By the reader."""


def _tag(row: asyncpg.Record) -> Tag:
    return Tag(
        row["id"],
        row["name"],
        row["posts_count"],
        row["followers_count"],
        row["created_at"],
        row["is_followed"],
    )


async def ensure_tags(connection: Connection, names: Sequence[str]) -> list[int]:
    """Return the ids of the tags of these names, making those that are new."""
    # Two statements: the second sees what another transaction made while the first waited for it.
    await connection.execute(_QUERIES["ensure"], names)
    return [row["id"] for row in await connection.fetch(_QUERIES["ids"], names)]


async def tag_by_name(db: Queryable, name: str, *, reader_id: int | None) -> Tag | None:
    """Return the tag, or None."""
    row = await db.fetchrow(_QUERIES["by_name"], name, reader_id)
    return _tag(row) if row else None


async def popular_tags(
    db: Queryable,
    *,
    reader_id: int | None,
    prefix: str,
    start: Start[tuple[int, int]],
) -> list[Tag]:
    """Return tags that begin with `prefix`, the most used first."""
    posts_count, tag_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("popular")], reader_id, prefix, posts_count, tag_id, start.limit
    )
    return [_tag(row) for row in rows]


async def followed_tags(db: Queryable, *, reader_id: int, start: Start[int]) -> list[Tag]:
    """Return the tags that the reader follows, the newest tag first."""
    rows = await db.fetch(_QUERIES[start.way("followed")], reader_id, start.key, start.limit)
    return [_tag(row) for row in rows]


async def follow_tag(db: Queryable, tag_id: int, *, user_id: int) -> None:
    """Let somebody follow a tag; twice is once."""
    await db.execute(_QUERIES["follow"], user_id, tag_id)


async def unfollow_tag(db: Queryable, tag_id: int, *, user_id: int) -> None:
    """Let somebody follow a tag no more."""
    await db.execute(_QUERIES["unfollow"], user_id, tag_id)
