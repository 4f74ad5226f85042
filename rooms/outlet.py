"""One connection's way down: every packet for one client, in order and bounded in bytes.

It stands where python-engineio keeps its send queue, so the library's own packets and ours pass
through one place. As long as the client polls, packets queue for its next request. From the moment
its WebSocket is the transport they are written at once: no task, no queue hop, and for a message to
a whole room the same ready frames for everybody (see decision 0003).

A client that is further behind than the bound is cut, not skipped: when it returns it says what it
has and gets exactly the rest. Nobody waits for it in the meantime.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from rooms.frames import binary_frame, close_frame, split_frames, text_frame

LIMIT_BYTES = 1024 * 1024
# What a client that is cut may still read before the connection is torn down.
FAREWELL_S = 5.0

# Engine.IO's number for a ping. Pings keep going through the queue of the library's writer task,
# which ends a connection whose queue stays empty for longer than a ping takes.
_PING = 2
_MESSAGE = 4


class ReadyPacket:
    """An Engine.IO message that is already encoded, as the library's queue takes it."""

    __slots__ = ("data",)

    packet_type = _MESSAGE

    def __init__(self, packet: bytes) -> None:
        self.data = packet

    def encode(self, b64: bool = False) -> str:
        """Return the packet's text; `b64` only concerns binary packets."""
        return self.data.decode()


class Socket(Protocol):
    """What is used of a WebSocket's transport."""

    def write(self, data: bytes) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class Outlet(asyncio.Queue[Any]):
    """The packets for one client."""

    def __init__(self, *, limit_bytes: int = LIMIT_BYTES) -> None:
        super().__init__()
        self.overflowed: Callable[[], None] | None = None
        """Called when the client is too far behind; it is then to be hung up on."""
        self._limit_bytes = limit_bytes
        self._queued_bytes = 0
        self._socket: Socket | None = None
        self.is_closed = False
        self.write: Callable[[bytes], None] = self._queue_frames
        """Send ready frames without a look at how far behind the client is. For a WebSocket this is
        the transport's own method, which is what makes a large room cheap: whoever uses it must use
        `offer` now and then. RuntimeError: the connection is closed already."""

    def attach(self, socket: Socket) -> None:
        """Write to `socket` from now on, first what has queued up."""
        while not self.empty():
            packet = self.get_nowait()
            self.task_done()
            if packet is not None:
                socket.write(_frame_of(packet))
        self._socket = socket
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
        if socket is not None and socket.get_write_buffer_size() + len(wire) > self._limit_bytes:
            self._overflow()
        else:
            self.write(wire)

    def put_nowait(self, item: Any) -> None:
        """Send one of the library's packets; None tells its writer to end."""
        socket = self._socket
        if item is None or socket is None or item.packet_type == _PING:
            super().put_nowait(item)
            if self._queued_bytes > self._limit_bytes and not self.is_closed:
                self._overflow()
        elif not self.is_closed and not socket.is_closing():
            socket.write(_frame_of(item))

    def hang_up(self, *, code: int, farewell: bytes) -> None:
        """Say `farewell` and close the WebSocket with `code`; nothing follows.

        A client that polls gets the farewell with its next request.
        """
        if self.is_closed:
            return
        socket = self._socket
        if socket is None:
            for packet in split_frames(farewell):
                super().put_nowait(ReadyPacket(packet))
        self._close()
        if socket is not None and not socket.is_closing():
            socket.write(farewell + close_frame(code))
            socket.close()
            # close() waits until the client has read everything, which a stalled one never does.
            asyncio.get_running_loop().call_later(FAREWELL_S, socket.abort)

    def detach(self) -> None:
        """The connection is gone."""
        self._close()
        self._socket = None

    def _close(self) -> None:
        self.is_closed = True
        self.write = _write_nowhere

    def _queue_frames(self, wire: bytes) -> None:
        for packet in split_frames(wire):
            self.put_nowait(ReadyPacket(packet))

    def _overflow(self) -> None:
        if self.overflowed is not None:
            self.overflowed()

    # The two hooks that asyncio.Queue leaves to subclasses, here to count bytes.

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._queued_bytes += _size_of(item)

    def _get(self) -> Any:
        item = super()._get()
        self._queued_bytes -= _size_of(item)
        return item


def _write_nowhere(_wire: bytes) -> None:
    """What is written to a client that has gone."""


def _frame_of(packet: Any) -> bytes:
    encoded = packet.encode()
    if isinstance(encoded, bytes):
        return binary_frame(encoded)
    return text_frame(encoded.encode())


def _size_of(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, (str, bytes)) else 0
