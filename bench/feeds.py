"""Feeds of a million posts: a page at the far end beside the first one, and pages by offset as the
peer; and a home that gathers hundreds or thousands of people.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg

from bench.report import Bar, Table
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.feeds import home_posts, hot_posts, latest_posts, posts_by_tag, rank_posts
from persistence.migrations import migrate
from server.paging import Start

POSTS = 1_000_000
DEPTH = 900_000
PEOPLE = 10_000
TAGS = 1_000
PAGE = 21
WARM_UPS = 10
RUNS = 100
# A keyset page costs the same wherever it is; more than this is not the same.
SAME = 2.0

# As rows only: a million posts through the triggers would measure the triggers.
_SEED = (
    "ALTER TABLE posts DISABLE TRIGGER ALL",
    "ALTER TABLE post_tags DISABLE TRIGGER ALL",
    (
        "INSERT INTO users (username, email) "
        "SELECT 'user_' || n, n || '@x.test' FROM generate_series(1, $people) AS n"
    ),
    (
        "INSERT INTO posts (user_id, content, content_html, html_version, hot_rank, created_at) "
        "SELECT 1 + (n::bigint * 7919) % $people, 'post ' || n, '<p>post</p>', 1, "
        "hot_rank((n % 50)::int, 0, t.at), t.at FROM generate_series(1, $posts) AS n, "
        "LATERAL (SELECT now() - make_interval(secs => ($posts - n) * 3)) AS t (at)"
    ),
    "INSERT INTO tags (name) SELECT 'tag' || n FROM generate_series(1, $tags) AS n",
    "INSERT INTO post_tags (post_id, tag_id) SELECT id, 1 + id % $tags FROM posts",
    (
        "INSERT INTO followers (follower_id, following_id) "
        "SELECT 1, n FROM generate_series(2, 201) AS n"
    ),
    (
        "INSERT INTO followers (follower_id, following_id) "
        "SELECT 2, n FROM generate_series(3, 5002) AS n"
    ),
    (
        "INSERT INTO tag_followers (user_id, tag_id) "
        "SELECT u, n FROM generate_series(1, 2) AS u, generate_series(1, 20) AS n"
    ),
    "ALTER TABLE posts ENABLE TRIGGER ALL",
    "ALTER TABLE post_tags ENABLE TRIGGER ALL",
    "VACUUM ANALYZE",
)
_BY_OFFSET = "SELECT id FROM posts WHERE deleted_at IS NULL ORDER BY id DESC OFFSET $1 LIMIT 21"
_HOT_AT = "SELECT hot_rank, id FROM posts ORDER BY hot_rank DESC, id DESC OFFSET $1 LIMIT 1"


def measure_feeds() -> Table:
    """Return how long a page takes, first and far."""
    return asyncio.run(_measure())


async def _measure() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        async with open_embedded_postgres(Path(folder)) as url:
            await migrate(url)
            await _seed(url)
            async with open_database(url) as database:
                return await _table(database)


async def _seed(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in _SEED:
            for name, number in (("people", PEOPLE), ("posts", POSTS), ("tags", TAGS)):
                statement = statement.replace(f"${name}", str(number))
            await connection.execute(statement)
    finally:
        await connection.close()


async def _table(database: Database) -> Table:
    far = POSTS - DEPTH
    row = await database.fetchrow(_HOT_AT, DEPTH)
    assert row is not None  # there are more posts than that
    hot_far = (float(row["hot_rank"]), int(row["id"]))

    def latest(before: int | None) -> Callable[[], Awaitable[object]]:
        return lambda: latest_posts(database, reader_id=1, start=Start(before, PAGE))

    def hot(before: tuple[float, int] | None) -> Callable[[], Awaitable[object]]:
        return lambda: hot_posts(database, reader_id=1, start=Start(before, PAGE))

    def by_tag(before: int | None) -> Callable[[], Awaitable[object]]:
        return lambda: posts_by_tag(database, 5, reader_id=1, start=Start(before, PAGE))

    def home(reader_id: int, before: int | None) -> Callable[[], Awaitable[object]]:
        return lambda: home_posts(database, reader_id=reader_id, start=Start(before, PAGE))

    def offset(skipped: int) -> Callable[[], Awaitable[object]]:
        return lambda: database.fetch(_BY_OFFSET, skipped)

    pairs = {
        "latest": (await _time(latest(None)), await _time(latest(far))),
        "hot": (await _time(hot(None)), await _time(hot(hot_far))),
        "by tag": (await _time(by_tag(None)), await _time(by_tag(far))),
        "home, 200 people and 20 tags": (await _time(home(1, None)), await _time(home(1, far))),
        "home, 5,000 people and 20 tags": (await _time(home(2, None)), await _time(home(2, far))),
        "latest by offset (the peer)": (await _time(offset(0)), await _time(offset(DEPTH))),
    }
    began = time.perf_counter()
    await rank_posts(database, younger_than=timedelta(days=14), batch=5_000)
    ranked_s = time.perf_counter() - began
    rows = [
        (name, f"{first:.2f} ms", f"{deep:.2f} ms", f"{deep / first:.2f}")
        for name, (first, deep) in pairs.items()
    ]
    rows.append(("bring all ranks of a fortnight up to date", f"{ranked_s:.1f} s", "", ""))
    return Table(
        title="Feeds of a million posts",
        setting=(
            f"{POSTS:,} posts by {PEOPLE:,} people under {TAGS:,} tags on the embedded PostgreSQL; "
            f"median of {RUNS} pages of {PAGE} ids, the first page and the one at depth {DEPTH:,}."
        ),
        columns=("feed", "first page", f"at depth {DEPTH:,}", "ratio"),
        rows=rows,
        bars=_bars(pairs),
    )


def _bars(pairs: dict[str, tuple[float, float]]) -> Sequence[Bar]:
    return [
        Bar(f"{name}: the far page takes at most {SAME:g} times the first", deep <= SAME * first)
        for name, (first, deep) in pairs.items()
        if name in ("latest", "hot", "by tag")
    ]


async def _time(page: Callable[[], Awaitable[object]]) -> float:
    """Return the median of how long a page takes, in milliseconds."""
    for _ in range(WARM_UPS):
        await page()
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await page()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
