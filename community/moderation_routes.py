"""The REST edge of moderation: the queue, what is taken away, who is shut out, roles, the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from community.moderation import Decision, Moderation
from community.moderation_json import (
    SubjectJson,
    content_kind,
    subject_json,
    user_json,
)
from community.report_routes import REASON_CHARS, Reason
from community.roles import check_admin, check_moderator
from errors import FieldError, Forbidden, NotFound, ReportResolved, Unprocessable
from persistence.database import Database
from persistence.moderation import (
    LogEntry,
    Report,
    Resolution,
    Role,
    read_log,
    report_by_id,
    reports,
)
from persistence.removals import (
    Key,
    Subject,
    SubjectKind,
    subjects,
)
from persistence.users import user_by_username
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, GivenTime, Id, Page, Text, Time, Told, UserJson, path_username

QUEUE = "/api/v1/moderation/reports"
REMOVAL = "/api/v1/moderation/removals/{kind}/{subject_id}"
ONE = "/api/v1/users/{username}"


class QueueQuery(PageQuery):
    """Which reports: those that wait, or those that were decided."""

    state: Literal["open", "resolved"] = "open"


class LogQuery(PageQuery):
    """Which part of the log: of everybody, or what was done to one."""

    user: str | None = None


class NewDecision(Given):
    """How a report ends. `until` is a suspension's; without it, it lasts until it is lifted."""

    action: Resolution
    note: Annotated[Text, StringConstraints(max_length=REASON_CHARS)] | None = None
    until: GivenTime | None = None


class NewRemoval(Given):
    """Why something is taken away."""

    reason: Reason


class NewSuspension(Given):
    """Why somebody is shut out, and until when; null: until it is lifted."""

    reason: Reason
    until: GivenTime | None = None


class SuspensionJson(Told):
    """Who is shut out."""

    user: UserJson
    reason: str
    until: Time | None


class NewRole(Given):
    """What somebody is to be."""

    role: Role


class RoleJson(Told):
    """What somebody is."""

    user: UserJson
    role: Role


class ReportJson(Told):
    """A report as moderators see it; `subject` is null when it is gone for good."""

    id: Id
    state: Literal["open", "resolved"]
    reporter: UserJson | None
    reason: str
    subject_type: SubjectKind
    subject_id: Id
    subject: SubjectJson | None
    created_at: Time
    resolved_at: Time | None
    resolved_by: UserJson | None
    resolution: Resolution | None
    note: str | None


class LogEntryJson(Told):
    """One thing that was done; `actor` is null for whoever runs the node."""

    id: Id
    actor: UserJson | None
    target: UserJson | None
    action: str
    detail: dict[str, Any]
    created_at: Time


class ModerationRoutes:
    """For moderators; roles are for admins."""

    def __init__(
        self,
        database: Database,
        *,
        moderation: Moderation,
        cursors: Cursors,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._moderation = moderation
        self._clock = clock
        self._queue_pages = Pages[int](cursors, of="reports", key=int)
        self._log_pages = Pages[int](cursors, of="moderation-log", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            _route(
                "GET", QUEUE, self._queue, "List reports, the longest waiting first (moderators)"
            ),
            _route("GET", QUEUE + "/{report_id}", self._see, "See a report (moderators)", NotFound),
            _route(
                "POST",
                QUEUE + "/{report_id}/resolution",
                self._resolve,
                "Decide a report and every open one of the same thing (moderators)",
                NotFound,
                ReportResolved,
            ),
            _route(
                "PUT",
                REMOVAL,
                self._remove,
                "Take something away (moderators)",
                NotFound,
                status=204,
            ),
            _route(
                "DELETE",
                REMOVAL,
                self._restore,
                "Give back what was taken away (moderators)",
                NotFound,
                status=204,
            ),
            _route(
                "PUT",
                ONE + "/suspension",
                self._suspend,
                "Suspend an account (moderators)",
                NotFound,
            ),
            _route(
                "DELETE",
                ONE + "/suspension",
                self._lift,
                "Lift a suspension (moderators)",
                NotFound,
                status=204,
            ),
            _route(
                "PUT", ONE + "/role", self._give_role, "Give somebody a role (admins)", NotFound
            ),
            _route(
                "GET",
                "/api/v1/moderation/log",
                self._log,
                "List what moderators did (moderators)",
                NotFound,
            ),
        ]

    async def _queue(self, call: Call[None, QueueQuery]) -> Page[ReportJson]:
        check_moderator(call.signed_in)
        query = call.query
        walk = self._queue_pages.walk(query, state=query.state)
        found = await reports(self._database, is_open=query.state == "open", start=walk.start)
        cut = walk.cut(found, lambda report: report.id)
        return cut.page(await self._told(cut.rows))

    async def _see(self, call: Call[None, None]) -> ReportJson:
        check_moderator(call.signed_in)
        report = await report_by_id(self._database, call.path_id("report_id"))
        if report is None:
            raise NotFound()
        (told,) = await self._told([report])
        return told

    async def _resolve(self, call: Call[NewDecision, None]) -> ReportJson:
        actor, body = check_moderator(call.signed_in), call.body
        if body.until is not None and body.action != "suspend":
            error = FieldError("/until", "is a suspension's")
            raise Unprocessable("only a suspension has an end", errors=(error,))
        self._check_until(body.until)
        decision = Decision(body.action, body.note, body.until)
        report = await self._moderation.resolve(actor, call.path_id("report_id"), decision)
        (told,) = await self._told([report])
        return told

    async def _remove(self, call: Call[NewRemoval, None]) -> None:
        actor = check_moderator(call.signed_in)
        kind, subject_id = content_kind(call.path_text("kind")), call.path_id("subject_id")
        await self._moderation.remove(actor, kind, subject_id, call.body.reason)

    async def _restore(self, call: Call[None, None]) -> None:
        actor = check_moderator(call.signed_in)
        kind, subject_id = content_kind(call.path_text("kind")), call.path_id("subject_id")
        await self._moderation.restore(actor, kind, subject_id)

    async def _suspend(self, call: Call[NewSuspension, None]) -> SuspensionJson:
        actor, body = check_moderator(call.signed_in), call.body
        self._check_until(body.until)
        account = await self._moderation.suspend(
            actor, path_username(call.path_text("username")), reason=body.reason, until=body.until
        )
        return SuspensionJson(
            user=UserJson(id=account.id, username=account.username),
            reason=body.reason,
            until=body.until,
        )

    async def _lift(self, call: Call[None, None]) -> None:
        actor = check_moderator(call.signed_in)
        await self._moderation.lift(actor, path_username(call.path_text("username")))

    async def _give_role(self, call: Call[NewRole, None]) -> RoleJson:
        actor = check_admin(call.signed_in)
        account = await self._moderation.give_role(
            actor, path_username(call.path_text("username")), call.body.role
        )
        user = UserJson(id=account.id, username=account.username)
        return RoleJson(user=user, role=call.body.role)

    async def _log(self, call: Call[None, LogQuery]) -> Page[LogEntryJson]:
        check_moderator(call.signed_in)
        query = call.query
        about = None
        if query.user is not None:
            user = await user_by_username(self._database, path_username(query.user))
            if user is None:
                raise NotFound()
            about = user.id
        walk = self._log_pages.walk(query, about=about)
        entries = await read_log(self._database, start=walk.start, about=about)
        cut = walk.cut(entries, lambda entry: entry.id)
        return cut.page([_entry_json(each) for each in cut.rows])

    def _check_until(self, until: datetime | None) -> None:
        if until is not None and until <= self._clock():
            raise Unprocessable(
                "a suspension ends later than now", errors=(FieldError("/until", "has passed"),)
            )

    async def _told(self, found: Sequence[Report]) -> list[ReportJson]:
        keys: list[Key] = [(report.subject_type, report.subject_id) for report in found]
        there = await subjects(self._database, keys, seen_by=None)
        return [
            _report_json(report, there.get(key)) for report, key in zip(found, keys, strict=True)
        ]


def _route(
    method: str,
    path: str,
    answer: Callable[[Call[Any, Any]], Any],
    summary: str,
    *errors: type[NotFound | ReportResolved],
    status: int = 200,
) -> Route:
    return Route(
        method,
        path,
        answer,
        summary=summary,
        access=Access.SIGNED_IN,
        status=status,
        errors=(Forbidden, Unprocessable, *errors),
    )


def _report_json(report: Report, subject: Subject | None) -> ReportJson:
    return ReportJson(
        id=report.id,
        state="open" if report.resolved_at is None else "resolved",
        reporter=user_json(report.reporter),
        reason=report.reason,
        subject_type=report.subject_type,
        subject_id=report.subject_id,
        subject=subject_json(subject) if subject else None,
        created_at=report.created_at,
        resolved_at=report.resolved_at,
        resolved_by=user_json(report.resolved_by),
        resolution=report.resolution,
        note=report.note,
    )


def _entry_json(entry: LogEntry) -> LogEntryJson:
    return LogEntryJson(
        id=entry.id,
        actor=user_json(entry.actor),
        target=user_json(entry.target),
        action=entry.action,
        detail=dict(entry.detail),
        created_at=entry.created_at,
    )
