"""What a stream came to: counted from its rows when somebody asks, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("summaries")


@dataclass(frozen=True, slots=True)
class Summary:
    """One stream in numbers; of one that goes on, until now."""

    stream_id: int
    title: str
    status: str
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    """None if it never began."""
    peak_viewers: int
    average_viewers: float | None
    """Over the time it was live; None if that was not counted."""
    messages: int
    chatters: int
    """Who wrote them, accounts that were erased left out."""
    polls: int
    votes: int
    questions: int
    answered: int
    suggestions: int
    accepted: int
    new_followers: int
    """Who began to follow the streamer meanwhile, and still does."""
    interruptions: int
    interrupted_ms: int
    """How long viewers had no picture until it came back."""


async def summary_of(db: Queryable, stream_id: int) -> Summary | None:
    """Return a stream's summary, or None if there is no such stream."""
    row = await db.fetchrow(_QUERIES["summary"], stream_id)
    if row is None:
        return None
    return Summary(**row)
