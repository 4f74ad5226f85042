"""Keyframes as real encoders make them, and the payloads that carry them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from fractions import Fraction
from struct import pack

import av
from av.video.codeccontext import VideoCodecContext

CODECS = ("H264", "VP8", "VP9", "AV1")
_ENCODERS = {
    "H264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8"}),
    "VP9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    "AV1": ("libsvtav1", {"preset": "12", "svtav1-params": "lp=1"}),
}
_MTU = 1200
# Red on the left, blue on the right, as Y, U and V.
_RED, _BLUE = (81, 90, 240), (41, 240, 110)


@functools.cache
def keyframe(codec: str, size: tuple[int, int] = (640, 360)) -> bytes:
    """Return a keyframe whose left half is red and whose right half is blue."""
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.options = options
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, red, blue in zip(frame.planes, _RED, _BLUE, strict=True):
        half = plane.width // 2
        row = bytes((red,)) * half + bytes((blue,)) * (plane.line_size - half)
        plane.update(row * plane.height)
    frame.pts = 0
    return bytes(next(iter((*encoder.encode(frame), *encoder.encode(None)))))


def payloads(codec: str, content: bytes) -> list[bytes]:
    """Return what carries a keyframe."""
    return list(_PACKETISERS[codec](content))


def h264_units(stream: bytes) -> list[bytes]:
    """Return the units of a byte stream, without their start codes."""
    parts = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def _h264(stream: bytes) -> Iterator[bytes]:
    """The small units in one packet, as encoders send parameter sets; the others in fragments."""
    units = h264_units(stream)
    small = [unit for unit in units if len(unit) < 100]
    yield b"\x78" + b"".join(pack("!H", len(unit)) + unit for unit in small)
    for unit in units:
        if unit in small:
            continue
        parts = list(_cut(unit[1:]))
        for at, part in enumerate(parts):
            ends = (0x80 if at == 0 else 0) | (0x40 if at == len(parts) - 1 else 0)
            yield bytes((unit[0] & 0xE0 | 28, ends | unit[0] & 0x1F)) + part


def _vp8(frame: bytes) -> Iterator[bytes]:
    """With a picture id of 15 bits, TL0PICIDX and TID, as browsers send it."""
    for at, part in enumerate(_cut(frame)):
        yield bytes((0x90 if at == 0 else 0x80, 0xE0, 0x81, 0x23, 7, 0x20)) + part


def _vp9(frame: bytes) -> Iterator[bytes]:
    """Two spatial layers, of which the second is no frame at all, as whoever needs only the first
    must not notice; the first packet says how large both are."""
    sizes = pack("!BHHHH", 0x30, 640, 360, 1280, 720)
    for at, part in enumerate(_cut(frame)):
        head = 0x80 | 0x20 | (0x08 | 0x02 if at == 0 else 0)
        yield bytes((head, 0x81, 0x23, 0x00, 7)) + (sizes if at == 0 else b"") + part
    yield bytes((0x80 | 0x20 | 0x08 | 0x04, 0x81, 0x23, 0x02, 7)) + bytes(500)


def av1_units(stream: bytes) -> list[bytes]:
    """Return the units of a low-overhead stream without their sizes, and without delimiters."""
    units, at = [], 0
    while at < len(stream):
        head, at = stream[at], at + 1
        size = shift = 0
        while True:
            byte, at = stream[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if head >> 3 != 2:
            units.append(bytes((head & ~0x02,)) + stream[at : at + size])
        at += size
    return units


def _av1(stream: bytes) -> Iterator[bytes]:
    """The sequence header with its length beside the beginning of the frame, which is cut."""
    header, frame = av1_units(stream)
    parts = list(_cut(frame))
    for at, part in enumerate(parts):
        continued = (0x80 if at else 0) | (0x40 if at < len(parts) - 1 else 0)
        if at == 0:
            yield bytes((continued | 0x28, len(header))) + header + part
        else:
            yield bytes((continued | 0x10,)) + part


def _cut(content: bytes) -> Iterator[bytes]:
    size = min(_MTU, len(content) // 3 + 1)  # three packets at least
    for at in range(0, len(content), size):
        yield content[at : at + size]


_PACKETISERS = {"H264": _h264, "VP8": _vp8, "VP9": _vp9, "AV1": _av1}
