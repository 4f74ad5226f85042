"""Views of videos: counted once per viewer and hour, by both implementations, exactly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from community.views import Views, address_viewer, user_viewer
from errors import StorageAway
from persistence.database import Database
from persistence.redis_views import BATCHES, PENDING, TIMEOUT_S, RedisViews, open_redis_views
from persistence.video_views import add_batch, forget_views, open_sql_views
from tests.people import add_people
from tests.redis import RedisServer
from tests.videos import VideoSite

FLUSHER = Path(__file__).with_name("view_flusher.py")
PATIENCE_S = 60.0
HOUR_S = 3_600.0
INCREMENTS = 60_000
VIDEOS = 3


@asynccontextmanager
async def open_views(
    kind: str, database: Database, request: pytest.FixtureRequest, *, window_s: float = HOUR_S
) -> AsyncIterator[Views]:
    """Open an implementation."""
    if kind == "sql":
        async with open_sql_views(database, window_s=window_s) as views:
            yield views
        return
    url = request.getfixturevalue("redis_url")
    async with open_redis_views(url, database=database, window_s=window_s) as views:
        yield views


both = pytest.mark.parametrize("kind", ["sql", "redis"])


async def add_videos(database: Database, count: int = VIDEOS) -> list[int]:
    """Add videos that may be watched."""
    (user_id,) = await add_people(database, 1)
    rows = await database.fetch(
        "INSERT INTO videos (user_id, title, status, video_url) "
        "SELECT $1, 'v', 'ready', 'x' FROM generate_series(1, $2::int) RETURNING id",
        user_id,
        count,
    )
    return [row["id"] for row in rows]


async def counted(database: Database) -> list[int]:
    """Return how many views each video has."""
    rows = await database.fetch("SELECT views_count FROM videos ORDER BY id")
    return [row["views_count"] for row in rows]


def viewer(number: int) -> bytes:
    return number.to_bytes(16)


@both
async def test_every_viewer_counts_once(
    database: Database, request: pytest.FixtureRequest, kind: str
) -> None:
    one, other, _ = await add_videos(database)
    async with open_views(kind, database, request) as views:
        told = await asyncio.gather(
            *(views.count(one, viewer(number % 50)) for number in range(200)),
            *(views.count(other, viewer(number)) for number in range(20)),
        )
        assert sum(told[:200]) == 50
        assert told[200:] == [True] * 20
        assert await views.count(one, viewer(7)) is False
        await views.flush()
        assert await counted(database) == [50, 20, 0]
        await views.flush()
        assert await counted(database) == [50, 20, 0]


@both
async def test_viewer_counts_again_when_the_time_has_passed(
    database: Database, request: pytest.FixtureRequest, kind: str
) -> None:
    one, *_ = await add_videos(database)
    async with open_views(kind, database, request, window_s=0.3) as views:
        assert await views.count(one, viewer(1))
        async with asyncio.timeout(PATIENCE_S):
            while not await views.count(one, viewer(1)):
                pass
        await views.flush()
        assert (await counted(database))[0] == 2


@both
async def test_video_that_is_gone_is_no_error(
    database: Database, request: pytest.FixtureRequest, kind: str
) -> None:
    one, *_ = await add_videos(database)
    async with open_views(kind, database, request) as views:
        await asyncio.gather(*(views.count(video_id, viewer(1)) for video_id in (one, 10**12)))
        await views.flush()
    assert await counted(database) == [1, 0, 0]


@both
async def test_what_was_counted_is_brought_over_at_the_end(
    database: Database, request: pytest.FixtureRequest, kind: str
) -> None:
    one, *_ = await add_videos(database)
    async with open_views(kind, database, request) as views:
        assert await views.count(one, viewer(1))
    assert (await counted(database))[0] == 1


async def test_batch_is_added_once_wherever_its_flush_ended(
    database: Database, redis_url: str
) -> None:
    (one,) = await add_videos(database, 1)
    redis = Redis.from_url(redis_url)
    views = RedisViews(redis, database=database, window_s=HOUR_S)
    try:
        await views.count(one, viewer(1))
        await views.count(one, viewer(2))
        # A node that died after renaming.
        left = str(uuid.uuid4())
        await redis.rename(PENDING, f"{{views}}:batch:{left}")
        await redis.sadd(BATCHES, left)
        await views.count(one, viewer(3))
        # A node that died after committing.
        added = uuid.uuid4()
        await redis.hset(f"{{views}}:batch:{added}", str(one), "5")
        await redis.sadd(BATCHES, str(added))
        assert await add_batch(database, added, {one: 5})
        # And one that died while deleting.
        await redis.sadd(BATCHES, str(uuid.uuid4()))
        await asyncio.gather(views.flush(), views.flush(), views.flush())
        assert await counted(database) == [8]
        assert await redis.exists(PENDING, BATCHES) == 0
        assert not await add_batch(database, added, {one: 5})
        assert await counted(database) == [8]
    finally:
        await redis.aclose()


async def test_views_are_refused_while_redis_is_away_and_told_again(
    database: Database, redis_server: RedisServer
) -> None:
    (one,) = await add_videos(database, 1)
    async with open_redis_views(redis_server.url, database=database, window_s=HOUR_S) as views:
        redis_server.stop()
        with pytest.raises(StorageAway):
            await views.count(one, viewer(1))
        with pytest.raises(StorageAway):
            await views.flush()
        redis_server.start()
        assert await views.count(one, viewer(1))
    assert await counted(database) == [1]


async def test_view_is_counted_once_when_redis_answers_late(
    database: Database, redis_url: str
) -> None:
    (one,) = await add_videos(database, 1)
    async with (
        open_redis_views(redis_url, database=database, window_s=HOUR_S) as views,
        Redis.from_url(redis_url) as redis,
    ):
        assert await views.count(one, viewer(1))
        await redis.client_pause(round(TIMEOUT_S * 1.3 * 1000))
        assert await views.count(one, viewer(2))
        assert not await views.count(one, viewer(2))
    assert await counted(database) == [2]


async def test_nothing_is_lost_or_doubled_when_the_flusher_is_killed(
    database: Database, database_url: str, redis_url: str
) -> None:
    """60,000 views while they are flushed by a process that is killed again and again."""
    ids = await add_videos(database)
    redis = Redis.from_url(redis_url)
    views = RedisViews(redis, database=database, window_s=HOUR_S)
    finished = asyncio.Event()

    async def produce() -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(FLUSHER), redis_url, database_url, *map(str, ids)
        )
        assert await process.wait() == 0

    async def flush_and_be_killed() -> int:
        kills = 0
        while not finished.is_set():
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(FLUSHER), redis_url, database_url, stdout=PIPE
            )
            assert process.stdout is not None
            # Each line is a batch that was begun, and the kill finds it somewhere on its way.
            for _ in range(3 + kills * 2):
                await process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
            await process.communicate()
            kills += 1
        return kills

    try:
        async with asyncio.timeout(PATIENCE_S * 3), asyncio.TaskGroup() as tasks:
            flushing = tasks.create_task(flush_and_be_killed())
            await produce()
            finished.set()
            assert await flushing >= 1
        await views.flush()
        assert sum(await counted(database)) == INCREMENTS
        assert await counted(database) == [INCREMENTS // VIDEOS] * VIDEOS
        assert await redis.exists(PENDING, BATCHES) == 0
    finally:
        await redis.aclose()


async def test_what_is_old_is_forgotten(database: Database) -> None:
    (one,) = await add_videos(database, 1)
    async with open_sql_views(database, window_s=HOUR_S) as views:
        await views.count(one, viewer(1))
        await database.execute("UPDATE video_viewers SET counted_at = now() - interval '2 hours'")
        await views.count(one, viewer(2))
    await add_batch(database, uuid.uuid4(), {one: 1})
    await forget_views(database, window=timedelta(hours=1))
    assert await database.fetchval("SELECT count(*) FROM video_viewers") == 1
    assert await database.fetchval("SELECT count(*) FROM view_flushes") == 1


async def test_page_tells_of_a_view(video_site: VideoSite) -> None:
    ann, bob = await video_site.person(), await video_site.person()
    seen = await video_site.video(ann)
    path = f"/api/v1/videos/{seen['id']}"
    nobody = video_site.edge.nobody
    firefox, chrome = {"User-Agent": "Firefox"}, {"User-Agent": "Chrome"}
    for person, headers in (
        (bob, firefox),
        (bob, chrome),
        (ann, firefox),
        (nobody, firefox),
        (nobody, firefox),
        (nobody, chrome),
    ):
        answer = await person.ask("POST", path + "/views", headers=headers)
        assert answer.status == 204
    for method in ("GET", "HEAD"):
        assert (await nobody.ask(method, path + "/views")).status == 405
    assert (await ann.ask("GET", path)).body["views_count"] == 4
    assert (await ann.ask("GET", path)).body["updated_at"] == seen["updated_at"]


def test_viewers_are_told_apart_and_not_found_out() -> None:
    first, second = b"a" * 32, b"b" * 32
    assert user_viewer(first, 1) != user_viewer(first, 2)
    assert user_viewer(first, 1) != user_viewer(second, 1)
    assert address_viewer(first, "192.0.2.1", "x") != address_viewer(first, "192.0.2.2", "x")
    assert len(address_viewer(first, "192.0.2.1", "\udc80")) == 16
