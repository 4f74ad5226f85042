"""Challenges and who takes part in them, as they are stored. What may happen when is decided by
`community/challenge_rules.py`; here each statement does one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from community.challenge_rules import ChallengeStatus, SubmissionState, status_at
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("challenges")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes of a challenge."""

    title: str
    description: str | None
    start_date: datetime
    end_date: datetime
    reward_points: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge. What it is just now, the clock says: `status_at`."""

    id: int
    title: str
    description: str | None
    start_date: datetime
    end_date: datetime
    reward_points: int
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
    participants_count: int

    def status_at(self, now: datetime) -> ChallengeStatus:
        """Return what the challenge is at `now`."""
        return status_at(now, start=self.start_date, end=self.end_date)


@dataclass(frozen=True, slots=True)
class Participation:
    """One person's part in one challenge."""

    challenge_id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    state: SubmissionState
    joined_at: datetime
    submission_url: str | None
    submitted_at: datetime | None
    review_note: str | None
    reviewed_at: datetime | None
    points_earned: int
    completed_at: datetime | None


def _challenge(row: asyncpg.Record) -> Challenge:
    return Challenge(
        row["id"],
        row["title"],
        row["description"],
        row["start_date"],
        row["end_date"],
        row["reward_points"],
        row["created_at"],
        row["created_by"],
        row["created_by_name"],
        row["participants_count"],
    )


def _participation(row: asyncpg.Record) -> Participation:
    return Participation(
        row["challenge_id"],
        row["user_id"],
        row["username"],
        row["avatar_small_url"],
        row["state"],
        row["joined_at"],
        row["submission_url"],
        row["submitted_at"],
        row["review_note"],
        row["reviewed_at"],
        row["points_earned"],
        row["completed_at"],
    )


async def add_challenge(db: Queryable, draft: Draft, *, created_by: int, now: datetime) -> int:
    """Add a challenge and return its id."""
    return int(
        await db.fetchval(
            _QUERIES["add"],
            draft.title,
            draft.description,
            draft.start_date,
            draft.end_date,
            draft.reward_points,
            created_by,
            status_at(now, start=draft.start_date, end=draft.end_date),
        )
    )


async def edit_challenge(db: Queryable, challenge_id: int, draft: Draft, *, now: datetime) -> bool:
    """Write a challenge anew; False if there is none."""
    return bool(
        await db.fetchval(
            _QUERIES["edit"],
            challenge_id,
            draft.title,
            draft.description,
            draft.start_date,
            draft.end_date,
            draft.reward_points,
            status_at(now, start=draft.start_date, end=draft.end_date),
        )
    )


async def challenge_by_id(db: Queryable, challenge_id: int) -> Challenge | None:
    """Return the challenge, or None."""
    row = await db.fetchrow(_QUERIES["by_id"], challenge_id)
    return _challenge(row) if row else None


async def list_challenges(
    db: Queryable,
    *,
    status: ChallengeStatus | None,
    now: datetime,
    start: Start[tuple[datetime, int]],
) -> list[Challenge]:
    """Return challenges, what starts last first."""
    starts, challenge_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("list")], status, now, starts, challenge_id, start.limit
    )
    return [_challenge(row) for row in rows]


async def keep_statuses(db: Queryable, now: datetime) -> list[int]:
    """Make the status column say what the clock says; return the challenges that it has moved."""
    return [row["id"] for row in await db.fetch(_QUERIES["keep_statuses"], now)]


async def first_of(db: Queryable, challenge_ids: Sequence[int]) -> list[int]:
    """Return who stands first in those of the challenges that are over."""
    return [row["user_id"] for row in await db.fetch(_QUERIES["first_of"], list(challenge_ids))]


async def join_challenge(db: Queryable, challenge_id: int, user_id: int, *, now: datetime) -> None:
    """Let somebody take part; joining twice is joining once."""
    await db.execute(_QUERIES["join"], challenge_id, user_id, now)


async def participation(db: Queryable, challenge_id: int, user_id: int) -> Participation | None:
    """Return somebody's part in a challenge, or None."""
    row = await db.fetchrow(_QUERIES["participation"], challenge_id, user_id)
    return _participation(row) if row else None


async def lock_participation(
    connection: Connection, challenge_id: int, user_id: int
) -> Participation | None:
    """The same, and keep others from changing it until the transaction ends."""
    row = await connection.fetchrow(_QUERIES["lock_participation"], challenge_id, user_id)
    return _participation(row) if row else None


async def submit(
    db: Queryable, challenge_id: int, user_id: int, *, url: str, now: datetime
) -> None:
    """Store what somebody submits; it waits for a review."""
    await db.execute(_QUERIES["submit"], challenge_id, user_id, url, now)


async def withdraw(db: Queryable, challenge_id: int, user_id: int) -> None:
    """Forget somebody's part."""
    await db.execute(_QUERIES["withdraw"], challenge_id, user_id)


async def accept(
    connection: Connection,
    part: Participation,
    *,
    points: int,
    note: str | None,
    reviewer_id: int,
    now: datetime,
) -> None:
    """Store that a submission was accepted."""
    await connection.execute(
        _QUERIES["accept"], part.challenge_id, part.user_id, points, note, reviewer_id, now
    )


async def send_back(
    connection: Connection, part: Participation, *, note: str, reviewer_id: int, now: datetime
) -> None:
    """Store that a submission was returned with a note."""
    await connection.execute(
        _QUERIES["return"], part.challenge_id, part.user_id, note, reviewer_id, now
    )


async def submissions(
    db: Queryable,
    challenge_id: int,
    *,
    state: SubmissionState,
    start: Start[tuple[datetime, int]],
) -> list[Participation]:
    """Return submissions in one state, who has waited longest first."""
    submitted_at, user_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("waiting")], challenge_id, state, submitted_at, user_id, start.limit
    )
    return [_participation(row) for row in rows]


async def challenge_board(
    db: Queryable,
    challenge_id: int,
    *,
    start: Start[tuple[int, datetime, int]],
) -> list[Participation]:
    """Return who was accepted, the most points first."""
    points, completed_at, user_id = start.key or (None, None, None)
    rows = await db.fetch(
        _QUERIES[start.way("board")], challenge_id, points, completed_at, user_id, start.limit
    )
    return [_participation(row) for row in rows]
