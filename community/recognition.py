"""What people are recognised for, put together: challenges, badges, boards and notifications."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from community.badge_routes import BadgeRoutes
from community.challenge_routes import ChallengeRoutes
from community.challenges import open_challenges
from community.leaderboard_routes import LeaderboardRoutes
from community.notification_routes import NotificationRoutes
from community.participation_routes import ParticipationRoutes
from community.parts import Commons, Part


@asynccontextmanager
async def open_recognition(
    commons: Commons, *, clock: Callable[[], datetime]
) -> AsyncIterator[Part]:
    """Look after challenges for the length of the block."""
    database, cursors = commons.database, commons.cursors
    async with open_challenges(
        database,
        notifications=commons.notifications,
        inbox=commons.inbox,
        leaderboards=commons.leaderboards,
        badges=commons.badges,
        clock=clock,
    ) as challenges:
        shown = ChallengeRoutes(database, challenges=challenges, cursors=cursors, clock=clock)
        taking_part = ParticipationRoutes(database, challenges=challenges, cursors=cursors)
        boards = LeaderboardRoutes(commons.leaderboards, cursors=cursors, clock=clock)
        yield Part(
            routes=[
                *NotificationRoutes(commons.notifications, cursors=cursors).routes(),
                *shown.routes(),
                *taking_part.routes(),
                *BadgeRoutes(database, badges=commons.badges, cursors=cursors).routes(),
                *boards.routes(),
            ]
        )
