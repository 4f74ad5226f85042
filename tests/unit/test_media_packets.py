"""RTP, RTCP, keyframes and congestion feedback, byte by byte."""

from __future__ import annotations

import contextlib
from struct import pack, unpack_from

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.ice import read_check
from media.keyframes import (
    starts_av1_keyframe,
    starts_h264_keyframe,
    starts_vp8_keyframe,
    starts_vp9_keyframe,
)
from media.picture_ids import read_vp8_picture_ids, read_vp9_picture_ids
from media.picture_size import read_av1_size, read_h264_size, read_vp8_size, read_vp9_size
from media.rtcp import (
    Goodbye,
    KeyframeWish,
    Nack,
    ReceiverDelay,
    ReportBlock,
    SenderReport,
    is_rtcp,
    parse_rtcp,
    write_nack,
    write_pli,
    write_receiver_report,
    write_report_block,
    write_sender_report,
    write_wide_feedback,
)
from media.rtp import Unwrapped, parse_rtp
from media.twcc import ArrivalLog, read_wide_feedback

_HEAD = pack("!BBHII", 0x80, 0x80 | 102, 7, 9000, 0xABCD)


def test_header_fields_and_payload_are_read() -> None:
    packet = parse_rtp(_HEAD + b"payload")
    assert packet is not None
    assert (packet.payload_type, packet.marker, packet.sequence) == (102, True, 7)
    assert (packet.timestamp, packet.ssrc, packet.payload) == (9000, 0xABCD, b"payload")


def test_padding_and_extensions_are_taken_off() -> None:
    extension = b"\xbe\xde\x00\x02" + b"\x10\xff" + b"\x31\x12\x34" + bytes(3)
    data = bytes((0xB0,)) + _HEAD[1:] + extension + b"payload" + bytes(2) + b"\x03"
    packet = parse_rtp(data)
    assert packet is not None
    assert packet.payload == b"payload"
    assert packet.extensions[3] == b"\x12\x34"


def test_a_two_byte_extension_is_read_too() -> None:
    extension = b"\x10\x00\x00\x01" + b"\x14\x02\x12\x34"
    packet = parse_rtp(bytes((0x90,)) + _HEAD[1:] + extension)
    assert packet is not None
    assert packet.extensions[20] == b"\x12\x34"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_datagram_upsets_a_parser(data: bytes) -> None:
    parse_rtp(b"\x90" + data)
    is_rtcp(data)
    list(parse_rtcp(data))
    for starts in (
        starts_h264_keyframe,
        starts_vp8_keyframe,
        starts_vp9_keyframe,
        starts_av1_keyframe,
    ):
        starts(data)
    read_vp8_picture_ids(data)
    read_vp9_picture_ids(data)
    if starts_vp8_keyframe(data):
        read_vp8_size(data)
    for read_size in (read_vp9_size, read_av1_size):
        for payload in (data, b"\x0a" + data, b"\x18\x0a\x0b" + data):
            size = read_size(payload)
            assert size is None or 0 < min(size) <= max(size) <= 16_384
    read_wide_feedback(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_no_parameter_set_upsets_the_reader_of_its_size(data: bytes) -> None:
    for payload in (data, b"\x67" + data, b"\x78" + pack("!H", len(data) + 1) + b"\x67" + data):
        size = read_h264_size(payload)
        assert size is None or min(size) > 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120), st.integers(0, 0xFFFF))
def test_no_check_upsets_its_reader(data: bytes, length: int) -> None:
    for said in (length, len(data)):
        read_check(pack("!HHI", 1, said, 0x2112A442) + bytes(12) + data)


def test_a_counter_that_wraps_goes_on() -> None:
    counter = Unwrapped(16)
    assert [counter.extend(value) for value in (65534, 65535, 0, 65535, 2)] == [
        65534,
        65535,
        65536,
        65535,
        65538,
    ]


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        ("6588", True),  # IDR alone
        ("6742c01f", True),  # parameter set alone
        ("68cb83cb", False),
        ("4188", False),
        ("7c85aa", True),  # first fragment of an IDR
        ("7c45aa", False),  # last fragment of an IDR
        ("7c81aa", False),
        ("78000468cb83cb00026588", True),  # aggregate with an IDR after a picture parameter set
        ("78000468cb83cb", False),
        ("", False),
    ],
)
def test_h264_keyframes(payload: str, starts: bool) -> None:
    assert starts_h264_keyframe(bytes.fromhex(payload)) is starts


@pytest.mark.parametrize(
    ("payload", "starts"),
    [("1000", True), ("1001", False), ("0000", False), ("1100", False), ("90e08123451000", True)],
)
def test_vp8_keyframes(payload: str, starts: bool) -> None:
    assert starts_vp8_keyframe(bytes.fromhex(payload)) is starts


@pytest.mark.parametrize(
    ("payload", "starts"),
    [("8801", True), ("c801", False), ("8001", False), ("a80100", True), ("a80102", False)],
)
def test_vp9_keyframes(payload: str, starts: bool) -> None:
    assert starts_vp9_keyframe(bytes.fromhex(payload)) is starts


def test_av1_keyframes() -> None:
    assert starts_av1_keyframe(b"\x18")
    assert not starts_av1_keyframe(b"\x10")


def test_what_is_written_is_read() -> None:
    block = write_report_block(
        5, fraction_lost=0.25, lost=3, highest=70_000, jitter=9, last_sr=77, delay=88
    )
    compound = (
        write_sender_report(1, ntp=2**40, timestamp=3, packets=4, octets=5, cname=b"name")
        + write_receiver_report(2, [block], now_ntp=1, cname=b"name")
        + write_nack(1, 6, [10, 11, 26, 27, 65535, 65537])
        + write_pli(1, 7)
        + pack("!BBHI", 0x81, 203, 1, 8)
        + pack("!BBHIBBHIII", 0x80, 207, 5, 1, 5, 0, 3, 2, 50, 60)
        + pack("!BBHIIII", 0x84, 206, 4, 1, 0, 12, 0)
    )
    assert list(parse_rtcp(compound)) == [
        SenderReport(1, 2**40, 3),
        ReportBlock(5, 0.25, 77, 88),
        Nack(6, (10, 11, 26, 27, 65535, 1)),
        KeyframeWish(7),
        Goodbye((8,)),
        ReceiverDelay(50, 60),
        KeyframeWish(12),
    ]


def _read_feedback(body: bytes) -> tuple[int, list[float | None]]:
    """Return the first number and the arrival times of a feedback, as a sender reads it."""
    base, count, tail = unpack_from("!HHI", body)
    at, symbols = 8, list[int]()
    while len(symbols) < count:
        (chunk,) = unpack_from("!H", body, at)
        at += 2
        if chunk & 0x8000:
            assert chunk & 0x4000
            symbols += [chunk >> (12 - 2 * index) & 3 for index in range(7)]
        else:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
    clock = (tail >> 8) * 0.064
    arrivals: list[float | None] = []
    for symbol in symbols[:count]:
        if symbol == 0:
            arrivals.append(None)
            continue
        (delta,) = unpack_from("!B" if symbol == 1 else "!h", body, at)
        at += symbol
        clock += delta * 0.000250
        arrivals.append(clock)
    assert at == len(body)
    return base, arrivals


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 65535),
    st.lists(st.tuples(st.booleans(), st.floats(-0.02, 0.2)), min_size=1, max_size=900),
)
def test_a_sender_reads_from_the_feedback_when_each_packet_arrived(
    first: int, plan: list[tuple[bool, float]]
) -> None:
    log, now = ArrivalLog(), 1000.0
    expected: dict[int, float] = {}
    for offset, (lost, pause) in enumerate(plan):
        now += pause
        if not lost:
            log.record((first + offset) & 0xFFFF, now)
            expected[(first + offset) & 0xFFFF] = now
    found: dict[int, float] = {}
    while (body := log.take_feedback()) is not None:
        base, arrivals = _read_feedback(body)
        assert len(write_wide_feedback(1, 2, body)) <= 1200
        for offset, arrived in enumerate(arrivals):
            if arrived is not None:
                found[(base + offset) & 0xFFFF] = arrived
    assert found.keys() == expected.keys()
    assert all(abs(found[number] - expected[number]) <= 0.000251 for number in found)


def test_nothing_arrived_is_no_feedback() -> None:
    assert ArrivalLog().take_feedback() is None


def test_a_restarted_counter_does_not_become_a_long_report() -> None:
    log = ArrivalLog()
    log.record(5, 1.0)
    assert log.take_feedback() is not None
    log.record(30_000, 1.1)
    feedbacks = []
    with contextlib.suppress(StopIteration):
        while (body := log.take_feedback()) is not None:
            feedbacks.append(body)
    assert len(feedbacks) == 1
    assert _read_feedback(feedbacks[0])[0] == 30_000


def _bits(*fields: tuple[int, int]) -> bytes:
    """Return (value, width) after (value, width), filled up with zeros."""
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8)


_VP9_KEYFRAME = _bits(
    (2, 2),
    (0, 2),
    (0, 1),
    (0, 1),
    (1, 1),
    (0, 1),
    (0x498342, 24),
    (1, 3),
    (0, 1),
    (639, 16),
    (359, 16),
)


@pytest.mark.parametrize(
    ("descriptor", "size"),
    [
        ("08", (640, 360)),
        # With a picture id of 15 bits, and with layer indices in flexible and other mode.
        ("888001", (640, 360)),
        ("b8800100", (640, 360)),
        ("a880010007", (640, 360)),
        # Scalability: three layers with their sizes; or their number alone, and one group.
        ("0a50" + "014000b4" + "02800168" + "050002d0", (1280, 720)),
        ("0a08" + "01" + "04" + "01", (640, 360)),
        ("", None),
        ("8a", None),
    ],
)
def test_vp9_sizes(descriptor: str, size: tuple[int, int] | None) -> None:
    frame = _VP9_KEYFRAME if size is not None else b""
    assert read_vp9_size(bytes.fromhex(descriptor) + frame) == size


def test_a_vp9_frame_that_is_no_keyframe_has_no_size() -> None:
    assert read_vp9_size(b"\x08" + _bits((2, 2), (0, 2), (0, 1), (1, 1), (0, 40))) is None


_AV1_PLAIN = ((0, 3), (0, 1), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (5, 5))
_AV1_TIMED = (
    *((0, 3), (0, 1), (0, 1), (1, 1), (1, 32), (60, 32), (1, 1), (1, 1), (1, 1), (9, 5), (0, 42)),
    *((1, 1), (1, 5), (0, 12), (8, 5), (0, 1), (1, 1), (0, 21), (1, 1), (3, 4)),
    *((0, 12), (5, 5), (0, 1), (0, 1)),
)
_AV1_STILL = ((0, 3), (1, 1), (1, 1), (5, 5))
_AV1_SIZE = ((9, 4), (8, 4), (639, 10), (359, 9))


@pytest.mark.parametrize("start", [_AV1_PLAIN, _AV1_TIMED, _AV1_STILL])
@pytest.mark.parametrize("head", ["1808", "280c08", "080c08", "280d0a0b", "28100e000b"])
def test_av1_sizes(start: tuple[tuple[int, int], ...], head: str) -> None:
    assert read_av1_size(bytes.fromhex(head) + _bits(*start, *_AV1_SIZE)) == (640, 360)


def test_what_is_no_av1_sequence_header_has_no_size() -> None:
    assert read_av1_size(bytes.fromhex("1832") + bytes(20)) is None
    assert read_av1_size(bytes.fromhex("1808") + _bits(*_AV1_PLAIN)) is None
