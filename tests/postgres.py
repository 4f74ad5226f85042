"""A real PostgreSQL for tests: one server a run, one fresh database a test."""

from __future__ import annotations

import asyncio
import itertools
import os
import select
import shutil
import signal
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

STOP_TIMEOUT_S = 30.0
_SHARED_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2 << 30

_numbers = itertools.count(1)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _create_database(url: str, name: str, *, template: str) -> None:
    await _execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _memory() -> Path | None:
    """Return a folder in memory, where a database of six hundred files is copied eight times as
    fast; None where there is none of a useful size, as in a plain container.
    """
    if not _SHARED_MEMORY.is_dir() or shutil.disk_usage(_SHARED_MEMORY).free < _MEMORY_BYTES:
        return None
    return _SHARED_MEMORY


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server whose database `migrated` has the whole schema."""
    # Not pytest's own temporary folder: each run of pytest closes that to other users again, and
    # as root PostgreSQL runs as one.
    with TemporaryDirectory(prefix="vibecast-postgres-", dir=_memory()) as folder:
        server = start_server(Path(folder))
        try:
            url = str(server.get_uri())
            asyncio.run(_forget_durability(url))
            asyncio.run(_create_database(url, "migrated", template="template0"))
            asyncio.run(_migrate(_with_database(url, "migrated")))
            yield url
        finally:
            _abandon(Path(folder))


def _abandon(folder: Path) -> None:
    """Stop the server as it stands: in order it would write a thousand databases to disk first."""
    pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
    server = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGQUIT)
        ended, _, _ = select.select([server], [], [], STOP_TIMEOUT_S)
        assert ended, "PostgreSQL does not end"
    finally:
        os.close(server)


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
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """The address of a fresh database with the whole schema, which goes with the test."""
    name = f"test_{next(_numbers)}"
    await _create_database(postgres_url, name, template="migrated")
    try:
        yield _with_database(postgres_url, name)
    finally:
        await _execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a fresh database."""
    async with open_database(database_url) as database:
        yield database
