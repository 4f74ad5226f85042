"""What is known of stored objects: whose they are, what they are, and whether they may be seen.

A row is written before the bytes and is `ready` after them; what never became ready, and what was
replaced, has a time after which both row and bytes are cleared away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("media_objects")

# Longer than storing one object can take.
UPLOAD_LIFE = timedelta(hours=1)
# How long one node may take to clear away what it took.
CLEARING_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class MediaObject:
    """An object that may be seen."""

    key: str
    content_type: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Expired:
    """An object to be cleared away."""

    id: int
    key: str


async def announce_content(
    db: Queryable,
    key: str,
    content: bytes,
    *,
    user_id: int,
    content_type: str,
    width: int,
    height: int,
) -> int:
    """Note bytes that are about to be stored under `key`, and return the object's id."""
    return await announce_object(
        db,
        key,
        user_id=user_id,
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).digest(),
        width=width,
        height=height,
    )


async def announce_object(
    db: Queryable,
    key: str,
    *,
    user_id: int,
    content_type: str,
    size_bytes: int,
    sha256: bytes,
    width: int,
    height: int,
) -> int:
    """Note an object that is about to be stored under `key`, and return its id."""
    return int(
        await db.fetchval(
            _QUERIES["announce"],
            user_id,
            key,
            content_type,
            size_bytes,
            sha256,
            width,
            height,
            UPLOAD_LIFE,
        )
    )


async def keep_objects(db: Queryable, keys: Sequence[str]) -> None:
    """Let objects whose bytes are stored be seen."""
    await db.execute(_QUERIES["keep"], list(keys))


async def retire_others(db: Queryable, user_id: int, *, kind: str, but: Sequence[str] = ()) -> None:
    """Hide the user's objects of one kind, all but some, and have them cleared away."""
    await db.execute(_QUERIES["retire_others"], user_id, f"{kind}/", list(but))


async def ready_object(db: Queryable, key: str) -> MediaObject | None:
    """Return the object under `key` if it may be seen."""
    row = await db.fetchrow(_QUERIES["ready"], key)
    if row is None:
        return None
    return MediaObject(
        row["object_key"], row["content_type"], row["size_bytes"], bytes(row["sha256"] or b"")
    )


async def take_expired(db: Queryable, *, kind: str, limit: int) -> list[Expired]:
    """Return some objects of one kind whose time is over, for the caller alone to clear away."""
    rows = await db.fetch(_QUERIES["take_expired"], f"{kind}/", limit, CLEARING_LIFE)
    return [Expired(row["id"], row["object_key"]) for row in rows]


async def remove_objects(db: Queryable, ids: Sequence[int]) -> None:
    """Forget objects whose bytes are gone."""
    await db.execute(_QUERIES["remove"], list(ids))
