"""Everybody who has a document open on this node, told in one write each of all that is new.

A lone edit goes out at once, and the document rests as long as the writing took. Once several came
together it rests four times as long: the more people type to the more people, the more of it goes
into one write, and what a write costs is the system call, whatever is in it. A crowd is written to
in slices, so that others have their turn. Nothing queues here beyond one tick; who cannot take it
is ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from collab.connection import Close, Connection
from rooms.paced import Paced

REST_AFTER_ONE, REST_AFTER_SEVERAL = 1.0, 4.0
# Nobody sees a character come later than this because of others' typing.
REST_AT_MOST_S = 0.02
# A write costs some 7 us: for 2 ms nobody else has the loop.
SLICE_CONNECTIONS = 250
# How much may be written to everybody between two looks at how far behind they are.
UNCHECKED_BYTES = 32 * 1024


class Audience:
    """The connections of one document."""

    def __init__(self, *, after_tick: Callable[[], None]) -> None:
        """`after_tick` is called once all that is new has been written to everybody."""
        self._connections: dict[int, Connection] = {}
        self._frames: list[bytes] = []
        self._tick = Paced(0.0, self._begin)
        self._after_tick = after_tick
        self._wire = b""
        self._is_wanted = False
        self._targets: Iterator[Connection] | None = None
        self._unchecked_bytes = 0
        self._begun_at = 0.0
        self._rest = REST_AFTER_ONE

    def __len__(self) -> int:
        return len(self._connections)

    def __contains__(self, connection: Connection) -> bool:
        return connection.id in self._connections

    @property
    def connections(self) -> Sequence[Connection]:
        """Everybody, in the order in which they came."""
        return list(self._connections.values())

    def join(self, connection: Connection) -> None:
        """Tell this one too, from the next tick on."""
        self._connections[connection.id] = connection

    def leave(self, connection: Connection) -> None:
        """Tell this one no more. Safe to call twice."""
        self._connections.pop(connection.id, None)

    def tell(self, frame: bytes) -> None:
        """Send a frame to everybody with the next tick."""
        self._frames.append(frame)
        self._tick.wake()

    def wake(self) -> None:
        """Have a tick, if only for what comes after it."""
        self._tick.wake()

    def end(self, close: Close) -> None:
        """End everybody."""
        for connection in self.connections:
            connection.end(close)

    def close(self) -> None:
        """Tell nobody anything any more."""
        self._tick.close()
        self._targets = None

    def _begin(self) -> None:
        if self._targets is not None:
            self._is_wanted = True  # the slices of the last tick are still being written
            return
        self._wire = b"".join(self._frames)
        self._rest = REST_AFTER_ONE if len(self._frames) == 1 else REST_AFTER_SEVERAL
        self._frames.clear()
        self._begun_at = asyncio.get_running_loop().time()
        if not self._wire:
            self._after_tick()
            return
        self._unchecked_bytes += len(self._wire)
        self._targets = iter(self.connections)
        self._write_slice()

    def _write_slice(self) -> None:
        if self._targets is None:
            return  # closed meanwhile
        wire, slice_ = self._wire, list(islice(self._targets, SLICE_CONNECTIONS))
        is_checked = self._unchecked_bytes > UNCHECKED_BYTES
        # The hottest loop of a document: nothing here but, mostly, the lines' own write.
        for connection in slice_:
            try:
                if is_checked:
                    connection.offer(wire)
                else:
                    connection.write(wire)
            except RuntimeError:
                continue  # closed by the peer; its read loop has yet to hear of it
        loop = asyncio.get_running_loop()
        if len(slice_) == SLICE_CONNECTIONS:
            loop.call_soon(self._write_slice)
            return
        self._targets = None
        if is_checked:
            self._unchecked_bytes = 0
        self._tick.rest(min(self._rest * (loop.time() - self._begun_at), REST_AT_MOST_S))
        self._after_tick()
        if self._is_wanted:
            self._is_wanted = False
            self._tick.wake()
