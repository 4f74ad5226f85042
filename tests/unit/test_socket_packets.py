"""Socket.IO packets as clients write them, and what is none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import BadMessage
from rooms.engine_packets import join_payload, split_payload
from rooms.socket_packets import Packet, Type, connected_packet, parse_packet, refused_packet


@pytest.mark.parametrize(
    ("message", "packet"),
    [
        ("0", Packet(Type.CONNECT, "/", None, None)),
        ('0{"token":"t"}', Packet(Type.CONNECT, "/", None, {"token": "t"})),
        ("0/admin,", Packet(Type.CONNECT, "/admin", None, None)),
        ("0/admin", Packet(Type.CONNECT, "/admin", None, None)),
        ('0/admin,{"a":1}', Packet(Type.CONNECT, "/admin", None, {"a": 1})),
        ("1", Packet(Type.DISCONNECT, "/", None, None)),
        ('2["a",1]', Packet(Type.EVENT, "/", None, ["a", 1])),
        ('2456["a"]', Packet(Type.EVENT, "/", 456, ["a"])),
        ('2/admin,7["a"]', Packet(Type.EVENT, "/admin", 7, ["a"])),
        ("3456[]", Packet(Type.ACK, "/", 456, [])),
        ('2["\\ud83d"]', Packet(Type.EVENT, "/", None, ["\ud83d"])),
    ],
)
def test_packet_is_read(message: str, packet: Packet) -> None:
    assert parse_packet(message) == packet


@pytest.mark.parametrize(
    "message",
    [
        "",
        "abc",
        "7",
        "2",
        "2{}",
        "2[]",
        "2[1]",
        '2["disconnect"]',
        'xyz2["a"]',
        '2abc["a"]',
        "0[]",
        "1{}",
        "4{}",
        '51-["a",{"_placeholder":true,"num":0}]',
        '21-["a"]',
        "2" + "[" * 50_000,
        b"\x00",
    ],
)
def test_what_is_no_packet_is_refused(message: str | bytes) -> None:
    with pytest.raises(BadMessage):
        parse_packet(message)


@given(st.text(alphabet='0123456789[]{}"/,-ab\\', max_size=30))
def test_parser_raises_nothing_else(message: str) -> None:
    with contextlib.suppress(BadMessage):
        parse_packet(message)


def test_answers_to_a_client_that_connects() -> None:
    assert connected_packet("s1") == b'40{"sid":"s1"}'
    assert refused_packet("No.", code="c") == b'44{"message":"No.","data":{"code":"c"}}'
    assert refused_packet("No.", namespace="/x") == b'44/x,{"message":"No."}'


def test_payload_of_a_poll_holds_several_packets() -> None:
    assert join_payload([b"4a", b"4b"]) == b"4a\x1e4b"
    assert split_payload(b"4hello\x1ebAQIDBA==") == ["4hello", b"\x01\x02\x03\x04"]
    for payload in (b"4a\xff", b"4a\x1ebno base64", b"\x1e".join([b"3"] * 65)):
        with pytest.raises(BadMessage):
            split_payload(payload)
