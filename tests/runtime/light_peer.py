"""A light WebRTC client: real ICE checks, real DTLS, SRTP, and nothing decoded.

Publishes or watches over WHIP and WHEP with packets made by hand, so that a test sees every number
that was sent. Also the viewer of the benchmark, where it only counts (`keeps_packets=False`).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aioice import stun
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from tests.runtime.arrivals import Arrivals

_KEEPALIVE_S = 2.5
_REPEAT_S = 0.05
_FEEDBACK = ("transport-cc", "ccm fir", "nack", "nack pli")
_EXTENSIONS = (
    "2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
)
RID_EXTENSION, REPAIRED_RID_EXTENSION = 10, 11


@dataclass(frozen=True, slots=True)
class OfferedCodec:
    """A payload type in our offer."""

    payload_type: int
    name: str
    parameters: str = ""
    rtx_payload_type: int | None = None


OPUS = OfferedCodec(111, "opus/48000/2", "minptime=10;useinbandfec=1")
H264 = OfferedCodec(
    102,
    "H264/90000",
    "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    103,
)
H264_WITHOUT_RTX = OfferedCodec(102, "H264/90000", H264.parameters)
VP8 = OfferedCodec(96, "VP8/90000", "", 97)


class LightPeer:
    """One client. Made by `open_light_peer`."""

    # What RTCDtlsTransport wants of an ICE transport.
    role = "controlling"
    state = "completed"

    def __init__(
        self, sock: socket.socket, certificate: RTCCertificate, *, keeps_packets: bool
    ) -> None:
        self.ufrag, self.pwd = secrets.token_hex(4), secrets.token_hex(12)
        self.arrivals = Arrivals()
        self.video_payload_types: frozenset[int] = frozenset()
        self.closed = asyncio.Event()
        self.changed = asyncio.Event()
        self.drop: Callable[[bytes], bool] = lambda _: False
        """Whether an incoming RTP packet is lost: the network's damage, for tests."""
        self.lose: Callable[[], bool] = lambda: False
        """Whether an outgoing RTP packet is lost."""
        self.is_asleep = False
        """Whether nothing goes out any more, not even a goodbye: a lid that was closed."""
        self.watch_media: Callable[[bytes], None] | None = None
        """Sees every protected RTP packet that is not lost."""
        self.watch_report: Callable[[bytes], None] | None = None
        """Sees every RTCP packet, in clear."""
        self._sock = sock
        self._certificate = certificate
        self._keeps_packets = keeps_packets
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue(64)
        self._checked = asyncio.Event()
        self._remote: tuple[str, int] = ("", 0)
        self._remote_ufrag = self._remote_pwd = ""
        self._dtls: RTCDtlsTransport | None = None
        self._keeping: asyncio.TimerHandle | None = None
        self._repeating: asyncio.TimerHandle | None = None
        self._heard_nothing = True
        self._first_flight: list[bytes] = []

    def write_offer(
        self,
        direction: str,
        *codecs: OfferedCodec,
        setup: str = "actpass",
        ssrcs: dict[str, int] | None = None,
        encodings: tuple[str, ...] = (),
    ) -> str:
        """Return an offer with one section per kind of `codecs`; `encodings` are a simulcast's."""
        by_kind: dict[str, list[OfferedCodec]] = {}
        for codec in codecs:
            by_kind.setdefault(
                "audio" if codec.name.startswith(("opus", "red")) else "video", []
            ).append(codec)
        mids = " ".join(str(index) for index in range(len(by_kind)))
        lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
        for mid, (kind, offered) in enumerate(by_kind.items()):
            lines += self._write_section(mid, kind, direction, offered, setup)
            if encodings and kind == "video":
                lines += [f"a=rid:{encoding} send" for encoding in encodings]
                lines.append("a=simulcast:send " + ";".join(encodings))
            if ssrcs and kind in ssrcs:
                lines += [f"a=msid:live {kind}", f"a=ssrc:{ssrcs[kind]} cname:live"]
        return "\r\n".join(lines) + "\r\n"

    def _write_section(
        self, mid: int, kind: str, direction: str, codecs: list[OfferedCodec], setup: str
    ) -> list[str]:
        numbers = [
            str(number)
            for codec in codecs
            for number in (codec.payload_type, codec.rtx_payload_type)
            if number is not None
        ]
        fingerprint = next(
            each.value
            for each in self._certificate.getFingerprints()
            if each.algorithm == "sha-256"
        )
        lines = [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(numbers)}",
            "c=IN IP4 0.0.0.0",
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.pwd}",
            f"a=fingerprint:sha-256 {fingerprint}",
            f"a=setup:{setup}",
            f"a=mid:{mid}",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            *(f"a=extmap:{each}" for each in _EXTENSIONS),
        ]
        for codec in codecs:
            number = codec.payload_type
            lines.append(f"a=rtpmap:{number} {codec.name}")
            if codec.parameters:
                lines.append(f"a=fmtp:{number} {codec.parameters}")
            feedback = _FEEDBACK if kind == "video" else ("transport-cc",)
            lines += [f"a=rtcp-fb:{number} {each}" for each in feedback]
            if codec.rtx_payload_type is not None:
                lines.append(f"a=rtpmap:{codec.rtx_payload_type} rtx/90000")
                lines.append(f"a=fmtp:{codec.rtx_payload_type} apt={number}")
        return lines

    async def connect(self, answer: str, *, limit_s: float = 10.0) -> None:
        """Connect to whoever wrote `answer`; raises TimeoutError or ConnectionError."""
        self.aim(answer)
        video = re.search(r"^m=video \d+ \S+ ([\d ]+)", answer, re.M)
        self.video_payload_types = frozenset(map(int, video[1].split())) if video else frozenset()
        fingerprint = re.search(r"^a=fingerprint:(\S+) (\S+)", answer, re.M)
        if fingerprint is None:
            raise ConnectionError("the answer has no fingerprint")
        async with asyncio.timeout(limit_s):
            await self.check()
            dtls = RTCDtlsTransport(self, [self._certificate])  # type: ignore[arg-type]
            dtls._set_role("server" if "a=setup:active" in answer else "client")
            dtls.on("statechange", lambda: self._note_state(dtls.state))
            self._dtls = dtls
            self._plan_repeat()
            remote = RTCDtlsFingerprint(algorithm=fingerprint[1], value=fingerprint[2])
            await dtls.start(RTCDtlsParameters(fingerprints=[remote]))
        if dtls.state != "connected":
            raise ConnectionError(f"DTLS is {dtls.state}")

    def _plan_repeat(self) -> None:
        """As browsers do: OpenSSL alone would repeat a lost ClientHello only after a second."""
        if self._heard_nothing:
            self._repeating = asyncio.get_running_loop().call_later(_REPEAT_S, self._repeat)

    def _repeat(self) -> None:
        for datagram in self._first_flight if self._heard_nothing else ():
            self._send_raw(datagram)
        self._plan_repeat()

    def aim(self, answer: str) -> None:
        """Take from an answer where the other side is, and its ICE credentials."""
        self.read_ice(answer)
        candidate = re.search(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", answer, re.M)
        if candidate is None:
            raise ConnectionError("the answer has no candidate")
        self._remote = (candidate[1], int(candidate[2]))

    def read_ice(self, text: str) -> None:
        """Take the other side's ICE credentials from an answer or a fragment."""
        ufrag = re.search(r"a=ice-ufrag:(\S+)", text)
        pwd = re.search(r"a=ice-pwd:(\S+)", text)
        if ufrag is None or pwd is None:
            raise ConnectionError("there are no ICE credentials")
        self._remote_ufrag, self._remote_pwd = ufrag[1], pwd[1]

    async def check(self, *, pwd: str | None = None) -> None:
        """Send ICE checks until one is answered."""
        self._checked.clear()
        while not self._checked.is_set():
            self.send_check(pwd=pwd)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await self._checked.wait()

    def send_check(self, *, pwd: str | None = None) -> None:
        """Send one ICE check, signed with the other side's password or with `pwd`."""
        self._send_raw(self.write_check(pwd=pwd))

    def move(self, sock: socket.socket) -> None:
        """Be at the address of `sock` from now on; the one before stays open and unread."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._sock.fileno())
        self._sock = sock
        loop.add_reader(sock.fileno(), self.read)

    def leave(self) -> None:
        """Read no more."""
        asyncio.get_running_loop().remove_reader(self._sock.fileno())

    def send_raw(self, datagram: bytes) -> None:
        """Send bytes as they are from where the peer is."""
        self._send_raw(datagram)

    def write_check(self, *, pwd: str | None = None) -> bytes:
        """Return an ICE check, signed with the other side's password or with `pwd`."""
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._remote_ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1853824767
        request.attributes["ICE-CONTROLLING"] = secrets.randbits(63)
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity((pwd or self._remote_pwd).encode())
        return bytes(request)

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send one RTP packet."""
        assert self._dtls is not None
        protected = self._dtls._tx_srtp.protect(packet)
        if not self.lose():
            self._send_raw(protected)

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one RTCP packet."""
        assert self._dtls is not None
        self._send_raw(self._dtls._tx_srtp.protect_rtcp(packet))

    async def wait_until(self, condition: Callable[[], bool], *, limit_s: float = 10.0) -> None:
        """Return when `condition` holds; it is looked at whenever something has arrived."""
        async with asyncio.timeout(limit_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def keep_alive(self) -> None:
        """Send a check now and then, as consent wants (RFC 7675), until closed."""
        if self._remote_ufrag:
            self.send_check()
        self._keeping = asyncio.get_running_loop().call_later(_KEEPALIVE_S, self.keep_alive)

    async def close(self) -> None:
        """Send close_notify and plan nothing more."""
        for planned in (self._keeping, self._repeating):
            if planned is not None:
                planned.cancel()
        if self._dtls is None:
            return
        pump = self._dtls._task
        await self._dtls.stop()
        if pump is not None:
            await asyncio.wait((pump,))

    def read(self) -> None:
        """Take what has arrived; the loop calls this."""
        try:
            for _ in range(64):
                self._receive(self._sock.recv(2048))
        except (BlockingIOError, ConnectionRefusedError):
            pass
        self.changed.set()

    def _receive(self, datagram: bytes) -> None:
        first = datagram[0]
        if 127 < first < 192:
            if 192 <= datagram[1] <= 223:
                self._receive_report(datagram)
            elif not self.drop(datagram):
                self._receive_media(datagram)
        elif first < 4:
            self._receive_stun(stun.parse_message(datagram))
        else:
            self._heard_nothing = False
            with contextlib.suppress(asyncio.QueueFull):
                self._inbox.put_nowait(datagram)

    def _receive_stun(self, message: stun.Message) -> None:
        if message.message_class is stun.Class.RESPONSE:
            self._checked.set()
        elif message.message_class is stun.Class.REQUEST:
            # Ours never asks; Janus does, although it says that it is lite.
            response = stun.Message(
                message_method=stun.Method.BINDING,
                message_class=stun.Class.RESPONSE,
                transaction_id=message.transaction_id,
            )
            response.attributes["XOR-MAPPED-ADDRESS"] = self._remote
            response.add_message_integrity(self.pwd.encode())
            self._send_raw(bytes(response))

    @property
    def is_connected(self) -> bool:
        """Whether DTLS has given the keys."""
        return self._dtls is not None and self._dtls.state == "connected"

    def unprotect(self, datagram: bytes) -> bytes:
        """Return an RTP packet in clear; each only once."""
        assert self._dtls is not None
        assert self._dtls._rx_srtp is not None
        plain: bytes = self._dtls._rx_srtp.unprotect(datagram)
        return plain

    def _receive_report(self, datagram: bytes) -> None:
        if self._dtls is None or self._dtls._rx_srtp is None:
            return
        if self._keeps_packets or self.watch_report is not None:
            report = self._dtls._rx_srtp.unprotect_rtcp(datagram)
            if self._keeps_packets:
                self.arrivals.reports.append(report)
            if self.watch_report is not None:
                self.watch_report(report)

    def _receive_media(self, datagram: bytes) -> None:
        if self.watch_media is not None and self.is_connected:
            self.watch_media(datagram)
        is_video = datagram[1] & 0x7F in self.video_payload_types
        now = asyncio.get_running_loop().time()
        self.arrivals.count_packet(datagram, is_video=is_video, now=now)
        if self._keeps_packets and self._dtls is not None and self._dtls._rx_srtp is not None:
            self.arrivals.keep(self._dtls._rx_srtp.unprotect(datagram))

    def _note_state(self, state: str) -> None:
        if state in ("closed", "failed"):
            self.closed.set()

    async def _recv(self) -> bytes:
        return await self._inbox.get()

    async def _send(self, datagram: bytes) -> None:
        if self._heard_nothing:
            self._first_flight.append(datagram)
        self._send_raw(datagram)

    def _send_raw(self, datagram: bytes) -> None:
        if self.is_asleep:
            return
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            self._sock.sendto(datagram, self._remote)


@asynccontextmanager
async def open_light_peer(
    certificate: RTCCertificate, *, host: str = "127.0.0.1", keeps_packets: bool = True
) -> AsyncIterator[LightPeer]:
    """Open a client on a socket of its own; it keeps its consent alive and says goodbye."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    loop = asyncio.get_running_loop()
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        sock.bind((host, 0))
        peer = LightPeer(sock, certificate, keeps_packets=keeps_packets)
        loop.add_reader(sock.fileno(), peer.read)
        peer.keep_alive()
        try:
            yield peer
        finally:
            await peer.close()
            peer.leave()
