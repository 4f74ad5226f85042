"""What was taken away, as its author and the moderators see it, and what the author objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from persistence.database import Queryable
from persistence.removals import ContentKind
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("appeals")


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that moderators have taken away."""

    id: int
    kind: ContentKind
    subject_id: int
    author_id: int | None
    reason: str | None
    created_at: datetime
    appeal: str | None
    """What its author objects."""
    appealed_at: datetime | None
    upheld_at: datetime | None
    """When the appeal was turned down; None: nobody has decided yet."""
    upheld_note: str | None


def _removal(row: asyncpg.Record) -> Removal:
    return Removal(
        row["id"],
        row["subject_type"],
        row["subject_id"],
        row["author_id"],
        row["reason"],
        row["created_at"],
        row["appeal"],
        row["appealed_at"],
        row["upheld_at"],
        row["upheld_note"],
    )


async def removals_of(db: Queryable, author_id: int, start: Start[int]) -> list[Removal]:
    """Return what was taken from somebody, the latest first."""
    rows = await db.fetch(_QUERIES[start.way("of_author")], author_id, start.key, start.limit)
    return [_removal(row) for row in rows]


async def removal_of(
    db: Queryable, author_id: int, kind: ContentKind, subject_id: int
) -> Removal | None:
    """Return one of them, or None."""
    row = await db.fetchrow(_QUERIES["one_of_author"], author_id, kind, subject_id)
    return _removal(row) if row else None


async def open_appeals(db: Queryable, start: Start[int]) -> list[Removal]:
    """Return what nobody has decided yet, what was taken away first before."""
    rows = await db.fetch(_QUERIES[start.way("open")], start.key, start.limit)
    return [_removal(row) for row in rows]


async def appeal(
    db: Queryable, author_id: int, kind: ContentKind, subject_id: int, *, text: str
) -> bool:
    """Note what the author objects. False: they have objected before, or it is not taken away."""
    return bool(await db.fetchval(_QUERIES["appeal"], author_id, kind, subject_id, text))


async def uphold(
    db: Queryable, kind: ContentKind, subject_id: int, *, note: str | None
) -> tuple[bool, int | None]:
    """Turn an appeal down; return whether there was one, and whose it was."""
    row = await db.fetchrow(_QUERIES["uphold"], kind, subject_id, note)
    return (row is not None, row["author_id"] if row else None)
