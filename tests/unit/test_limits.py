"""The rule of limits: a quota in a window, at once or spread, with `now` as an argument."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.limits import Policy, address_key, spend

THREE_A_MINUTE = Policy("test", 3, 60)


def test_whole_quota_may_be_spent_at_once() -> None:
    earned_at = 0.0
    remaining = []
    for _ in range(3):
        earned_at, verdict = spend(THREE_A_MINUTE, earned_at=earned_at, now=1000.0)
        assert verdict.allowed
        remaining.append(verdict.remaining)
    assert remaining == [2, 1, 0]
    earned_at, verdict = spend(THREE_A_MINUTE, earned_at=earned_at, now=1000.0)
    assert not verdict.allowed
    assert verdict.retry_after_s == pytest.approx(20.0)
    assert verdict.reset_s == pytest.approx(60.0)


def test_one_more_is_earned_every_interval() -> None:
    _, verdict = spend(THREE_A_MINUTE, earned_at=1060.0, now=1019.9)
    assert not verdict.allowed
    _, verdict = spend(THREE_A_MINUTE, earned_at=1060.0, now=1020.0)
    assert verdict.allowed and verdict.remaining == 0


def test_refused_try_costs_nothing() -> None:
    earned_at, verdict = spend(THREE_A_MINUTE, earned_at=1060.0, now=1000.0)
    assert not verdict.allowed and earned_at == 1060.0


@given(
    st.integers(1, 50),
    st.integers(1, 1000),
    st.lists(st.floats(0, 10, allow_nan=False), max_size=300),
)
def test_no_window_ever_holds_twice_the_quota(
    quota: int, window_s: int, pauses: list[float]
) -> None:
    policy, now, earned_at = Policy("test", quota, window_s), 1e9, 0.0
    allowed_at: list[float] = []
    for pause in pauses:
        now += pause
        earned_at, verdict = spend(policy, earned_at=earned_at, now=now)
        if verdict.allowed:
            allowed_at.append(now)
        assert (verdict.retry_after_s > 0) != verdict.allowed
    for start in allowed_at:
        assert sum(start <= at < start + window_s for at in allowed_at) <= 2 * quota


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
    ],
)
def test_whoever_has_one_address_of_a_network_has_them_all(address: str, key: str) -> None:
    assert address_key(address) == key
