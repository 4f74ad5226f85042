"""FFmpeg's WHIP muxer publishes here: an implementation that shares nothing with ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.keyframes import starts_h264_keyframe
from tests.ffmpeg import open_ffmpeg_publisher
from tests.runtime.light_peer import H264, OPUS
from tests.runtime.media_clients import open_viewer
from tests.runtime.media_server import KEY, STREAM_ID, open_media_server


@pytest.mark.parametrize("flags", ["", "dtls_active"])
async def test_ffmpeg_publishes_and_says_goodbye(tmp_path: Path, flags: str) -> None:
    async with open_media_server() as server:
        endpoint = f"{server.url}/whip/{STREAM_ID}"
        async with open_ffmpeg_publisher(endpoint, KEY, tmp_path, flags):
            await server.house.wait_told("started", limit_s=20)
            async with open_viewer(server) as viewer:
                await viewer.peer.wait_until(
                    lambda: len(viewer.video()) >= 50 and len(viewer.audio()) >= 5, limit_s=20
                )
                assert starts_h264_keyframe(viewer.video()[0].payload)
                assert viewer.peer.arrivals.gaps == 0
                assert {p.payload_type for p in viewer.peer.arrivals.packets} == {
                    H264.payload_type,
                    OPUS.payload_type,
                }
        await server.house.wait_told("started", "stopped")
