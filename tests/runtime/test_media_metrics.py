"""A feed and its audience as an operator's monitoring reads them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from server.media_metrics import MediaNumbers
from tests.runtime.media_clients import open_publisher, open_viewer
from tests.runtime.media_server import STREAM_ID, MediaServer, open_media_server


def _read(server: MediaServer) -> list[str]:
    registry = CollectorRegistry()
    registry.register(MediaNumbers(server.media))
    return generate_latest(registry).decode().splitlines()


async def test_each_feed_has_its_numbers_and_viewers_have_no_names() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer, open_viewer(server) as another:
            await viewer.wait_for_packets(1)
            await another.wait_for_packets(1)
            lines = _read(server)
        labels = f'{{kind="camera",stream="{STREAM_ID}",user="1"}}'
        assert f"vibecast_media_feed_viewers{labels} 2.0" in lines
        assert any(line.startswith(f"vibecast_media_feed_bitrate_bps{labels} ") for line in lines)
        assert 'vibecast_media_viewer_loss_bucket{le="+Inf"} 2.0' in lines
        assert any(line.startswith("vibecast_media_viewers_by_height{") for line in lines)


async def test_a_node_without_feeds_has_only_empty_numbers() -> None:
    async with open_media_server() as server:
        assert not any("stream=" in line for line in _read(server))
