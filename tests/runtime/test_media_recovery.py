"""Packets lost on the way in and on the way out, and frames that are whole all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.relay import Relay, open_relay
from tests.runtime.light_peer import H264, OPUS, LightPeer, open_light_peer
from tests.runtime.light_receiver import LightReceiver
from tests.runtime.light_sender import LightSender
from tests.runtime.media_clients import HandPublisher, certificate, post_offer
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer, open_media_server

FRAMES = 400
LOSS = 0.03
WHOLE = 0.995
ROUND_TRIP_S = 0.02
# What the server sends before a client's handshake has ended the client cannot read.
_FIRST_UNSEEN = 20


@asynccontextmanager
async def _publisher_behind(server: MediaServer, line: Relay) -> AsyncIterator[HandPublisher]:
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("sendonly", OPUS, H264)
        answer, url = await post_offer(server, f"/whip/{STREAM_ID}", offer, KEY)
        await peer.connect(line.redirect(answer))
        assert H264.rtx_payload_type is not None
        sender = LightSender(peer, repair_payload_type=H264.rtx_payload_type)
        publisher = HandPublisher(peer, url, answer)
        publisher.send_packet = sender.send
        publisher.send_keyframe()
        await server.house.wait_told("started")
        yield publisher


@asynccontextmanager
async def _viewer_behind(server: MediaServer, line: Relay) -> AsyncIterator[LightReceiver]:
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("recvonly", OPUS, H264)
        answer, _ = await post_offer(server, f"/whep/{STREAM_ID}", offer, None)
        receiver = LightReceiver(peer, answer, rtt_s=ROUND_TRIP_S)
        try:
            await peer.connect(line.redirect(answer))
            yield receiver
        finally:
            receiver.close()


@asynccontextmanager
async def _lines(server: MediaServer) -> AsyncIterator[tuple[Relay, Relay]]:
    address = ("127.0.0.1", server.media.port)
    async with open_relay(address, seed=3) as first, open_relay(address, seed=4) as second:
        for line in (first, second):
            line.up.delay_s = line.down.delay_s = ROUND_TRIP_S / 2
        yield first, second


async def _send_frames(publisher: HandPublisher, receiver: LightReceiver) -> None:
    """Send at the pace at which the viewer gets them: the machine's, not the clock's."""
    peer = receiver.peer
    for index in range(FRAMES):
        publisher.send_delta(packets=8)
        if index % 4 == 0:
            await _wait_for_more(peer)


async def _wait_for_more(peer: LightPeer) -> None:
    seen = peer.arrivals.count
    await peer.wait_until(lambda: peer.arrivals.count > seen)


async def _whole_share(receiver: LightReceiver, publisher: HandPublisher) -> float:
    """Return the share of whole frames once nothing more comes to mend them."""
    peer = receiver.peer
    async with asyncio.timeout(10):
        while True:
            count, whole = receiver.frames()
            if count >= FRAMES - _FIRST_UNSEEN and whole / count >= WHOLE:
                return whole / count
            publisher.send_audio()
            peer.changed.clear()
            await peer.changed.wait()


async def test_viewers_frames_are_whole_although_their_line_loses_packets() -> None:
    async with (
        open_media_server() as server,
        _lines(server) as (first, second),
        _publisher_behind(server, first) as publisher,
        _viewer_behind(server, second) as receiver,
    ):
        second.down.loss = LOSS
        await _send_frames(publisher, receiver)
        assert await _whole_share(receiver, publisher) >= WHOLE
        assert second.down.lost > FRAMES * 8 * LOSS / 2
        assert receiver.repaired > 0


async def test_viewers_frames_are_whole_although_the_publishers_line_loses_packets() -> None:
    async with (
        open_media_server() as server,
        _lines(server) as (first, second),
        _publisher_behind(server, first) as publisher,
        _viewer_behind(server, second) as receiver,
    ):
        first.up.loss = LOSS
        await _send_frames(publisher, receiver)
        assert await _whole_share(receiver, publisher) >= WHOLE
        assert first.up.lost > FRAMES * 8 * LOSS / 2
