"""Something that happens at most once an interval, at once when it has been quiet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Paced:
    """Calls `run` soon after `wake`, but never twice within `interval_s`. Owns one timer."""

    def __init__(self, interval_s: float, run: Callable[[], None]) -> None:
        self._interval_s = interval_s
        self._run = run
        self._timer: asyncio.Handle | None = None
        self._not_before = 0.0

    def wake(self) -> None:
        """Ask for `run`; asking again before it has run changes nothing."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._not_before:
            # Not here and now: what is done in the same turn of the loop belongs together.
            self._timer = loop.call_soon(self._fire)
        else:
            self._timer = loop.call_at(self._not_before, self._fire)

    def rest(self, seconds: float) -> None:
        """Let nothing run for so long, in place of the interval."""
        self._not_before = asyncio.get_running_loop().time() + seconds

    def close(self) -> None:
        """Forget what was asked for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self.rest(self._interval_s)
        self._run()
