"""RED (RFC 2198): packets of sound that carry the ones before them once more.

Rules only: taking such a payload apart, and giving its blocks another payload type.
"""

from __future__ import annotations

from typing import NamedTuple

# Browsers send one or two; more is somebody trying something.
_BLOCKS_LIMIT = 8
_BLOCK_HEAD_BYTES = 4


class EarlierBlock(NamedTuple):
    """What an earlier packet carried."""

    timestamp_offset: int
    """How much earlier."""
    payload: bytes


class RedPayload(NamedTuple):
    """A payload taken apart."""

    whole: bytes
    primary: bytes
    """What the packet would have carried without RED."""
    earlier: tuple[EarlierBlock, ...]
    """Oldest first; the last is of the packet before."""


def read_red(payload: bytes, payload_type: int) -> RedPayload | None:
    """Return what is in `payload`; None if it is none, or not all of it is of `payload_type`."""
    heads: list[tuple[int, int]] = []
    at = 0
    while True:
        if at >= len(payload) or payload[at] & 0x7F != payload_type:
            return None
        if not payload[at] & 0x80:
            at += 1
            break
        if at + _BLOCK_HEAD_BYTES > len(payload) or len(heads) == _BLOCKS_LIMIT:
            return None
        bits = int.from_bytes(payload[at + 1 : at + _BLOCK_HEAD_BYTES])
        heads.append((bits >> 10, bits & 0x3FF))
        at += _BLOCK_HEAD_BYTES
    earlier = []
    for timestamp_offset, length in heads:
        earlier.append(EarlierBlock(timestamp_offset, payload[at : at + length]))
        at += length
    if at >= len(payload):
        return None
    return RedPayload(payload, payload[at:], tuple(earlier))


def write_red(red: RedPayload, payload_type: int) -> bytes:
    """Return the whole payload with blocks of `payload_type`."""
    if red.whole[0] & 0x7F == payload_type:
        return red.whole
    changed = bytearray(red.whole)
    at = 0
    while changed[at] & 0x80:
        changed[at] = 0x80 | payload_type
        at += _BLOCK_HEAD_BYTES
    changed[at] = payload_type
    return bytes(changed)
