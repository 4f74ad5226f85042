"""Leaderboards of a million people: the rank of somebody in the middle, and pages near both ends,
from PostgreSQL alone and with Redis before it.

The clock is the caller's, around the same calls that a request makes, names and all.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import asyncpg
from redis.asyncio import Redis

from bench.report import Bar, Table
from community.boards import ALL_TIME, Leaderboards, Place
from persistence.database import Database, open_database
from persistence.embedded import start_server
from persistence.leaderboards import SqlLeaderboards
from persistence.migrations import migrate
from persistence.redis_leaderboards import RedisLeaderboards
from server.paging import Start

PEOPLE = 1_000_000
PEOPLE_AT_ONCE = 50_000
DEEP_RANK = 900_000
PAGE_ITEMS = 20
TRIES = 30

RANK_GAIN = 10.0
DEPTH_RATIO = 3.0

# Points are spread with many ties, as five and ten at a time make them.
_ADD_PEOPLE = """
WITH added AS (
    INSERT INTO users (username, email)
    SELECT 'person_' || n, n || '@mail.example' FROM generate_series($1::bigint, $2::bigint) AS n
    RETURNING id)
INSERT INTO board_scores (board, user_id, score, reached_at)
SELECT 'all-time', id, 5 * (1 + (id * 7919) % 20000),
       now() - make_interval(secs => (id * 104729) % 1000000)
FROM added
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Medians in milliseconds."""

    rank: float
    first_page: float
    deep_page: float


def measure_leaderboards() -> Table:
    """Measure both, and return what to write."""
    sql, redis, built_s = asyncio.run(_measure())
    ratio = sql.deep_page / sql.first_page
    return Table(
        title="Leaderboards",
        setting=(
            f"{PEOPLE:,} people on one board, medians of {TRIES} calls one after the other, in"
            f" milliseconds. Redis was built from PostgreSQL in {built_s:.0f} s."
        ),
        columns=("question", "PostgreSQL", "Redis before it"),
        rows=(
            ("rank of somebody in the middle", f"{sql.rank:.2f}", f"{redis.rank:.2f}"),
            ("the first 20", f"{sql.first_page:.2f}", f"{redis.first_page:.2f}"),
            (f"20 behind rank {DEEP_RANK:,}", f"{sql.deep_page:.2f}", f"{redis.deep_page:.2f}"),
        ),
        bars=(
            Bar(
                f"Redis knows a rank at least {RANK_GAIN:.0f} times sooner",
                redis.rank * RANK_GAIN <= sql.rank,
            ),
            Bar(
                f"a page near the end costs at most {DEPTH_RATIO:.0f} times the first one"
                f" (PostgreSQL: {ratio:.1f})",
                ratio <= DEPTH_RATIO,
            ),
        ),
    )


async def _measure() -> tuple[Times, Times, float]:
    with tempfile.TemporaryDirectory(prefix="board-") as folder, _redis(Path(folder)) as redis_url:
        async with _postgres(Path(folder)) as database, Redis.from_url(redis_url) as redis:
            sql = SqlLeaderboards(database)
            middle = await _place(sql, PEOPLE // 2)
            deep = await _place(sql, DEEP_RANK)
            of_sql = await _times(sql, middle, deep)
            kept = RedisLeaderboards(
                redis, database=database, sql=sql, clock=lambda: datetime.now(UTC)
            )
            began_at = time.perf_counter()
            await kept.refresh()
            built_s = time.perf_counter() - began_at
            assert await kept.standing(ALL_TIME, middle.user_id) == await sql.standing(
                ALL_TIME, middle.user_id
            )
            return of_sql, await _times(kept, middle, deep), built_s


async def _place(sql: SqlLeaderboards, rank: int) -> Place:
    """Return somebody's place near a rank, without walking there."""
    standing = None
    user_id = rank
    while standing is None or abs(standing.place.rank - rank) > PEOPLE // 100:
        user_id = (user_id * 31 + 7) % PEOPLE + 1
        standing = await sql.standing(ALL_TIME, user_id)
    return standing.place


async def _times(boards: Leaderboards, middle: Place, deep: Place) -> Times:
    return Times(
        rank=await _median_ms(lambda: boards.standing(ALL_TIME, middle.user_id)),
        first_page=await _median_ms(lambda: boards.page(ALL_TIME, Start(None, PAGE_ITEMS))),
        deep_page=await _median_ms(lambda: boards.page(ALL_TIME, Start(deep, PAGE_ITEMS))),
    )


async def _median_ms(ask: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(TRIES):
        began_at = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - began_at) * 1000)
    return median(times)


@asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[Database]:
    server = await asyncio.to_thread(start_server, folder / "postgres")
    try:
        url = str(server.get_uri())
        await migrate(url)
        connection = await asyncpg.connect(url)
        try:
            for first in range(1, PEOPLE + 1, PEOPLE_AT_ONCE):
                await connection.execute(_ADD_PEOPLE, first, first + PEOPLE_AT_ONCE - 1)
            await connection.execute("VACUUM ANALYZE board_scores, users")
        finally:
            await connection.close()
        async with open_database(url) as database:
            yield database
    finally:
        await asyncio.to_thread(server.stop)


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    socket = folder / "redis.sock"
    with subprocess.Popen(
        [
            *("redis-server", "--port", "0", "--unixsocket", str(socket), "--dir", str(folder)),
            *("--save", "", "--appendonly", "no", "--logfile", ""),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if b"eady to accept connections" in line:
                    break
            yield f"unix://{socket}"
        finally:
            process.terminate()
