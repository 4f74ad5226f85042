"""Rate limits that all nodes of a site count together, in Redis.

When Redis is away this node counts alone, in memory: limits get looser by the number of nodes, and
never open. A Redis that did not answer is left alone for a second, so that it does not cost every
request its timeout.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.limits import Limiter, Policy, Verdict, spend

logger = structlog.get_logger(__name__)

TIMEOUT_S = 0.25
LEFT_ALONE_S = 1.0

# The rule of server/limits.py in one round trip: it stores what `spend` returns and answers what
# was stored before. The time is the caller's: nodes' clocks differ by less than a limit notices.
_SPEND = """
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local interval, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local after = math.max(stored, now) + interval
if after - now - window <= 1e-6 then
    redis.call('SET', KEYS[1], string.format('%.17g', after), 'PX', math.ceil((after - now) * 1000))
end
return string.format('%.17g', stored)
"""


class RedisLimiter:
    """Limits of a whole site. Made by `open_redis_limiter`."""

    def __init__(self, redis: Redis, *, fallback: Limiter, clock: Callable[[], float]) -> None:
        self._script = redis.register_script(_SPEND)
        self._fallback = fallback
        self._clock = clock
        self._left_alone_until = 0.0

    async def spend(self, policy: Policy, key: str) -> Verdict:
        """Count one try of `key` under `policy`."""
        now = self._clock()
        if now < self._left_alone_until:
            return await self._fallback.spend(policy, key)
        try:
            stored = await self._script(
                keys=[f"limits:{policy.name}:{key}"],
                args=[repr(policy.interval_s), policy.window_s, repr(now)],
            )
        except (RedisError, OSError) as error:
            logger.warning("limits are counted by this node alone", error=repr(error))
            self._left_alone_until = now + LEFT_ALONE_S
            return await self._fallback.spend(policy, key)
        _, verdict = spend(policy, earned_at=float(stored), now=now)
        return verdict


@asynccontextmanager
async def open_redis_limiter(
    url: str,
    *,
    fallback: Limiter,
    clock: Callable[[], float],
    timeout_s: float = TIMEOUT_S,
) -> AsyncIterator[RedisLimiter]:
    """Connect to Redis when it is first needed, and close at the end."""
    redis = Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        # One try: the fallback is better than waiting.
        retry=Retry(NoBackoff(), 0),
    )
    try:
        yield RedisLimiter(redis, fallback=fallback, clock=clock)
    finally:
        await redis.aclose()
