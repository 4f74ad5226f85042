"""The bus between nodes: what one node tells the others that serve the same site.

Only for other nodes: a node never hears itself, it tells its own clients directly, so that a room
goes on when the bus is away. Delivery is at most once, in order per publisher and channel. Whoever
needs more keeps its truth in PostgreSQL and reads there again when `on_gap` says that messages may
have been missed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Subscription(Protocol):
    """An interest in one channel; close it to end it."""

    def close(self) -> None:
        """Stop receiving. Safe to call twice."""


class Bus(Protocol):
    """One node's place on the bus. Two implementations, one conformance suite."""

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Send `message` to every other node that listens to `channel`. Never waits."""

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> Subscription:
        """Call `receive` for what other nodes publish on `channel`, on the event loop.

        `on_gap` is called when messages may have been missed (the bus was away and is back).
        """
