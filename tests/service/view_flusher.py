"""A process that does nothing but bring views over, until it is killed.

    python view_flusher.py REDIS_URL DATABASE_URL

Prints a line whenever it begins a batch.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from redis.asyncio import Redis

from persistence.database import open_database
from persistence.redis_views import RedisViews


async def main() -> None:
    """Flush for ever."""
    redis_url, database_url = sys.argv[1:]
    async with open_database(database_url, pool_connections=2) as database:
        views = RedisViews(Redis.from_url(redis_url), database=database, window_s=3_600)
        while True:
            sys.stdout.write("a batch begins\n")
            sys.stdout.flush()
            await views.flush()


if __name__ == "__main__":
    asyncio.run(main())
