"""One peer's transport: ICE-lite below, DTLS in the middle, SRTP keys as the result.

The only module that knows aiortc's DTLS. `RTCDtlsTransport` is given this class's `_Duct` as its
ICE transport: of that it uses `_recv()`, `_send()`, `role` and `state`. It has no deadline of its
own, so every wait here has one.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from collections import deque
from collections.abc import Callable

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from OpenSSL import SSL

from media.ice import (
    Challenge,
    Check,
    IceCredentials,
    answer_check,
    make_challenge,
    make_credentials,
)
from media.sdp import Offer
from media.srtp import Run, SrtpKeys
from media.udp import Address, UdpPort

# A handshake is six flights of a few datagrams; more waiting than this is not a handshake.
_DTLS_QUEUE_LIMIT = 32
# How many restarts back a late candidate is known to be late.
_RESTARTS_REMEMBERED = 8
# OpenSSL repeats a lost flight after a second and answers no repeated ClientHello before; a first
# frame cannot wait for that. Repeats that were not needed are dropped by the other side's DTLS.
_REPEAT_FIRST_S = 0.06
_REPEAT_LAST_S = 0.5
# aiortc writes 1500 bytes at a time; a flight of ours is two such datagrams at most.
_FLIGHT_LIMIT = 8


class Reach(enum.Enum):
    """What an ICE check shows of the address it came from."""

    NONE = "none"
    """Nothing: it is not authentic."""
    CLAIMED = "claimed"
    """Whoever sent it is, or was, allowed to; that it came from there may be forged."""
    PROVEN = "proven"
    """The peer has been there before, or is about to prove it by its handshake."""


class HandshakeFailed(Exception):
    """The peer did not get through ICE and DTLS."""


class NodeCertificate(RTCCertificate):
    """The certificate of all sessions of a node, with one OpenSSL context for all of them.

    Making a context and its certificate for every join took more time than the handshake's own
    arithmetic, and 60 KiB a viewer.
    """

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
            self._context.set_mode(SSL.MODE_RELEASE_BUFFERS)
            # Nobody resumes a session here, and each would be kept with its certificate for hours.
            self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        return self._context


def make_certificate() -> RTCCertificate:
    """Return a node's certificate."""
    return NodeCertificate.generateCertificate()


def fingerprint_of(certificate: RTCCertificate) -> str:
    """Return the SHA-256 fingerprint as SDP has it."""
    return next(each.value for each in certificate.getFingerprints() if each.algorithm == "sha-256")


class _DtlsTransport(RTCDtlsTransport):
    """aiortc's DTLS, which hands over the keys instead of making SRTP sessions of them.

    Its own sessions accept resends 1024 packets back: less than our ring.
    """

    keys: SrtpKeys | None = None

    def _setup_srtp(self) -> None:
        assert self._ssl is not None  # set by start(), which calls this
        negotiated = self._ssl.get_selected_srtp_profile()
        profile = next(
            (each for each in self._srtp_profiles if each.openssl_profile == negotiated), None
        )
        if profile is None:
            raise HandshakeFailed("no SRTP profile in common")
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        client, server = (profile.get_key_and_salt(material, index) for index in (0, 1))
        sending, receiving = (server, client) if self._role == "server" else (client, server)
        self.keys = SrtpKeys(profile.libsrtp_profile, sending, receiving)

    def take_pump(self) -> asyncio.Future[None] | None:
        """Return the task in which aiortc reads on after the handshake, for its owner to await."""
        return self._task


class _Duct:
    """What aiortc takes for an ICE transport: a bounded queue in, datagrams out."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], bool]) -> None:
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue(_DTLS_QUEUE_LIMIT)
        self._send_datagram = send
        self.flights = 0
        self.last_flight: list[bytes] = []
        self._heard = True

    def offer(self, datagram: bytes) -> None:
        """Take a DTLS record; when full it is lost, and DTLS repeats it."""
        self._heard = True
        with contextlib.suppress(asyncio.QueueFull):
            self._inbox.put_nowait(datagram)

    async def _recv(self) -> bytes:
        return await self._inbox.get()

    async def _send(self, datagram: bytes) -> None:
        if self._heard:
            self._heard = False
            self.flights += 1
            self.last_flight = []
        if len(self.last_flight) < _FLIGHT_LIMIT:
            self.last_flight.append(datagram)
        self._send_datagram(datagram)

    def close(self) -> None:
        """Send nothing more, and let go of who sent."""
        self._send_datagram = _send_nowhere


def _send_nowhere(_: bytes) -> bool:
    return False


class Peer:
    """A remote end from its offer to its goodbye. Owned by the task of its session."""

    def __init__(
        self, offer: Offer, *, certificate: RTCCertificate, udp: UdpPort, now: float
    ) -> None:
        self.credentials = make_credentials()
        self.ufrags = [self.credentials.ufrag]
        """The fragments of ours that this peer may use, oldest first."""
        self._previous_credentials: IceCredentials | None = None
        self._remote_credentials = IceCredentials(offer.ice_ufrag, offer.ice_pwd)
        self._former_remote_ufrags: deque[str] = deque(maxlen=_RESTARTS_REMEMBERED)
        # RFC 9725 section 4.2 wants passive for actpass; FFmpeg offers passive.
        self.setup = "active" if offer.setup == "passive" else "passive"
        self.address: Address | None = None
        self.addresses: dict[Address, None] = {}
        """Where it has been, oldest first."""
        self._nominated = False
        self._is_connected = False
        self.heard_at = now
        """When something authenticated last came: a check, or a packet that SRTP accepted. Not
        checks alone, as RFC 7675 has it: FFmpeg never repeats them."""
        self._udp = udp
        self._fingerprints = [
            RTCDtlsFingerprint(algorithm=each.algorithm, value=each.value)
            for each in offer.fingerprints
        ]
        self._reachable = asyncio.Event()
        self._closed = asyncio.Event()
        self._connecting: asyncio.Timeout | None = None
        self._duct = _Duct(self.send)
        self._dtls = _DtlsTransport(self._duct, [certificate])  # type: ignore[arg-type]
        self._dtls._set_role("client" if self.setup == "active" else "server")
        self._dtls.on("statechange", self._note_dtls_state)

    def restart(self, ufrag: str, pwd: str) -> IceCredentials:
        """Take the peer's new credentials and return ours (RFC 8445 section 9)."""
        self._former_remote_ufrags.append(self._remote_credentials.ufrag)
        self._remote_credentials = IceCredentials(ufrag, pwd)
        # The path in use stays until a check with the new credentials has come.
        self._previous_credentials = self.credentials
        self.credentials = make_credentials()
        self.ufrags.append(self.credentials.ufrag)
        return self.credentials

    def has_had(self, ufrag: str, pwd: str) -> bool:
        """Return whether the peer's credentials are, or were, these.

        A candidate of before a restart that comes after it is late, not another restart.
        """
        return self._remote_credentials == IceCredentials(ufrag, pwd) or (
            ufrag in self._former_remote_ufrags
        )

    def receive_check(self, check: Check, address: Address, now: float) -> Reach:
        """Answer an ICE check; return what it shows of `address`."""
        credentials = self.credentials
        if check.local_ufrag != credentials.ufrag:
            previous = self._previous_credentials
            if previous is None or check.local_ufrag != previous.ufrag:
                return Reach.NONE
            credentials = previous
        response = answer_check(check, credentials.pwd, (address[0], address[1]))
        if response is None:
            return Reach.NONE
        self._udp.send(response, address)
        if self._is_connected and address not in self.addresses:
            return Reach.CLAIMED
        self.take_address(address, now, nominates=check.nominates)
        return Reach.PROVEN

    def take_address(self, address: Address, now: float, *, nominates: bool) -> None:
        """The peer is at `address`, and wants its media there if it `nominates`."""
        self.heard_at = now
        self.addresses[address] = None
        if nominates or not self._nominated:
            self._nominated = self._nominated or nominates
            self.address = address
        self._reachable.set()

    def challenge(self, address: Address) -> Challenge:
        """Ask at `address` whether the peer is there."""
        asked = make_challenge(self.credentials, self._remote_credentials)
        self._udp.send(asked.datagram, address)
        return asked

    def receive_dtls(self, datagram: bytes, address: Address) -> None:
        """Take a DTLS record. Until a path is nominated, the one it came by is known to work."""
        if not self._nominated and not self._is_connected:
            self.address = address
        self._duct.offer(datagram)

    def send(self, datagram: bytes | memoryview) -> bool:
        """Send to where the peer is now; False if it could not be sent."""
        return self.address is not None and self._udp.send(datagram, self.address)

    def send_run(self, run: Run) -> bool:
        """Send neighbours of equal size; False if not all could be sent."""
        return self.address is not None and self._udp.send_run(run, self.address)

    async def connect(self, *, limit_s: float) -> SrtpKeys:
        """Return the keys once ICE and DTLS are done; raises HandshakeFailed."""
        try:
            async with asyncio.timeout(limit_s) as self._connecting:
                await self._reachable.wait()
                repeating = asyncio.create_task(self._repeat_flights())
                try:
                    await self._dtls.start(RTCDtlsParameters(fingerprints=self._fingerprints))
                finally:
                    repeating.cancel()
                    await asyncio.wait((repeating,))
        except TimeoutError as error:
            raise HandshakeFailed("ended" if self._closed.is_set() else "too slow") from error
        finally:
            self._connecting = None
        if self._dtls.state != "connected" or self._dtls.keys is None:
            raise HandshakeFailed(f"DTLS is {self._dtls.state}")
        self._is_connected = True
        return self._dtls.keys

    async def closes_within(self, pause_s: float) -> bool:
        """Wait until either side ends the connection, at most `pause_s`; return whether it has."""
        try:
            async with asyncio.timeout(pause_s):
                await self._closed.wait()
        except TimeoutError:
            return False
        return True

    def end(self) -> None:
        """The session is over: `closes_within` says so at once, `connect` gives up."""
        self._closed.set()
        if self._connecting is not None and not self._connecting.expired():
            self._connecting.reschedule(0)

    async def close(self) -> None:
        """Send close_notify and end aiortc's reading task."""
        pump = self._dtls.take_pump()
        await self._dtls.stop()
        if pump is not None:
            await asyncio.wait((pump,))
        # They hold each other, with 60 KiB of OpenSSL's: of a busy node that was tens of megabytes
        # between two full rounds of the garbage collector.
        self._dtls.remove_all_listeners()
        self._duct.close()

    async def _repeat_flights(self) -> None:
        duct, seen, pause_s = self._duct, 0, _REPEAT_FIRST_S
        while True:
            await asyncio.sleep(pause_s)
            if duct.flights != seen:
                seen, pause_s = duct.flights, _REPEAT_FIRST_S
                continue
            for datagram in tuple(duct.last_flight):
                self.send(datagram)
            pause_s = min(2 * pause_s, _REPEAT_LAST_S)

    def _note_dtls_state(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._closed.set()
