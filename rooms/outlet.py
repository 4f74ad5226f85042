"""One connection's way down: every packet for one client, in order and bounded in bytes.

As long as the client polls, packets queue for its next request. From the moment its WebSocket is
the transport they are written at once: no task, no queue, and for a message to a whole room the
same ready frames for everybody (see decision 0003).

A client that is further behind than the bound is cut, not skipped: when it returns it says what it
has and gets exactly the rest. Nobody waits for it in the meantime.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from rooms.engine_packets import CLOSE, NOOP
from rooms.frames import packets_in, text_frame

LIMIT_BYTES = 1024 * 1024

_CLOSE, _NOOP = CLOSE.encode(), NOOP.encode()


class Socket(Protocol):
    """What is used of a WebSocket."""

    @property
    def write(self) -> Callable[[bytes], None]: ...
    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def close(self, code: int, last_words: bytes) -> None: ...


class Outlet:
    """The packets for one client. `overflowed` is called when the client is too far behind, and is
    to hang up on it."""

    __slots__ = (
        "_limit_bytes",
        "_overflowed",
        "_queued",
        "_queued_bytes",
        "_socket",
        "_waiting",
        "is_closed",
        "write",
    )

    def __init__(self, overflowed: Callable[[], None], *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._overflowed = overflowed
        self._limit_bytes = limit_bytes
        self._queued: list[bytes] = []
        self._queued_bytes = 0
        self._socket: Socket | None = None
        self._waiting: asyncio.Future[None] | None = None
        self.is_closed = False
        self.write: Callable[[bytes], None] = self._queue_frames
        """Send ready frames without a look at how far behind the client is. For a WebSocket this is
        the line's own method, which is what makes a large room cheap: whoever uses it must use
        `offer` now and then. RuntimeError: the connection is closed already."""

    def attach(self, socket: Socket) -> None:
        """Write to `socket` from now on, first what has queued up."""
        if self._queued:
            socket.write(b"".join(text_frame(packet) for packet in self._queued))
        self._queued = []
        self._queued_bytes = 0
        self._socket = socket
        self.release()
        if not self.is_closed:
            self.write = socket.write

    @property
    def is_attached(self) -> bool:
        """Whether the client has a WebSocket."""
        return self._socket is not None

    @property
    def behind_bytes(self) -> int:
        """How much the client has yet to take."""
        socket = self._socket
        return self._queued_bytes if socket is None else socket.get_write_buffer_size()

    def offer(self, wire: bytes) -> None:
        """Send ready frames. Never waits: too much for this client ends this client."""
        socket = self._socket
        if self.is_closed or (socket is not None and socket.is_closing()):
            return
        if self.behind_bytes + len(wire) > self._limit_bytes:
            self._overflowed()
        else:
            self.write(wire)

    def hang_up(self, *, code: int, farewell: bytes) -> None:
        """Say `farewell` and close the WebSocket with `code`; nothing follows.

        A client that polls gets the farewell with its next request.
        """
        if self.is_closed:
            return
        socket = self._socket
        if socket is None:
            self._queue([*packets_in(farewell), _CLOSE])
        self._close()
        if socket is not None:
            socket.close(code, farewell)

    def detach(self) -> None:
        """The connection is gone."""
        self._close()
        self.release()
        self._socket = None

    # HTTP polling.

    @property
    def is_polled(self) -> bool:
        """Whether a request waits for packets."""
        return self._waiting is not None

    async def take(self) -> Sequence[bytes]:
        """Return the packets that have queued up, as soon as there are any."""
        if not self._queued:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        return self.take_nowait()

    def take_nowait(self) -> Sequence[bytes]:
        """Return the packets that have queued up, or one that says nothing."""
        packets, self._queued, self._queued_bytes = self._queued, [], 0
        return packets or [_NOOP]

    def release(self) -> None:
        """Let a request that waits return with nothing to say."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _queue_frames(self, wire: bytes) -> None:
        self._queue(packets_in(wire))
        if self._queued_bytes > self._limit_bytes:
            self._overflowed()

    def _queue(self, packets: Sequence[bytes]) -> None:
        self._queued += packets
        self._queued_bytes += sum(len(packet) for packet in packets)
        self.release()

    def _close(self) -> None:
        self.is_closed = True
        # These two hold who holds us.
        self.write = _write_nowhere
        self._overflowed = _tell_nobody


def _tell_nobody() -> None:
    """Who has gone is not cut."""


def _write_nowhere(_wire: bytes) -> None:
    """What is written to a client that has gone."""
