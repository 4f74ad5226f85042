"""A synthetic publisher: H264 and Opus packets at a given rate, over WHIP or as plain RTP.

    python -m bench.media_publisher --whip URL --key KEY | --rtp HOST:PORT [--kbps 2500]

Over WHIP the picture is a simulcast of three, and what is lost (--loss) is sent again. Plain RTP
is what Janus' streaming plugin takes; audio goes to PORT + 2. Prints "publishing" when the first
packet has gone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import socket
from collections.abc import Callable
from struct import pack

import aiohttp
import uvloop
from aiortc.rtcdtlstransport import RTCCertificate

from tests.runtime.light_peer import (
    H264,
    OPUS,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    open_light_peer,
)
from tests.runtime.light_sender import LightSender

FRAMES_PER_SECOND = 30
KEYFRAME_EVERY = 60
_PACKET_BYTES = 1150
# Share of the largest one's bitrate, and the size that its parameter set tells.
ENCODINGS = {"q": 0.08, "h": 0.25, "f": 1.0}
_SPS = bytes.fromhex("6742c01fd9005005bb011000000300100000030300f1831960")
_PPS = bytes.fromhex("68cb83cb20")

Send = Callable[[str, bytes], None]


class _Numbers:
    """One stream's sequence numbers and SSRC."""

    def __init__(self, payload_type: int, encoding: str = "") -> None:
        self.payload_type = payload_type
        self.encoding = encoding
        self.extension = write_name(RID_EXTENSION, encoding) if encoding else b""
        self.ssrc = secrets.randbits(32)
        self.sequence = secrets.randbits(15)

    def head(self, timestamp: int, *, marker: bool) -> bytes:
        self.sequence = (self.sequence + 1) & 0xFFFF
        first = 0x90 if self.extension else 0x80
        second = self.payload_type | (0x80 if marker else 0)
        head = pack("!BBHII", first, second, self.sequence, timestamp & 0xFFFFFFFF, self.ssrc)
        return head + self.extension


def write_name(extension: int, encoding: str) -> bytes:
    """Return a header extension block that names an encoding of one letter."""
    return pack("!HHBcxx", 0xBEDE, 1, extension << 4, encoding.encode())


async def publish(send: Send, pictures: dict[_Numbers, int], wishes: set[int]) -> None:
    """Send frames and sound in real time, until cancelled; `pictures` have their kb/s, `wishes` the
    SSRCs of which a keyframe is wished."""
    loop = asyncio.get_running_loop()
    audio = _Numbers(OPUS.payload_type)
    counts = {
        numbers: max(1, round(kbps * 1000 / 8 / FRAMES_PER_SECOND / _PACKET_BYTES))
        for numbers, kbps in pictures.items()
    }
    started = loop.time()
    frame = sound = 0
    while True:
        now = loop.time() - started
        while sound * 0.02 <= now:
            head = audio.head(sound * 960, marker=sound == 0)
            send("audio", head + b"\xfc" + os.urandom(80))
            sound += 1
        if frame / FRAMES_PER_SECOND <= now:
            for numbers, packets in counts.items():
                is_key = frame % KEYFRAME_EVERY == 0 or numbers.ssrc in wishes
                wishes.discard(numbers.ssrc)
                _send_frame(send, numbers, frame, packets, is_key=is_key)
            if frame == 0:
                print("publishing", flush=True)
            frame += 1
        due = min(frame / FRAMES_PER_SECOND, sound * 0.02)
        await asyncio.sleep(max(0.0, due - (loop.time() - started)))


def _send_frame(send: Send, video: _Numbers, frame: int, packets: int, *, is_key: bool) -> None:
    timestamp = frame * 90_000 // FRAMES_PER_SECOND
    kind = 1
    if is_key:
        kind = 5
        sets = b"".join(pack("!H", len(each)) + each for each in (_SPS, _PPS))
        send("video", video.head(timestamp, marker=False) + b"\x78" + sets)
    for index in range(packets):
        first, last = index == 0, index == packets - 1
        indicator = bytes((0x60 | 28, (0x80 if first else 0) | (0x40 if last else 0) | kind))
        body = indicator + os.urandom(_PACKET_BYTES - 2)
        send("video", video.head(timestamp, marker=last) + body)


async def publish_over_whip(url: str, key: str, *, host: str, kbps: int, loss: float = 0.0) -> None:
    """Connect over WHIP and publish until cancelled."""
    dice = random.Random(5)
    async with open_light_peer(RTCCertificate.generateCertificate(), host=host) as peer:
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {key}"}
        offer = peer.write_offer("sendonly", OPUS, H264, encodings=tuple(ENCODINGS))
        async with (
            aiohttp.ClientSession() as client,
            client.post(url, data=offer, headers=headers) as response,
        ):
            answer = await response.text()
            if response.status != 201:
                raise ConnectionError(f"{response.status} {answer}")
        await peer.connect(answer)
        assert H264.rtx_payload_type is not None
        sender = LightSender(peer, repair_payload_type=H264.rtx_payload_type)
        pictures = {
            _Numbers(H264.payload_type, name): round(kbps * share)
            for name, share in ENCODINGS.items()
        }
        for numbers in pictures:
            name = write_name(REPAIRED_RID_EXTENSION, numbers.encoding)
            sender.name_repairs(numbers.ssrc, name)
        peer.lose = lambda: dice.random() < loss
        await publish(lambda _, packet: sender.send(packet), pictures, sender.wishes)


async def publish_over_rtp(host: str, port: int, *, kbps: int) -> None:
    """Send plain RTP until cancelled."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        ports = {"video": port, "audio": port + 2}

        def send(kind: str, packet: bytes) -> None:
            sock.sendto(packet, (host, ports[kind]))

        await publish(send, {_Numbers(H264.payload_type): kbps}, set())


def main() -> None:
    """Read the arguments and publish."""
    parser = argparse.ArgumentParser(prog="python -m bench.media_publisher")
    parser.add_argument("--whip")
    parser.add_argument("--key", default="")
    parser.add_argument("--rtp")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--kbps", type=int, default=2500)
    parser.add_argument("--loss", type=float, default=0.0)
    options = parser.parse_args()
    if options.whip:
        uvloop.run(
            publish_over_whip(
                options.whip,
                options.key,
                host=options.host,
                kbps=options.kbps,
                loss=options.loss,
            )
        )
    else:
        host, _, port = options.rtp.partition(":")
        uvloop.run(publish_over_rtp(host, int(port), kbps=options.kbps))


if __name__ == "__main__":
    main()
