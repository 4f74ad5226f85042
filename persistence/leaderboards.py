"""Leaderboards answered by PostgreSQL: the truth, and all there is on a node without Redis.

A trigger keeps `board_scores` with the ledger. A page is a walk along one index; a rank is counted
over that index alone (the cost grows with the rank, see bench/leaderboards.py), which is what
`persistence/redis_leaderboards.py` is for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

import asyncpg

from community.boards import Place, Standing
from persistence.database import Database
from persistence.sql import load_queries
from server.paging import Start
from server.wire import INT64_MAX

_QUERIES = load_queries("leaderboards")

BEFORE_THE_FIRST = Place(0, INT64_MAX, datetime(1970, 1, 1, tzinfo=UTC), 0)
# Who stands on a board has a point.
BEHIND_THE_LAST = Place(0, 0, datetime(1970, 1, 1, tzinfo=UTC), 0)
SCORES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Score:
    """What one person has on one board; 0: is not on it."""

    user_id: int
    score: int
    reached_at: datetime


class SqlLeaderboards:
    """Every board, from PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, board: str, start: Start[Place]) -> list[Standing]:
        """Return who stands behind a place, or before it."""
        at = start.key or (BEHIND_THE_LAST if start.is_backwards else BEFORE_THE_FIRST)
        rows = await self._database.fetch(
            _QUERIES[start.way("page")], board, at.score, at.reached_at, at.user_id, start.limit
        )
        if start.is_backwards:
            ranks = count(await self._ahead(board, at), -1)
        else:
            ranks = count(at.rank + 1)
        return [
            _standing(row, Place(rank, row["score"], row["reached_at"], row["user_id"]))
            for rank, row in zip(ranks, rows, strict=False)
        ]

    async def standing(self, board: str, user_id: int) -> Standing | None:
        """Return where the user stands, or None."""
        row = await self._database.fetchrow(_QUERIES["standing"], board, user_id)
        if row is None:
            return None
        place = Place(0, row["score"], row["reached_at"], user_id)
        return _standing(row, replace(place, rank=await self._ahead(board, place) + 1))

    async def _ahead(self, board: str, place: Place) -> int:
        ahead: int = await self._database.fetchval(
            _QUERIES["ahead"], board, place.score, place.reached_at, place.user_id
        )
        return ahead

    def touch(self, user_ids: Iterable[int]) -> None:
        """Nothing is kept here that could be behind."""


def _standing(row: asyncpg.Record, place: Place) -> Standing:
    return Standing(place, row["username"], row["avatar_small_url"])


async def standings_at(database: Database, places: Sequence[Place]) -> list[Standing]:
    """Return who stands at the places, less those who may be on no board."""
    rows = await database.fetch(_QUERIES["faces"], [place.user_id for place in places])
    faces = {row["id"]: row for row in rows}
    return [_standing(faces[place.user_id], place) for place in places if place.user_id in faces]


async def every_score(
    database: Database, board: str, *, at_once: int = SCORES_AT_ONCE
) -> AsyncIterator[list[Score]]:
    """Yield everybody's score on a board, in batches, in order of id."""
    after = 0
    while True:
        rows = await database.fetch(_QUERIES["everybody"], board, after, at_once)
        if rows:
            yield [Score(row["user_id"], row["score"], row["reached_at"]) for row in rows]
            after = rows[-1]["user_id"]
        if len(rows) < at_once:
            return


async def scores_of(database: Database, board: str, user_ids: Sequence[int]) -> list[Score]:
    """Return these people's scores on a board, 0 for who may not be on it."""
    rows = await database.fetch(_QUERIES["scores_of"], board, user_ids)
    return [
        Score(row["user_id"], row["score"], row["reached_at"] or BEFORE_THE_FIRST.reached_at)
        for row in rows
    ]


async def changed_since(database: Database, moment: datetime) -> list[int]:
    """Return whose score, or right to be on a board, may have changed since."""
    return [row["user_id"] for row in await database.fetch(_QUERIES["changed_since"], moment)]
