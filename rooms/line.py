"""Bytes on their way to one client: straight into its socket for as long as it keeps up.

An event loop's own `write` takes half a microsecond more, of the seven that a frame to a client of
a full room costs. A client whose socket is full is the loop's from there on: the transport's buffer
keeps the order and tells what the client has yet to take, and when it is found empty the socket is
written to again.
"""

from __future__ import annotations

import asyncio
import os

_NO_SOCKET = -1


class Line:
    """The one way down a transport: whoever else writes to it breaks the order."""

    __slots__ = ("_fd", "_is_free", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        # What goes out encrypted has to pass through the transport.
        is_plain = transport.get_extra_info("sslcontext") is None
        self._fd: int = transport.get_extra_info("socket").fileno() if is_plain else _NO_SOCKET
        self._is_free = is_plain and transport.get_write_buffer_size() == 0

    def write(self, frames: bytes) -> None:
        """Send ready frames. RuntimeError: the connection is closed already."""
        rest: bytes | memoryview = frames
        if self._is_free:
            try:
                taken = os.write(self._fd, frames)
            except OSError:
                taken = 0  # full, or broken: the transport finds out which
            if taken == len(frames):
                return
            # What many are sent is kept once.
            rest = memoryview(frames)[taken:]
        self._transport.write(rest)
        self._is_free = self._fd != _NO_SOCKET and self._transport.get_write_buffer_size() == 0

    def end(self) -> None:
        """Leave the socket to the transport, which may close it and let another have its number."""
        self._fd = _NO_SOCKET
        self._is_free = False
