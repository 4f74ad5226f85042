"""Socket.IO packets as bytes that are ready to write, encoded once however many will get them.

A server's WebSocket frames are not masked, so the frame of a packet is the same bytes for every
recipient. Knows nothing of connections.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from rooms.engine_packets import binary_packet

_json = msgspec.json.Encoder()

# RFC 6455 section 5.2: FIN and the opcode in the first byte, the length in the second.
_TEXT = 0x81
_BINARY = 0x82
_CLOSE = 0x88
_PONG = 0x8A


def join_frames(packets: Iterable[bytes]) -> bytes:
    """Return `packets` as frames, ready to be written in one go."""
    return b"".join(text_frame(packet) for packet in packets)


def packets_in(wire: bytes) -> list[bytes]:
    """Return the packets in frames of ours, as clients that poll take them."""
    packets = []
    position = 0
    while position < len(wire):
        start, length = position + 2, wire[position + 1]
        if length == 126:
            start, length = position + 4, int.from_bytes(wire[position + 2 : position + 4])
        elif length == 127:
            start, length = position + 10, int.from_bytes(wire[position + 2 : position + 10])
        packet = wire[start : start + length]
        packets.append(packet if wire[position] == _TEXT else binary_packet(packet))
        position = start + length
    return packets


def event_packet(event: str, payload: object) -> bytes:
    """Return an Engine.IO message ("4") that is a Socket.IO event ("2")."""
    return b"42" + _json.encode((event, payload))


def ack_packet(ack_id: int, answer: Mapping[str, Any]) -> bytes:
    """Return an Engine.IO message ("4") that is a Socket.IO ack ("3") with one argument."""
    return b"43%d" % ack_id + _json.encode((answer,))


def encode_json(payload: object) -> msgspec.Raw:
    """Return `payload` as JSON that later encodings take over as it stands."""
    return msgspec.Raw(_json.encode(payload))


def text_frame(packet: bytes) -> bytes:
    """Return one unmasked text frame."""
    return _frame(_TEXT, packet)


def binary_frame(packet: bytes) -> bytes:
    """Return one unmasked binary frame."""
    return _frame(_BINARY, packet)


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame with an RFC 6455 status code and a reason of up to 123 bytes."""
    return _frame(_CLOSE, struct.pack("!H", code) + reason.encode())


def pong_frame(payload: bytes) -> bytes:
    """Return the answer to a WebSocket's own ping."""
    return _frame(_PONG, payload)


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return bytes((opcode, length)) + payload
    if length < 65536:
        return struct.pack("!BBH", opcode, 126, length) + payload
    return struct.pack("!BBQ", opcode, 127, length) + payload
