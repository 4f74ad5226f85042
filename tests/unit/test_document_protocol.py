"""The y-websocket wire: what is written is read, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Decoder

from collab import protocol
from collab.protocol import (
    Awareness,
    PresenceEntry,
    QueryAwareness,
    Reader,
    SyncStep1,
    SyncStep2,
    Unknown,
    Update,
    read_message,
)
from errors import BadMessage

numbers = st.integers(0, 2**53 - 1)
entries = st.lists(st.builds(PresenceEntry, numbers, numbers, st.binary(max_size=40)), max_size=5)


@given(numbers)
def test_number_is_read_as_written(number: int) -> None:
    reader = Reader(protocol.varuint(number))
    assert reader.varuint() == number
    reader.end()


@given(numbers)
def test_number_is_written_as_yjs_reads_it(number: int) -> None:
    assert Decoder(protocol.varuint(number)).read_var_uint() == number


@given(st.binary(max_size=300))
def test_sync_message_is_read_as_written(part: bytes) -> None:
    assert read_message(protocol.sync_step_1(part)) == SyncStep1(part)
    assert read_message(protocol.sync_step_2(part)) == SyncStep2(part)
    assert read_message(protocol.sync_update(part)) == Update(part)


@given(entries)
def test_awareness_is_read_as_written(given_entries: list[PresenceEntry]) -> None:
    message = protocol.awareness(given_entries)
    assert read_message(message) == Awareness(tuple(given_entries))


@given(st.text(alphabet="aé界😀", max_size=50))
def test_text_is_measured_in_bytes(reason: str) -> None:
    reader = Reader(protocol.denied(reason))
    assert (reader.varuint(), reader.varuint()) == (protocol.AUTH, 0)
    assert reader.varbytes().decode() == reason
    reader.end()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(frame: bytes) -> None:
    try:
        message = read_message(frame)
    except BadMessage:
        return
    assert isinstance(
        message, SyncStep1 | SyncStep2 | Update | Awareness | QueryAwareness | Unknown
    )


@given(st.binary(max_size=60), st.integers(0, 59))
def test_message_that_is_cut_off_is_refused(part: bytes, cut: int) -> None:
    message = protocol.sync_update(part)
    if cut < len(message):
        with pytest.raises(BadMessage):
            read_message(message[:cut])


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00",
        b"\x00\x03\x00",
        b"\x00\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x00\x02" + b"\x80" * 12,
        b"\x01\x02\xff\x0f",
        protocol.sync_update(b"x") + b"\x00",
        protocol.sync_update(b"x") + protocol.sync_update(b"y"),
        protocol.awareness([]) + b"\x00",
    ],
)
def test_what_is_not_exactly_one_message_is_refused(frame: bytes) -> None:
    with pytest.raises(BadMessage):
        read_message(frame)


def test_unknown_kinds_are_extensions() -> None:
    assert read_message(b"\x66\x01\x02") == Unknown(0x66)


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536])
def test_frame_says_how_long_it_is(length: int) -> None:
    frame = protocol.frame_of(b"x" * length)
    assert frame[0] == 0x82
    header = {True: 2}.get(length < 126, 4 if length < 65536 else 10)
    assert len(frame) == header + length
    if header > 2:
        assert int.from_bytes(frame[2:header], "big") == length
    else:
        assert frame[1] == length
