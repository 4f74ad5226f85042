"""Who follows, blocks and mutes whom. A block ends follows both ways and lets none begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import asyncpg

from errors import Blocked, NotFound, Unprocessable
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("follows")

Direction = Literal["followers", "following"]
Refusal = Literal["block", "mute"]
Followed: TypeAlias = tuple[datetime, int]
"""The sort values of the last row of a page."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a list of people."""

    id: int
    username: str
    full_name: str | None
    avatar_small_url: str | None
    since: datetime
    """When the follow, the block or the mute began."""
    is_following: bool
    """Whether who looks follows them."""


async def follow(connection: Connection, user_id: int, target_id: int) -> bool:
    """Let the user follow the target. False: that was so already.

    Raises NotFound, Blocked, Unprocessable.
    """
    await _lock_pair(connection, user_id, target_id)
    if await is_blocked_between(connection, user_id, target_id):
        raise Blocked()
    return await connection.fetchval(_QUERIES["follow"], user_id, target_id) is not None


async def unfollow(connection: Connection, user_id: int, target_id: int) -> None:
    """Let the user follow the target no more."""
    await _lock_pair(connection, user_id, target_id)
    await connection.execute(_QUERIES["unfollow"], user_id, target_id)


async def block(connection: Connection, user_id: int, target_id: int) -> None:
    """Let the user hear and see nothing of the target, nor the target reach the user.

    Raises NotFound, Unprocessable.
    """
    await _lock_pair(connection, user_id, target_id)
    await connection.execute(_QUERIES["block"], user_id, target_id)
    await connection.execute(_QUERIES["part"], user_id, target_id)


async def mute(connection: Connection, user_id: int, target_id: int) -> None:
    """Let the user hear nothing of the target, who is not told. Raises NotFound, Unprocessable."""
    await _lock_pair(connection, user_id, target_id)
    await connection.execute(_QUERIES["mute"], user_id, target_id)


async def take_back(db: Queryable, user_id: int, target_id: int, refusal: Refusal) -> None:
    """End a block or a mute. What it ended does not come back."""
    await db.execute(_QUERIES["unblock"], user_id, target_id, refusal)


async def is_blocked_between(db: Queryable, user_id: int, other_id: int) -> bool:
    """Tell whether one of the two has blocked the other: neither may reach the other then."""
    return bool(await db.fetchval(_QUERIES["blocked_between"], user_id, other_id))


async def people_around(
    db: Queryable,
    user_id: int,
    direction: Direction,
    *,
    seen_by: int | None,
    start: Start[Followed],
) -> list[Person]:
    """Return who follows the user, or whom the user follows, the newest first."""
    moment, last_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way(direction)], user_id, seen_by, moment, last_id, start.limit
    )
    return [_person(row) for row in rows]


async def people_refused(
    db: Queryable, user_id: int, refusal: Refusal, *, start: Start[Followed]
) -> list[Person]:
    """Return whom the user blocked, or muted, the newest first."""
    moment, last_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("listed")], user_id, refusal, moment, last_id, start.limit
    )
    return [_person(row) for row in rows]


async def _lock_pair(connection: Connection, user_id: int, target_id: int) -> None:
    if user_id == target_id:
        raise Unprocessable("that is you")
    rows = await connection.fetch(_QUERIES["lock_pair"], [user_id, target_id])
    if len(rows) < 2:
        raise NotFound()


def _person(row: asyncpg.Record) -> Person:
    return Person(
        row["id"],
        row["username"],
        row["full_name"],
        row["avatar_small_url"],
        row["created_at"],
        row["is_following"],
    )
