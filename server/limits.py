"""Rate limits: how often somebody may do something. GCRA: one number per key, no windows to burst
at the edges of, and it knows exactly when the next try may come.

The rule is `spend`; `MemoryLimiter` keeps its numbers in this process, `RedisLimiter` in
`persistence/redis_limits.py` for all nodes at once. Both pass one conformance test.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# Keys with nothing left to remember are dropped when there are this many; if all are in use the
# oldest go, which forgives somebody a little rather than growing without bound.
REMEMBERED_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Policy:
    """`quota` times in `window_s` seconds, all at once or spread."""

    name: str
    quota: int
    window_s: int

    @property
    def interval_s(self) -> float:
        """How long it takes to earn one more."""
        return self.window_s / self.quota


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a limiter says to one try."""

    policy: Policy
    allowed: bool
    remaining: int
    """How many more tries would be allowed right now."""
    reset_s: float
    """When the whole quota will be there again."""
    retry_after_s: float
    """When a refused try may come again; 0 for one that was allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of the edge."""

    sign_in_per_address: Policy = Policy("sign-in-address", 25, 300)
    sign_in_per_account: Policy = Policy("sign-in-account", 10, 900)
    sign_up_per_address: Policy = Policy("sign-up", 20, 1800)
    reset_per_address: Policy = Policy("reset-address", 5, 1800)
    reset_per_account: Policy = Policy("reset-account", 5, 1800)
    mail_per_user: Policy = Policy("mail", 5, 1800)
    second_factor_per_user: Policy = Policy("second-factor", 10, 900)
    reauthentication_per_user: Policy = Policy("reauthentication", 10, 900)
    pictures_per_user: Policy = Policy("pictures", 20, 600)
    requests: Policy = Policy("requests", 300, 60)
    """Per user, or per address for those who are not signed in."""
    media: Policy = Policy("media", 600, 60)
    """Per address: a class room behind one address may join at once."""


class Limiter(Protocol):
    """Counts tries. Two implementations, one conformance test."""

    async def spend(self, policy: Policy, key: str) -> Verdict:
        """Count one try of `key` under `policy`. A refused try costs nothing."""


def spend(policy: Policy, *, earned_at: float, now: float) -> tuple[float, Verdict]:
    """Return what to remember of a key, and the verdict.

    `earned_at` is what was remembered (0 for a new key): the moment at which everything spent so
    far will have been earned again, GCRA's "theoretical arrival time".
    """
    earned_at = max(earned_at, now)
    after = earned_at + policy.interval_s
    # A millionth of a second of rounding must not cost the last of the quota.
    too_early_s = after - now - policy.window_s - 1e-6
    if too_early_s > 0:
        return earned_at, Verdict(policy, False, 0, earned_at - now, too_early_s)
    remaining = math.floor((policy.window_s - (after - now)) / policy.interval_s + 1e-6)
    return after, Verdict(policy, True, remaining, after - now, 0.0)


class MemoryLimiter:
    """Limits of one process."""

    def __init__(
        self, *, clock: Callable[[], float], remembered_keys: int = REMEMBERED_KEYS
    ) -> None:
        self._clock = clock
        self._remembered_keys = remembered_keys
        self._earned_at: dict[tuple[str, str], float] = {}

    async def spend(self, policy: Policy, key: str) -> Verdict:
        """Count one try of `key` under `policy`."""
        now = self._clock()
        name = (policy.name, key)
        earned_at, verdict = spend(policy, earned_at=self._earned_at.pop(name, 0.0), now=now)
        if len(self._earned_at) >= self._remembered_keys:
            self._make_room(now)
        self._earned_at[name] = earned_at
        return verdict

    def _make_room(self, now: float) -> None:
        self._earned_at = {name: at for name, at in self._earned_at.items() if at > now}
        # Dictionaries keep the order of insertion, and every try inserts anew: the first is the
        # one that was quiet longest.
        while len(self._earned_at) >= self._remembered_keys:
            del self._earned_at[next(iter(self._earned_at))]


def address_key(address: str) -> str:
    """Return what an address is limited as: itself, or its /64, because whoever has one IPv6
    address usually has all of those."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))
