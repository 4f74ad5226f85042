"""How often somebody may do something: token buckets, alone and by key.

Rules only; the time is an argument. What is refused here costs the sender an error, never the room.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, `burst` of them at once."""

    per_s: float
    burst: float


class TokenBucket:
    """What is left of one allowance."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, *, now: float) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at = now

    def take(self, now: float) -> bool:
        """Use one of the allowance; False when nothing is left."""
        self._left = self._level(now)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def is_full(self, now: float) -> bool:
        """Tell whether the bucket says no more than a new one would."""
        return self._level(now) >= self._rate.burst

    def _level(self, now: float) -> float:
        return min(self._rate.burst, self._left + (now - self._at) * self._rate.per_s)


class Allowances:
    """One bucket per key, such as a user's id. A full bucket is forgotten by `prune`."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[Hashable, TokenBucket] = {}

    def take(self, key: Hashable, *, now: float) -> bool:
        """Use one of `key`'s allowance; False when nothing is left."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate, now=now)
        return bucket.take(now)

    def prune(self, *, now: float) -> None:
        """Forget who has been quiet long enough to have the whole allowance again."""
        self._buckets = {k: b for k, b in self._buckets.items() if not b.is_full(now)}

    def __len__(self) -> int:
        return len(self._buckets)


class Tally:
    """How many of something each key has open, each bounded."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: dict[Hashable, int] = {}

    def add(self, key: Hashable) -> bool:
        """Count one more; False, and nothing counted, when `key` has as many as it may."""
        count = self._counts.get(key, 0)
        if count >= self._limit:
            return False
        self._counts[key] = count + 1
        return True

    def remove(self, key: Hashable) -> None:
        """Count one less."""
        count = self._counts.pop(key, 0)
        if count > 1:
            self._counts[key] = count - 1
