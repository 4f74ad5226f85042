"""What every bus between nodes does, in memory and on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from persistence.redis_bus import open_redis_bus
from rooms.bus import Bus
from rooms.memory_bus import MemoryHub
from tests.redis import RedisServer

WAIT_S = 10.0


class Listener:
    """What one node heard on one channel."""

    def __init__(self, bus: Bus, channel: str) -> None:
        self.heard: list[bytes] = []
        self.gaps = 0
        self._news = asyncio.Event()
        self.subscription = bus.subscribe(channel, self._hear, on_gap=self._hear_gap)

    def _hear(self, message: bytes) -> None:
        self.heard.append(message)
        self._news.set()

    def _hear_gap(self) -> None:
        self.gaps += 1
        self._news.set()

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def wait_heard(self, *messages: bytes) -> None:
        await self.wait_until(lambda: len(self.heard) >= len(messages))
        assert self.heard == list(messages)


@pytest_asyncio.fixture(params=["memory", "redis"])
async def nodes(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """Two nodes' places on one bus."""
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            hub = MemoryHub()
            yield hub.member(), hub.member()
            return
        url = request.getfixturevalue("redis_url")
        yield (
            await stack.enter_async_context(open_redis_bus(url)),
            await stack.enter_async_context(open_redis_bus(url)),
        )


async def hears(listener: Listener, speaker: Bus, channel: str) -> None:
    """Wait until what `speaker` says on `channel` reaches `listener`."""
    probe = asyncio.create_task(_repeat(speaker, channel))
    try:
        await listener.wait_until(lambda: b"probe" in listener.heard)
    finally:
        probe.cancel()
    speaker.publish_nowait(channel, b"end of probes")
    await listener.wait_until(lambda: listener.heard[-1:] == [b"end of probes"])
    listener.heard.clear()


async def _repeat(speaker: Bus, channel: str) -> None:
    while True:
        speaker.publish_nowait(channel, b"probe")
        for _ in range(50):
            await asyncio.sleep(0)


async def test_message_reaches_the_other_nodes_listeners(nodes: tuple[Bus, Bus]) -> None:
    here, there = nodes
    first, second = Listener(there, "a"), Listener(there, "a")
    await hears(first, here, "a")
    second.heard.clear()
    here.publish_nowait("a", b"one")
    await first.wait_heard(b"one")
    await second.wait_heard(b"one")


async def test_node_never_hears_itself(nodes: tuple[Bus, Bus]) -> None:
    here, there = nodes
    own, other = Listener(here, "a"), Listener(there, "a")
    await hears(other, here, "a")
    await hears(own, there, "a")
    other.heard.clear()
    here.publish_nowait("a", b"mine")
    await other.wait_heard(b"mine")
    there.publish_nowait("a", b"theirs")
    await own.wait_heard(b"theirs")


async def test_messages_of_a_publisher_keep_their_order(nodes: tuple[Bus, Bus]) -> None:
    here, there = nodes
    listener = Listener(there, "a")
    await hears(listener, here, "a")
    sent = [b"%d" % n for n in range(2_000)]
    for message in sent:
        here.publish_nowait("a", message)
    await listener.wait_heard(*sent)


async def test_channels_do_not_mix(nodes: tuple[Bus, Bus]) -> None:
    here, there = nodes
    a, b = Listener(there, "a"), Listener(there, "b")
    await hears(a, here, "a")
    await hears(b, here, "b")
    here.publish_nowait("a", b"for a")
    here.publish_nowait("b", b"for b")
    await a.wait_heard(b"for a")
    await b.wait_heard(b"for b")


async def test_closed_subscription_hears_nothing(nodes: tuple[Bus, Bus]) -> None:
    here, there = nodes
    closed, kept = Listener(there, "a"), Listener(there, "a")
    await hears(closed, here, "a")
    closed.subscription.close()
    closed.subscription.close()
    closed.heard.clear()
    kept.heard.clear()
    here.publish_nowait("a", b"one")
    await kept.wait_heard(b"one")
    assert closed.heard == []


async def test_redis_that_comes_back_is_a_gap_and_goes_on(redis_server: RedisServer) -> None:
    async with open_redis_bus(redis_server.url) as here, open_redis_bus(redis_server.url) as there:
        listener = Listener(there, "a")
        await hears(listener, here, "a")
        gaps = listener.gaps
        redis_server.stop()
        here.publish_nowait("a", b"while away")  # must not wait, nor raise
        redis_server.start()
        await listener.wait_until(lambda: listener.gaps > gaps)
        await hears(listener, here, "a")
