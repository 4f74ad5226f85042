"""The REST edge of the leaderboards: /api/v1/leaderboards/{period}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, cast, get_args

from community.boards import Leaderboards, Period, Place, Standing, board_of
from errors import InvalidCursor, NotFound
from server.cursors import Cursors
from server.paging import PageQuery, Pages, Start
from server.routing import Call, Route
from server.wire import Page, PicturedUserJson, Time, Told

PlaceKey: TypeAlias = tuple[int, int, datetime, int]


class StandingJson(Told):
    """Somebody's place on a board."""

    rank: int
    user: PicturedUserJson
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
        self._pages = Pages[PlaceKey](cursors, of="leaderboard", key=(int, int, datetime, int))
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
        # The board is part of the seal: a cursor of last week's ends with last week.
        walk = self._pages.walk(call.query, board=board)
        key, limit = walk.start.key, walk.start.limit
        start = Start(Place(*key) if key else None, limit, walk.start.is_backwards)
        cut = walk.cut(await self._leaderboards.page(board, start), _place)
        me = await self._leaderboards.standing(board, call.user_id) if call.user_id else None
        return BoardJson(
            board=board,
            items=[_standing_json(each) for each in cut.rows],
            next=cut.next,
            prev=cut.prev,
            me=_standing_json(me) if me else None,
        )


def _place(standing: Standing) -> PlaceKey:
    place = standing.place
    return place.rank, place.score, place.reached_at, place.user_id


def _standing_json(standing: Standing) -> StandingJson:
    place = standing.place
    return StandingJson(
        rank=place.rank,
        user=PicturedUserJson(
            id=place.user_id,
            username=standing.username,
            avatar_small_url=standing.avatar_small_url,
        ),
        points=place.score,
        reached_at=place.reached_at,
    )
