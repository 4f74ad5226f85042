"""The way to PostgreSQL: one pool, and foreign errors translated where they arise.

Storage modules take a `Database` and say what they mean in `queries/*.sql`; nobody else sees
asyncpg. A server that does not answer becomes `StorageAway`, a pool or a statement that takes too
long becomes `Overloaded`; a broken rule of the schema stays `asyncpg.IntegrityConstraintViolation`
for the storage module that knows what its constraint means.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg

from errors import Overloaded, StorageAway

# Generic for the type checker only, so the name is quoted.
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
# What a typed function over one query takes: a connection, whose caller owns the transaction, or
# the database itself for a statement that stands alone.
Queryable: TypeAlias = "Database | Connection"

POOL_CONNECTIONS = 10
# A request that waited this long for a connection is better told so than kept.
ACQUIRE_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 10.0
# After the server's own limit: only a server that says nothing at all is given up by the client.
COMMAND_TIMEOUT_S = 10.0

_SERVER_SETTINGS = {
    "application_name": "vibecast",
    "timezone": "UTC",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
}


class Database:
    """A pool of connections to one PostgreSQL database. Made by `open_database`."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend one connection. Raises StorageAway or Overloaded."""
        with translated_errors():
            connection = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
            try:
                yield connection
            finally:
                await self._pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend one connection inside a transaction that commits when the block ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Connection]:
        """Lend one connection whose statements all read the database as it is at the first one."""
        async with (
            self.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Return all rows of one statement."""
        async with self.connection() as connection:
            return await connection.fetch(query, *arguments)

    async def fetchrow(self, query: str, *arguments: object) -> asyncpg.Record | None:
        """Return the first row of one statement, or None."""
        async with self.connection() as connection:
            return await connection.fetchrow(query, *arguments)

    async def fetchval(self, query: str, *arguments: object) -> Any:
        """Return the first column of the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetchval(query, *arguments)

    async def execute(self, query: str, *arguments: object) -> int:
        """Run one statement and return how many rows it touched."""
        async with self.connection() as connection:
            status = await connection.execute(query, *arguments)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, query: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows, all or none."""
        async with self.connection() as connection:
            await connection.executemany(query, rows)


@asynccontextmanager
async def open_database(
    url: str,
    *,
    pool_connections: int = POOL_CONNECTIONS,
    command_timeout_s: float = COMMAND_TIMEOUT_S,
) -> AsyncIterator[Database]:
    """Open a pool to `url` and close it at the end. Raises StorageAway when nobody answers."""
    with translated_errors():
        pool = await asyncpg.create_pool(
            url,
            min_size=2,
            max_size=pool_connections,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=command_timeout_s,
            server_settings=_SERVER_SETTINGS,
            init=_speak_json,
            reset=_leave_as_it_is,
        )
    try:
        yield Database(pool)
    finally:
        await pool.close()


async def _speak_json(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )


async def _leave_as_it_is(_connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Save a round trip at every release.

    asyncpg would ask the server to forget session settings, cursors, listeners and session locks.
    We use none: locks and settings are a transaction's, and an open transaction is rolled back
    before this is called.
    """


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn a server that is away, starting, stopping or too slow into errors of ours."""
    try:
        yield
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
        asyncpg.InterfaceError,
        # What asyncpg says when the server dies while it takes an answer apart.
        asyncpg.InternalClientError,
    ) as error:
        # TimeoutError is an OSError; from asyncpg it means "the pool or the server was too slow".
        raise (Overloaded() if isinstance(error, TimeoutError) else StorageAway()) from error
    except (
        asyncpg.QueryCanceledError,
        asyncpg.LockNotAvailableError,
        asyncpg.TooManyConnectionsError,
        asyncpg.DeadlockDetectedError,
    ) as error:
        raise Overloaded() from error
