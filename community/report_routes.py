"""The REST edge of reports: what people tell the moderators of."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from errors import AlreadyReported, NotFound, Unprocessable
from persistence.database import Database
from persistence.moderation import add_report
from persistence.removals import SubjectKind, subject_of
from server.gate import Access, Gate
from server.limits import Policy
from server.routing import Call, Route
from server.wire import Given, GivenId, Id, Text, Time, Told

REASON_CHARS = 1000
# More is somebody who works through a list.
REPORTING = Policy("reports", 20, 3600)

Reason = Annotated[Text, StringConstraints(min_length=1, max_length=REASON_CHARS)]


class NewReport(Given):
    """What is wrong with what."""

    subject_type: SubjectKind
    subject_id: GivenId
    reason: Reason


class ReportReceiptJson(Told):
    """What the reporter gets: that it is on its way."""

    id: Id
    subject_type: SubjectKind
    subject_id: Id
    reason: str
    created_at: Time


class ReportRoutes:
    """Report anything."""

    def __init__(self, database: Database, *, gate: Gate, reporting: Policy = REPORTING) -> None:
        self._database = database
        self._gate = gate
        self._reporting = reporting

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                "/api/v1/reports",
                self._report,
                summary="Tell the moderators of something, once",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotFound, AlreadyReported),
            )
        ]

    async def _report(self, call: Call[NewReport, None]) -> ReportReceiptJson:
        body, reporter_id = call.body, call.signed_in.user_id
        await self._gate.spend(call.request, self._reporting, f"user:{reporter_id}")
        key = (body.subject_type, body.subject_id)
        subject = await subject_of(self._database, key, seen_by=reporter_id)
        if subject is None or not subject.is_visible:
            raise NotFound()
        if subject.user_id == reporter_id:
            raise Unprocessable("that is your own")
        report_id, created_at = await add_report(
            self._database, reporter_id, *key, reason=body.reason
        )
        return ReportReceiptJson(
            id=report_id,
            subject_type=body.subject_type,
            subject_id=body.subject_id,
            reason=body.reason,
            created_at=created_at,
        )
