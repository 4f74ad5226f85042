"""The REST edge of challenges: /api/v1/challenges. Who takes part: participation_routes.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from community.challenge_rules import (
    REWARD_MAX_POINTS,
    ChallengeStatus,
)
from community.challenges import Challenges
from community.participation_routes import ParticipationJson, participation_json
from community.roles import check_moderator
from errors import (
    Forbidden,
    InvalidCursor,
    NotFound,
)
from persistence.challenges import (
    Challenge,
    Draft,
    Participation,
    add_challenge,
    challenge_board,
    edit_challenge,
    list_challenges,
    participation,
)
from persistence.database import Database
from persistence.moderation import log_action
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import (
    Given,
    GivenTime,
    Id,
    Line,
    Page,
    PicturedUserJson,
    Text,
    Time,
    Told,
    UserJson,
)

TITLE_MAX_CHARS = 100
DESCRIPTION_MAX_CHARS = 10_000

# Nobody plans further, and PostgreSQL takes the last moment of the year 9999 for infinity.
LATEST_YEAR = 2200


def _foreseeable(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= LATEST_YEAR:
        raise ValueError(f"must be in the years 2000 to {LATEST_YEAR}")
    return moment


Date = Annotated[GivenTime, AfterValidator(_foreseeable)]
Points = Annotated[int, Field(ge=0, le=REWARD_MAX_POINTS)]


class GivenChallenge(Given):
    """What a moderator writes of a challenge."""

    title: Annotated[Line, StringConstraints(max_length=TITLE_MAX_CHARS)]
    description: Annotated[Text, StringConstraints(max_length=DESCRIPTION_MAX_CHARS)] | None = None
    start_date: Date
    end_date: Date
    reward_points: Points = 0

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> GivenChallenge:
        if self.end_date <= self.start_date:
            raise ValueError("the end must be after the start")
        return self

    def draft(self) -> Draft:
        """Return what is stored of it."""
        return Draft(
            title=self.title,
            description=self.description,
            start_date=self.start_date,
            end_date=self.end_date,
            reward_points=self.reward_points,
        )


class ChallengeQuery(PageQuery):
    """Which challenges to list."""

    status: ChallengeStatus | None = None


class ChallengeJson(Told):
    """A challenge."""

    id: Id
    title: str
    description: str | None
    start_date: Time
    end_date: Time
    reward_points: int
    status: ChallengeStatus
    user: UserJson | None
    """Who made it; null when that account is gone."""
    participants_count: int
    created_at: Time


class ChallengeWithMeJson(ChallengeJson):
    """A challenge and the caller's part in it, null for who takes none."""

    me: ParticipationJson | None


class BoardEntryJson(Told):
    """An accepted submission on a challenge's board."""

    user: PicturedUserJson
    points_earned: int
    submission_url: str
    completed_at: Time


class ChallengeRoutes:
    """List, make and edit challenges, and see who stands on their boards."""

    def __init__(
        self,
        database: Database,
        *,
        challenges: Challenges,
        cursors: Cursors,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._challenges = challenges
        self._pages = Pages[tuple[datetime, int]](cursors, of="challenges", key=(datetime, int))
        self._board_pages = Pages[tuple[int, datetime, int]](
            cursors, of="challenge board", key=(int, datetime, int)
        )
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/challenges/{challenge_id}"
        signed_in = Access.SIGNED_IN
        return [
            Route(
                "GET",
                "/api/v1/challenges",
                self._list,
                summary="List challenges, what starts last first",
                errors=(InvalidCursor,),
            ),
            Route(
                "POST",
                "/api/v1/challenges",
                self._create,
                summary="Make a challenge (moderators)",
                access=signed_in,
                status=201,
                errors=(Forbidden,),
            ),
            Route("GET", one, self._see, summary="See a challenge", errors=(NotFound,)),
            Route(
                "PUT",
                one,
                self._edit,
                summary="Write a challenge anew (moderators)",
                access=signed_in,
                errors=(Forbidden, NotFound),
            ),
            Route(
                "GET",
                one + "/board",
                self._board,
                summary="See who was accepted, the most points first",
                errors=(NotFound, InvalidCursor),
            ),
        ]

    async def _list(self, call: Call[None, ChallengeQuery]) -> Page[ChallengeJson]:
        query, now = call.query, self._clock()
        walk = self._pages.walk(query, status=query.status)
        found = await list_challenges(
            self._database, status=query.status, now=now, start=walk.start
        )
        cut = walk.cut(found, lambda each: (each.start_date, each.id))
        return cut.page([_challenge_json(each, now) for each in cut.rows])

    async def _create(self, call: Call[GivenChallenge, None]) -> Reply[ChallengeJson]:
        moderator = check_moderator(call.signed_in)
        now = self._clock()
        async with self._database.transaction() as connection:
            challenge_id = await add_challenge(
                connection, call.body.draft(), created_by=moderator.user_id, now=now
            )
            detail = {"challenge_id": str(challenge_id), "title": call.body.title}
            await log_action(connection, moderator.user_id, "create_challenge", detail=detail)
        challenge = await self._challenges.see(challenge_id)
        return Reply(
            _challenge_json(challenge, now),
            headers={"Location": f"/api/v1/challenges/{challenge_id}"},
        )

    async def _see(self, call: Call[None, None]) -> ChallengeWithMeJson:
        challenge = await self._challenges.see(call.path_id("challenge_id"))
        mine = None
        if call.user_id is not None:
            mine = await participation(self._database, challenge.id, call.user_id)
        return ChallengeWithMeJson(
            **dict(_challenge_json(challenge, self._clock())),
            me=participation_json(mine) if mine else None,
        )

    async def _edit(self, call: Call[GivenChallenge, None]) -> ChallengeJson:
        moderator = check_moderator(call.signed_in)
        challenge_id, now = call.path_id("challenge_id"), self._clock()
        async with self._database.transaction() as connection:
            if not await edit_challenge(connection, challenge_id, call.body.draft(), now=now):
                raise NotFound()
            detail = {"challenge_id": str(challenge_id), "title": call.body.title}
            await log_action(connection, moderator.user_id, "edit_challenge", detail=detail)
        return _challenge_json(await self._challenges.see(challenge_id), now)

    async def _board(self, call: Call[None, PageQuery]) -> Page[BoardEntryJson]:
        challenge = await self._challenges.see(call.path_id("challenge_id"))
        walk = self._board_pages.walk(call.query, challenge=challenge.id)
        found = await challenge_board(self._database, challenge.id, start=walk.start)
        cut = walk.cut(found, _board_place)
        return cut.page([_entry_json(each) for each in cut.rows])


def _board_place(part: Participation) -> tuple[int, datetime, int]:
    assert part.completed_at is not None  # what was accepted has a time
    return part.points_earned, part.completed_at, part.user_id


def _challenge_json(challenge: Challenge, now: datetime) -> ChallengeJson:
    return ChallengeJson(
        id=challenge.id,
        title=challenge.title,
        description=challenge.description,
        start_date=challenge.start_date,
        end_date=challenge.end_date,
        reward_points=challenge.reward_points,
        status=challenge.status_at(now),
        user=UserJson(id=challenge.created_by, username=challenge.created_by_name)
        if challenge.created_by is not None and challenge.created_by_name is not None
        else None,
        participants_count=challenge.participants_count,
        created_at=challenge.created_at,
    )


def _entry_json(part: Participation) -> BoardEntryJson:
    assert part.submission_url is not None and part.completed_at is not None  # it was accepted
    return BoardEntryJson(
        user=PicturedUserJson(
            id=part.user_id, username=part.username, avatar_small_url=part.avatar_small_url
        ),
        points_earned=part.points_earned,
        submission_url=part.submission_url,
        completed_at=part.completed_at,
    )
