"""The REST edge of suggestions: /api/v1/code-sessions/{session_id}/suggestions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from collab.forms import MySuggestionJson, Status, my_suggestion_form
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
                summary="List a code session's suggestions, the newest first",
                errors=(NotFound, InvalidCursor),
            )
        ]

    async def _list(self, call: Call[None, SuggestionQuery]) -> Page[MySuggestionJson]:
        session_id = call.path_id("code_session_id")
        access = await self._documents.access(session_id)
        if not access.may_read(call.user_id):
            raise NotFound("There is no such code session.")
        query = call.query
        filters: dict[str, SortValue] = {"session": session_id, "status": query.status}
        before = None
        if query.cursor:
            (before,) = self._cursors.open(query.cursor, of="suggestions", filters=filters)
        found = await self._suggestions.page(
            session_id,
            status=query.status,
            before=int(before) if before is not None else None,
            limit=query.limit + 1,
            seen_by=call.user_id,
        )
        page, following = found[: query.limit], None
        if len(found) > query.limit:
            following = self._cursors.seal((page[-1].id,), of="suggestions", filters=filters)
        return Page[MySuggestionJson](items=[my_suggestion_form(s) for s in page], next=following)
