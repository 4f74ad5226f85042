"""RFC 6455 as a server reads it: a client's bytes taken apart into messages. Knows no socket.

A reader never raises: what a client may not send ends the reading with the close code that says so.
"""

from __future__ import annotations

from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_OPCODES = (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG)
_FIN, _MASKED = 0x80, 0x80
# A control frame's payload; also the longest that needs no length of its own.
_SHORT_BYTES = 125
_MASK_BYTES = 4

# Section 7.4.1.
PROTOCOL_ERROR, NOT_UTF8, TOO_BIG = 1002, 1007, 1009


class Message(NamedTuple):
    """A whole message, or a control frame."""

    opcode: int
    payload: bytes


class _Frame(NamedTuple):
    is_last: bool
    opcode: int
    payload: bytes
    end: int


class FrameReader:
    """What one client sends. `failure` is the close code once it has sent what it may not."""

    __slots__ = ("_buffer", "_limit_bytes", "_opcode", "_parts", "failure")

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = b""
        self._opcode = CONTINUATION  # of the message whose fragments are coming, if any
        self._parts = b""
        self.failure: int | None = None

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that `data` completes; nothing after a failure."""
        buffer = self._buffer + data if self._buffer else data
        messages: list[Message] = []
        position = 0
        while self.failure is None:
            frame = self._frame_at(buffer, position)
            if frame is None:
                break
            position = frame.end
            message = self._joined(frame)
            if message is not None:
                messages.append(message)
        self._buffer = buffer[position:] if self.failure is None else b""
        return messages

    def _frame_at(self, buffer: bytes, start: int) -> _Frame | None:
        """Return the frame at `start` if all of it is there."""
        if len(buffer) - start < 2:
            return None
        first, second = buffer[start], buffer[start + 1]
        opcode, length, payload_at = first & 0x0F, second & 0x7F, start + 2
        is_last = bool(first & _FIN)
        # No extension was agreed on, so the reserved bits are zero; a client masks all it sends.
        if first & 0x70 or opcode not in _OPCODES or not second & _MASKED:
            self.failure = PROTOCOL_ERROR
            return None
        if opcode >= CLOSE and not (is_last and length <= _SHORT_BYTES):
            self.failure = PROTOCOL_ERROR
            return None
        if length > _SHORT_BYTES:
            payload_at += 2 if length == _SHORT_BYTES + 1 else 8
            if len(buffer) < payload_at:
                return None
            length = int.from_bytes(buffer[start + 2 : payload_at])
        if length + len(self._parts) > self._limit_bytes and opcode < CLOSE:
            self.failure = TOO_BIG
            return None
        mask_at, payload_at = payload_at, payload_at + _MASK_BYTES
        end = payload_at + length
        if len(buffer) < end:
            return None
        return _Frame(is_last, opcode, _unmasked(buffer, mask_at, payload_at, end), end)

    def _joined(self, frame: _Frame) -> Message | None:
        """Return the message that ends with `frame`; control frames may stand between fragments."""
        if frame.opcode >= CLOSE:
            return Message(frame.opcode, frame.payload)
        if (frame.opcode == CONTINUATION) != (self._opcode != CONTINUATION):
            self.failure = PROTOCOL_ERROR
            return None
        opcode = self._opcode or frame.opcode
        payload = self._parts + frame.payload if self._parts else frame.payload
        if not frame.is_last:
            self._opcode, self._parts = opcode, payload
            return None
        self._opcode, self._parts = CONTINUATION, b""
        return Message(opcode, payload)


def _unmasked(buffer: bytes, mask_at: int, start: int, end: int) -> bytes:
    # One exclusive-or of two long numbers: a loop over the bytes takes a hundred times as long.
    length = end - start
    mask = buffer[mask_at:start] * (length // _MASK_BYTES + 1)
    number = int.from_bytes(buffer[start:end], "little") ^ int.from_bytes(mask[:length], "little")
    return number.to_bytes(length, "little")
