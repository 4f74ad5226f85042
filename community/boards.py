"""Leaderboards: which there are, in which order people stand on them, and how they are asked.

Order: the most points, then who had that many first, then the lower id. People who are suspended or
erased stand on no board. Two implementations give the same answers: SQL, and Redis before SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol, assert_never

from server.paging import Start

Period = Literal["all-time", "monthly", "weekly"]
ALL_TIME = "all-time"


def board_of(period: Period, now: datetime) -> str:
    """Return the name of the board that counts at `now`: all-time, 2026-11 or 2026-W47 (ISO week).

    Months and weeks begin at midnight UTC, for everybody at once.
    """
    moment = now.astimezone(UTC)
    match period:
        case "all-time":
            return ALL_TIME
        case "monthly":
            return f"{moment.year:04}-{moment.month:02}"
        case "weekly":
            year, week, _ = moment.isocalendar()
            return f"{year:04}-W{week:02}"
    assert_never(period)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a board. Who holds it may move on; the place stays where pages begin."""

    rank: int
    """1 is first; no two people share one."""
    score: int
    reached_at: datetime
    user_id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody at a place."""

    place: Place
    username: str
    avatar_small_url: str | None


class Leaderboards(Protocol):
    """Every board. Two implementations, one conformance suite."""

    async def page(self, board: str, start: Start[Place]) -> list[Standing]:
        """Return who stands behind a place, or before it. Behind it ranks go on from it; before it
        they are counted anew, because the board's beginning is the same for everybody."""

    async def standing(self, board: str, user_id: int) -> Standing | None:
        """Return where the user stands, or None for who has no points there."""

    def touch(self, user_ids: Iterable[int]) -> None:
        """These people's points, or whether they may be on a board, have changed.

        Call it after the commit; it never waits.
        """
