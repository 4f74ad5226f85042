"""Packets and frames, byte by byte."""

from __future__ import annotations

import pytest

from rooms.frames import (
    ack_packet,
    close_frame,
    event_packet,
    join_frames,
    packets_in,
    text_frame,
)


def test_event_and_ack_are_what_any_socketio_client_reads() -> None:
    assert event_packet("room:seq", {"seq": 1}) == b'42["room:seq",{"seq":1}]'
    assert event_packet("chat:messages", [{"seq": 1}]) == b'42["chat:messages",[{"seq":1}]]'
    assert ack_packet(17, {"ok": True}) == b'4317[{"ok":true}]'


@pytest.mark.parametrize(
    ("length", "header"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_frame_header_follows_rfc_6455(length: int, header: bytes) -> None:
    assert text_frame(b"x" * length) == header + b"x" * length


def test_frames_of_one_tick_stand_one_behind_the_other() -> None:
    assert join_frames([b"one", b"two"]) == b"\x81\x03one\x81\x03two"
    assert close_frame(1012) == b"\x88\x02\x03\xf4"


def test_frames_come_apart_again_for_who_takes_packets_one_by_one() -> None:
    packets = [b"", b"x" * 125, b"y" * 126, b"z" * 70_000, b"end"]
    assert packets_in(join_frames(packets)) == packets
