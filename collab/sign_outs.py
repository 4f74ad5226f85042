"""Ends the sockets of documents whose sign-in is over, on every node.

A sign-out is told over the bus at once. What expires by itself, and what the bus lost, is found by
asking the database now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from collab.connection import SIGNED_OUT, Connection
from rooms.bus import Bus
from server.identity import Identities

SESSION_CHECK_S = 300.0

_CHANNEL = "documents:signed-out"


class SignOuts:
    """Watches the sessions of open sockets."""

    def __init__(
        self, connections: Callable[[], Iterable[Connection]], *, bus: Bus, identities: Identities
    ) -> None:
        """`connections()` returns everybody who has a document open on this node."""
        self._connections = connections
        self._bus = bus
        self._identities = identities
        self._check_due = asyncio.Event()
        self._subscription = bus.subscribe(_CHANNEL, self._end_here, on_gap=self._check_due.set)

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def end(self, session_hash: bytes) -> None:
        """Close the sockets of a session that was signed out, on every node."""
        self._bus.publish_nowait(_CHANNEL, session_hash)
        self._end_here(session_hash)

    def _end_here(self, session_hash: bytes) -> None:
        for connection in self._connections():
            identity = connection.identity
            if identity is not None and identity.session_hash == session_hash:
                connection.end(SIGNED_OUT)

    async def check(self) -> None:
        """End the clients whose sessions have expired or were signed out unheard."""
        hashes = {
            connection.identity.session_hash
            for connection in self._connections()
            if connection.identity is not None
        }
        for session_hash in hashes:
            if not await self._identities.is_valid(session_hash):
                self._end_here(session_hash)

    async def wait_check_due(self) -> None:
        """Wait until it is time to check."""
        try:
            async with asyncio.timeout(SESSION_CHECK_S):
                await self._check_due.wait()
        except TimeoutError:
            pass
        self._check_due.clear()
