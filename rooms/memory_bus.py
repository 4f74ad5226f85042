"""The bus inside one process: what a node that stands alone uses, and several nodes in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class _Subscription:
    hub: MemoryHub
    member: MemoryBus
    channel: str
    receive: Callable[[bytes], None]

    def close(self) -> None:
        self.hub.subscriptions.get(self.channel, set()).discard(self)
        if not self.hub.subscriptions.get(self.channel):
            self.hub.subscriptions.pop(self.channel, None)

    def deliver(self, message: bytes) -> None:
        # It may have been closed since the message was sent.
        if self in self.hub.subscriptions.get(self.channel, ()):
            self.receive(message)


class MemoryHub:
    """Where the members of one process meet."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, set[_Subscription]] = {}

    def member(self) -> MemoryBus:
        """Return one more node's place on the bus."""
        return MemoryBus(self)


class MemoryBus:
    """One node's place. Nothing queues here but the loop's own calls."""

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Send `message` to every other member that listens to `channel`."""
        loop = asyncio.get_running_loop()
        for subscription in self._hub.subscriptions.get(channel, ()):
            if subscription.member is not self:
                # As from a network: never inside the publisher's own call.
                loop.call_soon(subscription.deliver, message)

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> _Subscription:
        """Call `receive` for what other members publish; memory is never away, so no gaps."""
        subscription = _Subscription(self._hub, self, channel, receive)
        self._hub.subscriptions.setdefault(channel, set()).add(subscription)
        return subscription
