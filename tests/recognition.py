"""The community's recognition served for tests: notifications, challenges, badges, leaderboards and
search over a real PostgreSQL, with a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from community.badge_routes import BadgeRoutes
from community.badge_rules import RULES
from community.badges import Badges
from community.challenge_routes import ChallengeRoutes
from community.challenges import Challenges
from community.leaderboard_routes import LeaderboardRoutes
from community.notification_routes import NotificationRoutes
from community.notifications import Inbox
from community.participation_routes import ParticipationRoutes
from community.push_encryption import Voucher
from community.push_routes import PushRoutes
from community.search_routes import SearchRoutes
from persistence.badges import ensure_rule_badges
from persistence.database import Database
from persistence.leaderboards import SqlLeaderboards
from persistence.notifications import Notifications
from persistence.search import prepare_search
from persistence.site_secrets import site_secret
from persistence.web_push import Subscriptions
from server.cursors import Cursors
from server.routing import Route
from tests.edge import Client, Edge, open_edge

VOUCHER = Voucher(b"a key of the tests, 32 bytes long", contact="https://live.example")


@dataclass
class Pages:
    """The open pages of everybody: keeps what they are told, in order."""

    told: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, user_id: int, event: str, payload: Mapping[str, Any]) -> None:
        self.told.append((user_id, event, payload))
        self.changed.set()


class Clock:
    """A clock that stands still until it is moved. Begins near the database's own."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Recognition:
    """A served node's part that recognises people."""

    edge: Edge
    database: Database
    clock: Clock
    pages: Pages
    inbox: Inbox
    badges: Badges
    challenges: Challenges
    routes: list[Route]

    async def person(self, username: str, role: str = "member") -> Client:
        """Sign somebody up who has a role."""
        person = await self.edge.person(username)
        await self.database.execute(
            "UPDATE users SET role = $2 WHERE id = $1", int(person.user_id), role
        )
        return person

    async def notified(self, person: Client) -> list[dict[str, Any]]:
        """Return what somebody was notified of, the newest first."""
        answer = await person.ask("GET", "/api/v1/notifications")
        assert answer.status == 200, answer
        items: list[dict[str, Any]] = answer.body["items"]
        return items


@pytest_asyncio.fixture
async def recognition(database: Database) -> AsyncIterator[Recognition]:
    """The REST edge with everything that recognises people. No task runs: tests say when."""
    clock, pages = Clock(), Pages()
    cursors = Cursors(await site_secret(database, "cursors"))
    notifications = Notifications(database)
    inbox = Inbox(notifications, tell_user=pages)
    leaderboards = SqlLeaderboards(database)
    await ensure_rule_badges(database, RULES)
    badges = Badges(database, notifications=notifications, inbox=inbox, leaderboards=leaderboards)
    challenges = Challenges(
        database,
        notifications=notifications,
        inbox=inbox,
        leaderboards=leaderboards,
        badges=badges,
        clock=clock,
    )
    routes = [
        *PushRoutes(Subscriptions(database), voucher=VOUCHER).routes(),
        *NotificationRoutes(notifications, cursors=cursors).routes(),
        *ChallengeRoutes(database, challenges=challenges, cursors=cursors, clock=clock).routes(),
        *ParticipationRoutes(database, challenges=challenges, cursors=cursors).routes(),
        *BadgeRoutes(database, badges=badges, cursors=cursors).routes(),
        *SearchRoutes(await prepare_search(database), cursors=cursors).routes(),
        *LeaderboardRoutes(leaderboards, cursors=cursors, clock=clock).routes(),
    ]
    async with open_edge(database, extra_routes=routes) as edge:
        yield Recognition(edge, database, clock, pages, inbox, badges, challenges, routes)
