"""A process that does nothing but bring views over, until it is killed, or one that counts them.

    python view_flusher.py REDIS_URL DATABASE_URL [VIDEO_ID ...]

The first prints a line whenever it begins a batch; the second, given videos, ends when 60,000
viewers have watched them in turn.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from redis.asyncio import Redis

from persistence.database import open_database
from persistence.redis_views import RedisViews

INCREMENTS = 60_000
PRODUCERS = 12


async def produce(views: RedisViews, video_ids: list[str], first: int) -> None:
    """Count this producer's share."""
    for number in range(first, INCREMENTS, PRODUCERS):
        video_id = int(video_ids[number % len(video_ids)])
        assert await views.count(video_id, number.to_bytes(16))


async def main() -> None:
    """Flush for ever."""
    redis_url, database_url, *video_ids = sys.argv[1:]
    async with open_database(database_url, pool_connections=2) as database:
        views = RedisViews(Redis.from_url(redis_url), database=database, window_s=3_600)
        if video_ids:
            await asyncio.gather(*(produce(views, video_ids, n) for n in range(PRODUCERS)))
            return
        while True:
            sys.stdout.write("a batch begins\n")
            sys.stdout.flush()
            await views.flush()


if __name__ == "__main__":
    asyncio.run(main())
