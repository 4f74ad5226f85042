"""Token buckets and tallies, with the time as an argument."""

from __future__ import annotations

from rooms.limits import Allowances, Rate, Tally, TokenBucket

FIVE_AT_ONCE = Rate(per_s=1, burst=5)


def test_burst_is_spent_and_comes_back_with_time() -> None:
    bucket = TokenBucket(FIVE_AT_ONCE, now=0)
    assert [bucket.take(0) for _ in range(6)] == [True] * 5 + [False]
    assert not bucket.take(0.5)
    assert bucket.take(1.5)
    assert not bucket.take(1.5)
    assert bucket.is_full(100)


def test_who_is_quiet_is_forgotten() -> None:
    allowances = Allowances(FIVE_AT_ONCE)
    for key in ("a", "b"):
        assert allowances.take(key, now=0)
    allowances.take("b", now=10)
    allowances.prune(now=10.5)
    assert len(allowances) == 1


def test_tally_counts_what_is_open() -> None:
    tally = Tally(2)
    assert [tally.add("a") for _ in range(3)] == [True, True, False]
    assert tally.add("b")
    tally.remove("a")
    tally.remove("never added")
    assert tally.add("a")
