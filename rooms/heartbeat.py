"""Who is to be pinged, and who has not answered: one clock for all connections of a node.

Everybody waits equally long, so the next in line is always the first: two queues and no timers.
Rules only; the time is an argument.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Member = TypeVar("Member", bound=Hashable)


class Heartbeat(Generic[Member]):
    """Pings `interval_s` after the last answer; whoever takes longer than `timeout_s` is gone."""

    def __init__(self, *, interval_s: float, timeout_s: float) -> None:
        self.interval_s = interval_s
        self.timeout_s = timeout_s
        # In order of time, as Python keeps the order of insertion.
        self._to_ping: dict[Member, float] = {}
        self._to_hear: dict[Member, float] = {}

    def heard(self, member: Member, *, now: float) -> None:
        """Somebody has come, or has answered a ping."""
        self.forget(member)
        self._to_ping[member] = now + self.interval_s

    def forget(self, member: Member) -> None:
        """Somebody has gone."""
        self._to_ping.pop(member, None)
        self._to_hear.pop(member, None)

    def due(self, *, now: float) -> list[Member]:
        """Return who is to be pinged now; their answers are awaited from here on."""
        due = list(_until(self._to_ping, now))
        for member in due:
            # From when it should have been sent: a clock that is late is not the member's gain.
            self._to_hear[member] = self._to_ping.pop(member) + self.timeout_s
        return due

    def silent(self, *, now: float) -> list[Member]:
        """Return who has not answered in time, and forget them."""
        silent = list(_until(self._to_hear, now))
        for member in silent:
            del self._to_hear[member]
        return silent

    def __len__(self) -> int:
        return len(self._to_ping) + len(self._to_hear)


def _until(queue: dict[Member, float], now: float) -> Iterator[Member]:
    for member, at in queue.items():
        if at > now:
            return
        yield member
