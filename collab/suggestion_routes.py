"""The REST edge of suggestions: /api/v1/code-sessions/{session_id}/suggestions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collab.forms import MySuggestionJson, Status, my_suggestion_form
from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.documents import DocumentStore
from persistence.suggestions import SuggestionStore
from server.cursors import Cursors
from server.paging import PAGE_MAX_ITEMS, PageQuery, Pages
from server.routing import Call, Route
from server.wire import Page

PAGE_ITEMS = 50


class SuggestionQuery(PageQuery):
    """Which suggestions to list."""

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    status: Status | None = None
    sort: Literal["new", "votes"] = "new"


class SuggestionRoutes:
    """Lists the suggestions of a code session."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._documents = DocumentStore(database)
        self._suggestions = SuggestionStore(database)
        self._pages = Pages[int](cursors, of="suggestions", key=int)
        self._best_pages = Pages[tuple[int, int]](cursors, of="best suggestions", key=(int, int))

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
        if query.sort == "votes":
            return await self._best(query, session_id, seen_by=call.user_id)
        walk = self._pages.walk(query, session=session_id, status=query.status)
        found = await self._suggestions.page(
            session_id, status=query.status, start=walk.start, seen_by=call.user_id
        )
        cut = walk.cut(found, lambda suggestion: suggestion.id)
        return cut.page([my_suggestion_form(each) for each in cut.rows])

    async def _best(
        self, query: SuggestionQuery, session_id: int, *, seen_by: int | None
    ) -> Page[MySuggestionJson]:
        walk = self._best_pages.walk(query, session=session_id, status=query.status)
        found = await self._suggestions.page_by_votes(
            session_id, status=query.status, start=walk.start, seen_by=seen_by
        )
        cut = walk.cut(found, lambda suggestion: (suggestion.score, suggestion.id))
        return cut.page([my_suggestion_form(each) for each in cut.rows])
