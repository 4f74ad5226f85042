"""Whose datagram is it? One port, every session.

A check names its session by our username fragment. Everything else counts only from an address
from which an authentic check has come, so a forged source reaches nobody. Once a session is
connected, and where an address is another session's, a check is not enough: its sender is asked
back there (see `ice.py`), so nobody draws media to, or takes an address from, somebody else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, Protocol

from media.ice import is_stun, read_answer, read_check
from media.peer import Peer, Reach
from media.udp import Address

# What a restart replaces is in use until a check of the new session has come; older is not.
_UFRAGS_KNOWN = 2


# Wi-Fi, mobile, relay, IPv6, and some: where a peer was before that is forgotten.
_ADDRESSES_LIMIT = 16
# An answer takes a round trip. Of a flood of forged addresses the oldest are forgotten: who has
# really moved sends more checks, and is asked again.
_ASKED_LIMIT = 1024


class Reachable(Protocol):
    """A session, as the wire sees it."""

    @property
    def peer(self) -> Peer: ...

    def receive_media(self, datagram: bytes, now: float) -> None:
        """Take an SRTP or SRTCP datagram."""


class _Asked(NamedTuple):
    session: Reachable
    address: Address
    nominates: bool
    key: bytes


class Demux:
    """The sessions by fragment and by address."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_ufrag: dict[str, Reachable] = {}
        self._by_address: dict[Address, Reachable] = {}
        self._asked: OrderedDict[bytes, _Asked] = OrderedDict()

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
        if check is None:
            self._receive_answer(datagram, address)
            return
        session = self._by_ufrag.get(check.local_ufrag)
        if session is None:
            return
        reach = session.peer.receive_check(check, address, self._clock())
        is_held = self._by_address.get(address) not in (None, session)
        if reach is Reach.CLAIMED or (reach is Reach.PROVEN and is_held):
            self._ask_back(session, address, nominates=check.nominates)
        elif reach is Reach.PROVEN:
            self._map(session, address)

    def _ask_back(self, session: Reachable, address: Address, *, nominates: bool) -> None:
        challenge = session.peer.challenge(address)
        self._asked[challenge.transaction_id] = _Asked(session, address, nominates, challenge.key)
        if len(self._asked) > _ASKED_LIMIT:
            self._asked.popitem(last=False)

    def _receive_answer(self, datagram: bytes, address: Address) -> None:
        answer = read_answer(datagram)
        asked = self._asked.get(answer.transaction_id) if answer is not None else None
        if answer is None or asked is None or asked.address != address:
            return
        peer = asked.session.peer
        is_here = self._by_ufrag.get(peer.credentials.ufrag) is asked.session
        if not is_here or not answer.check_message_integrity(asked.key):
            return
        del self._asked[answer.transaction_id]
        peer.take_address(address, self._clock(), nominates=asked.nominates)
        self._map(asked.session, address)

    def _map(self, session: Reachable, address: Address) -> None:
        self._by_address[address] = session
        addresses = session.peer.addresses
        while len(addresses) > _ADDRESSES_LIMIT:
            oldest = next(each for each in addresses if each != session.peer.address)
            del addresses[oldest]
            if self._by_address.get(oldest) is session:
                del self._by_address[oldest]
