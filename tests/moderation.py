"""Moderation served for tests, beside all that people write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from aiohttp import web

from community.admin_routes import AdminRoutes
from community.moderation import Moderation
from community.moderation_routes import ModerationRoutes
from community.queue_routes import QueueRoutes
from community.removal_routes import RemovalRoutes
from community.report_routes import ReportRoutes
from persistence.database import Database
from persistence.notifications import Notifications
from server.limits import Policy
from server.routing import Route
from tests.edge import Client, Parts
from tests.surroundings import Woken, no_stages
from tests.writing import Writing, open_writing

REPORTING = Policy("reports", 10_000, 60)


@dataclass
class Moderated:
    """A served edge with moderators, and shorthands."""

    writing: Writing
    ended_sessions: list[bytes]
    touched: list[int]
    routes: list[Route] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.writing.database

    async def person(self, username: str | None = None, role: str = "member") -> Client:
        return await self.writing.person(username, role)

    async def report(self, reporter: Client, kind: str, subject_id: str, reason: str = "x") -> str:
        """Report something and return the report's id."""
        body = {"subject_type": kind, "subject_id": subject_id, "reason": reason}
        answer = await reporter.ask("POST", "/api/v1/reports", body)
        assert answer.status == 201, answer
        report_id: str = answer.body["id"]
        return report_id

    async def log(self, moderator: Client) -> list[dict[str, Any]]:
        """Return what moderators did, the latest first."""
        answer = await moderator.ask("GET", "/api/v1/moderation/log")
        assert answer.status == 200, answer
        items: list[dict[str, Any]] = answer.body["items"]
        return items


@pytest_asyncio.fixture
async def moderated(database: Database) -> AsyncIterator[Moderated]:
    """A served edge with moderators, on a fresh database."""
    ended: list[bytes] = []
    touched: list[int] = []
    routes: list[Route] = []

    def touch(user_ids: Iterable[int]) -> None:
        touched.extend(user_ids)

    def also(parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
        woken = Woken()
        parts.sessions.on_session_ended(ended.append)
        moderation = Moderation(
            database,
            sessions=parts.sessions,
            end_stream=parts.broadcasts.end,
            announce=parts.announcements,
            touch_boards=touch,
            notifications=Notifications(database),
            inbox=woken,
            look_at_stages=no_stages,
        )
        routes.extend(ReportRoutes(database, gate=parts.gate, reporting=REPORTING).routes())
        routes.extend(
            ModerationRoutes(
                database,
                moderation=moderation,
                cursors=parts.cursors,
                clock=lambda: datetime.now(UTC),
            ).routes()
        )
        routes.extend(RemovalRoutes(database, cursors=parts.cursors).routes())
        queue = QueueRoutes(database, moderation=moderation, cursors=parts.cursors)
        routes.extend(queue.routes())
        routes.extend(AdminRoutes(database, cursors=parts.cursors).routes())
        return routes, ()

    async with open_writing(database, also=also) as writing:
        yield Moderated(writing, ended, touched, routes)
