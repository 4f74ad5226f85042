"""The REST edge of challenges: /api/v1/challenges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from community.challenge_rules import (
    REWARD_MAX_POINTS,
    ChallengeStatus,
    SubmissionState,
    web_address,
)
from community.challenges import Challenges
from community.roles import check_moderator
from community.usernames import user_named
from errors import (
    ChallengeNotOpen,
    Forbidden,
    InvalidCursor,
    NotFound,
    NothingSubmitted,
    NotJoined,
    SubmissionAccepted,
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
    submissions,
)
from persistence.database import Database
from persistence.moderation import log_action
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import Given, GivenTime, Id, Line, Page, Text, Time, Told, UserJson

TITLE_MAX_CHARS = 100
DESCRIPTION_MAX_CHARS = 10_000
NOTE_MAX_CHARS = 2_000

# Nobody plans further, and PostgreSQL takes the last moment of the year 9999 for infinity.
LATEST_YEAR = 2200


def _foreseeable(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= LATEST_YEAR:
        raise ValueError(f"must be in the years 2000 to {LATEST_YEAR}")
    return moment


Date = Annotated[GivenTime, AfterValidator(_foreseeable)]
Points = Annotated[int, Field(ge=0, le=REWARD_MAX_POINTS)]
Note = Annotated[Text, StringConstraints(min_length=1, max_length=NOTE_MAX_CHARS)]
WebAddress = Annotated[Text, AfterValidator(web_address)]


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


class GivenSubmission(Given):
    """Where what was made can be seen."""

    url: WebAddress


class Acceptance(Given):
    """That a submission is accepted; without points it earns the whole reward."""

    points: Points | None = None
    note: Note | None = None


class Return(Given):
    """That a submission goes back to be worked on, and why."""

    note: Note


class ChallengeQuery(PageQuery):
    """Which challenges to list."""

    status: ChallengeStatus | None = None


class SubmissionQuery(PageQuery):
    """Which submissions to list."""

    state: Literal["submitted", "returned", "accepted"] = "submitted"


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


class ParticipationJson(Told):
    """Somebody's part in a challenge, for that person and for moderators."""

    user: UserJson
    state: SubmissionState
    joined_at: Time
    submission_url: str | None
    submitted_at: Time | None
    review_note: str | None
    reviewed_at: Time | None
    points_earned: int
    completed_at: Time | None


class ChallengeWithMeJson(ChallengeJson):
    """A challenge and the caller's part in it, null for who takes none."""

    me: ParticipationJson | None


class BoardEntryJson(Told):
    """An accepted submission on a challenge's board."""

    user: UserJson
    points_earned: int
    submission_url: str
    completed_at: Time


class ChallengeRoutes:
    """List, make and edit challenges, take part in them, and review what was submitted."""

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
        self._submission_pages = Pages[tuple[datetime, int]](
            cursors, of="submissions", key=(datetime, int)
        )
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/challenges/{challenge_id}"
        submission = one + "/submissions/{username}"
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
            Route(
                "PUT",
                one + "/participation",
                self._join,
                summary="Take part in a challenge",
                access=signed_in,
                errors=(NotFound, ChallengeNotOpen),
            ),
            Route(
                "DELETE",
                one + "/participation",
                self._withdraw,
                summary="Leave a challenge, with what was submitted",
                access=signed_in,
                status=204,
                errors=(NotFound, ChallengeNotOpen, SubmissionAccepted),
            ),
            Route(
                "PUT",
                one + "/submission",
                self._submit,
                summary="Submit, or submit anew",
                access=signed_in,
                errors=(NotFound, NotJoined, ChallengeNotOpen, SubmissionAccepted),
            ),
            Route(
                "GET",
                one + "/submissions",
                self._submissions,
                summary="List submissions, who waits longest first (moderators)",
                access=signed_in,
                errors=(Forbidden, NotFound, InvalidCursor),
            ),
            Route(
                "POST",
                submission + "/accept",
                self._accept,
                summary="Accept a submission and pay for it (moderators)",
                access=signed_in,
                errors=(Forbidden, NotFound, NothingSubmitted, SubmissionAccepted),
            ),
            Route(
                "POST",
                submission + "/return",
                self._return,
                summary="Return a submission with a note (moderators)",
                access=signed_in,
                errors=(Forbidden, NotFound, NothingSubmitted, SubmissionAccepted),
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
            me=_participation_json(mine) if mine else None,
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

    async def _join(self, call: Call[None, None]) -> ParticipationJson:
        part = await self._challenges.join(call.path_id("challenge_id"), call.signed_in.user_id)
        return _participation_json(part)

    async def _withdraw(self, call: Call[None, None]) -> None:
        await self._challenges.withdraw(call.path_id("challenge_id"), call.signed_in.user_id)

    async def _submit(self, call: Call[GivenSubmission, None]) -> ParticipationJson:
        part = await self._challenges.submit(
            call.path_id("challenge_id"), call.signed_in.user_id, url=call.body.url
        )
        return _participation_json(part)

    async def _submissions(self, call: Call[None, SubmissionQuery]) -> Page[ParticipationJson]:
        check_moderator(call.signed_in)
        challenge = await self._challenges.see(call.path_id("challenge_id"))
        query = call.query
        walk = self._submission_pages.walk(query, challenge=challenge.id, state=query.state)
        found = await submissions(self._database, challenge.id, state=query.state, start=walk.start)
        cut = walk.cut(found, _submission_place)
        return cut.page([_participation_json(each) for each in cut.rows])

    async def _accept(self, call: Call[Acceptance, None]) -> ParticipationJson:
        moderator = check_moderator(call.signed_in)
        part = await self._challenges.accept(
            call.path_id("challenge_id"),
            await self._submitter(call),
            reviewer_id=moderator.user_id,
            points=call.body.points,
            note=call.body.note,
        )
        return _participation_json(part)

    async def _return(self, call: Call[Return, None]) -> ParticipationJson:
        moderator = check_moderator(call.signed_in)
        part = await self._challenges.send_back(
            call.path_id("challenge_id"),
            await self._submitter(call),
            reviewer_id=moderator.user_id,
            note=call.body.note,
        )
        return _participation_json(part)

    async def _submitter(self, call: Call[Any, None]) -> int:
        return (await user_named(self._database, call.path_text("username"))).id


def _board_place(part: Participation) -> tuple[int, datetime, int]:
    assert part.completed_at is not None  # what was accepted has a time
    return part.points_earned, part.completed_at, part.user_id


def _submission_place(part: Participation) -> tuple[datetime, int]:
    assert part.submitted_at is not None  # only what was submitted has such a state
    return part.submitted_at, part.user_id


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


def _participation_json(part: Participation) -> ParticipationJson:
    return ParticipationJson(
        user=UserJson(id=part.user_id, username=part.username),
        state=part.state,
        joined_at=part.joined_at,
        submission_url=part.submission_url,
        submitted_at=part.submitted_at,
        review_note=part.review_note,
        reviewed_at=part.reviewed_at,
        points_earned=part.points_earned,
        completed_at=part.completed_at,
    )


def _entry_json(part: Participation) -> BoardEntryJson:
    assert part.submission_url is not None and part.completed_at is not None  # it was accepted
    return BoardEntryJson(
        user=UserJson(id=part.user_id, username=part.username),
        points_earned=part.points_earned,
        submission_url=part.submission_url,
        completed_at=part.completed_at,
    )
