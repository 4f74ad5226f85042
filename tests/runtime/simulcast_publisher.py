"""A publisher that makes three encodings of one picture by hand, VP8 or H264."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from struct import pack

from media.rtcp import ntp_of, write_sender_report
from tests.runtime.light_peer import (
    OPUS,
    RID_EXTENSION,
    VP8,
    LightPeer,
    OfferedCodec,
    open_light_peer,
)
from tests.runtime.media_clients import STAP_A, certificate, post_offer
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer

ENCODINGS = ("q", "h", "f")
SIZES = {"q": (320, 180), "h": (640, 360), "f": (1280, 720)}
PACKETS = {"q": 1, "h": 2, "f": 5}
"""Of one frame: what makes one encoding dearer than another."""


class Encoding:
    """One of them, with numbers of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ssrc = secrets.randbits(32)
        self.sequence = secrets.randbits(16)
        self.clock = secrets.randbits(32)
        self.picture = secrets.randbits(15)
        self.level = secrets.randbits(8)


class SimulcastPublisher:
    """Sends frames when told to: `send_frame` advances all encodings by one thirtieth."""

    def __init__(self, peer: LightPeer, codec: OfferedCodec) -> None:
        self.peer = peer
        self.codec = codec
        self.frames = 0
        self.encodings = {name: Encoding(name) for name in ENCODINGS}

    def send_frame(
        self, *, keyframes: tuple[str, ...] = (), only: tuple[str, ...] = ENCODINGS
    ) -> dict[str, list[bytes]]:
        """Send one frame of every encoding in `only`; return the payloads."""
        self.frames += 1
        return {
            name: self._send(encoding, is_key=name in keyframes)
            for name, encoding in self.encodings.items()
            if name in only
        }

    def send_sender_reports(self) -> None:
        """Tell for every encoding which moment its timestamps are."""
        for encoding in self.encodings.values():
            report = write_sender_report(
                encoding.ssrc,
                ntp=ntp_of(1_700_000_000 + self.frames / 30),
                timestamp=self._timestamp(encoding),
                packets=1,
                octets=1,
                cname=b"live",
            )
            self.peer.send_rtcp(report)

    def _timestamp(self, encoding: Encoding) -> int:
        return (encoding.clock + 3000 * self.frames) & 0xFFFFFFFF

    def _send(self, encoding: Encoding, *, is_key: bool) -> list[bytes]:
        encoding.picture = (encoding.picture + 1) & 0x7FFF
        encoding.level = (encoding.level + 1) & 0xFF
        count = PACKETS.get(encoding.name, 1)
        write = self._write_vp8 if self.codec.name.startswith("VP8") else self._write_h264
        payloads = [write(encoding, index, count, is_key) for index in range(count)]
        if is_key and write == self._write_h264:
            payloads.insert(0, STAP_A)
        for index, payload in enumerate(payloads):
            encoding.sequence = (encoding.sequence + 1) & 0xFFFF
            marker = 0x80 if index == len(payloads) - 1 else 0
            head = pack(
                "!BBHII",
                0x90,
                marker | self.codec.payload_type,
                encoding.sequence,
                self._timestamp(encoding),
                encoding.ssrc,
            )
            name = pack("!HHBcxx", 0xBEDE, 1, RID_EXTENSION << 4, encoding.name.encode())
            self.peer.send_rtp(head + name + payload)
        return payloads

    def _write_vp8(self, encoding: Encoding, index: int, count: int, is_key: bool) -> bytes:
        start = 0x10 if index == 0 else 0
        head = pack("!BBHB", 0x80 | start, 0xC0, 0x8000 | encoding.picture, encoding.level)
        width, height = SIZES.get(encoding.name, (160, 90))
        tag = b"\x00\x00\x00\x9d\x01\x2a" + pack("<HH", width, height) if is_key else b"\x01\0\0"
        return head + (tag if index == 0 else b"") + secrets.token_bytes(900)

    def _write_h264(self, encoding: Encoding, index: int, count: int, is_key: bool) -> bytes:
        flags = (0x80 if index == 0 else 0) | (0x40 if index == count - 1 else 0)
        return bytes((0x7C, flags | (5 if is_key else 1))) + secrets.token_bytes(900)


@asynccontextmanager
async def open_simulcast_publisher(
    server: MediaServer, codec: OfferedCodec = VP8
) -> AsyncIterator[SimulcastPublisher]:
    """Publish a simulcast over WHIP until the block ends."""
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("sendonly", OPUS, codec, encodings=ENCODINGS)
        answer, _ = await post_offer(server, f"/whip/{STREAM_ID}", offer, KEY)
        assert "a=simulcast:recv q;h;f" in answer
        await peer.connect(answer)
        publisher = SimulcastPublisher(peer, codec)
        publisher.send_frame(keyframes=ENCODINGS)
        await server.house.wait_told("started")
        yield publisher
