"""The size of the picture, read from the packet that begins a keyframe.

What a menu of resolutions needs, and which of two encodings is the larger. Headers only, nothing is
decoded; what cannot be read has no size, and then bitrates decide.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import error, unpack_from

from media.depacketising import vp8_descriptor_bytes
from media.keyframes import find_h264_parameters

# What level 6.2 and every browser can do; more is a broken header.
_SIDE_LIMIT = 16_384
# ITU-T H.264 section 7.3.2.1.1: profiles whose parameter set says how colours are sampled.
_PROFILES_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)

_VP9_SYNC, _VP9_RGB = 0x498342, 7
_AV1_SEQUENCE_HEADER, _AV1_LEVELS_WITHOUT_TIER = 1, 7

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
    at = vp8_descriptor_bytes(payload)
    if payload[at + 3 : at + 6] != b"\x9d\x01\x2a" or len(payload) < at + 10:
        return None
    width, height = (int.from_bytes(payload[at + k : at + k + 2], "little") for k in (6, 8))
    return _within_limits((width & 0x3FFF, height & 0x3FFF))


def read_vp9_size(payload: bytes) -> Size | None:
    """RFC 9628 section 4.2: the descriptor has the sizes of all spatial layers, or the frame's own
    header has its."""
    at = 1
    try:
        if payload[0] & 0x80:  # I
            at += 2 if payload[at] & 0x80 else 1
        if payload[0] & 0x20:  # L, and TL0PICIDX in non-flexible mode
            at += 1 if payload[0] & 0x10 else 2
        if payload[0] & 0x02:  # V
            layers, flags = (payload[at] >> 5) + 1, payload[at]
            if flags & 0x10:  # Y
                sizes = [unpack_from("!HH", payload, at + 1 + 4 * i) for i in range(layers)]
                return _within_limits(max(sizes))
            at += 1
            if flags & 0x08:  # G
                pictures, at = payload[at], at + 1
                for _ in range(pictures):
                    at += 1 + (payload[at] >> 2 & 0x03)
        return _within_limits(_read_vp9_header(_Bits(payload[at:])))
    except (IndexError, error):
        return None


def _read_vp9_header(bits: _Bits) -> Size:
    """VP9 bitstream specification section 7.2: the uncompressed header of a keyframe."""
    if bits.take(2) != 2:
        raise IndexError
    profile = bits.take(1) | bits.take(1) << 1
    if profile == 3:
        bits.take(1)
    shows_existing, is_inter = bits.take(1), bits.take(1)
    bits.take(2)
    if shows_existing or is_inter or bits.take(24) != _VP9_SYNC:
        raise IndexError
    if profile >= 2:
        bits.take(1)
    if bits.take(3) != _VP9_RGB:
        bits.take(4 if profile in (1, 3) else 1)
    elif profile in (1, 3):
        bits.take(1)
    return bits.take(16) + 1, bits.take(16) + 1


def read_av1_size(payload: bytes) -> Size | None:
    """The largest size that the sequence header allows, which is the first unit of a keyframe's
    first packet (RTP payload format for AV1 section 4.4)."""
    try:
        at = 1
        if payload[0] & 0x30 != 0x10:  # W: with one unit alone its length is not written
            at = _skip_leb128(payload, at)
        head = payload[at]
        if head >> 3 & 0x0F != _AV1_SEQUENCE_HEADER:
            return None
        at += 2 if head & 0x04 else 1
        if head & 0x02:
            at = _skip_leb128(payload, at)
        return _within_limits(_read_av1_sequence(_Bits(payload[at:])))
    except IndexError:
        return None


def _skip_leb128(data: bytes, at: int) -> int:
    while data[at] & 0x80:
        at += 1
    return at + 1


def _read_av1_sequence(bits: _Bits) -> Size:
    """AV1 bitstream specification section 5.5.1."""
    bits.take(4)
    if bits.take(1):  # reduced_still_picture_header
        bits.take(5)
    else:
        delay_bits = _skip_av1_timing(bits) if bits.take(1) else 0
        has_display_delay = bits.take(1)
        for _ in range(bits.take(5) + 1):
            bits.take(12)
            if bits.take(5) > _AV1_LEVELS_WITHOUT_TIER:
                bits.take(1)
            if delay_bits and bits.take(1):
                bits.take(2 * delay_bits + 1)
            if has_display_delay and bits.take(1):
                bits.take(4)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(width_bits) + 1, bits.take(height_bits) + 1


def _skip_av1_timing(bits: _Bits) -> int:
    """Return how long the delays of each operating point are, 0 if there are none."""
    bits.take(64)
    if bits.take(1):
        bits.golomb()  # uvlc() is written like an Exp-Golomb number
    if not bits.take(1):
        return 0
    delay_bits = bits.take(5) + 1
    bits.take(42)
    return delay_bits


def _within_limits(size: Size) -> Size | None:
    return size if all(0 < side <= _SIDE_LIMIT for side in size) else None


READ_SIZE: dict[str, Callable[[bytes], Size | None]] = {
    "H264": read_h264_size,
    "VP8": read_vp8_size,
    "VP9": read_vp9_size,
    "AV1": read_av1_size,
}
