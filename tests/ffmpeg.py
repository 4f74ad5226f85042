"""FFmpeg's WHIP muxer publishing for the length of a block."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from tests.companion import open_companion
from tests.runtime.media_clients import certificate


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
    async with open_companion("tests.runtime.ffmpeg_publisher", url, key, str(folder), flags):
        yield
