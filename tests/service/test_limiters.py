"""Both limiters keep the same promise: in memory, and in a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from persistence.redis_limits import LEFT_ALONE_S, open_redis_limiter
from server.limits import Limiter, MemoryLimiter, Policy, Verdict
from tests.redis import RedisServer

POLICY = Policy("test", 3, 60)
# However busy the machine is that runs the tests.
WAIT_S = 20.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(params=["memory", "redis"])
async def limiter(
    request: pytest.FixtureRequest, clock: Clock, redis_url: str
) -> AsyncIterator[Limiter]:
    memory = MemoryLimiter(clock=clock)
    if request.param == "memory":
        yield memory
        return
    async with open_redis_limiter(
        redis_url, fallback=Closed(), clock=clock, timeout_s=WAIT_S
    ) as limiter:
        yield limiter


class Closed:
    """A limiter that must not be asked."""

    async def spend(self, policy: Policy, key: str) -> Verdict:
        raise AssertionError("Redis is there")


async def test_quota_is_spent_and_earned_again(limiter: Limiter, clock: Clock) -> None:
    verdicts = [await limiter.spend(POLICY, "ann") for _ in range(4)]
    assert [v.allowed for v in verdicts] == [True, True, True, False]
    assert [v.remaining for v in verdicts] == [2, 1, 0, 0]
    assert verdicts[3].retry_after_s == pytest.approx(20)
    assert verdicts[3].reset_s == pytest.approx(60)
    clock.now += 20
    assert (await limiter.spend(POLICY, "ann")).allowed
    assert not (await limiter.spend(POLICY, "ann")).allowed
    clock.now += 3600
    assert (await limiter.spend(POLICY, "ann")).remaining == 2


async def test_keys_and_policies_do_not_share(limiter: Limiter) -> None:
    for _ in range(3):
        await limiter.spend(POLICY, "ann")
    assert (await limiter.spend(POLICY, "bob")).allowed
    assert (await limiter.spend(Policy("other", 3, 60), "ann")).allowed
    assert not (await limiter.spend(POLICY, "ann")).allowed


async def test_tries_at_once_are_counted_one_by_one(limiter: Limiter) -> None:
    verdicts = await asyncio.gather(*(limiter.spend(POLICY, "ann") for _ in range(20)))
    assert sum(v.allowed for v in verdicts) == 3


async def test_memory_forgets_the_quietest_when_it_is_full(clock: Clock) -> None:
    limiter = MemoryLimiter(clock=clock, remembered_keys=10)
    for number in range(50):
        await limiter.spend(POLICY, f"user {number}")
        for _ in range(3):
            await limiter.spend(POLICY, "attacker")
    assert not (await limiter.spend(POLICY, "attacker")).allowed
    assert (await limiter.spend(POLICY, "user 0")).remaining == 2


async def test_two_nodes_count_together(clock: Clock, redis_url: str) -> None:
    async with (
        open_redis_limiter(redis_url, fallback=Closed(), clock=clock, timeout_s=WAIT_S) as one,
        open_redis_limiter(redis_url, fallback=Closed(), clock=clock, timeout_s=WAIT_S) as two,
    ):
        verdicts = [await node.spend(POLICY, "ann") for node in (one, two, one, two)]
    assert [v.allowed for v in verdicts] == [True, True, True, False]


async def test_node_limits_by_itself_while_redis_is_away(
    clock: Clock, redis_server: RedisServer
) -> None:
    memory = MemoryLimiter(clock=clock)
    async with open_redis_limiter(redis_server.url, fallback=memory, clock=clock) as limiter:
        assert (await limiter.spend(POLICY, "ann")).allowed
        redis_server.stop()
        verdicts = [await limiter.spend(POLICY, "ann") for _ in range(4)]
        assert [v.allowed for v in verdicts] == [True, True, True, False]
        redis_server.start()
        clock.now += LEFT_ALONE_S
        assert (await limiter.spend(POLICY, "ann")).remaining == 2
