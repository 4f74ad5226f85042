"""A publisher that makes H264 and Opus packets by hand, and a viewer that keeps what it gets."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from struct import pack
from typing import Protocol

from aiohttp import ClientSession
from aiortc.rtcdtlstransport import RTCCertificate

from media.rtcp import KeyframeWish, parse_rtcp
from tests.runtime.arrivals import Received
from tests.runtime.light_peer import H264, OPUS, VP8, LightPeer, OfferedCodec, open_light_peer
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer

_SPS = bytes.fromhex("6742c01fd9005005bb011000000300100000030300f1831960")
_PPS = bytes.fromhex("68cb83cb20")
STAP_A = b"\x78" + pack("!H", len(_SPS)) + _SPS + pack("!H", len(_PPS)) + _PPS


@cache
def certificate() -> RTCCertificate:
    """Return one certificate for all clients of a run: making one takes a while."""
    return RTCCertificate.generateCertificate()


class HandPublisher:
    """Sends frames when told to. Sequence numbers, timestamps and SSRCs are its own."""

    def __init__(self, peer: LightPeer, session_url: str, answer: str) -> None:
        self.peer = peer
        self.session_url = session_url
        self.answer = answer
        self.video_ssrc = secrets.randbits(32)
        self.audio_ssrc = secrets.randbits(32)
        self.video_sequence = secrets.randbits(16)
        self.audio_sequence = secrets.randbits(16)
        self.video_timestamp = secrets.randbits(32)
        self.audio_timestamp = secrets.randbits(32)
        self.video_payload_type = H264.payload_type
        self.send_packet = peer.send_rtp
        """Where video packets go; one that remembers them can be put in its place."""

    def send_keyframe(self, packets: int = 4, *, lose: frozenset[int] = frozenset()) -> list[bytes]:
        """Send a keyframe; return the payloads."""
        slices = [self._slice(index, packets, 5) for index in range(packets)]
        return self._send_frame([STAP_A, *slices], lose)

    def send_delta(self, packets: int = 3, *, lose: frozenset[int] = frozenset()) -> list[bytes]:
        """Send a frame that needs the one before; return the payloads."""
        return self._send_frame([self._slice(index, packets, 1) for index in range(packets)], lose)

    def send_audio(self) -> bytes:
        """Send 20 ms of sound; return the payload."""
        payload = b"\xfc" + secrets.token_bytes(60)
        self.audio_sequence = (self.audio_sequence + 1) & 0xFFFF
        self.audio_timestamp = (self.audio_timestamp + 960) & 0xFFFFFFFF
        head = pack(
            "!BBHII",
            0x80,
            OPUS.payload_type,
            self.audio_sequence,
            self.audio_timestamp,
            self.audio_ssrc,
        )
        self.peer.send_rtp(head + payload)
        return payload

    def _slice(self, index: int, packets: int, kind: int) -> bytes:
        start, end = index == 0, index == packets - 1
        flags = (0x80 if start else 0) | (0x40 if end else 0) | kind
        return bytes((0x60 | 28, flags)) + secrets.token_bytes(900)

    def _send_frame(self, payloads: list[bytes], lose: frozenset[int]) -> list[bytes]:
        self.video_timestamp = (self.video_timestamp + 3000) & 0xFFFFFFFF
        for index, payload in enumerate(payloads):
            self.video_sequence = (self.video_sequence + 1) & 0xFFFF
            if index not in lose:
                marker = 0x80 if index == len(payloads) - 1 else 0
                self.send_video(marker, self.video_sequence, payload)
        return payloads

    def send_video(self, marker: int, sequence: int, payload: bytes) -> None:
        """Send one video packet of the present frame."""
        head = pack(
            "!BBHII",
            0x80,
            marker | self.video_payload_type,
            sequence,
            self.video_timestamp,
            self.video_ssrc,
        )
        self.send_packet(head + payload)


class HandViewer:
    """Keeps what it gets."""

    def __init__(self, peer: LightPeer, session_url: str, answer: str) -> None:
        self.peer = peer
        self.session_url = session_url
        self.answer = answer

    def video(self) -> list[Received]:
        """Return the video packets so far, retransmissions not counted."""
        numbers = (H264.payload_type, VP8.payload_type)
        return [p for p in self.peer.arrivals.packets if p.payload_type in numbers]

    async def wait_for(self, payload: bytes) -> None:
        """Return when `payload` has arrived."""
        await self.peer.wait_until(lambda: any(p.payload == payload for p in self.video()))

    async def wait_for_packets(self, count: int) -> None:
        """Return when `count` video packets have arrived."""
        await self.peer.wait_until(lambda: len(self.video()) >= count)

    def audio(self) -> list[Received]:
        """Return the audio packets so far."""
        return [p for p in self.peer.arrivals.packets if p.payload_type == OPUS.payload_type]


@asynccontextmanager
async def open_publisher(
    server: MediaServer,
    *codecs: OfferedCodec,
    setup: str = "actpass",
    host: str = "127.0.0.1",
    key: str = KEY,
    feed: str = "camera",
) -> AsyncIterator[HandPublisher]:
    """Publish over WHIP until the block ends."""
    async with open_light_peer(certificate(), host=host) as peer:
        offer = peer.write_offer("sendonly", *(codecs or (OPUS, H264)), setup=setup)
        path = f"/whip/{STREAM_ID}?feed={feed}"
        answer, session_url = await post_offer(server, path, offer, key)
        await peer.connect(answer)
        yield HandPublisher(peer, session_url, answer)


@asynccontextmanager
async def open_viewer(
    server: MediaServer,
    *codecs: OfferedCodec,
    host: str = "127.0.0.1",
    feed: int | None = None,
) -> AsyncIterator[HandViewer]:
    """Watch over WHEP until the block ends: the feed of that id, or the streamer's."""
    async with open_light_peer(certificate(), host=host) as peer:
        offer = peer.write_offer("recvonly", *(codecs or (OPUS, H264)))
        path = f"/whep/{STREAM_ID}" if feed is None else f"/whep/{STREAM_ID}?feed={feed}"
        answer, session_url = await post_offer(server, path, offer, None)
        await peer.connect(answer)
        yield HandViewer(peer, session_url, answer)


async def start(server: MediaServer, publisher: HandPublisher) -> None:
    """Send what a picture begins with, and wait until the house has heard of it."""
    publisher.send_keyframe()
    await server.house.wait_told("started")


def requests_for_keyframes(peer: LightPeer) -> int:
    """Return how often a publisher was asked for a keyframe."""
    return sum(
        isinstance(report, KeyframeWish)
        for data in peer.arrivals.reports
        for report in parse_rtcp(data)
    )


class Reached(Protocol):
    """A server, and what its clients ask with."""

    @property
    def client(self) -> ClientSession: ...
    @property
    def url(self) -> str: ...


async def post_offer(server: Reached, path: str, offer: str, key: str | None) -> tuple[str, str]:
    """Return the answer and the session's URL."""
    headers = {"Content-Type": "application/sdp"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    async with server.client.post(server.url + path, data=offer, headers=headers) as response:
        text = await response.text()
        assert response.status == 201, (response.status, text)
        return text, server.url + response.headers["Location"]
