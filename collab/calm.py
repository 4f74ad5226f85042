"""When something that changes all the time is written down: in a pause, or after long enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PAUSE_S = 2.0
AT_MOST_S = 10.0


class Calm:
    """Calls `write` when nothing has changed for a while, or when changes go on for long."""

    def __init__(self, write: Callable[[], None]) -> None:
        self._write = write
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._first_change_at: float | None = None
        self._last_change_at = 0.0

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing has changed since it was last written."""
        return self._first_change_at is None

    def note_change(self) -> None:
        """Have it written after a while."""
        now = self._last_change_at = self._loop.time()
        if self._first_change_at is None:
            self._first_change_at = now
        if self._timer is None:
            self._timer = self._loop.call_later(PAUSE_S, self._look)

    def note_written(self) -> None:
        """What is there now is being written."""
        self._first_change_at = None

    def close(self) -> None:
        """Call nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        if self._first_change_at is None:
            return
        due = min(self._last_change_at + PAUSE_S, self._first_change_at + AT_MOST_S)
        if due <= self._loop.time():
            self._write()
        else:
            self._timer = self._loop.call_at(due, self._look)
