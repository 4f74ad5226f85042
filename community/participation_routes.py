"""The REST edge of taking part in a challenge: join, submit, and review what was submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from community.challenge_rules import REWARD_MAX_POINTS, SubmissionState, web_address
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
from persistence.challenges import Participation, submissions
from persistence.database import Database
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, Page, PicturedUserJson, Text, Time, Told

NOTE_MAX_CHARS = 2_000

ONE = "/api/v1/challenges/{challenge_id}"
SUBMISSION = ONE + "/submissions/{username}"

Points = Annotated[int, Field(ge=0, le=REWARD_MAX_POINTS)]
Note = Annotated[Text, StringConstraints(min_length=1, max_length=NOTE_MAX_CHARS)]
WebAddress = Annotated[Text, AfterValidator(web_address)]


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


class SubmissionQuery(PageQuery):
    """Which submissions to list."""

    state: Literal["submitted", "returned", "accepted"] = "submitted"


class ParticipationJson(Told):
    """Somebody's part in a challenge, for that person and for moderators."""

    user: PicturedUserJson
    state: SubmissionState
    joined_at: Time
    submission_url: str | None
    submitted_at: Time | None
    review_note: str | None
    reviewed_at: Time | None
    points_earned: int
    completed_at: Time | None


class ParticipationRoutes:
    """Take part in challenges, and review what was submitted."""

    def __init__(self, database: Database, *, challenges: Challenges, cursors: Cursors) -> None:
        self._database = database
        self._challenges = challenges
        self._pages = Pages[tuple[datetime, int]](cursors, of="submissions", key=(datetime, int))

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "PUT",
                ONE + "/participation",
                self._join,
                summary="Take part in a challenge",
                access=Access.SIGNED_IN,
                errors=(NotFound, ChallengeNotOpen),
            ),
            Route(
                "DELETE",
                ONE + "/participation",
                self._withdraw,
                summary="Leave a challenge, with what was submitted",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, ChallengeNotOpen, SubmissionAccepted),
            ),
            Route(
                "PUT",
                ONE + "/submission",
                self._submit,
                summary="Submit, or submit anew",
                access=Access.SIGNED_IN,
                errors=(NotFound, NotJoined, ChallengeNotOpen, SubmissionAccepted),
            ),
            Route(
                "GET",
                ONE + "/submissions",
                self._submissions,
                summary="List submissions, who waits longest first (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, NotFound, InvalidCursor),
            ),
            Route(
                "POST",
                SUBMISSION + "/accept",
                self._accept,
                summary="Accept a submission and pay for it (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, NotFound, NothingSubmitted, SubmissionAccepted),
            ),
            Route(
                "POST",
                SUBMISSION + "/return",
                self._return,
                summary="Return a submission with a note (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, NotFound, NothingSubmitted, SubmissionAccepted),
            ),
        ]

    async def _join(self, call: Call[None, None]) -> ParticipationJson:
        part = await self._challenges.join(call.path_id("challenge_id"), call.signed_in.user_id)
        return participation_json(part)

    async def _withdraw(self, call: Call[None, None]) -> None:
        await self._challenges.withdraw(call.path_id("challenge_id"), call.signed_in.user_id)

    async def _submit(self, call: Call[GivenSubmission, None]) -> ParticipationJson:
        part = await self._challenges.submit(
            call.path_id("challenge_id"), call.signed_in.user_id, url=call.body.url
        )
        return participation_json(part)

    async def _submissions(self, call: Call[None, SubmissionQuery]) -> Page[ParticipationJson]:
        check_moderator(call.signed_in)
        challenge = await self._challenges.see(call.path_id("challenge_id"))
        query = call.query
        walk = self._pages.walk(query, challenge=challenge.id, state=query.state)
        found = await submissions(self._database, challenge.id, state=query.state, start=walk.start)
        cut = walk.cut(found, _place)
        return cut.page([participation_json(each) for each in cut.rows])

    async def _accept(self, call: Call[Acceptance, None]) -> ParticipationJson:
        moderator = check_moderator(call.signed_in)
        part = await self._challenges.accept(
            call.path_id("challenge_id"),
            await self._submitter(call),
            reviewer_id=moderator.user_id,
            points=call.body.points,
            note=call.body.note,
        )
        return participation_json(part)

    async def _return(self, call: Call[Return, None]) -> ParticipationJson:
        moderator = check_moderator(call.signed_in)
        part = await self._challenges.send_back(
            call.path_id("challenge_id"),
            await self._submitter(call),
            reviewer_id=moderator.user_id,
            note=call.body.note,
        )
        return participation_json(part)

    async def _submitter(self, call: Call[Any, None]) -> int:
        return (await user_named(self._database, call.path_text("username"))).id


def _place(part: Participation) -> tuple[datetime, int]:
    assert part.submitted_at is not None  # only what was submitted has such a state
    return part.submitted_at, part.user_id


def participation_json(part: Participation) -> ParticipationJson:
    """Return the part as the person, or a moderator, sees it."""
    return ParticipationJson(
        user=PicturedUserJson(
            id=part.user_id, username=part.username, avatar_small_url=part.avatar_small_url
        ),
        state=part.state,
        joined_at=part.joined_at,
        submission_url=part.submission_url,
        submitted_at=part.submitted_at,
        review_note=part.review_note,
        reviewed_at=part.reviewed_at,
        points_earned=part.points_earned,
        completed_at=part.completed_at,
    )
