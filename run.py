"""One node: settings -> every part by constructor, top to bottom -> serve -> close in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack

import uvloop

from errors import VibecastError
from persistence.database import open_database
from persistence.embedded import DataFolderInUse, open_embedded_postgres
from persistence.migrations import SchemaMismatch, migrate
from server.app import build_app, open_http
from server.settings import Settings, SettingsError, read_settings


async def serve(settings: Settings) -> None:
    """Run a node until SIGINT or SIGTERM. What was opened last is closed first."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)

    async with AsyncExitStack() as node:
        database_url = settings.database_url
        if database_url is None:
            database_url = await node.enter_async_context(open_embedded_postgres(settings.data_dir))
        await migrate(database_url)
        await node.enter_async_context(open_database(database_url))

        app = build_app()
        port = await node.enter_async_context(
            open_http(app, host=settings.host, port=settings.port)
        )
        sys.stdout.write(f"Vibecast is ready at http://localhost:{port}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Return the exit status; a start that cannot be is one line on standard error."""
    try:
        settings = read_settings(sys.argv[1:], os.environ)
        uvloop.run(serve(settings))
    except (SettingsError, DataFolderInUse, SchemaMismatch, VibecastError, OSError) as error:
        sys.stderr.write(f"vibecast: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
