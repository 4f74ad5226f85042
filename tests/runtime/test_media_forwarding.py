"""Real packets on loopback: what a publisher sends is what viewers get."""

from __future__ import annotations

from tests.runtime.media_clients import open_publisher, open_viewer
from tests.runtime.media_server import open_media_server


async def test_a_viewer_gets_the_payload_of_every_packet() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer:
            sent = publisher.send_keyframe() + publisher.send_delta(packets=5)
            await viewer.peer.wait_until(lambda: len(viewer.video()) >= len(sent))
        got = [packet.payload for packet in viewer.video()]
        assert got[-len(sent) :] == sent
