"""Pictures for tests: harmless ones, hostile ones, and ones that are two things at once."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

PAYLOAD = b"<script>alert(document.domain)</script>"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **saved: Any
) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
    written = io.BytesIO()
    image.convert(mode).save(written, kind, **saved)
    return written.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """Return a PNG of one colour: some kilobytes, and as many pixels as it says."""
    rows = zlib.compressobj(9)
    line = b"\0" * ((width + 7) // 8 + 1)
    packed = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", packed)
        + _chunk(b"IEND", b"")
    )


def png_text_bomb() -> bytes:
    """Return a small PNG with a comment that inflates to 200 MB."""
    comment = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    plain = picture()
    after_header = 8 + 25
    return plain[:after_header] + _chunk(b"zTXt", comment) + plain[after_header:]


def animation(frames: int) -> bytes:
    """Return a GIF with this many frames."""
    first, *others = [Image.new("P", (32, 32), n % 250) for n in range(frames)]
    written = io.BytesIO()
    first.save(written, "GIF", save_all=True, append_images=others)
    return written.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
