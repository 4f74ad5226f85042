"""FFmpeg's WHIP muxer publishes here: an implementation that shares nothing with ours."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from media.keyframes import starts_h264_keyframe
from tests.runtime.light_peer import H264, OPUS
from tests.runtime.media_clients import certificate, open_viewer
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer, open_media_server

_ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def _ffmpeg_publishes(server: MediaServer, folder: Path, flags: str) -> AsyncIterator[None]:
    own = certificate()
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(own._cert.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        own._key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.runtime.ffmpeg_publisher"),
        *(f"{server.url}/whip/{STREAM_ID}", KEY, str(folder), flags),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    try:
        yield
        process.stdin.close()
        async with asyncio.timeout(20):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("flags", ["", "dtls_active"])
async def test_ffmpeg_publishes_and_says_goodbye(tmp_path: Path, flags: str) -> None:
    async with open_media_server() as server:
        async with _ffmpeg_publishes(server, tmp_path, flags):
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
