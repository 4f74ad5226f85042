"""What a server reads of a client's WebSocket, whole, in pieces and damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.websocket_frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    NOT_UTF8,
    PING,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    FrameReader,
)

LIMIT_BYTES = 70_000
MASK = b"\x12\x34\x56\x78"


def frame(payload: bytes, opcode: int = TEXT, *, fin: bool = True, mask: bytes = MASK) -> bytes:
    """Return a client's frame."""
    length = len(payload)
    if length < 126:
        size = bytes((0x80 | length,))
    elif length < 65536:
        size = b"\xfe" + length.to_bytes(2)
    else:
        size = b"\xff" + length.to_bytes(8)
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
    return bytes(((0x80 if fin else 0) | opcode,)) + size + mask + masked


@given(
    st.lists(st.tuples(st.sampled_from([TEXT, BINARY]), st.binary(max_size=300)), max_size=6),
    st.integers(1, 50),
)
def test_messages_are_the_same_however_the_bytes_arrive(
    messages: list[tuple[int, bytes]], step: int
) -> None:
    reader = FrameReader(limit_bytes=LIMIT_BYTES)
    wire = b"".join(frame(payload, opcode) for opcode, payload in messages)
    read = [
        message
        for start in range(0, len(wire), step)
        for message in reader.feed(wire[start : start + step])
    ]
    assert [tuple(message) for message in read] == messages
    assert reader.failure is None


@pytest.mark.parametrize("length", [125, 126, 65535, 65536])
def test_every_way_to_write_a_length_is_read(length: int) -> None:
    reader = FrameReader(limit_bytes=LIMIT_BYTES)
    assert reader.feed(frame(b"x" * length)) == [(TEXT, b"x" * length)]


def test_fragments_are_one_message_with_a_ping_between_them() -> None:
    reader = FrameReader(limit_bytes=LIMIT_BYTES)
    wire = (
        frame(b"he", fin=False)
        + frame(b"?", PING)
        + frame(b"ll", CONTINUATION, fin=False)
        + frame(b"o", CONTINUATION)
        + frame(b"next")
    )
    assert reader.feed(wire) == [(PING, b"?"), (TEXT, b"hello"), (TEXT, b"next")]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"\x81\x01x", PROTOCOL_ERROR),  # not masked
        (b"\xc1" + frame(b"x")[1:], PROTOCOL_ERROR),  # a reserved bit
        (b"\x83" + frame(b"x")[1:], PROTOCOL_ERROR),  # no such opcode
        (frame(b"x" * 126, PING), PROTOCOL_ERROR),
        (frame(b"", CLOSE, fin=False), PROTOCOL_ERROR),
        (frame(b"x", CONTINUATION), PROTOCOL_ERROR),  # of nothing
        (frame(b"x", fin=False) + frame(b"y"), PROTOCOL_ERROR),  # before the end of the first
        (frame(b"x" * LIMIT_BYTES)[:14] + b"\x00", None),
        (b"\x81\xff" + (2**40).to_bytes(8), TOO_BIG),
        (frame(b"x" * 40_000, fin=False) + frame(b"x" * 40_000, CONTINUATION), TOO_BIG),
    ],
)
def test_what_may_not_be_sent_ends_the_reading(wire: bytes, code: int | None) -> None:
    reader = FrameReader(limit_bytes=LIMIT_BYTES)
    reader.feed(wire)
    assert reader.failure == code
    assert code is None or reader.feed(frame(b"more")) == []


@given(st.binary(max_size=400))
def test_garbage_never_raises(garbage: bytes) -> None:
    reader = FrameReader(limit_bytes=200)
    reader.feed(garbage)
    assert reader.failure in (None, PROTOCOL_ERROR, NOT_UTF8, TOO_BIG)
