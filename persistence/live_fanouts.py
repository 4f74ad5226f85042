"""How far the news that a stream is live has got among its owner's followers.

A row per stream, moved on with every batch in the batch's own transaction: a node that dies between
two batches leaves a row that says where another goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from persistence.database import Connection, Database
from persistence.sql import load_queries

_QUERIES = load_queries("live_fanouts")


@dataclass(frozen=True, slots=True)
class Fanout:
    """One stream's, locked by the transaction that took it."""

    stream_id: int
    after_follower_id: int
    user_id: int
    title: str
    is_live: bool


async def unfinished_fanouts(database: Database) -> list[int]:
    """Note which streams went live, and return those of which not every follower was told."""
    async with database.transaction() as connection:
        await connection.execute(_QUERIES["begin"])
        return [row["stream_id"] for row in await connection.fetch(_QUERIES["unfinished"])]


async def take_fanout(connection: Connection, stream_id: int) -> Fanout | None:
    """Return where to go on with the stream, or None if it is finished or another node's now."""
    row = await connection.fetchrow(_QUERIES["take"], stream_id)
    if row is None:
        return None
    return Fanout(
        row["stream_id"], row["after_follower_id"], row["user_id"], row["title"], row["is_live"]
    )


async def next_followers(connection: Connection, fanout: Fanout, *, limit: int) -> list[int]:
    """Return the next of those who follow the stream's owner, by id."""
    rows = await connection.fetch(
        _QUERIES["followers"], fanout.user_id, fanout.after_follower_id, limit
    )
    return [row["follower_id"] for row in rows]


async def advance_fanout(connection: Connection, stream_id: int, *, after: int) -> None:
    """Note that followers up to the id `after` were told."""
    await connection.execute(_QUERIES["advance"], stream_id, after)


async def finish_fanout(connection: Connection, stream_id: int) -> None:
    """Note that there is nobody left to tell."""
    await connection.execute(_QUERIES["finish"], stream_id)
