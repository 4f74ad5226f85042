"""Connections whose session no longer stands: revoked here, on another node, or found out late."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rooms.bus import Bus, Subscription
from rooms.connected import Client
from server.identity import Identities

SESSION_CHECK_S = 300.0

_BUS_CHANNEL = "sessions"


class SessionChecks:
    """Ends the clients of sessions that have ended. `clients` lists all, by Engine.IO session."""

    def __init__(
        self,
        identities: Identities,
        *,
        bus: Bus,
        clients: Callable[[], Iterable[tuple[str, Client]]],
        end: Callable[[str], None],
    ) -> None:
        self._identities = identities
        self._bus = bus
        self._clients = clients
        self._end = end

    def end_session(self, session_hash: bytes) -> None:
        """End the connections of a session that was revoked, on every node."""
        self._end_here(session_hash)
        self._bus.publish_nowait(_BUS_CHANNEL, session_hash)

    def hear(self) -> Subscription:
        """End sessions that other nodes were told to end."""
        return self._bus.subscribe(_BUS_CHANNEL, self._end_here, on_gap=self._doubt_all)

    def _doubt_all(self) -> None:
        """Somebody may have signed out unheard: everybody is due, and stays so until asked for."""
        for _eio_sid, client in self._signed_in():
            client.checked_at = float("-inf")

    def _end_here(self, session_hash: bytes) -> None:
        for eio_sid, client in self._signed_in():
            identity = client.caller.identity
            if identity and identity.session_hash == session_hash:
                self._end(eio_sid)

    def _signed_in(self) -> list[tuple[str, Client]]:
        # A list: who is ended is a client no more.
        return [(eio_sid, client) for eio_sid, client in self._clients() if client.caller.identity]

    async def check(self, *, now: float) -> None:
        """End the clients whose session was due to be looked at and no longer stands."""
        due: dict[bytes, list[Client]] = {}
        for _eio_sid, client in self._signed_in():
            if client.caller.identity and client.checked_at <= now - SESSION_CHECK_S:
                due.setdefault(client.caller.identity.session_hash, []).append(client)
        for session_hash, clients in due.items():
            if await self._identities.is_valid(session_hash):
                for client in clients:
                    client.checked_at = now
            else:
                self._end_here(session_hash)
