"""The size of the picture, read from the packet that begins a keyframe.

What a menu of resolutions needs, and which of two encodings is the larger. Headers only, nothing is
decoded; what cannot be read has no size, and then bitrates decide.
"""

from __future__ import annotations

from collections.abc import Callable

from media.keyframes import find_h264_parameters

# What level 6.2 and every browser can do; more is a broken header.
_SIDE_LIMIT = 16_384
# ITU-T H.264 section 7.3.2.1.1: profiles whose parameter set says how colours are sampled.
_PROFILES_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)

Size = tuple[int, int]


class _Bits:
    """Reading a bit string; IndexError where it ends."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            byte = self._data[self._at >> 3]
            value = value << 1 | byte >> (7 - (self._at & 7)) & 1
            self._at += 1
        return value

    def golomb(self) -> int:
        """Return an Exp-Golomb number (section 9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise IndexError
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        number = self.golomb()
        return (number + 1) // 2 if number & 1 else -(number // 2)


def read_h264_size(payload: bytes) -> Size | None:
    """Return the size in the sequence parameter set that `payload` carries, if it does."""
    parameters = find_h264_parameters(payload)
    if parameters is None:
        return None
    try:
        return _within_limits(_read_sps(parameters[1:].replace(b"\x00\x00\x03", b"\x00\x00")))
    except IndexError:
        return None


def _read_sps(data: bytes) -> Size:
    profile = data[0]
    bits = _Bits(data[3:])
    bits.golomb()  # the set's own number
    chroma = 1
    if profile in _PROFILES_WITH_CHROMA:
        chroma = bits.golomb()
        if chroma == 3:
            bits.take(1)
        bits.golomb(), bits.golomb(), bits.take(1)
        if bits.take(1):
            for index in range(8 if chroma != 3 else 12):
                if bits.take(1):
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(1)
        bits.golomb(), bits.golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.golomb()
    bits.golomb()
    bits.take(1)
    width = 16 * (bits.golomb() + 1)
    rows = bits.golomb() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)
    height = 16 * rows * (2 - frames_only)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        step_x = 2 if chroma in (1, 2) else 1
        step_y = (2 if chroma == 1 else 1) * (2 - frames_only)
        width -= step_x * (left + right)
        height -= step_y * (top + bottom)
    return width, height


def _skip_scaling_list(bits: _Bits, count: int) -> None:
    last = following = 8
    for _ in range(count):
        if following:
            following = (last + bits.signed_golomb()) & 0xFF
        last = following or last


def read_vp8_size(payload: bytes) -> Size | None:
    """RFC 6386 section 9.1: the frame tag, the start code, then width and height."""
    at = 1
    if payload[0] & 0x80:
        flags, at = payload[1], 2
        if flags & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += 1 if flags & 0x40 else 0
        at += 1 if flags & 0x30 else 0
    if payload[at + 3 : at + 6] != b"\x9d\x01\x2a" or len(payload) < at + 10:
        return None
    width, height = (int.from_bytes(payload[at + k : at + k + 2], "little") for k in (6, 8))
    return _within_limits((width & 0x3FFF, height & 0x3FFF))


def _within_limits(size: Size) -> Size | None:
    return size if all(0 < side <= _SIDE_LIMIT for side in size) else None


READ_SIZE: dict[str, Callable[[bytes], Size | None]] = {
    "H264": read_h264_size,
    "VP8": read_vp8_size,
}
