"""The REST edge of a document's past: /api/v1/code-sessions/{code_session_id}/history."""

from __future__ import annotations

from typing import Any

from collab.documents import Documents
from collab.history import Moment
from collab.history_forms import (
    BlameJson,
    DifferenceQuery,
    DifferencesJson,
    EditJson,
    EditQuery,
    GivenRestore,
    MomentJson,
    MomentQuery,
    TextJson,
    TimelineJson,
    TimelineQuery,
    Usernames,
    difference_forms,
    edit_form,
    moment_form,
    passage_forms,
    timeline_form,
)
from collab.made_edits import rewrite
from collab.past import Pasts
from errors import DocumentFull, Forbidden, InvalidCursor, NotFound
from persistence.database import Database
from persistence.history import HistoryStore
from server.cursors import Cursors, SortValue
from server.gate import Access
from server.routing import Call, Route
from server.wire import Page

HISTORY = "/api/v1/code-sessions/{code_session_id}/history"


class HistoryRoutes:
    """See how a document came about, and go back."""

    def __init__(
        self, database: Database, *, documents: Documents, pasts: Pasts, cursors: Cursors
    ) -> None:
        self._store = HistoryStore(database)
        self._documents = documents
        self._pasts = pasts
        self._cursors = cursors

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                HISTORY,
                self._list,
                summary="List a document's updates, the oldest first",
                errors=(NotFound, InvalidCursor),
            ),
            Route(
                "GET",
                HISTORY + "/timeline",
                self._timeline,
                summary="See when a document was edited, and by whom",
                errors=(NotFound,),
            ),
            Route(
                "GET",
                HISTORY + "/text",
                self._text,
                summary="See a document's text at a moment",
                errors=(NotFound,),
                has_etag=True,
            ),
            Route(
                "GET",
                HISTORY + "/blame",
                self._blame,
                summary="See who wrote which part of a document",
                errors=(NotFound,),
                has_etag=True,
            ),
            Route(
                "GET",
                HISTORY + "/diff",
                self._diff,
                summary="See what differs between two moments of a document",
                errors=(NotFound,),
                has_etag=True,
            ),
            Route(
                "POST",
                HISTORY + "/restore",
                self._restore,
                summary="Make the text of a moment the text of now",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden, DocumentFull),
            ),
        ]

    async def _list(self, call: Call[None, EditQuery]) -> Page[EditJson]:
        session_id, query = await self._readable(call), call.query
        filters: dict[str, SortValue] = {
            "session": session_id,
            "from": str(query.after),
            "to": str(query.through),
        }
        # What comes after the first page was asked for is on no page.
        if query.cursor:
            after, through = self._cursors.open(query.cursor, of="history", filters=filters)
            after_id, through_id = int(after or 0), int(through or 0)
        else:
            after_id = 0
            if query.after is not None:
                after_id = (await self._store.moment(session_id, query.after)).update_id
            through_id = (await self._store.moment(session_id, query.through)).update_id
        edits = await self._pasts.edits(
            session_id, after_id=after_id, through_id=through_id, limit=query.limit
        )
        following = None
        if edits and edits[-1].update_id < through_id:
            following = self._cursors.seal(
                (edits[-1].update_id, through_id), of="history", filters=filters
            )
        names = await self._names({edit.user_id for edit in edits})
        return Page[EditJson](
            items=[edit_form(edit, names, with_update=query.updates) for edit in edits],
            next=following,
        )

    async def _timeline(self, call: Call[None, TimelineQuery]) -> TimelineJson:
        session_id = await self._readable(call)
        span = await self._store.span(session_id)
        if span is None:
            return timeline_form([], {}, began_at=None, ended_at=None)
        steps = await self._pasts.timeline(session_id, span, steps=call.query.steps)
        names = await self._names({user_id for step in steps for user_id in step.user_ids})
        began_at, ended_at = span
        return timeline_form(steps, names, began_at=began_at, ended_at=ended_at)

    async def _text(self, call: Call[None, MomentQuery]) -> TextJson:
        session_id = await self._readable(call)
        moment = await self._store.moment(session_id, call.query.at)
        text = await self._pasts.text(session_id, moment)
        return TextJson(**dict(await self._moment_json(moment)), code_content=text)

    async def _blame(self, call: Call[None, MomentQuery]) -> BlameJson:
        session_id = await self._readable(call)
        moment = await self._store.moment(session_id, call.query.at)
        passages = await self._pasts.passages(session_id, moment)
        names = await self._names({each.user_id for each in passages} | {moment.user_id})
        return BlameJson(
            **dict(moment_form(moment, names)), passages=passage_forms(passages, names)
        )

    async def _diff(self, call: Call[None, DifferenceQuery]) -> DifferencesJson:
        session_id, query = await self._readable(call), call.query
        before = await self._store.moment(session_id, query.before)
        after = await self._store.moment(session_id, query.after)
        found = await self._pasts.differences(session_id, before, after)
        return DifferencesJson(
            before=await self._moment_json(before),
            after=await self._moment_json(after),
            differences=difference_forms(found),
        )

    async def _restore(self, call: Call[GivenRestore, None]) -> MomentJson:
        session_id = call.path_id("code_session_id")
        await self._documents.store.require_writable(session_id, call.user_id)
        moment = await self._store.moment(session_id, call.body.at)
        text = await self._pasts.text(session_id, moment)
        async with self._documents.lease(session_id) as live:
            update_id = await rewrite(live, text, user_id=call.signed_in.user_id)
        return await self._moment_json(await self._store.moment(session_id, update_id))

    async def _readable(self, call: Call[None, Any]) -> int:
        session_id = call.path_id("code_session_id")
        await self._documents.store.require_readable(session_id, call.user_id)
        return session_id

    async def _moment_json(self, moment: Moment) -> MomentJson:
        return moment_form(moment, await self._names({moment.user_id}))

    async def _names(self, user_ids: set[int | None]) -> Usernames:
        known = {user_id for user_id in user_ids if user_id is not None}
        return await self._store.usernames(known) if known else {}
