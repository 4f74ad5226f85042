"""ICE-lite (RFC 8445 section 2.5): answering checks, and asking back where one is not enough.

The server is reachable, so it gathers nothing and restarts by new credentials alone. A check proves
by its MESSAGE-INTEGRITY that its sender has read our answer, not where its sender is: whoever is
connected can forge the address of another, and who listens can send a check again from elsewhere.
So before media goes to a new address, something must have come back from there: the handshake at
first, the answer to a check of ours later.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass

from aioice import stun

# That of a host candidate (RFC 8445 section 5.1.2.1); nobody compares it.
_PRIORITY = 2130706431
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class IceCredentials:
    """A username fragment and its password."""

    ufrag: str
    pwd: str


@dataclass(frozen=True, slots=True)
class Check:
    """A binding request, not yet authenticated."""

    message: stun.Message
    local_ufrag: str
    remote_ufrag: str
    nominates: bool


@dataclass(frozen=True, slots=True)
class Challenge:
    """A check of ours, sent to see whether a peer is where it seems to be."""

    transaction_id: bytes
    datagram: bytes
    key: bytes
    """What the answer must be signed with."""


def make_challenge(local: IceCredentials, remote: IceCredentials) -> Challenge:
    """Return a check that only who has `remote` can answer."""
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{remote.ufrag}:{local.ufrag}"
    request.attributes["PRIORITY"] = _PRIORITY
    request.attributes["ICE-CONTROLLED"] = secrets.randbits(64)
    key = remote.pwd.encode()
    request.add_message_integrity(key)
    return Challenge(request.transaction_id, bytes(request), key)


def read_answer(data: bytes) -> stun.Message | None:
    """Return the answer to a check of ours in `data`, not yet authenticated, or None."""
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    is_answer = message.message_class is stun.Class.RESPONSE
    return message if is_answer and message.message_method is stun.Method.BINDING else None


def make_credentials() -> IceCredentials:
    """Return fresh credentials: the fragment finds the session, the password has 142 bits."""
    return IceCredentials(_random_text(12), _random_text(24))


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def is_stun(data: bytes) -> bool:
    """Return whether a datagram is STUN (RFC 7983)."""
    return len(data) >= 20 and data[0] < 4


def read_check(data: bytes) -> Check | None:
    """Return the binding request in `data`, or None for everything else."""
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    if (
        message.message_class is not stun.Class.REQUEST
        or message.message_method is not stun.Method.BINDING
    ):
        return None
    local_ufrag, separator, remote_ufrag = message.attributes.get("USERNAME", "").partition(":")
    if not separator:
        return None
    return Check(message, local_ufrag, remote_ufrag, "USE-CANDIDATE" in message.attributes)


def answer_check(check: Check, pwd: str, address: tuple[str, int]) -> bytes | None:
    """Return the response to `check` from `address`, or None if its sender has no right to one.

    No error goes back: an answer to an unauthenticated datagram would serve reflection only.
    """
    key = pwd.encode()
    if not check.message.check_message_integrity(key):
        return None
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=check.message.transaction_id,
    )
    response.attributes["XOR-MAPPED-ADDRESS"] = address
    response.add_message_integrity(key)
    return bytes(response)
