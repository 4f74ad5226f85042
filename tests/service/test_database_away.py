"""A database that is there and says nothing."""

from __future__ import annotations

import pytest

from errors import Overloaded
from persistence.database import open_database
from tests.fault_site import OwnPostgres


async def test_statement_to_a_frozen_server_is_given_up_and_later_ones_are_answered(
    own_postgres: OwnPostgres,
) -> None:
    async with open_database(
        own_postgres.url, pool_connections=2, command_timeout_s=0.2
    ) as database:
        own_postgres.freeze()
        try:
            with pytest.raises(Overloaded):
                await database.fetchval("SELECT 1")
            with pytest.raises(Overloaded):
                async with database.transaction() as connection:
                    await connection.fetchval("SELECT 1")
        finally:
            own_postgres.thaw()
        assert await database.fetchval("SELECT 2") == 2
