"""RED: taken apart, given other numbers, and refused where it is none."""

from __future__ import annotations

from struct import pack

from hypothesis import given, settings
from hypothesis import strategies as st

from media.red import EarlierBlock, read_red, write_red

OPUS = 111


def red(*earlier: tuple[int, bytes], primary: bytes, payload_type: int = OPUS) -> bytes:
    """Return a RED payload; `earlier` are offset and payload, oldest first."""
    heads = b"".join(
        pack("!I", 0x80000000 | payload_type << 24 | offset << 10 | len(payload))
        for offset, payload in earlier
    )
    return heads + bytes((payload_type,)) + b"".join(p for _, p in earlier) + primary


def test_it_is_taken_apart_oldest_first() -> None:
    payload = red((1920, b"older"), (960, b"old"), primary=b"now")
    found = read_red(payload, OPUS)
    assert found is not None
    assert (found.whole, found.primary) == (payload, b"now")
    assert found.earlier == (EarlierBlock(1920, b"older"), EarlierBlock(960, b"old"))


def test_alone_it_is_one_byte_longer() -> None:
    found = read_red(red(primary=b"now"), OPUS)
    assert found is not None
    assert (found.primary, found.earlier) == (b"now", ())


def test_blocks_get_the_numbers_of_whoever_receives_them() -> None:
    found = read_red(red((1920, b"older"), (960, b"old"), primary=b"now"), OPUS)
    assert found is not None
    assert write_red(found, OPUS) is found.whole
    other = red((1920, b"older"), (960, b"old"), primary=b"now", payload_type=96)
    assert write_red(found, 96) == other


def test_what_is_not_all_of_one_payload_type_is_refused() -> None:
    mixed = bytearray(red((960, b"old"), primary=b"now"))
    mixed[4] = 13
    assert read_red(bytes(mixed), OPUS) is None
    assert read_red(red(primary=b"now"), 96) is None


def test_cut_short_it_is_refused_or_shorter() -> None:
    payload = red((1920, b"older"), (960, b"old"), primary=b"now")
    whole = read_red(payload, OPUS)
    assert whole is not None
    for length in range(len(payload)):
        found = read_red(payload[:length], OPUS)
        assert found is None or whole.primary.startswith(found.primary)


def test_too_many_blocks_are_refused() -> None:
    assert read_red(red(*[(960, b"x")] * 9, primary=b"now"), OPUS) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_no_payload_upsets_its_reader(data: bytes) -> None:
    for payload in (data, bytes((0x80 | OPUS,)) + data, red((960, data[:40]), primary=data)):
        found = read_red(payload, OPUS)
        if found is not None:
            assert read_red(write_red(found, 96), 96) is not None
