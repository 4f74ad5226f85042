"""RTCP on the wire: reading what publishers and viewers report, writing what we report.

Only the messages that a forwarding server needs (RFC 3550, 4585, 5104, 3611). What cannot be read
is skipped: a broken report is not worth a session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct, pack, unpack_from

from media.twcc import WideFeedback, read_wide_feedback

SR, RR, SDES, BYE, RTPFB, PSFB, XR = 200, 201, 202, 203, 205, 206, 207
_NACK, _WIDE_FEEDBACK, _PLI, _FIR = 1, 15, 1, 4
_RECEIVER_TIME, _RECEIVER_DELAY = 4, 5

NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970

_BLOCK = Struct("!IIIIII")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """One report on one of our streams (RFC 3550 section 6.4.1)."""

    ssrc: int
    fraction_lost: float
    last_sr: int
    delay_since_last_sr: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """At NTP time `ntp` (64 bit) the sender's clock stood at `timestamp`."""

    ssrc: int
    ntp: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Nack:
    """Packets that a receiver misses."""

    media_ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeWish:
    """A PLI or a FIR: for us they are the same."""

    media_ssrc: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The sources that end."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReceiverDelay:
    """An answer to our receiver reference time (RFC 3611 section 4.5)."""

    last_rr: int
    delay: int


Report = SenderReport | ReportBlock | Nack | KeyframeWish | Goodbye | ReceiverDelay | WideFeedback


def is_rtcp(data: bytes) -> bool:
    """Return whether a datagram that is RTP or RTCP is RTCP (RFC 5761 section 4)."""
    return len(data) >= 8 and 192 <= data[1] <= 223


def parse_rtcp(data: bytes) -> Iterator[Report]:
    """Yield the reports of a compound packet, in order, and skip what is none."""
    at = 0
    while at + 4 <= len(data):
        first, kind, words = unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            return
        yield from _parse_one(kind, first & 0x1F, data[at:end])
        at = end


def _parse_one(kind: int, count: int, data: bytes) -> Iterator[Report]:
    if kind == SR and len(data) >= 28:
        ssrc, ntp, timestamp = unpack_from("!IQI", data, 4)
        yield SenderReport(ssrc, ntp, timestamp)
        yield from _parse_blocks(data, 28, count)
    elif kind == RR:
        yield from _parse_blocks(data, 8, count)
    elif kind == BYE and len(data) >= 4 + 4 * count:
        yield Goodbye(unpack_from(f"!{count}I", data, 4))
    elif kind == RTPFB and count == _NACK and len(data) >= 12:
        yield Nack(unpack_from("!I", data, 8)[0], tuple(_nacked(data)))
    elif kind == RTPFB and count == _WIDE_FEEDBACK:
        if (feedback := read_wide_feedback(data[12:])) is not None:
            yield feedback
    elif kind == PSFB and count == _PLI and len(data) >= 12:
        yield KeyframeWish(unpack_from("!I", data, 8)[0])
    elif kind == PSFB and count == _FIR:
        for at in range(12, len(data) - 7, 8):
            yield KeyframeWish(unpack_from("!I", data, at)[0])
    elif kind == XR:
        yield from _parse_extended(data)


def _parse_blocks(data: bytes, at: int, count: int) -> Iterator[ReportBlock]:
    for start in range(at, min(at + 24 * count, len(data) - 23), 24):
        ssrc, loss, _, _, last_sr, delay = _BLOCK.unpack_from(data, start)
        yield ReportBlock(ssrc, (loss >> 24) / 256, last_sr, delay)


def _nacked(data: bytes) -> Iterator[int]:
    for at in range(12, len(data) - 3, 4):
        first, following = unpack_from("!HH", data, at)
        yield first
        for bit in range(16):
            if following >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


def _parse_extended(data: bytes) -> Iterator[ReceiverDelay]:
    at = 8
    while at + 4 <= len(data):
        block, _, words = unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if end > len(data):
            return
        if block == _RECEIVER_DELAY:
            for start in range(at + 4, end - 11, 12):
                _, last_rr, delay = unpack_from("!III", data, start)
                yield ReceiverDelay(last_rr, delay)
        at = end


def ntp_of(unix_time: float) -> int:
    """Return a 64 bit NTP timestamp."""
    return int((unix_time + NTP_EPOCH) * 4_294_967_296)


def middle_of(ntp: int) -> int:
    """Return the middle 32 bits, in which reports speak of times."""
    return ntp >> 16 & 0xFFFFFFFF


def write_sender_report(
    ssrc: int, *, ntp: int, timestamp: int, packets: int, octets: int, cname: bytes
) -> bytes:
    """Return an SR without blocks, and the SDES that a compound packet needs."""
    report = pack(
        "!BBHIQIII",
        0x80,
        SR,
        6,
        ssrc,
        ntp,
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    return report + _write_cname(ssrc, cname)


def write_receiver_report(
    ssrc: int, blocks: Sequence[bytes], *, now_ntp: int, cname: bytes
) -> bytes:
    """Return an RR with `blocks`, an SDES, and an XR that asks for the round trip time."""
    report = pack("!BBHI", 0x80 | len(blocks), RR, 1 + 6 * len(blocks), ssrc) + b"".join(blocks)
    extended = pack("!BBHIBBHQ", 0x80, XR, 4, ssrc, _RECEIVER_TIME, 0, 2, now_ntp)
    return report + _write_cname(ssrc, cname) + extended


def write_report_block(
    ssrc: int,
    *,
    fraction_lost: float,
    lost: int,
    highest: int,
    jitter: int,
    last_sr: int,
    delay: int,
) -> bytes:
    """Return one block of an RR."""
    loss = min(255, int(fraction_lost * 256)) << 24 | max(0, min(lost, 0x7FFFFF))
    return _BLOCK.pack(
        ssrc, loss, highest & 0xFFFFFFFF, min(jitter, 0xFFFFFFFF), last_sr, delay & 0xFFFFFFFF
    )


def _write_cname(ssrc: int, cname: bytes) -> bytes:
    item = pack("!IBB", ssrc, 1, len(cname)) + cname
    item += bytes(4 - len(item) % 4)  # at least one zero ends the list
    return pack("!BBH", 0x81, SDES, len(item) // 4) + item


def write_nack(sender_ssrc: int, media_ssrc: int, sequences: Iterable[int]) -> bytes:
    """Return a NACK for `sequences`, which ascend and have 16 bits when masked."""
    fields: list[tuple[int, int]] = []
    first, following = -1, 0
    for sequence in sequences:
        if first >= 0 and sequence - first <= 16:
            following |= 1 << (sequence - first - 1)
            continue
        if first >= 0:
            fields.append((first, following))
        first, following = sequence, 0
    if first >= 0:
        fields.append((first, following))
    body = b"".join(pack("!HH", start & 0xFFFF, bits) for start, bits in fields)
    return pack("!BBHII", 0x80 | _NACK, RTPFB, 2 + len(fields), sender_ssrc, media_ssrc) + body


def write_pli(sender_ssrc: int, media_ssrc: int) -> bytes:
    """Return a picture loss indication: the request for a keyframe."""
    return pack("!BBHII", 0x80 | _PLI, PSFB, 2, sender_ssrc, media_ssrc)


def write_wide_feedback(sender_ssrc: int, media_ssrc: int, body: bytes) -> bytes:
    """Return a transport-wide congestion control feedback around `body`, padded to words."""
    body += bytes(-len(body) % 4)
    head = pack("!BBHII", 0x80 | _WIDE_FEEDBACK, RTPFB, 2 + len(body) // 4, sender_ssrc, media_ssrc)
    return head + body
