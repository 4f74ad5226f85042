"""The rules of a challenge: what the clock makes of it, and who may do what when.

    upcoming ── start_date ──> active ── end_date ──> completed
    join: before it is completed      submit, withdraw: while it is active (withdraw also before)

    joined ──submit──> submitted ──accept──> accepted
                        ^      └──return──> returned ──submit──> submitted

A review may come after the end; what was accepted stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from errors import ChallengeNotOpen, NothingSubmitted, SubmissionAccepted

ChallengeStatus = Literal["upcoming", "active", "completed"]
SubmissionState = Literal["joined", "submitted", "returned", "accepted"]

URL_MAX_CHARS = 2_048
REWARD_MAX_POINTS = 10_000


def status_at(now: datetime, *, start: datetime, end: datetime) -> ChallengeStatus:
    """Return what the challenge is at `now`: active from its start to just before its end."""
    if now < start:
        return "upcoming"
    return "active" if now < end else "completed"


def check_joining(status: ChallengeStatus) -> None:
    """Return if somebody may join. Raises ChallengeNotOpen."""
    if status == "completed":
        raise ChallengeNotOpen("this challenge is over")


def check_submitting(status: ChallengeStatus, state: SubmissionState) -> None:
    """Return if somebody may submit, or submit anew.

    Raises ChallengeNotOpen or SubmissionAccepted.
    """
    if status == "upcoming":
        raise ChallengeNotOpen("this challenge has not begun")
    if status == "completed":
        raise ChallengeNotOpen("this challenge is over")
    if state == "accepted":
        raise SubmissionAccepted()


def check_withdrawing(status: ChallengeStatus, state: SubmissionState) -> None:
    """Return if somebody may leave with what they submitted.

    Raises ChallengeNotOpen or SubmissionAccepted.
    """
    if state == "accepted":
        raise SubmissionAccepted()
    if status == "completed":
        raise ChallengeNotOpen("this challenge is over")


def check_reviewing(state: SubmissionState) -> None:
    """Return if there is something to review. Raises NothingSubmitted or SubmissionAccepted."""
    if state == "accepted":
        raise SubmissionAccepted()
    if state != "submitted":
        raise NothingSubmitted()


def web_address(text: str) -> str:
    """Return the address of a submission or a picture. Raises ValueError for what a page must not
    link to: other schemes than http and https, no host, or a password inside."""
    text = text.strip()
    if len(text) > URL_MAX_CHARS or any(char <= " " or char == "\x7f" for char in text):
        raise ValueError("must be one web address without spaces")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("must be a web address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("must begin with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or password")
    # urlsplit lowers the scheme; what is stored begins as the schema wants it.
    return parts.scheme + text[len(parts.scheme) :]
