"""One node: settings -> every part by constructor, top to bottom -> serve -> close in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import uvloop

from errors import VibecastError
from persistence.auth_sessions import AuthSessions
from persistence.database import open_database
from persistence.embedded import DataFolderInUse, open_embedded_postgres
from persistence.migrations import SchemaMismatch, migrate
from persistence.redis_limits import open_redis_limiter
from persistence.site_secrets import site_secret
from rooms.broadcasts import open_broadcasts
from rooms.memory_bus import MemoryHub
from server.account_routes import AccountRoutes
from server.accounts import Accounts
from server.app import build_app
from server.code_session_routes import CodeSessionRoutes
from server.connections import open_http, tls_context
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter, Policy
from server.logs import set_up_logs
from server.metrics import Metrics
from server.pages import Pages
from server.password_hashing import open_password_hashing
from server.settings import Settings, SettingsError, read_settings
from server.stream_routes import StreamRoutes

STATIC_DIR = Path(__file__).parent / "static"


async def serve(settings: Settings) -> None:
    """Run a node until SIGINT or SIGTERM. What was opened last is closed first."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    tls = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        tls = tls_context(settings.tls_certificate, settings.tls_key)

    async with AsyncExitStack() as node:
        # Storage.
        database_url = settings.database_url
        if database_url is None:
            database_url = await node.enter_async_context(open_embedded_postgres(settings.data_dir))
        await migrate(database_url)
        database = await node.enter_async_context(open_database(database_url))

        # Between the nodes.
        bus = MemoryHub().member()
        limiter: Limiter = MemoryLimiter(clock=time.time)
        if settings.redis_url is not None:
            limiter = await node.enter_async_context(
                open_redis_limiter(settings.redis_url, fallback=limiter, clock=time.time)
            )

        # Who asks.
        hashing = await node.enter_async_context(open_password_hashing())
        sessions = AuthSessions(database, clock=time.monotonic)
        forwarded = Forwarded(
            trusted_proxies=settings.trusted_proxies, public_url=settings.public_url
        )
        gate = Gate(sessions, limiter=limiter, limits=_limits(settings), forwarded=forwarded)

        # Streams.
        broadcasts = await node.enter_async_context(
            open_broadcasts(
                database,
                node_id=uuid.uuid4(),
                identities=sessions,
                announce=_announce,
                bus=bus,
                grace_s=settings.publisher_grace_s,
            )
        )

        # HTTP.
        accounts = Accounts(database, sessions=sessions, hashing=hashing)
        cursors = Cursors(await site_secret(database, "cursors"))
        code_sessions = CodeSessionRoutes(database)
        app = build_app(
            [
                *AccountRoutes(accounts, database=database, gate=gate).routes(),
                *StreamRoutes(
                    database, broadcasts=broadcasts, cursors=cursors, forwarded=forwarded
                ).routes(),
                *code_sessions.routes(),
            ],
            gate=gate,
            pages=Pages(STATIC_DIR, database=database, gate=gate),
            metrics=Metrics(),
        )
        port = await node.enter_async_context(
            open_http(app, host=settings.host, port=settings.port, tls=tls)
        )
        scheme = "http" if tls is None else "https"
        sys.stdout.write(f"Vibecast is ready at {scheme}://localhost:{port}\n")
        sys.stdout.flush()
        await stopped.wait()


def _limits(settings: Settings) -> Limits:
    return Limits(sign_up_per_address=Policy("sign-up", settings.sign_ups_per_half_hour, 1800))


def _announce(
    stream_id: int, event: str, payload: Mapping[str, Any], *, latest_of: str | None = None
) -> None:
    """Nobody is in a room of a node that has no rooms."""


def main() -> int:
    """Return the exit status; a start that cannot be is one line on standard error."""
    try:
        settings = read_settings(sys.argv[1:], os.environ)
        set_up_logs(settings.log_level)
        uvloop.run(serve(settings))
    except (SettingsError, DataFolderInUse, SchemaMismatch, VibecastError, OSError) as error:
        sys.stderr.write(f"vibecast: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
