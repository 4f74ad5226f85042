"""The y-websocket wire: one y-message per WebSocket frame, read strictly and bounded.

Owns the bytes and nothing else: what a message means for a document is `document.py`, who may send
it is `live_document.py`. A reader raises BadMessage for anything that is not exactly one message;
it never reads past the frame and never reserves memory on a length that the frame cannot hold.

    0 sync       0 step 1 (state vector) | 1 step 2 (update) | 2 update
    1 awareness  entries of client id, clock, JSON state
    2 auth       0 denied (reason)                                      server to client
    3 query awareness
    120 saved    count                                                  server to client, ours
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from errors import BadMessage

SYNC, AWARENESS, AUTH, QUERY_AWARENESS = 0, 1, 2, 3
# Far from what y-protocols may still number; clients that do not know it ignore it.
SAVED = 120
_STEP_1, _STEP_2, _UPDATE = 0, 1, 2
_DENIED = 0

# Numbers are JavaScript's: whole up to 2^53 - 1, which takes 8 groups of 7 bits.
_VARUINT_BYTES = 8
_VARUINT_LIMIT = 2**53 - 1

_SMALL_FRAME_BYTES = 126
_MEDIUM_FRAME_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class SyncStep1:
    """ "Here is what I have, send what I lack"."""

    state: bytes


@dataclass(frozen=True, slots=True)
class SyncStep2:
    """The answer to step 1: everything the other side lacks."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Update:
    """An edit."""

    update: bytes


@dataclass(frozen=True, slots=True)
class PresenceEntry:
    """What one client shows of itself: JSON, `null` when it has gone."""

    client_id: int
    clock: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Awareness:
    """Who is here, as far as the sender knows."""

    entries: tuple[PresenceEntry, ...]


@dataclass(frozen=True, slots=True)
class QueryAwareness:
    """ "Who is here?"."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a kind this server does not know: extensions are ignored, as Yjs does."""

    kind: int


Message: TypeAlias = SyncStep1 | SyncStep2 | Update | Awareness | QueryAwareness | Unknown


class Reader:
    """Reads lib0's encoding from a frame, from its start to its end."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self._at = 0

    def varuint(self) -> int:
        """Return the next number. Raises BadMessage past the frame's end or past 2^53 - 1."""
        value = 0
        for group in range(_VARUINT_BYTES):
            if self._at >= len(self._frame):
                raise BadMessage("The message ends inside a number.")
            byte = self._frame[self._at]
            self._at += 1
            value |= (byte & 0x7F) << (7 * group)
            if byte < 0x80:
                if value > _VARUINT_LIMIT:
                    break
                return value
        raise BadMessage("A number in the message is too large.")

    def varbytes(self) -> bytes:
        """Return the next length-prefixed bytes."""
        length = self.varuint()
        end = self._at + length
        if end > len(self._frame):
            raise BadMessage("The message is shorter than it says.")
        part = self._frame[self._at : end]
        self._at = end
        return part

    @property
    def at_end(self) -> bool:
        """Tell whether everything has been read."""
        return self._at == len(self._frame)

    def end(self) -> None:
        """Raise BadMessage when anything is left: one frame carries one message."""
        if not self.at_end:
            raise BadMessage("The frame carries more than one message.")


def varuint(value: int) -> bytes:
    """Return `value` in lib0's encoding."""
    if value < 0x80:
        return bytes((value,))
    groups = bytearray()
    while value >= 0x80:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def varbytes(part: bytes) -> bytes:
    """Return `part` with its length before it. Text is given as its UTF-8 bytes."""
    return varuint(len(part)) + part


def read_message(frame: bytes) -> Message:
    """Return the one message in `frame`. Raises BadMessage."""
    reader = Reader(frame)
    message = _read(reader)
    if not isinstance(message, Unknown):
        reader.end()
    return message


def _read(reader: Reader) -> Message:
    match reader.varuint():
        case 0:
            return _read_sync(reader)
        case 1:
            return Awareness(read_entries(reader.varbytes()))
        case 3:
            return QueryAwareness()
        case kind:
            return Unknown(kind)


def _read_sync(reader: Reader) -> Message:
    match reader.varuint():
        case 0:
            return SyncStep1(reader.varbytes())
        case 1:
            return SyncStep2(reader.varbytes())
        case 2:
            return Update(reader.varbytes())
        case _:
            raise BadMessage("There is no such sync message.")


def read_entries(payload: bytes) -> tuple[PresenceEntry, ...]:
    """Return the entries of an awareness update; their states are not looked into."""
    reader = Reader(payload)
    count = reader.varuint()
    # Each entry takes at least three bytes, so the loop ends with the payload whatever it claims.
    entries = [
        PresenceEntry(reader.varuint(), reader.varuint(), reader.varbytes()) for _ in range(count)
    ]
    reader.end()
    return tuple(entries)


def write_entries(entries: Sequence[PresenceEntry]) -> bytes:
    """Return an awareness update of `entries`."""
    parts = [varuint(len(entries))]
    for entry in entries:
        parts += (varuint(entry.client_id), varuint(entry.clock), varbytes(entry.state))
    return b"".join(parts)


def sync_step_1(state: bytes) -> bytes:
    """Return the message that asks for what `state` lacks."""
    return bytes((SYNC, _STEP_1)) + varbytes(state)


def sync_step_2(update: bytes) -> bytes:
    """Return the message that answers step 1."""
    return bytes((SYNC, _STEP_2)) + varbytes(update)


def sync_update(update: bytes) -> bytes:
    """Return the message that tells of an edit."""
    return bytes((SYNC, _UPDATE)) + varbytes(update)


def awareness(entries: Sequence[PresenceEntry]) -> bytes:
    """Return the message that tells who is here."""
    return bytes((AWARENESS,)) + varbytes(write_entries(entries))


def denied(reason: str) -> bytes:
    """Return the message that refuses an edit."""
    return bytes((AUTH, _DENIED)) + varbytes(reason.encode())


def saved(count: int) -> bytes:
    """Return the message that says that the client's first `count` edits are on disk."""
    return bytes((SAVED,)) + varuint(count)


def frame_of(message: bytes) -> bytes:
    """Return `message` as a WebSocket frame (RFC 6455, section 5.2).

    A server's frames are not masked, so that the same bytes go to every client: built once, and
    several joined into one write.
    """
    length = len(message)
    if length < _SMALL_FRAME_BYTES:
        return bytes((0x82, length)) + message
    if length < _MEDIUM_FRAME_BYTES:
        return b"\x82\x7e" + length.to_bytes(2, "big") + message
    return b"\x82\x7f" + length.to_bytes(8, "big") + message
