"""Erasing accounts as it is stored: at once what says who it was, then, in small steps that may be
interrupted anywhere, what hangs on it. The row stays, because other people's threads lead to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from persistence.database import Connection, Database
from persistence.sql import load_queries

_QUERIES = load_queries("erasures")

# A post takes its comments and likes along, and no statement may take long.
ROWS_AT_ONCE = 200

_AT_ONCE = (
    "drop_tokens",
    "drop_factors",
    "drop_oauth",
    "drop_push",
    "drop_preferences",
    "drop_idempotency_keys",
    "drop_webhooks",
    "drop_collaborations",
    "drop_moderators",
    "drop_held_messages",
    "drop_questions",
    "leave_ended_stages",
    "drop_ended_feeds",
    "drop_stream_keys",
    "empty_withdrawn",
)
_LATER = ("drop_blocks", "drop_notifications", "retire_uploads")
_CONTENT = (
    "drop_posts",
    "empty_comments",
    "drop_kept_words",
    "hide_videos",
    "retire_video_objects",
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An account that nobody sees any more and that has left things behind."""

    user_id: int
    erases_content: bool


async def begin_erasure(
    connection: Connection, user_id: int, *, erases_content: bool
) -> list[bytes] | None:
    """Make the account nobody's, and return the sessions that ended. None: it was so already."""
    if await connection.fetchval(_QUERIES["begin"], user_id, erases_content) is None:
        return None
    rows = await connection.fetch(_QUERIES["drop_sessions"], user_id)
    for step in _AT_ONCE:
        await connection.execute(_QUERIES[step], user_id)
    return [bytes(row["token_hash"]) for row in rows]


async def next_unfinished(database: Database, *, after: int) -> Unfinished | None:
    """Return the next account, by id, whose erasure is to be finished."""
    row = await database.fetchrow(_QUERIES["next_unfinished"], after)
    return Unfinished(row["id"], row["erases_content"]) if row else None


async def open_streams(database: Database, user_id: int) -> list[int]:
    """Return the account's streams that have not ended."""
    return [row["id"] for row in await database.fetch(_QUERIES["open_streams"], user_id)]


async def finish_erasure(database: Database, unfinished: Unfinished) -> Mapping[str, int]:
    """Clear away what the account left, and return how much of what.

    Doing it again, or twice at once, changes nothing.
    """
    user_id = unfinished.user_id
    done = {"follows": await _part(database, user_id)}
    for step in (*_LATER, *(_CONTENT if unfinished.erases_content else ())):
        done[step] = 0
        while rows := await database.execute(_QUERIES[step], user_id, ROWS_AT_ONCE):
            done[step] += rows
    await database.execute(_QUERIES["finish"], user_id)
    return done


async def _part(database: Database, user_id: int) -> int:
    """End every follow from and to the account."""
    parted = 0
    while True:
        async with database.transaction() as connection:
            held = await connection.fetch(_QUERIES["followed_some"], user_id, ROWS_AT_ONCE)
            others = [row["id"] for row in held if row["id"] != user_id]
            if not others:
                return parted
            await connection.execute(_QUERIES["part_some"], user_id, others)
            parted += len(others)
