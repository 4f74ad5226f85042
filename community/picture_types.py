"""Which pictures may be sent, told by how their bytes begin. What a client says of them is believed
only if it agrees. No SVG: that is a program.
"""

from __future__ import annotations

from collections.abc import Mapping

# 10 MB; a phone's picture has three to six.
LIMIT_BYTES = 10_000_000

# The content type, and what the decoder calls the format.
DECODERS: Mapping[str, str] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}


def picture_type(content: bytes) -> str | None:
    """Return the content type that the bytes begin as, or None for what is not taken."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
