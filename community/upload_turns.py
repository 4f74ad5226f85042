"""Who may write to an upload: one request at a time, and the last one that came.

A client whose line broke comes back before the server has noticed, and before the last bytes of the
old request are stored. If it were told an offset then, it would send those bytes again. So whoever
comes ends the reading of those before and waits until what they had got is acknowledged. Of this
node only: two nodes at once are told apart by the offset in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field


class Turn:
    """One request's turn at an upload."""

    def __init__(self) -> None:
        self.is_over = False
        self._reading: asyncio.Timeout | None = None

    @asynccontextmanager
    async def reading(self, timeout_s: float) -> AsyncIterator[None]:
        """Bound the reading in the block. Raises TimeoutError when the turn is over, too."""
        async with asyncio.timeout(0 if self.is_over else timeout_s) as self._reading:
            try:
                yield
            finally:
                self._reading = None

    def end(self) -> None:
        """Read no more; what was read is still stored."""
        if self.is_over:
            return
        self.is_over = True
        # One whose time is just running out is ending by itself.
        if self._reading is not None and not self._reading.expired():
            self._reading.reschedule(0)


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    turns: list[Turn] = field(default_factory=list)


class UploadTurns:
    """The turns at every upload of this node."""

    def __init__(self) -> None:
        self._queues: dict[int, _Queue] = {}

    @asynccontextmanager
    async def turn(self, upload_id: int) -> AsyncIterator[Turn]:
        """End the turns of those before and wait for them, then hold the upload for the block."""
        with self._queued(upload_id) as queue:
            for earlier in queue.turns:
                earlier.end()
            turn = Turn()
            queue.turns.append(turn)
            try:
                async with queue.lock:
                    yield turn
            finally:
                queue.turns.remove(turn)

    @contextmanager
    def _queued(self, upload_id: int) -> Iterator[_Queue]:
        queue = self._queues.setdefault(upload_id, _Queue())
        try:
            yield queue
        finally:
            if not queue.turns:
                self._queues.pop(upload_id, None)
