"""Feeds: which posts stand on a page, as ids. `posts_by_ids` turns them into posts.

`reader_id` is who reads, or None; whom the reader has blocked or muted, or who has blocked the
reader, is left out. `before` is where the page before ended.
"""

from __future__ import annotations

from datetime import timedelta

from persistence.database import Database, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("feeds")

# Up to so many people are asked one by one for their newest posts; who follows more is first looked
# for among everybody's.
MANY_FOLLOWED = 300
RECENT_POSTS = 1_000


async def latest_posts(
    db: Queryable, *, reader_id: int | None, before: int | None, limit: int
) -> list[int]:
    """Return everybody's posts, newest first."""
    rows = await db.fetch(_QUERIES["latest"], reader_id, before, limit)
    return [row["id"] for row in rows]


async def home_posts(db: Queryable, *, reader_id: int, before: int | None, limit: int) -> list[int]:
    """Return posts by people and under tags that the reader follows, newest first."""
    rows = await db.fetch(
        _QUERIES["home_of_many"], reader_id, before, limit, MANY_FOLLOWED, RECENT_POSTS
    )
    if len(rows) < limit:
        rows = await db.fetch(_QUERIES["home"], reader_id, before, limit)
    return [row["id"] for row in rows]


async def hot_posts(
    db: Queryable, *, reader_id: int | None, before: tuple[float, int] | None, limit: int
) -> list[tuple[float, int]]:
    """Return ranks and posts, the hottest first."""
    rank, post_id = before or (None, None)
    rows = await db.fetch(_QUERIES["hot"], reader_id, post_id, limit, rank)
    return [(row["hot_rank"], row["id"]) for row in rows]


async def posts_by_tag(
    db: Queryable, tag_id: int, *, reader_id: int | None, before: int | None, limit: int
) -> list[int]:
    """Return the posts under a tag, newest first."""
    rows = await db.fetch(_QUERIES["by_tag"], reader_id, before, limit, tag_id)
    return [row["id"] for row in rows]


async def posts_by_person(
    db: Queryable,
    user_id: int,
    *,
    reader_id: int | None,
    before: int | None,
    limit: int,
    only_pinned: bool = False,
) -> list[int]:
    """Return somebody's posts, newest first."""
    query = _QUERIES["pinned_by_person" if only_pinned else "by_person"]
    rows = await db.fetch(query, reader_id, before, limit, user_id)
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
