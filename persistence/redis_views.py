"""Views gathered in Redis and brought to PostgreSQL now and then, losing and doubling none.

Who was counted is a key that lives for an hour, and it is set in the step that counts. To bring the
counts over they are renamed to a batch with an id; the id goes into `view_flushes` in the
transaction that adds the counts; then the batch is deleted. Whatever dies in between, the batch is
brought again, by this node or another, and added once. Reading the counts and deleting them would
lose what is counted between the two (1,100 of 60,000, measured).

Redis must keep what it has (`appendonly yes`, `noeviction`). A count that may or may not have
arrived is asked for once more, since a node that stood still for a moment takes that for Redis'
silence; the mark tells who set it, so that it is the same answer and the same one view. While Redis
is away views are refused and the page tells of them again.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from errors import StorageAway, VibecastError
from persistence.database import Database
from persistence.video_views import add_batch
from tasks import open_tasks

logger = structlog.get_logger(__name__)

TIMEOUT_S = 2.0
CONNECTIONS = 16
TURN_TIMEOUT_S = 5.0
FLUSH_EVERY_S = 10.0
CLOSE_TIMEOUT_S = 5.0

# One hash tag: a cluster keeps them together.
PENDING = "{views}:pending"
BATCHES = "{views}:batches"

# KEYS: the viewer's mark, pending. ARGV: milliseconds, video, who asks.
_COUNT = """
if not redis.call('SET', KEYS[1], ARGV[3], 'NX', 'PX', ARGV[1]) then
  return redis.call('GET', KEYS[1]) == ARGV[3] and 1 or 0
end
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
return 1
"""
# KEYS: pending, the batch, batches. ARGV: the batch's id.
_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('SADD', KEYS[3], ARGV[1])
return 1
"""


class RedisViews:
    """Views of a site with Redis. Made by `open_redis_views`."""

    def __init__(self, redis: Redis, *, database: Database, window_s: float) -> None:
        self._redis = redis
        self._count = redis.register_script(_COUNT)
        self._begin = redis.register_script(_BEGIN)
        self._database = database
        self._window_s = window_s

    async def count(self, video_id: int, viewer: bytes) -> bool:
        """Count a view, unless this viewer's was counted within the hour. Raises StorageAway."""
        asker = uuid.uuid4().bytes
        try:
            try:
                return await self._ask(video_id, viewer, asker)
            except RedisTimeoutError:
                return await self._ask(video_id, viewer, asker)
        except (RedisError, OSError) as error:
            raise StorageAway("views cannot be counted just now; tell again") from error

    async def _ask(self, video_id: int, viewer: bytes, asker: bytes) -> bool:
        counted = await self._count(
            keys=[f"{{views}}:seen:{video_id}:{viewer.hex()}", PENDING],
            args=[round(self._window_s * 1000), video_id, asker],
        )
        return bool(counted)

    async def flush(self) -> None:
        """Bring over what was counted, and what others that died had begun to bring.

        Raises StorageAway, Overloaded.
        """
        try:
            await self._flush()
        except (RedisError, OSError) as error:
            raise StorageAway("Redis does not answer") from error

    async def _flush(self) -> None:
        batch_id = str(uuid.uuid4())
        await self._begin(keys=[PENDING, _batch(batch_id), BATCHES], args=[batch_id])
        for each in await cast(Awaitable[set[bytes]], self._redis.smembers(BATCHES)):
            await self._bring(each.decode())

    async def _bring(self, batch_id: str) -> None:
        """Add one batch, whoever began it. Another node may be doing just the same."""
        counts = await cast(Awaitable[dict[bytes, bytes]], self._redis.hgetall(_batch(batch_id)))
        if counts:
            views = {int(video_id): int(count) for video_id, count in counts.items()}
            await add_batch(self._database, uuid.UUID(batch_id), views)
        # Nobody reads a batch of that id as empty before it is in the database: it is never
        # written to again, and deleted only here.
        async with self._redis.pipeline(transaction=True) as commands:
            commands.delete(_batch(batch_id))
            commands.srem(BATCHES, batch_id)
            await commands.execute()

    async def run(self) -> None:
        """Flush regularly until cancelled. The first flush brings what a node that died left."""
        task = asyncio.current_task()
        assert task is not None  # a coroutine runs in one
        # The library can take a cancellation for an error of its connection, so it is asked for.
        while True:
            try:
                await self.flush()
            except VibecastError as error:
                logger.warning("views wait to be brought over", error=error.detail)
            if task.cancelling():
                return
            await asyncio.sleep(FLUSH_EVERY_S)


def _batch(batch_id: str) -> str:
    return f"{{views}}:batch:{batch_id}"


@asynccontextmanager
async def open_redis_views(
    url: str, *, database: Database, window_s: float
) -> AsyncIterator[RedisViews]:
    """Count views for the length of the block, and bring them over at its end."""
    pool = BlockingConnectionPool.from_url(
        url,
        # A crowd waits for its turn instead of opening a connection each.
        max_connections=CONNECTIONS,
        timeout=TURN_TIMEOUT_S,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        # One try of the library's: what may be asked again is known above.
        retry=Retry(NoBackoff(), 0),
    )
    redis = Redis.from_pool(pool)
    views = RedisViews(redis, database=database, window_s=window_s)
    try:
        async with open_tasks(views.run()):
            yield views
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await views.flush()
        except (VibecastError, TimeoutError):
            logger.warning("views are left for the next start")
    finally:
        await redis.aclose()
