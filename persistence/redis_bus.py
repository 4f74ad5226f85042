"""The bus between nodes on Redis pub/sub.

Publishing never waits: messages queue for one writer, which sends them in batches. Redis keeps
nothing, so whatever may have been lost (Redis was away, our queue was full, a batch's fate is
unknown) is made known instead: everybody's `on_gap` is called, here after every reconnect, on the
other nodes by a message that says so. The queue is bounded in messages and bytes; when it is full
the newest are dropped, and that is a gap too.
"""

from __future__ import annotations

import asyncio
import math
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from errors import Unavailable

logger = structlog.get_logger(__name__)

QUEUE_MESSAGES = 20_000
QUEUE_BYTES = 16 * 1024 * 1024
BATCH_MESSAGES = 500
CONNECT_TIMEOUT_S = 3.0
# A connection on which not even a pong has come for so long is dead.
PING_S = 5.0
SILENCE_S = 12.0
CLOSE_DEADLINE_S = 1.0
_RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)

_PREFIX = "vibecast:"
# Every node listens to it: it carries no messages, only the news that some were lost.
_CONTROL = ""


class _Envelope(msgspec.Struct, array_like=True):
    node: bytes
    message: bytes | None
    """None: messages of this node may have been lost."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Envelope).decode


@dataclass(eq=False, slots=True)
class _Subscription:
    bus: RedisBus
    channel: str
    receive: Callable[[bytes], None]
    on_gap: Callable[[], None]

    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True
        self.bus.unsubscribe(self)

    def deliver(self, message: bytes) -> None:
        if not self.is_closed:
            self.receive(message)

    def tell_gap(self) -> None:
        if not self.is_closed:
            self.on_gap()


class RedisBus:
    """One node's place on the bus. Made by `open_redis_bus`, which owns its tasks."""

    def __init__(self, connections: ConnectionPool) -> None:
        self._connections = connections
        self._node = uuid.uuid4().bytes
        self._subscriptions: dict[str, set[_Subscription]] = {_CONTROL: set()}
        self._wanted_changed = asyncio.Event()
        self._outgoing: deque[tuple[str, bytes]] = deque()
        self._outgoing_bytes = 0
        self._arrived = asyncio.Event()
        self._sent = asyncio.Event()
        self._lost = False

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Send `message` to every other node that listens to `channel`. Never waits."""
        body = _encode(_Envelope(self._node, message))
        full = self._outgoing_bytes + len(body) > QUEUE_BYTES
        if full or len(self._outgoing) >= QUEUE_MESSAGES:
            self._lost = True
            return
        self._outgoing.append((channel, body))
        self._outgoing_bytes += len(body)
        self._arrived.set()
        self._sent.clear()

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> _Subscription:
        """Call `receive` for what other nodes publish on `channel`.

        `on_gap` is also called when the subscription takes effect: what was published between this
        call and then is missed.
        """
        subscription = _Subscription(self, channel, receive, on_gap)
        listeners = self._subscriptions.setdefault(channel, set())
        # A second listener of a channel hears at once; the first hears when Redis says so.
        if listeners:
            asyncio.get_running_loop().call_soon(subscription.tell_gap)
        listeners.add(subscription)
        self._wanted_changed.set()
        return subscription

    def unsubscribe(self, subscription: _Subscription) -> None:
        """End a subscription. Safe to call twice."""
        listeners = self._subscriptions.get(subscription.channel, set())
        listeners.discard(subscription)
        if not listeners:
            self._subscriptions.pop(subscription.channel, None)
            self._wanted_changed.set()

    async def wait_sent(self) -> None:
        """Wait until nothing queues."""
        if self._outgoing:
            await self._sent.wait()

    # Down: from Redis to the subscriptions.

    async def listen(self) -> None:
        """Receive until cancelled, connecting again whenever Redis goes away."""
        failures = 0
        while True:
            connection = _connection_of(self._connections)
            try:
                await connection.connect()
                failures = 0
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._receive(connection))
                    both.create_task(self._keep_subscribed(connection))
            except* (RedisError, OSError) as errors:
                logger.warning("the bus is away", errors=[repr(each) for each in errors.exceptions])
            finally:
                await connection.disconnect(nowait=True)
            await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
            failures += 1

    async def _keep_subscribed(self, connection: Any) -> None:
        """Keep Redis' idea of our channels equal to ours, and the connection awake."""
        subscribed: set[str] = set()
        while True:
            self._wanted_changed.clear()
            wanted = set(self._subscriptions)
            for command, channels in (
                ("SUBSCRIBE", wanted - subscribed),
                ("UNSUBSCRIBE", subscribed - wanted),
            ):
                if channels:
                    names = [_PREFIX + channel for channel in channels]
                    await connection.send_command(command, *names, check_health=False)
            subscribed = wanted
            try:
                async with asyncio.timeout(PING_S):
                    await self._wanted_changed.wait()
            except TimeoutError:
                await connection.send_command("PING", check_health=False)

    async def _receive(self, connection: Any) -> None:
        while True:
            reply = await connection.read_response(timeout=SILENCE_S)
            if not isinstance(reply, list) or len(reply) != 3:
                continue  # a pong
            kind, name, body = reply
            channel = name.decode().removeprefix(_PREFIX)
            if kind == b"message":
                self._take(channel, body)
            elif kind == b"subscribe":
                self._tell_gap(channel)

    def _take(self, channel: str, body: bytes) -> None:
        try:
            envelope = _decode(body)
        except msgspec.DecodeError:
            logger.warning("not a message of ours on the bus", channel=channel)
            return
        if envelope.node == self._node:
            return
        if envelope.message is None:
            for each in list(self._subscriptions):
                self._tell_gap(each)
            return
        for subscription in list(self._subscriptions.get(channel, ())):
            # By the loop: what goes wrong in a listener is logged there and does not end the bus.
            asyncio.get_running_loop().call_soon(subscription.deliver, envelope.message)

    def _tell_gap(self, channel: str) -> None:
        for subscription in list(self._subscriptions.get(channel, ())):
            asyncio.get_running_loop().call_soon(subscription.tell_gap)

    # Up: from the queue to Redis.

    async def send(self) -> None:
        """Send until cancelled, connecting again whenever Redis goes away."""
        failures = 0
        while True:
            connection = _connection_of(self._connections)
            try:
                await connection.connect()
                while True:
                    await self._arrived.wait()
                    await self._send_batch(connection)
                    failures = 0
            except (RedisError, OSError) as error:
                logger.warning("the bus is away", error=repr(error))
            finally:
                await connection.disconnect(nowait=True)
            await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
            failures += 1

    async def _send_batch(self, connection: Any) -> None:
        count = min(len(self._outgoing), BATCH_MESSAGES)
        batch = [self._outgoing.popleft() for _ in range(count)]
        self._outgoing_bytes -= sum(len(body) for _, body in batch)
        # Until every answer is here the batch's fate is unknown. Sending it again could double it.
        lost_before, self._lost = self._lost, True
        if lost_before:
            batch.insert(0, (_CONTROL, _encode(_Envelope(self._node, None))))
        commands = [("PUBLISH", _PREFIX + channel, body) for channel, body in batch]
        packed = connection.pack_commands(commands)
        async with asyncio.timeout(SILENCE_S):
            await connection.send_packed_command(packed, check_health=False)
            for _ in commands:
                await connection.read_response(timeout=math.inf)
        self._lost = False
        if not self._outgoing:
            self._arrived.clear()
            self._sent.set()


def _connection_of(connections: ConnectionPool) -> Any:
    # Outside of the pool's own bookkeeping: each of ours lives as long as its task.
    return connections.make_connection()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def open_redis_bus(url: str) -> AsyncIterator[RedisBus]:
    """Join the bus at `url` for the length of the block. Raises Unavailable when nobody answers."""
    connections = ConnectionPool.from_url(
        url,
        protocol=2,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        # With a timeout of its own the library sends under asyncio.wait_for, which on Python 3.11
        # swallows a cancellation that comes with the result: seen as a close that never ended.
        socket_timeout=None,
        # The library would connect again by itself, and nobody would learn of the gap.
        retry=Retry(NoBackoff(), 0),
    )
    first = _connection_of(connections)
    try:
        await first.connect()
    except (RedisError, OSError) as error:
        raise Unavailable(f"Redis does not answer at REDIS_URL: {error}") from error
    finally:
        await first.disconnect(nowait=True)
    bus = RedisBus(connections)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bus.listen()), tasks.create_task(bus.send())]
        try:
            yield bus
            try:
                async with asyncio.timeout(CLOSE_DEADLINE_S):
                    await bus.wait_sent()
            except TimeoutError:
                logger.warning("the bus did not take the last messages")
        finally:
            for task in running:
                task.cancel()
