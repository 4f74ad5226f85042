"""One coded picture, put together from the payloads that carried it, as a decoder takes it.

Rules only, one small function per payload format. Payloads come from whoever publishes: what makes
no sense is left out, so that the result is at worst a picture that no decoder takes. None of them
writes more than it was given, but for a few bytes per part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

_START_CODE = b"\x00\x00\x00\x01"
_SINGLE, _STAP_A, _FU_A = range(1, 24), 24, 28
_FU_START = 0x80

_OBU_SIZED, _OBU_EXTENDED = 0x02, 0x04
_OBU_TEMPORAL_DELIMITER, _OBU_TILE_LIST = 2, 8


def join_h264(payloads: Sequence[bytes]) -> bytes:
    """RFC 6184, modes 0 and 1: units alone, aggregated or fragmented, as a byte stream with start
    codes."""
    stream = bytearray()
    for payload in payloads:
        kind = payload[0] & 0x1F if payload else 0
        if kind in _SINGLE:
            stream += _START_CODE + payload
        elif kind == _STAP_A:
            for unit in _aggregated(payload):
                stream += _START_CODE + unit
        elif kind == _FU_A and len(payload) > 2:
            if payload[1] & _FU_START:
                stream += _START_CODE + bytes((payload[0] & 0xE0 | payload[1] & 0x1F,))
            stream += payload[2:]
    return bytes(stream)


def _aggregated(payload: bytes) -> Iterator[bytes]:
    at = 1
    while at + 2 < len(payload):
        size = payload[at] << 8 | payload[at + 1]
        yield payload[at + 2 : at + 2 + size]
        at += 2 + size


def join_vp8(payloads: Sequence[bytes]) -> bytes:
    """RFC 7741: what follows each descriptor."""
    return b"".join(payload[vp8_descriptor_bytes(payload) :] for payload in payloads)


def vp8_descriptor_bytes(payload: bytes) -> int:
    """Return how long the descriptor is that `payload` begins with (RFC 7741 section 4.2)."""
    if not payload or not payload[0] & 0x80:
        return 1
    flags, length = payload[1] if len(payload) > 1 else 0, 2
    if flags & 0x80:  # I: one byte, or two when M is set
        length += 2 if len(payload) > length and payload[length] & 0x80 else 1
    length += 1 if flags & 0x40 else 0  # L
    length += 1 if flags & 0x30 else 0  # T or K
    return length


def join_vp9(payloads: Sequence[bytes]) -> bytes:
    """RFC 9628: what follows each descriptor of the lowest spatial layer, which is a frame of its
    own and the smallest."""
    frame = bytearray()
    for payload in payloads:
        try:
            layer, at = _read_vp9_descriptor(payload)
        except IndexError:
            continue
        if layer == 0:
            frame += payload[at:]
    return bytes(frame)


def _read_vp9_descriptor(payload: bytes) -> tuple[int, int]:
    """Return the spatial layer, and where the frame's bytes begin (RFC 9628 section 4.2)."""
    head, at, layer = payload[0], 1, 0
    if head & 0x80:  # I
        at += 2 if payload[at] & 0x80 else 1
    if head & 0x20:  # L, and TL0PICIDX in non-flexible mode
        layer = payload[at] >> 1 & 0x07
        at += 1 if head & 0x10 else 2
    if head & 0x50 == 0x50:  # P and F: up to three references, the last without N
        while payload[at] & 0x01:
            at += 1
        at += 1
    if head & 0x02:  # V
        at = _skip_vp9_structure(payload, at)
    return layer, at


def _skip_vp9_structure(payload: bytes, at: int) -> int:
    flags, at = payload[at], at + 1
    if flags & 0x10:  # Y: width and height of each layer
        at += 4 * ((flags >> 5) + 1)
    if flags & 0x08:  # G
        pictures, at = payload[at], at + 1
        for _ in range(pictures):
            at += 1 + (payload[at] >> 2 & 0x03)
    return at


def join_av1(payloads: Sequence[bytes]) -> bytes:
    """RTP payload format for AV1, section 4: the units with their sizes written (section 5.2 of the
    bitstream specification), as decoders want them."""
    unit, stream = bytearray(), bytearray()
    for payload in payloads:
        if not payload:
            continue
        continues, goes_on = payload[0] & 0x80, payload[0] & 0x40
        if not continues:
            stream += _sized(unit)
            unit.clear()
        elements = list(_av1_elements(payload))
        for number, element in enumerate(elements):
            unit += element
            if number + 1 < len(elements) or not goes_on:
                stream += _sized(unit)
                unit.clear()
    return bytes(stream + _sized(unit))


def _av1_elements(payload: bytes) -> Iterator[bytes]:
    count, at = payload[0] >> 4 & 0x03, 1
    number = 0
    while at < len(payload):
        number += 1
        size = len(payload) - at
        if number != count:  # the last of a known count has no length
            size, at = _read_leb128(payload, at)
        yield payload[at : at + size]
        at += size


def _read_leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return a number and where it ends; all there is, where it never ends."""
    value = 0
    for shift in range(0, 35, 7):
        if at >= len(data):
            break
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return value, at


def _leb128(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _sized(unit: bytearray) -> bytes:
    """Return a unit with its size; nothing of what decoders are to be spared."""
    if not unit or unit[0] >> 3 & 0x0F in (_OBU_TEMPORAL_DELIMITER, _OBU_TILE_LIST):
        return b""
    if unit[0] & _OBU_SIZED:
        return bytes(unit)
    head = 2 if unit[0] & _OBU_EXTENDED else 1
    sized = bytes((unit[0] | _OBU_SIZED,)) + bytes(unit[1:head])
    return sized + _leb128(max(0, len(unit) - head)) + bytes(unit[head:])


JOIN: dict[str, Callable[[Sequence[bytes]], bytes]] = {
    "H264": join_h264,
    "VP8": join_vp8,
    "VP9": join_vp9,
    "AV1": join_av1,
}
