"""People who are just rows: for tests of what is stored about them."""

from __future__ import annotations

import itertools

from persistence.database import Database

_numbers = itertools.count(1)


async def add_people(database: Database, count: int) -> list[int]:
    """Add this many accounts without a password, and return their ids."""
    names = [f"someone_{next(_numbers)}" for _ in range(count)]
    rows = await database.fetch(
        "INSERT INTO users (username, email) SELECT name, name || '@x.test' "
        "FROM unnest($1::text[]) AS name RETURNING id",
        names,
    )
    return [row["id"] for row in rows]


async def block(database: Database, user_id: int, target_id: int, kind: str = "block") -> None:
    """Let one block or mute another."""
    await database.execute(
        "INSERT INTO user_blocks (user_id, target_id, kind) VALUES ($1, $2, $3)",
        user_id,
        target_id,
        kind,
    )
