"""Pages of lists in order of id: what a client asks for, and the cursor of the page behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.cursors import Cursors, SortValue

PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 50


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class Pages:
    """The pages of one list, which is named by `of`; `filters` say which variant of it."""

    def __init__(self, cursors: Cursors, *, of: str) -> None:
        self._cursors = cursors
        self._of = of

    def behind(self, query: PageQuery, **filters: SortValue) -> int | None:
        """Return the id behind which the page begins, or None for the first page.

        Raises InvalidCursor.
        """
        if query.cursor is None:
            return None
        (last,) = self._cursors.open(query.cursor, of=self._of, filters=filters)
        return int(last or 0)

    def cut(
        self, ids: Sequence[int], query: PageQuery, **filters: SortValue
    ) -> tuple[list[int], str | None]:
        """Return the page's ids and the cursor of the next page, given one id more than a page
        has if there is a next page."""
        page = list(ids[: query.limit])
        if len(ids) <= query.limit:
            return page, None
        return page, self._cursors.seal([page[-1]], of=self._of, filters=filters)
