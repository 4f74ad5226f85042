"""Points: an award is paid once, whoever asks how often."""

from __future__ import annotations

import asyncio

from persistence.database import Database
from persistence.points import award
from tests.people import add_people


async def test_award_retried_concurrently_is_paid_once(database: Database) -> None:
    (ann,) = await add_people(database, 1)

    async def ask() -> bool:
        async with database.transaction() as connection:
            return await award(connection, ann, 5, source_type="suggestion", source_id=7)

    assert sum(await asyncio.gather(*(ask() for _ in range(20)))) == 1
    assert await database.fetchval("SELECT points FROM users WHERE id = $1", ann) == 5


async def test_each_source_pays_for_itself(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    async with database.transaction() as connection:
        assert await award(connection, ann, 5, source_type="suggestion", source_id=7)
        assert await award(connection, ann, 10, source_type="badge", source_id=7)
        assert await award(connection, bob, 5, source_type="suggestion", source_id=7)
        assert not await award(connection, bob, 0, source_type="badge", source_id=8)
    rows = await database.fetch("SELECT points FROM users ORDER BY id")
    assert [row["points"] for row in rows] == [15, 5]
