"""Whose datagram is it? One port, every session.

A check names its session by our username fragment. Everything else counts only from an address
from which an authentic check has come, so a forged source reaches nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from media.ice import is_stun, read_check
from media.peer import Peer
from media.udp import Address

# What a restart replaces is in use until a check of the new session has come; older is not.
_UFRAGS_KNOWN = 2


class Reachable(Protocol):
    """A session, as the wire sees it."""

    @property
    def peer(self) -> Peer: ...

    def receive_media(self, datagram: bytes, now: float) -> None:
        """Take an SRTP or SRTCP datagram."""


class Demux:
    """The sessions by fragment and by address."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_ufrag: dict[str, Reachable] = {}
        self._by_address: dict[Address, Reachable] = {}

    def add(self, session: Reachable) -> None:
        """Let `session` be found by its present credentials; the ones before stay known."""
        ufrags = session.peer.ufrags
        while len(ufrags) > _UFRAGS_KNOWN:
            self._by_ufrag.pop(ufrags.pop(0), None)
        self._by_ufrag[session.peer.credentials.ufrag] = session

    def discard(self, session: Reachable) -> None:
        """Forget `session` and every address of it."""
        for ufrag in session.peer.ufrags:
            self._by_ufrag.pop(ufrag, None)
        for address in session.peer.addresses:
            if self._by_address.get(address) is session:
                del self._by_address[address]

    def receive(self, datagram: bytes, address: Address) -> None:
        """Hand one datagram to its session, or drop it."""
        if not datagram:
            return
        first = datagram[0]
        session = self._by_address.get(address)
        if session is not None and 127 < first < 192:
            session.receive_media(datagram, self._clock())
        elif session is not None and 19 < first < 64:
            session.peer.receive_dtls(datagram, address)
        elif is_stun(datagram):
            self._receive_check(datagram, address)

    def _receive_check(self, datagram: bytes, address: Address) -> None:
        check = read_check(datagram)
        session = self._by_ufrag.get(check.local_ufrag) if check is not None else None
        if check is None or session is None:
            return
        if session.peer.receive_check(check, address, self._clock()):
            self._by_address[address] = session
