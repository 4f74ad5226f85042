"""Which videos may be sent, told by how their bytes begin. What a client says of them is believed
only if it agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VideoType:
    """A kind of file."""

    content_type: str
    demuxer: str
    """What reads it, and the only thing that is let near it."""
    suffix: str


MP4 = VideoType("video/mp4", "mp4", "mp4")
MOV = VideoType("video/quicktime", "mp4", "mov")
WEBM = VideoType("video/webm", "matroska", "webm")
MATROSKA = VideoType("video/x-matroska", "matroska", "mkv")

TYPES: Mapping[str, VideoType] = {each.content_type: each for each in (MP4, MOV, WEBM, MATROSKA)}

# What is read of a file to tell.
BEGINNING_BYTES = 64
# A QuickTime file may begin without naming itself.
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide")


def video_type(beginning: bytes) -> VideoType | None:
    """Return what the bytes begin as, or None for what is not taken."""
    kind, brand = beginning[4:8], beginning[8:12]
    if kind == b"ftyp":
        return MOV if brand == b"qt  " else MP4
    if kind in _OLD_QUICKTIME:
        return MOV
    if beginning.startswith(b"\x1a\x45\xdf\xa3"):
        # DocType (0x4282) stands in the EBML header, which comes first.
        if b"\x42\x82\x84webm" in beginning:
            return WEBM
        if b"\x42\x82\x88matroska" in beginning:
            return MATROSKA
    return None


def agrees(found: VideoType, declared: str) -> bool:
    """Tell whether a declared type may stand for what was found: cameras call QuickTime files
    MP4 and the other way round, recorders WebM and Matroska."""
    said = TYPES.get(declared)
    return said is None or said.demuxer == found.demuxer
