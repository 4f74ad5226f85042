"""Feeds: which posts stand on a page, as ids. `posts_by_ids` turns them into posts.

`reader_id` is who reads, or None; whom the reader has blocked or muted, or who has blocked the
reader, is left out. Pages that start backwards come in that order (server/paging.py).
"""

from __future__ import annotations

from datetime import timedelta

from persistence.database import Database, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("feeds")

# Up to so many people are asked one by one for their newest posts; who follows more is first looked
# for among everybody's.
MANY_FOLLOWED = 300
RECENT_POSTS = 1_000


async def latest_posts(db: Queryable, *, reader_id: int | None, start: Start[int]) -> list[int]:
    """Return everybody's posts, newest first."""
    rows = await db.fetch(_QUERIES[start.way("latest")], reader_id, start.key, start.limit)
    return [row["id"] for row in rows]


async def home_posts(db: Queryable, *, reader_id: int, start: Start[int]) -> list[int]:
    """Return posts by people and under tags that the reader follows, newest first."""
    rows = await db.fetch(
        _QUERIES[start.way("home_of_many")],
        reader_id,
        start.key,
        start.limit,
        MANY_FOLLOWED,
        RECENT_POSTS,
    )
    if len(rows) < start.limit:
        rows = await db.fetch(_QUERIES[start.way("home")], reader_id, start.key, start.limit)
    return [row["id"] for row in rows]


async def hot_posts(
    db: Queryable, *, reader_id: int | None, start: Start[tuple[float, int]]
) -> list[tuple[float, int]]:
    """Return ranks and posts, the hottest first."""
    rank, post_id = start.key or (None, None)
    rows = await db.fetch(_QUERIES[start.way("hot")], reader_id, post_id, start.limit, rank)
    return [(row["hot_rank"], row["id"]) for row in rows]


async def posts_by_tag(
    db: Queryable, tag_id: int, *, reader_id: int | None, start: Start[int]
) -> list[int]:
    """Return the posts under a tag, newest first."""
    rows = await db.fetch(_QUERIES[start.way("by_tag")], reader_id, start.key, start.limit, tag_id)
    return [row["id"] for row in rows]


async def posts_by_person(
    db: Queryable,
    user_id: int,
    *,
    reader_id: int | None,
    start: Start[int],
    only_pinned: bool = False,
) -> list[int]:
    """Return somebody's posts, newest first."""
    query = _QUERIES[start.way("pinned_by_person" if only_pinned else "by_person")]
    rows = await db.fetch(query, reader_id, start.key, start.limit, user_id)
    return [row["id"] for row in rows]


async def rank_posts(database: Database, *, younger_than: timedelta, batch: int) -> int:
    """Bring the ranks of all younger posts up to date and return how many moved."""
    moved = 0
    last: int | None = None
    while True:
        row = await database.fetchrow(_QUERIES["rank"], last, younger_than, batch)
        assert row is not None  # an aggregate always has a row
        moved += int(row["moved"])
        last = row["last"]
        if last is None:
            return moved
