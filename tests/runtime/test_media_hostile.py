"""Hostile bytes: from strangers at the port, from a publisher and from a viewer who are let in.

After each burst sound is sent and has to arrive: whoever does harm harms nobody else. Errors that
nobody handles end the test, because the loop's handler fails it.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from struct import pack
from typing import Any

import pytest

from media.rtcp import write_nack, write_pli
from tests.runtime.light_peer import H264
from tests.runtime.media_clients import HandPublisher, HandViewer, open_publisher, open_viewer
from tests.runtime.media_server import MediaServer, open_media_server

BURSTS = 40
BURST_PACKETS = 25


@asynccontextmanager
async def _nothing_unhandled() -> AsyncIterator[None]:
    unhandled: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: unhandled.append(context))
    try:
        yield
    finally:
        loop.set_exception_handler(None)
    assert not unhandled


async def _sound_arrives(publisher: HandPublisher, viewer: HandViewer) -> None:
    payload = publisher.send_audio()
    await viewer.peer.wait_until(lambda: viewer.audio()[-1:] != [] and _has(viewer, payload))


def _has(viewer: HandViewer, payload: bytes) -> bool:
    return any(packet.payload == payload for packet in viewer.audio()[-8:])


@asynccontextmanager
async def _room() -> AsyncIterator[tuple[MediaServer, HandPublisher, HandViewer]]:
    async with (
        _nothing_unhandled(),
        open_media_server() as server,
        open_publisher(server) as publisher,
    ):
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer:
            await _sound_arrives(publisher, viewer)
            yield server, publisher, viewer


@pytest.mark.parametrize("seed", range(2))
async def test_strangers_at_the_port_disturb_nobody(seed: int) -> None:
    chance = random.Random(seed)
    async with _room() as (server, publisher, viewer):
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with stranger:
            stranger.setblocking(False)
            for _ in range(BURSTS):
                for _ in range(BURST_PACKETS):
                    datagram = _strange(chance, publisher.peer.ufrag)
                    stranger.sendto(datagram, ("127.0.0.1", server.media.port))
                await _sound_arrives(publisher, viewer)
            # Nothing is answered to somebody who has proved nothing.
            with pytest.raises(BlockingIOError):
                stranger.recv(2048)
        assert server.media.statistics().half_open == 0


def _strange(chance: random.Random, ufrag: str) -> bytes:
    """Return a datagram that looks like STUN, DTLS, RTP or RTCP, or like nothing."""
    kind = chance.randrange(5)
    tail = chance.randbytes(chance.randrange(0, 300))
    if kind == 0:
        return tail or b"\x00"
    if kind == 1:
        body = chance.randbytes(chance.randrange(0, 64) & ~3)
        head = pack("!HHI", 1, len(body) if chance.random() < 0.7 else 60_000, 0x2112A442)
        return head + chance.randbytes(12) + body
    if kind == 2:
        name = f"{ufrag}:{ufrag}".encode()
        body = pack("!HH", 6, len(name)) + name + bytes(-len(name) % 4) + tail
        return pack("!HHI", 1, len(body), 0x2112A442) + chance.randbytes(12) + body
    if kind == 3:
        return bytes((chance.randrange(20, 64), 254, 253)) + tail
    return bytes((chance.randrange(128, 192), chance.randrange(256))) + tail


async def test_a_replayed_datagram_is_told_once() -> None:
    async with _room() as (_server, publisher, viewer):
        sent: list[bytes] = []
        send_raw = publisher.peer._send_raw

        def remember(datagram: bytes) -> None:
            sent.append(datagram)
            send_raw(datagram)

        publisher.peer._send_raw = remember  # type: ignore[method-assign]
        payloads = publisher.send_keyframe()
        await viewer.wait_for(payloads[-1])
        publisher.peer._send_raw = send_raw  # type: ignore[method-assign]
        for datagram in sent * 20:
            send_raw(datagram)
        await _sound_arrives(publisher, viewer)
        arrived = [packet.payload for packet in viewer.video()]
        # The first one holds the parameter sets, which every keyframe repeats.
        assert [arrived.count(payload) for payload in payloads[1:]] == [1] * len(payloads[1:])


@pytest.mark.parametrize("seed", range(2))
async def test_a_publisher_who_sends_nonsense_harms_only_the_picture(seed: int) -> None:
    chance = random.Random(seed)
    async with _room() as (_server, publisher, viewer):
        for _ in range(BURSTS):
            for _ in range(BURST_PACKETS):
                _send_nonsense(chance, publisher)
            await _sound_arrives(publisher, viewer)
        # And the picture comes back with the next keyframes.
        for _ in range(3):
            publisher.video_sequence = (publisher.video_sequence + 3000) & 0xFFFF
            last = publisher.send_keyframe()[-1]
            await _sound_arrives(publisher, viewer)
        await viewer.wait_for(last)


def _send_nonsense(chance: random.Random, publisher: HandPublisher) -> None:
    """Send an authentic packet whose header, extensions, payload or reports make no sense."""
    tail = chance.randbytes(chance.randrange(0, 200))
    if chance.random() < 0.3:
        kind = chance.randrange(200, 208)
        words = (len(tail) // 4) if chance.random() < 0.6 else chance.randrange(0xFFFF)
        head = pack("!BBHI", 0x80 | chance.randrange(32), kind, words, publisher.video_ssrc)
        publisher.peer.send_rtcp(head + tail)
        return
    first = 0x80 | chance.choice((0, 0x10, 0x20))
    payload_type = chance.choice((H264.payload_type, H264.rtx_payload_type or 0, 127))
    ssrc = chance.choice((publisher.video_ssrc, chance.getrandbits(32)))
    publisher.video_sequence = (publisher.video_sequence + chance.choice((1, 1, 1, 700))) & 0xFFFF
    head = pack(
        "!BBHII", first, payload_type, publisher.video_sequence, chance.getrandbits(32), ssrc
    )
    if first & 0x10:
        words = chance.choice((0, 1, 3, len(tail) // 4))
        profile = chance.choice((0xBEDE, 0x1000, chance.randrange(0xFFFF)))
        tail = pack("!HH", profile, words) + chance.randbytes(words * 4) + tail
    publisher.peer.send_rtp(head + tail)


@pytest.mark.parametrize("seed", range(2))
async def test_a_viewer_who_reports_nonsense_harms_nobody(seed: int) -> None:
    chance = random.Random(seed)
    async with _room() as (server, publisher, viewer), open_viewer(server) as hostile:
        await _sound_arrives(publisher, hostile)
        [*_, known] = hostile.peer.arrivals.packets
        # What it asks for again comes again, bit by bit the same: it does not even look.
        hostile.peer.drop = lambda _: True
        for _ in range(BURSTS):
            for _ in range(BURST_PACKETS):
                hostile.peer.send_rtcp(_nonsense_report(chance, known.ssrc))
            await _sound_arrives(publisher, viewer)
        assert server.media.statistics().viewers == 2


def _nonsense_report(chance: random.Random, known_ssrc: int) -> bytes:
    ssrc = chance.choice((known_ssrc, chance.getrandbits(32)))
    kind = chance.randrange(4)
    if kind == 0:
        return write_nack(1, ssrc, sorted({chance.randrange(0x10000) for _ in range(60)}))
    if kind == 1:
        return write_pli(1, ssrc)
    tail = secrets.token_bytes(chance.randrange(0, 120) & ~3)
    words = len(tail) // 4 + 1
    if kind == 2:
        words = chance.randrange(0xFFFF)
    packet_type = chance.choice((200, 201, 202, 203, 204, 205, 206, 207))
    return pack("!BBHI", 0x80 | chance.randrange(32), packet_type, words, ssrc) + tail
