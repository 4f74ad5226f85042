"""A real PostgreSQL for tests: one server a run, one fresh database a test."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from persistence.database import Database, open_database
from persistence.embedded import start_server
from persistence.migrations import migrate

_numbers = itertools.count(1)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _create_database(url: str, name: str, *, template: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server whose database `migrated` has the whole schema."""
    # Not pytest's own temporary folder: each run of pytest closes that to other users again, and
    # as root PostgreSQL runs as one.
    with TemporaryDirectory(prefix="vibecast-postgres-") as folder:
        server = start_server(Path(folder))
        try:
            url = str(server.get_uri())
            asyncio.run(_forget_durability(url))
            asyncio.run(_create_database(url, "migrated", template="template0"))
            asyncio.run(_migrate(_with_database(url, "migrated")))
            yield url
        finally:
            server.stop()


async def _forget_durability(url: str) -> None:
    """These databases die with the run: what must survive a crash is tested on a node's own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("ALTER SYSTEM SET full_page_writes = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    await migrate(url)


@pytest_asyncio.fixture
async def database_url(postgres_url: str) -> str:
    """The address of a fresh database with the whole schema."""
    name = f"test_{next(_numbers)}"
    await _create_database(postgres_url, name, template="migrated")
    return _with_database(postgres_url, name)


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a fresh database."""
    async with open_database(database_url) as database:
        yield database
