"""Who may say what, and how soon again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from errors import VibecastError
from rooms.house_rules import (
    Ban,
    HouseRules,
    Speaker,
    changed_rules,
    exclusion,
    is_staff,
    refusal,
)

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
ANYBODY = Speaker(HouseRules(), is_staff=False, ban=None, followed_at=None, spoke_at=None)


def told(error: VibecastError | None) -> tuple[str, int | None] | None:
    return None if error is None else (error.code, error.retry_after_s)


def ago(**since: float) -> datetime:
    return NOW - timedelta(**since)


def under(**rules: object) -> Speaker:
    return replace(ANYBODY, rules=HouseRules(**rules))  # type: ignore[arg-type]


def test_without_rules_everybody_may_speak() -> None:
    assert refusal(ANYBODY, "hello https://example.org", now=NOW) is None


@pytest.mark.parametrize(
    ("ban", "expected"),
    [
        (Ban(None, "spam"), ("banned", None)),
        (Ban(NOW + timedelta(seconds=9.5), None), ("timed-out", 10)),
        (Ban(NOW, None), None),
        (None, None),
    ],
)
def test_ban_holds_until_its_end(ban: Ban | None, expected: tuple[str, int | None] | None) -> None:
    assert told(exclusion(ban, now=NOW)) == expected
    assert told(refusal(replace(ANYBODY, ban=ban), "hello", now=NOW)) == expected


def test_reason_of_a_ban_is_said() -> None:
    error = exclusion(Ban(None, "Spam."), now=NOW)
    assert error is not None
    assert error.detail == "You are banned from this channel. Spam."


def test_slow_mode_says_how_long_to_wait() -> None:
    slow = replace(under(slow_mode_s=30), spoke_at=ago(seconds=12))
    assert told(refusal(slow, "again", now=NOW)) == ("slow-mode", 18)
    assert refusal(replace(slow, spoke_at=ago(seconds=30)), "again", now=NOW) is None
    assert told(refusal(under(slow_mode_s=30).after_saying("a", now=NOW), "b", now=NOW)) == (
        "slow-mode",
        30,
    )


def test_followers_only_asks_for_how_long() -> None:
    room = under(followers_only_minutes=10)
    assert told(refusal(room, "hello", now=NOW)) == ("followers-only", None)
    new = replace(room, followed_at=ago(minutes=4))
    assert told(refusal(new, "hello", now=NOW)) == ("followers-only", 360)
    assert refusal(replace(room, followed_at=ago(minutes=10)), "hello", now=NOW) is None
    at_once = replace(under(followers_only_minutes=0), followed_at=NOW)
    assert refusal(at_once, "hello", now=NOW) is None


def test_repetition_is_seen_through_its_disguise() -> None:
    said = replace(under(unique_messages=True), recent=("First!", "other"))
    assert told(refusal(said, "  first!  ", now=NOW)) == ("message-repeated", None)
    assert refusal(said, "second", now=NOW) is None


@pytest.mark.parametrize("content", ["see https://x.test/a", "WWW.x.test", "go to x.test/win"])
def test_links_may_be_unwanted(content: str) -> None:
    assert told(refusal(under(links_allowed=False), content, now=NOW)) == (
        "links-not-allowed",
        None,
    )
    assert refusal(under(links_allowed=False), "def f(x): return x.y", now=NOW) is None


def test_staff_is_exempt_from_everything() -> None:
    everything = HouseRules(120, 100, True, True, False, 6)
    staff = Speaker(everything, True, Ban(None, None), None, NOW, ("a",))
    assert refusal(staff, "a", now=NOW) is None


@pytest.mark.parametrize(
    ("user_id", "role", "expected"),
    [(1, "member", True), (2, "member", True), (3, "member", False), (3, "moderator", True),
     (3, "admin", True)],
)  # fmt: skip
def test_staff_is_owner_appointed_and_site(user_id: int, role: str, *, expected: bool) -> None:
    assert is_staff(user_id, role, owner_id=1, moderator_ids={2}) is expected


def test_log_names_what_was_changed() -> None:
    assert changed_rules(HouseRules(), HouseRules(slow_mode_s=5, delay_s=2)) == [
        "slow_mode_s",
        "delay_s",
    ]
