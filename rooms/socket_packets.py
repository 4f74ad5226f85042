"""Socket.IO 5 packets: what stands in an Engine.IO message, taken apart and put together.

One namespace is served, and no binary data: nothing that a client may say needs either.
"""

from __future__ import annotations

import enum
import json
import re
from typing import Any, NamedTuple

import msgspec

from errors import BadMessage

_json = msgspec.json.Encoder()
# Type; how many attachments a binary packet announces; namespace; ack id.
_HEAD = re.compile(r"([0-6])(?:(\d{1,10})-)?(?:(/[^,]{0,200})(?:,|$))?(\d{1,15})?")
_RESERVED = frozenset(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}
)


class Type(enum.IntEnum):
    """What a packet is about."""

    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


class Packet(NamedTuple):
    """One packet of a client."""

    type: Type
    namespace: str
    ack_id: int | None
    payload: Any
    """CONNECT: an object or None. EVENT: a list that begins with the event's name. ACK: a list."""


def parse_packet(message: str | bytes) -> Packet:
    """Return the packet in an Engine.IO message. Raises BadMessage."""
    if isinstance(message, bytes):
        raise BadMessage("This server takes no binary packets.")
    head = _HEAD.match(message)
    if head is None:
        raise BadMessage("This is not a Socket.IO packet.")
    kind, namespace, ack_id = Type(int(head[1])), head[3] or "/", head[4]
    if kind in (Type.BINARY_EVENT, Type.BINARY_ACK) or head[2] is not None:
        raise BadMessage("This server takes no binary packets.")
    text = message[head.end() :]
    try:
        # Not msgspec: half a pair of surrogates, which a browser sends where a field's limit has
        # cut an emoji, must cost that event and not the connection.
        payload = json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        raise BadMessage("This is not JSON.") from error
    if not _is_payload(kind, payload):
        raise BadMessage("A packet of this type does not look like this.")
    return Packet(kind, namespace, None if ack_id is None else int(ack_id), payload)


def _is_payload(kind: Type, payload: Any) -> bool:
    if kind is Type.CONNECT:
        return payload is None or isinstance(payload, dict)
    if kind is Type.DISCONNECT:
        return payload is None
    if kind is Type.EVENT:
        is_event = isinstance(payload, list) and payload and isinstance(payload[0], str)
        return bool(is_event) and payload[0] not in _RESERVED
    # A client acks what it was asked, and we ask nothing; only servers refuse connections.
    return kind is Type.ACK and isinstance(payload, list)


def connected_packet(connection_id: str) -> bytes:
    """Return the answer to a client that is let in, as an Engine.IO message."""
    return b"40" + _json.encode({"sid": connection_id})


def refused_packet(message: str, *, code: str | None = None, namespace: str = "/") -> bytes:
    """Return the answer to a client that is not let in, as an Engine.IO message."""
    told: dict[str, Any] = {"message": message}
    if code is not None:
        told["data"] = {"code": code}
    where = "" if namespace == "/" else f"{namespace},"
    return b"44" + where.encode() + _json.encode(told)
