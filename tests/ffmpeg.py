"""FFmpeg's WHIP muxer publishing for the length of a block."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from tests.runtime.media_clients import certificate

_ROOT = Path(__file__).parents[1]


@asynccontextmanager
async def open_ffmpeg_publisher(
    url: str, key: str, folder: Path, flags: str = ""
) -> AsyncIterator[None]:
    """Publish noise and silence to a WHIP endpoint, and say goodbye at the end."""
    own = certificate()
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(own._cert.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        own._key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.runtime.ffmpeg_publisher"),
        *(url, key, str(folder), flags),
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
