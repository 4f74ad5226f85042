"""Challenges: joining, submitting, reviewing, and what an accepted submission earns.

The clock decides what a challenge is; the stored status only follows it (`run`), so a node that was
down changes nothing for anybody. Acceptance, points and notification are one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from community.badges import Badges
from community.boards import Leaderboards
from community.challenge_rules import (
    check_joining,
    check_reviewing,
    check_submitting,
    check_withdrawing,
)
from community.notifications import Inbox
from errors import Forbidden, NotFound, NotJoined, Unprocessable, VibecastError
from persistence.challenges import (
    Challenge,
    Participation,
    accept,
    challenge_by_id,
    first_of,
    join_challenge,
    keep_statuses,
    lock_participation,
    participation,
    send_back,
    submit,
    withdraw,
)
from persistence.database import Connection, Database, Queryable
from persistence.moderation import log_action
from persistence.notifications import Notice, Notifications
from persistence.points import award
from tasks import open_tasks

logger = structlog.get_logger(__name__)

KEEP_STATUSES_EVERY_S = 30.0


class Challenges:
    """Every challenge of the site. Made by `open_challenges`."""

    def __init__(
        self,
        database: Database,
        *,
        notifications: Notifications,
        inbox: Inbox,
        leaderboards: Leaderboards,
        badges: Badges,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._inbox = inbox
        self._leaderboards = leaderboards
        self._badges = badges
        self._clock = clock

    async def see(self, challenge_id: int) -> Challenge:
        """Return the challenge. Raises NotFound."""
        return await _challenge(self._database, challenge_id)

    async def join(self, challenge_id: int, user_id: int) -> Participation:
        """Take part; joining twice is joining once. Raises NotFound, ChallengeNotOpen."""
        now = self._clock()
        check_joining((await self.see(challenge_id)).status_at(now))
        await join_challenge(self._database, challenge_id, user_id, now=now)
        return await self.part(challenge_id, user_id)

    async def part(self, challenge_id: int, user_id: int) -> Participation:
        """Return somebody's part. Raises NotFound."""
        part = await participation(self._database, challenge_id, user_id)
        if part is None:
            raise NotFound()
        return part

    async def submit(self, challenge_id: int, user_id: int, *, url: str) -> Participation:
        """Submit, or submit anew what was not accepted yet.

        Raises NotFound, NotJoined, ChallengeNotOpen, SubmissionAccepted.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            challenge = await _challenge(connection, challenge_id)
            part = await lock_participation(connection, challenge_id, user_id)
            if part is None:
                raise NotJoined()
            check_submitting(challenge.status_at(now), part.state)
            await submit(connection, challenge_id, user_id, url=url, now=now)
        return await self.part(challenge_id, user_id)

    async def withdraw(self, challenge_id: int, user_id: int) -> None:
        """Leave; whoever takes no part has left already.

        Raises NotFound, ChallengeNotOpen, SubmissionAccepted.
        """
        async with self._database.transaction() as connection:
            challenge = await _challenge(connection, challenge_id)
            part = await lock_participation(connection, challenge_id, user_id)
            if part is None:
                return
            check_withdrawing(challenge.status_at(self._clock()), part.state)
            await withdraw(connection, challenge_id, user_id)

    async def accept(
        self,
        challenge_id: int,
        user_id: int,
        *,
        reviewer_id: int,
        points: int | None,
        note: str | None,
    ) -> Participation:
        """Accept a submission and pay for it; None pays the whole reward.

        Raises NotFound, Forbidden, Unprocessable, NothingSubmitted, SubmissionAccepted.
        """
        _check_reviewer(reviewer_id, user_id)
        now = self._clock()
        async with self._database.transaction() as connection:
            challenge = await _challenge(connection, challenge_id)
            if points is None:
                points = challenge.reward_points
            if points > challenge.reward_points:
                raise Unprocessable(f"the reward is {challenge.reward_points} points at most")
            part = await _locked(connection, challenge_id, user_id)
            await accept(
                connection, part, points=points, note=note, reviewer_id=reviewer_id, now=now
            )
            await award(
                connection, user_id, points, source_type="challenge", source_id=challenge_id
            )
            await log_action(
                connection,
                reviewer_id,
                "accept_submission",
                target_user_id=user_id,
                detail={"challenge_id": str(challenge_id), "points": points},
            )
            woken = await self._notifications.add(
                connection, [_result(challenge, user_id, accepted=True, points=points, note=note)]
            )
        self._inbox.wake(woken)
        self._leaderboards.touch([user_id])
        # The last review of a challenge that is over decides who has won it.
        self._badges.wake([user_id, *await first_of(self._database, [challenge_id])])
        logger.info("submission accepted", challenge_id=challenge_id, by=reviewer_id)
        return await self.part(challenge_id, user_id)

    async def send_back(
        self, challenge_id: int, user_id: int, *, reviewer_id: int, note: str
    ) -> Participation:
        """Return a submission with a note.

        Raises NotFound, Forbidden, NothingSubmitted, SubmissionAccepted.
        """
        _check_reviewer(reviewer_id, user_id)
        async with self._database.transaction() as connection:
            challenge = await _challenge(connection, challenge_id)
            part = await _locked(connection, challenge_id, user_id)
            await send_back(connection, part, note=note, reviewer_id=reviewer_id, now=self._clock())
            await log_action(
                connection,
                reviewer_id,
                "return_submission",
                target_user_id=user_id,
                detail={"challenge_id": str(challenge_id), "note": note},
            )
            woken = await self._notifications.add(
                connection, [_result(challenge, user_id, accepted=False, points=0, note=note)]
            )
        self._inbox.wake(woken)
        self._badges.wake(await first_of(self._database, [challenge_id]))
        logger.info("submission returned", challenge_id=challenge_id, by=reviewer_id)
        return await self.part(challenge_id, user_id)

    async def keep_statuses(self) -> None:
        """Let the stored statuses follow the clock."""
        moved = await keep_statuses(self._database, self._clock())
        if moved:
            self._badges.wake(await first_of(self._database, moved))

    async def run(self) -> None:
        """Keep the statuses until cancelled."""
        while True:
            try:
                await self.keep_statuses()
            except VibecastError as error:
                logger.warning("challenges could not be looked after", error=error.code)
            await asyncio.sleep(KEEP_STATUSES_EVERY_S)


async def _challenge(db: Queryable, challenge_id: int) -> Challenge:
    challenge = await challenge_by_id(db, challenge_id)
    if challenge is None:
        raise NotFound()
    return challenge


async def _locked(connection: Connection, challenge_id: int, user_id: int) -> Participation:
    part = await lock_participation(connection, challenge_id, user_id)
    if part is None:
        raise NotFound()
    check_reviewing(part.state)
    return part


def _check_reviewer(reviewer_id: int, user_id: int) -> None:
    if reviewer_id == user_id:
        raise Forbidden("nobody reviews their own submission")


def _result(
    challenge: Challenge, user_id: int, *, accepted: bool, points: int, note: str | None
) -> Notice:
    """The site tells of a result, not the reviewer: a review is nobody's private matter."""
    return Notice(
        user_id=user_id,
        type="challenge_result",
        related_type="challenge",
        related_id=challenge.id,
        data={"title": challenge.title, "accepted": accepted, "points": points, "note": note},
    )


@asynccontextmanager
async def open_challenges(
    database: Database,
    *,
    notifications: Notifications,
    inbox: Inbox,
    leaderboards: Leaderboards,
    badges: Badges,
    clock: Callable[[], datetime],
) -> AsyncIterator[Challenges]:
    """Look after challenges for the length of the block."""
    challenges = Challenges(
        database,
        notifications=notifications,
        inbox=inbox,
        leaderboards=leaderboards,
        badges=badges,
        clock=clock,
    )
    async with open_tasks(challenges.run()):
        yield challenges
