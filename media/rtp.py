"""RTP on the wire: one parsed packet, and counters that wrap unwrapped.

Written for the packet path: a packet is parsed once, whatever the number of its receivers.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from types import MappingProxyType

from media.red import RedPayload

_HEADER = Struct("!BBHII")
_EXTENSION = Struct("!HH")

ONE_BYTE_EXTENSIONS = 0xBEDE

_NO_EXTENSIONS: Mapping[int, bytes] = MappingProxyType({})


class RtpPacket:
    """An RTP packet as it came: header fields and payload, padding and extensions taken off."""

    __slots__ = (
        "extensions",
        "marker",
        "payload",
        "payload_type",
        "red",
        "sequence",
        "ssrc",
        "timestamp",
    )

    def __init__(
        self,
        payload_type: int,
        marker: bool,
        sequence: int,
        timestamp: int,
        ssrc: int,
        payload: bytes,
        extensions: Mapping[int, bytes] = _NO_EXTENSIONS,
        red: RedPayload | None = None,
    ) -> None:
        self.payload_type = payload_type
        self.marker = marker
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.payload = payload
        self.extensions = extensions
        self.red = red
        """What `payload` was taken out of, if sound comes with earlier sound in it."""


def parse_rtp(data: bytes) -> RtpPacket | None:
    """Return the packet in `data`, or None if it is none."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        return None
    start, end = 12 + 4 * (first & 0x0F), len(data)
    extensions = _NO_EXTENSIONS
    if first & 0x10:
        if end < start + 4:
            return None
        profile, words = _EXTENSION.unpack_from(data, start)
        start += 4
        if end < start + 4 * words:
            return None
        extensions = _read_extensions(data, start, start + 4 * words, profile)
        start += 4 * words
    if first & 0x20 and end > start:
        end -= data[-1]
    if end < start:
        return None
    return RtpPacket(
        second & 0x7F, second >= 0x80, sequence, timestamp, ssrc, data[start:end], extensions
    )


def _read_extensions(data: bytes, at: int, end: int, profile: int) -> dict[int, bytes]:
    """Return the values of the header extensions (RFC 8285) by their numbers."""
    found: dict[int, bytes] = {}
    if profile == ONE_BYTE_EXTENSIONS:
        while at < end:
            head = data[at]
            if head == 0:  # padding
                at += 1
                continue
            number, length = head >> 4, (head & 0x0F) + 1
            if number == 15 or at + 1 + length > end:
                break
            found[number] = data[at + 1 : at + 1 + length]
            at += 1 + length
    elif profile & 0xFFF0 == 0x1000:
        while at + 1 < end:
            number = data[at]
            if number == 0:
                at += 1
                continue
            length = data[at + 1]
            if at + 2 + length > end:
                break
            found[number] = data[at + 2 : at + 2 + length]
            at += 2 + length
    return found


class Unwrapped:
    """A counter of `bits` bits that wraps, continued without end by nearness to the last value."""

    __slots__ = ("_half", "_mask", "last")

    def __init__(self, bits: int) -> None:
        self._mask = (1 << bits) - 1
        self._half = 1 << (bits - 1)
        self.last: int | None = None

    def extend(self, value: int) -> int:
        """Return `value` continued, and remember it if it is the newest."""
        extended = self.near(value)
        if self.last is None or extended > self.last:
            self.last = extended
        return extended

    def near(self, value: int) -> int:
        """Return `value` continued, remembering nothing."""
        if self.last is None:
            return value
        step = (value - self.last) & self._mask
        if step > self._half:
            step -= self._mask + 1
        return self.last + step
