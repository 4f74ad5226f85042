"""The life of a document at a glance: how much was edited when, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collab.archive import Edit


@dataclass(slots=True)
class Step:
    """A stretch of time in which there were edits."""

    began_at: datetime
    ended_at: datetime
    last_id: int = 0
    updates: int = 0
    user_ids: set[int] = field(default_factory=set)


class Timeline:
    """Counts edits in equal stretches of the time between two moments."""

    def __init__(self, began_at: datetime, ended_at: datetime, *, steps: int) -> None:
        self._began_at = began_at
        # Longer than nothing, so that one edit alone has a stretch to be in.
        self._width = max((ended_at - began_at) / steps, timedelta(milliseconds=1))
        self._last = steps - 1
        self._steps: dict[int, Step] = {}

    def count(self, edits: Iterable[Edit]) -> None:
        """Count edits, in order of the log."""
        for edit in edits:
            number = min(max((edit.made_at - self._began_at) // self._width, 0), self._last)
            step = self._steps.get(number)
            if step is None:
                began_at = self._began_at + number * self._width
                step = self._steps[number] = Step(began_at, began_at + self._width)
            step.last_id = edit.update_id
            step.updates += 1
            if edit.user_id is not None:
                step.user_ids.add(edit.user_id)

    @property
    def steps(self) -> list[Step]:
        """The stretches that have edits, in order of time."""
        return [self._steps[number] for number in sorted(self._steps)]
