"""The REST edge of suggestions: /api/v1/code-sessions/{session_id}/suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from collab.forms import MySuggestionJson, Status, my_suggestion_form
from collab.suggestions import Suggestion
from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.documents import DocumentStore
from persistence.suggestions import SuggestionStore
from server.cursors import Cursors, SortValue
from server.routing import Call, Route
from server.wire import Page

PAGE_ITEMS = 50
PAGE_MAX_ITEMS = 100


class SuggestionQuery(BaseModel):
    """Which suggestions to list."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    sort: Literal["new", "votes"] = "new"
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class SuggestionRoutes:
    """Lists the suggestions of a code session."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._documents = DocumentStore(database)
        self._suggestions = SuggestionStore(database)
        self._cursors = cursors

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/code-sessions/{code_session_id}/suggestions",
                self._list,
                summary="List a code session's suggestions, the newest or the best first",
                errors=(NotFound, InvalidCursor),
            )
        ]

    async def _list(self, call: Call[None, SuggestionQuery]) -> Page[MySuggestionJson]:
        session_id = call.path_id("code_session_id")
        access = await self._documents.access(session_id)
        if not access.may_read(call.user_id):
            raise NotFound("There is no such code session.")
        query = call.query
        filters: dict[str, SortValue] = {
            "session": session_id,
            "status": query.status,
            "sort": query.sort,
        }
        last: Sequence[SortValue] = ()
        if query.cursor:
            last = self._cursors.open(query.cursor, of="suggestions", filters=filters)
        found = await self._found(session_id, query, last, seen_by=call.user_id)
        page, following = found[: query.limit], None
        if len(found) > query.limit:
            place = (page[-1].id,) if query.sort == "new" else (page[-1].score, page[-1].id)
            following = self._cursors.seal(place, of="suggestions", filters=filters)
        return Page[MySuggestionJson](items=[my_suggestion_form(s) for s in page], next=following)

    async def _found(
        self,
        session_id: int,
        query: SuggestionQuery,
        last: Sequence[SortValue],
        *,
        seen_by: int | None,
    ) -> list[Suggestion]:
        """Return the suggestions after the last one of the page before, one more than asked for."""
        if query.sort == "new":
            (before,) = last or (None,)
            return await self._suggestions.page(
                session_id,
                status=query.status,
                before=int(before) if before is not None else None,
                limit=query.limit + 1,
                seen_by=seen_by,
            )
        after = None
        if last:
            score, last_id = last
            after = (int(str(score)), int(str(last_id)))
        return await self._suggestions.page_by_votes(
            session_id, status=query.status, after=after, limit=query.limit + 1, seen_by=seen_by
        )
