"""Who comes on a stage: which step follows which, and what stands in its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from errors import (
    Banned,
    Blocked,
    Conflict,
    StageFull,
    StreamEnded,
    Unprocessable,
    VibecastError,
)
from rooms.chat import Author
from rooms.stage import (
    CAPACITY,
    INVITATIONS,
    REQUESTS,
    Guest,
    GuestStatus,
    Stage,
    Standing,
    next_status,
)

OWNER_ID = 1
BOB = Standing(
    Author(2, "bob"),
    OWNER_ID,
    is_ended=False,
    is_private=False,
    is_blocked=False,
    exclusion=None,
    may_be=True,
    status=None,
    on_stage=0,
    requested=0,
    invited=0,
)


@pytest.mark.parametrize(
    ("status", "by_owner", "expected"),
    [
        (None, True, "invited"),
        ("invited", True, "invited"),
        ("requested", True, "accepted"),
        ("accepted", True, "accepted"),
        (None, False, "requested"),
        ("requested", False, "requested"),
        ("invited", False, "accepted"),
        ("accepted", False, "accepted"),
    ],
)
def test_it_needs_both_to_bring_somebody_on_stage(
    status: GuestStatus | None, by_owner: bool, expected: GuestStatus
) -> None:
    assert next_status(replace(BOB, status=status), by_owner=by_owner) == expected


@pytest.mark.parametrize(
    ("standing", "by_owner", "refused"),
    [
        (replace(BOB, user=Author(OWNER_ID, "ann")), True, Unprocessable),
        (replace(BOB, is_ended=True), False, StreamEnded),
        (replace(BOB, is_private=True), True, Unprocessable),
        (replace(BOB, is_blocked=True, may_be=False), False, Blocked),
        (replace(BOB, is_blocked=True, may_be=False), True, Blocked),
        (replace(BOB, exclusion=Banned(), may_be=False), False, Banned),
        (replace(BOB, exclusion=Banned(), may_be=False), True, Unprocessable),
        (replace(BOB, may_be=False), True, Unprocessable),
        (replace(BOB, status="invited", on_stage=CAPACITY), False, StageFull),
        (replace(BOB, status="requested", on_stage=CAPACITY), True, StageFull),
        (replace(BOB, requested=REQUESTS), False, Conflict),
        (replace(BOB, invited=INVITATIONS), True, Conflict),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    standing: Standing, by_owner: bool, refused: type[VibecastError]
) -> None:
    with pytest.raises(refused) as raised:
        next_status(standing, by_owner=by_owner)
    assert type(raised.value) is refused


def test_who_is_on_stage_stays_when_it_is_full() -> None:
    standing = replace(BOB, status="accepted", on_stage=CAPACITY)
    assert next_status(standing, by_owner=False) == "accepted"


def test_a_full_stage_still_takes_requests_and_invitations() -> None:
    standing = replace(BOB, on_stage=CAPACITY)
    assert next_status(standing, by_owner=False) == "requested"
    assert next_status(standing, by_owner=True) == "invited"


def test_who_only_asks_is_seen_by_the_streamer_and_themselves() -> None:
    now = datetime.now(UTC)
    on_stage, asks = (
        Guest(Author(2, "bob"), "accepted", now),
        Guest(Author(3, "cyd"), "requested", now),
    )
    stage = Stage(7, OWNER_ID, 1, [], [on_stage, asks])
    assert stage.guests_seen_by(OWNER_ID) == [on_stage, asks]
    assert stage.guests_seen_by(3) == [on_stage, asks]
    assert stage.guests_seen_by(2) == stage.guests_seen_by(None) == [on_stage]
