"""Rates over the last seconds."""

from __future__ import annotations

from collections import deque

_SPAN_S = 2.0
_STEP_S = 0.25


class RateMeter:
    """A sum over a sliding window, in a handful of steps rather than an entry per packet."""

    def __init__(self) -> None:
        self._steps: deque[list[float]] = deque()
        self._started_at: float | None = None

    def add(self, amount: float, now: float) -> None:
        if self._started_at is None:
            self._started_at = now
        if self._steps and now - self._steps[-1][0] < _STEP_S:
            self._steps[-1][1] += amount
            return
        self._steps.append([now, amount])
        self._forget(now)

    def per_second(self, now: float) -> float:
        """Return the rate, over the window or over what there is of it."""
        self._forget(now)
        if self._started_at is None:
            return 0.0
        span = min(_SPAN_S, max(_STEP_S, now - self._started_at))
        return sum(amount for _, amount in self._steps) / span

    def _forget(self, now: float) -> None:
        while self._steps and now - self._steps[0][0] > _SPAN_S:
            self._steps.popleft()
