"""The REST edge of the moderators' queue: what is reported, each thing once, and the appeals."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.moderation import Moderation
from community.moderation_json import SubjectJson, content_kind, subject_json, user_json
from community.removal_routes import APPEAL_CHARS, RemovalJson, removal_json
from community.roles import check_moderator
from errors import Forbidden, InvalidCursor, NotFound
from persistence.appeals import open_appeals
from persistence.database import Database
from persistence.moderation import Report, Waiting, open_reports_of, waiting
from persistence.removals import Key, SubjectKind, subjects
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, Id, Page, Text, Time, Told, UserJson

SHOWN_REPORTS = 5


class QueueQuery(PageQuery):
    """Which of what waits: all, or one type."""

    type: SubjectKind | None = None


class NewUpholding(Given):
    """Why a removal stands."""

    note: Annotated[Text, StringConstraints(max_length=APPEAL_CHARS)] | None = None


class QueuedReportJson(Told):
    """Who reported it, and why."""

    id: Id
    reporter: UserJson | None
    reason: str
    created_at: Time


class QueuedJson(Told):
    """Something that waits for a decision. Deciding any of its reports decides them all."""

    id: Id
    """Of its first report."""
    subject_type: SubjectKind
    subject_id: Id
    subject: SubjectJson | None
    """Null when it is gone for good."""
    reports_count: int
    reports: list[QueuedReportJson]
    """The first five."""


class AppealJson(RemovalJson):
    """A removal that its author objects to, as moderators see it."""

    subject: SubjectJson | None


class QueueRoutes:
    """For moderators."""

    def __init__(self, database: Database, *, moderation: Moderation, cursors: Cursors) -> None:
        self._database = database
        self._moderation = moderation
        self._pages = Pages[int](cursors, of="queue", key=int)
        self._appeal_pages = Pages[int](cursors, of="appeals", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/moderation/queue",
                self._queue,
                summary="List what is reported, what has waited longest first (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, InvalidCursor),
            ),
            Route(
                "GET",
                "/api/v1/moderation/appeals",
                self._appeals,
                summary="List the removals to which authors object (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, InvalidCursor),
            ),
            Route(
                "POST",
                "/api/v1/moderation/removals/{kind}/{subject_id}/uphold",
                self._uphold,
                summary="Turn down what an author objects (moderators)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(Forbidden, NotFound),
            ),
        ]

    async def _queue(self, call: Call[None, QueueQuery]) -> Page[QueuedJson]:
        check_moderator(call.signed_in)
        walk = self._pages.walk(call.query, type=call.query.type)
        found = await waiting(self._database, kind=call.query.type, start=walk.start)
        cut = walk.cut(found, lambda each: each.first_report_id)
        keys: list[Key] = [(each.subject_type, each.subject_id) for each in cut.rows]
        there = await subjects(self._database, keys, seen_by=None)
        told: dict[Key, list[Report]] = {}
        for report in await open_reports_of(self._database, keys, limit=SHOWN_REPORTS):
            told.setdefault((report.subject_type, report.subject_id), []).append(report)
        items = []
        for each, key in zip(cut.rows, keys, strict=True):
            subject = there.get(key)
            items.append(
                _queued_json(each, subject_json(subject) if subject else None, told.get(key, []))
            )
        return cut.page(items)

    async def _appeals(self, call: Call[None, PageQuery]) -> Page[AppealJson]:
        check_moderator(call.signed_in)
        walk = self._appeal_pages.walk(call.query)
        cut = walk.cut(await open_appeals(self._database, walk.start), lambda each: each.id)
        keys: list[Key] = [(each.kind, each.subject_id) for each in cut.rows]
        there = await subjects(self._database, keys, seen_by=None)
        items = []
        for removal, key in zip(cut.rows, keys, strict=True):
            subject = there.get(key)
            told = removal_json(removal, words=subject.words if subject else "")
            items.append(
                AppealJson(**dict(told), subject=subject_json(subject) if subject else None)
            )
        return cut.page(items)

    async def _uphold(self, call: Call[NewUpholding, None]) -> None:
        actor = check_moderator(call.signed_in)
        kind, subject_id = content_kind(call.path_text("kind")), call.path_id("subject_id")
        await self._moderation.uphold(actor, kind, subject_id, note=call.body.note)


def _queued_json(each: Waiting, subject: SubjectJson | None, reports: list[Report]) -> QueuedJson:
    return QueuedJson(
        id=each.first_report_id,
        subject_type=each.subject_type,
        subject_id=each.subject_id,
        subject=subject,
        reports_count=each.reports_count,
        reports=[
            QueuedReportJson(
                id=report.id,
                reporter=user_json(report.reporter),
                reason=report.reason,
                created_at=report.created_at,
            )
            for report in reports
        ],
    )
