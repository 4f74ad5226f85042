"""Pages of lists: what a client asks for, where a page starts, and the cursors of its neighbours.

A list has an order of keys that no two of its rows share. A page is read behind a key or, going
back, before it; so what comes and goes meanwhile neither repeats nor hides a row, and the page
before is as exact as the page after. Knows nothing of SQL: `persistence/sql.py` reads both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

from server.cursors import Cursors, SortValue
from server.wire import Item, Page

PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 100
AFTER, BEFORE = 0, 1

Key = TypeVar("Key")
Row = TypeVar("Row")

# JSON has neither times nor exact floats; both ways give back the very same value.
_SEALED: dict[type, Callable[[Any], SortValue]] = {
    int: int,
    float: float.hex,
    datetime: datetime.isoformat,
}
_OPENED: dict[type, Callable[[Any], object]] = {
    int: int,
    float: float.fromhex,
    datetime: datetime.fromisoformat,
}


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Start(Generic[Key]):
    """Where reading starts: with the row next to the one of this key, which itself is left out."""

    key: Key | None
    """None: at the list's end on that side."""
    limit: int
    """How many rows to read; one more than a page has, which tells whether another page follows."""
    is_backwards: bool = False
    """Rows are read, and returned by storage, in the reverse order."""

    def way(self, query: str) -> str:
        """Return the name of the query that reads this way."""
        return f"{query}_back" if self.is_backwards else query


@dataclass(frozen=True, slots=True)
class Cut(Generic[Row]):
    """The rows of one page, in the list's order, and the cursors of its neighbours."""

    rows: list[Row]
    next: str | None
    prev: str | None

    def page(self, items: Sequence[Item]) -> Page[Item]:
        """Return the page of what the rows look like to a client."""
        return Page[Any](items=list(items), next=self.next, prev=self.prev)


@dataclass(frozen=True, slots=True)
class Walk(Generic[Key]):
    """One request for a page: where it starts, and how its neighbours are named."""

    start: Start[Key]
    _seal: Callable[[Key | None, int], str]

    def cut(self, rows: Sequence[Row], key: Callable[[Row], Key]) -> Cut[Row]:
        """Return the page of what was read from `start` on."""
        page = list(rows[: self.start.limit - 1])
        goes_on = len(rows) > len(page)
        # A page without rows lies beyond the list, whose other side is where to go from there.
        was_from_end = self.start.key is None
        if self.start.is_backwards:
            page.reverse()
            following = None if was_from_end else self._seal(key(page[-1]) if page else None, AFTER)
            return Cut(page, following, self._seal(key(page[0]), BEFORE) if goes_on else None)
        earlier = None if was_from_end else self._seal(key(page[0]) if page else None, BEFORE)
        return Cut(page, self._seal(key(page[-1]), AFTER) if goes_on else None, earlier)


class Pages(Generic[Key]):
    """The pages of one list, which is named by `of` and ordered by keys of the types `key`."""

    def __init__(self, cursors: Cursors, *, of: str, key: type | tuple[type, ...]) -> None:
        self._cursors = cursors
        self._of = of
        self._key = key

    def walk(self, query: PageQuery, **filters: SortValue) -> Walk[Key]:
        """Return the walk to the page that is asked for; `filters` say which variant of the list.

        Raises InvalidCursor.
        """

        def seal(key: Key | None, way: int) -> str:
            return self._cursors.seal([way, *self._sealed(key)], of=self._of, filters=filters)

        limit = query.limit + 1
        if query.cursor is None:
            return Walk(Start(None, limit), seal)
        way, *values = self._cursors.open(query.cursor, of=self._of, filters=filters)
        return Walk(Start(self._opened(values), limit, way == BEFORE), seal)

    def _sealed(self, key: Key | None) -> list[SortValue]:
        if key is None:
            return []
        if not isinstance(self._key, tuple):
            return [_SEALED[self._key](key)]
        values = cast(tuple[object, ...], key)
        return [_SEALED[kind](each) for kind, each in zip(self._key, values, strict=True)]

    def _opened(self, values: Sequence[SortValue]) -> Key | None:
        if not values:
            return None
        if not isinstance(self._key, tuple):
            return cast(Key, _OPENED[self._key](values[0]))
        pairs = zip(self._key, values, strict=True)
        return cast(Key, tuple(_OPENED[kind](each) for kind, each in pairs))
