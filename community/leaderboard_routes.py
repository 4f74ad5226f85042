"""The REST edge of the leaderboards: /api/v1/leaderboards/{period}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast, get_args

from community.boards import Leaderboards, Period, Place, Standing, board_of
from community.pages import PageQuery, cut
from errors import InvalidCursor, NotFound
from server.cursors import Cursors
from server.routing import Call, Route
from server.wire import Page, Time, Told, UserJson


class StandingJson(Told):
    """Somebody's place on a board."""

    rank: int
    user: UserJson
    points: int
    reached_at: Time
    """When they had that many."""


class BoardJson(Page[StandingJson]):
    """One page of a board."""

    board: str
    """all-time, the month (2026-11) or the ISO week (2026-W47)."""
    me: StandingJson | None
    """The caller's own place, wherever the page is; null without points or sign-in."""


class LeaderboardRoutes:
    """See the boards."""

    def __init__(
        self, leaderboards: Leaderboards, *, cursors: Cursors, clock: Callable[[], datetime]
    ) -> None:
        self._leaderboards = leaderboards
        self._cursors = cursors
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/leaderboards/{period}",
                self._see,
                summary="See who has the most points, ever, this month or this week",
                errors=(NotFound, InvalidCursor),
            )
        ]

    async def _see(self, call: Call[None, PageQuery]) -> BoardJson:
        period = call.path_text("period")
        if period not in get_args(Period):
            raise NotFound()
        board = board_of(cast(Period, period), self._clock())
        limit = call.query.limit
        after = self._after(call.query.cursor, board=board)
        standings, last = cut(
            await self._leaderboards.page(board, after=after, limit=limit + 1), limit
        )
        me = await self._leaderboards.standing(board, call.user_id) if call.user_id else None
        return BoardJson(
            board=board,
            items=[_standing_json(each) for each in standings],
            next=self._seal(last.place, board=board) if last else None,
            me=_standing_json(me) if me else None,
        )

    def _after(self, cursor: str | None, *, board: str) -> Place | None:
        # The board is part of the seal: a cursor of last week's ends with last week.
        if not cursor:
            return None
        rank, score, reached_at, user_id = self._cursors.open(
            cursor, of="leaderboard", filters={"board": board}
        )
        return Place(
            int(rank or 0),
            int(score or 0),
            datetime.fromisoformat(str(reached_at)),
            int(user_id or 0),
        )

    def _seal(self, place: Place, *, board: str) -> str:
        return self._cursors.seal(
            (place.rank, place.score, place.reached_at.isoformat(), place.user_id),
            of="leaderboard",
            filters={"board": board},
        )


def _standing_json(standing: Standing) -> StandingJson:
    place = standing.place
    return StandingJson(
        rank=place.rank,
        user=UserJson(id=place.user_id, username=standing.username),
        points=place.score,
        reached_at=place.reached_at,
    )
