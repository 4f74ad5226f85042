"""What rooms' chats should tell of and do not: causes that were committed without their message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persistence.database import Database
from persistence.sql import load_queries

_QUERIES = load_queries("room_news")

# Whoever looks in tells what was missed since; after a longer outage nobody asks any more.
TOLD_WITHIN_S = 1_800.0


@dataclass(frozen=True, slots=True)
class UntoldStart:
    """A stream that has gone live."""

    stream_id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class UntoldSuggestion:
    """A suggestion that has become part of the code."""

    stream_id: int
    suggestion_id: int
    accepted_by: int
    author: str | None


@dataclass(frozen=True, slots=True)
class UntoldNews:
    """Everything that is not told yet."""

    starts: Sequence[UntoldStart]
    poll_ids: Sequence[int]
    suggestions: Sequence[UntoldSuggestion]


async def untold_news(database: Database, *, older_than_s: float) -> UntoldNews:
    """Return what nobody has told of. What is younger than `older_than_s` may be on its way."""
    between = (TOLD_WITHIN_S, older_than_s)
    async with database.connection() as connection:
        starts = await connection.fetch(_QUERIES["untold_starts"], *between)
        polls = await connection.fetch(_QUERIES["untold_polls"], *between)
        suggestions = await connection.fetch(_QUERIES["untold_suggestions"], *between)
    return UntoldNews(
        [UntoldStart(row["stream_id"], row["user_id"]) for row in starts],
        [row["id"] for row in polls],
        [
            UntoldSuggestion(row["stream_id"], row["id"], row["resolved_by"], row["author"])
            for row in suggestions
        ],
    )
