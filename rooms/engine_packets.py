"""Engine.IO 4 packets: their types, the handshake, and payloads of several for HTTP polling."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import msgspec

from errors import BadMessage

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0", "1", "2", "3", "4", "5", "6"
# What an upgrade is tried with.
PROBE, PROBE_ANSWER = "2probe", b"3probe"
# The version of the protocol, as a query names it.
PROTOCOL = "4"

_SEPARATOR = "\x1e"
_BINARY = "b"
_PAYLOAD_PACKETS = 64


class _Handshake(msgspec.Struct, rename="camel"):
    sid: str
    upgrades: Sequence[str]
    ping_interval: int
    """Milliseconds, as the next."""
    ping_timeout: int
    max_payload: int


def open_packet(
    sid: str,
    *,
    upgrades: Sequence[str],
    ping_interval_s: float,
    ping_timeout_s: float,
    limit_bytes: int,
) -> bytes:
    """Return the packet that a session begins with."""
    handshake = _Handshake(
        sid, upgrades, round(ping_interval_s * 1000), round(ping_timeout_s * 1000), limit_bytes
    )
    return OPEN.encode() + msgspec.json.encode(handshake)


def join_payload(packets: Sequence[bytes]) -> bytes:
    """Return packets as the answer to a poll."""
    return _SEPARATOR.encode().join(packets)


def binary_packet(data: bytes) -> bytes:
    """Return a binary message as it stands in a payload."""
    return _BINARY.encode() + base64.b64encode(data)


def split_payload(body: bytes) -> list[str | bytes]:
    """Return the packets that a polling client has sent at once. Raises BadMessage."""
    try:
        packets = body.decode().split(_SEPARATOR)
    except UnicodeDecodeError as error:
        raise BadMessage("The payload is not UTF-8.") from error
    if len(packets) > _PAYLOAD_PACKETS:
        raise BadMessage(f"A payload has at most {_PAYLOAD_PACKETS} packets.")
    return [_decoded(packet) for packet in packets]


def _decoded(packet: str) -> str | bytes:
    if not packet.startswith(_BINARY):
        return packet
    try:
        return base64.b64decode(packet[1:], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadMessage("A binary packet is not base64.") from error
