"""What the clock makes of a challenge, and what a submission may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.challenge_rules import (
    ChallengeStatus,
    SubmissionState,
    check_joining,
    check_reviewing,
    check_submitting,
    check_withdrawing,
    status_at,
    web_address,
)
from errors import VibecastError

START = datetime(2026, 11, 22, tzinfo=UTC)
END = START + timedelta(days=7)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (START - MOMENT, "upcoming"),
        (START, "active"),
        (END - MOMENT, "active"),
        (END, "completed"),
    ],
)
def test_challenge_is_active_from_its_start_to_just_before_its_end(
    now: datetime, status: str
) -> None:
    assert status_at(now, start=START, end=END) == status


def _refusal(check: object, *given: object) -> str | None:
    assert callable(check)
    try:
        check(*given)
    except VibecastError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("status", "state", "submitting", "withdrawing"),
    [
        ("upcoming", "joined", "challenge-not-open", None),
        ("active", "joined", None, None),
        ("active", "submitted", None, None),
        ("active", "returned", None, None),
        ("active", "accepted", "submission-accepted", "submission-accepted"),
        ("completed", "joined", "challenge-not-open", "challenge-not-open"),
        ("completed", "submitted", "challenge-not-open", "challenge-not-open"),
        ("completed", "accepted", "challenge-not-open", "submission-accepted"),
    ],
)
def test_submitting_and_leaving_have_their_time(
    status: ChallengeStatus,
    state: SubmissionState,
    submitting: str | None,
    withdrawing: str | None,
) -> None:
    assert _refusal(check_submitting, status, state) == submitting
    assert _refusal(check_withdrawing, status, state) == withdrawing


def test_joining_ends_with_the_challenge() -> None:
    assert _refusal(check_joining, "upcoming") is None
    assert _refusal(check_joining, "active") is None
    assert _refusal(check_joining, "completed") == "challenge-not-open"


def test_only_what_was_submitted_is_reviewed() -> None:
    assert _refusal(check_reviewing, "submitted") is None
    assert _refusal(check_reviewing, "joined") == "nothing-submitted"
    assert _refusal(check_reviewing, "returned") == "nothing-submitted"
    assert _refusal(check_reviewing, "accepted") == "submission-accepted"


@pytest.mark.parametrize(
    "text",
    [
        "https://git.example/ann/thing?tab=readme#run",
        "http://[2001:db8::1]:8000/",
        "HTTPS://git.example",
        " https://git.example/a ",
    ],
)
def test_web_address_is_taken(text: str) -> None:
    assert web_address(text).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://git.example/a",
        "//git.example/a",
        "git.example/a",
        "https://",
        "https:///a",
        "https:git.example",
        "https://git.example:99999/",
        "https://git.example:0/",
        "https://[::1",
        "https://ann:secret@git.example/",
        "https://git.example/a b",
        "https://git.example/a\nb",
        "https://git.example/" + "a" * 2_048,
        "",
    ],
)
def test_what_a_page_must_not_link_to_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        web_address(text)
