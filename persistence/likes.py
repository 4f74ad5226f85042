"""Likes of posts, videos and comments. The counters beside them are kept by triggers."""

from __future__ import annotations

from typing import Literal

import asyncpg

from errors import NotFound
from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("likes")

LikedKind = Literal["post", "video", "comment"]


async def like(db: Queryable, kind: LikedKind, liked_id: int, *, user_id: int) -> bool:
    """Like something; False if that person already did. Raises NotFound when it is just gone."""
    try:
        return bool(await db.fetchval(_QUERIES[f"like_{kind}"], user_id, liked_id))
    except asyncpg.ForeignKeyViolationError as error:
        raise NotFound() from error


async def unlike(db: Queryable, kind: LikedKind, liked_id: int, *, user_id: int) -> None:
    """Like something no more; twice is once."""
    await db.execute(_QUERIES[f"unlike_{kind}"], user_id, liked_id)
