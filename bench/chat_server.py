"""Our side of bench/chat.py: the rooms of a node behind HTTP, on an embedded PostgreSQL.

Prints one line of JSON: where it listens, the stream, the senders' tokens, PostgreSQL's process.
Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from aiohttp import web

from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.migrations import migrate
from rooms.clients import ClientLimits
from rooms.limits import Rate
from rooms.memory_bus import MemoryHub
from rooms.rooms import open_rooms
from rooms.socketio_edge import open_socketio_edge
from server.forwarded import Forwarded
from server.gate import Gate
from server.identity import token_hash
from server.limits import Limits, MemoryLimiter

SENDERS = 100


async def _add_people(database: Database) -> tuple[int, list[str]]:
    """Make the senders, and the stream of the first of them."""
    tokens = [f"sender-{n}" for n in range(SENDERS)]
    ids = await database.fetch(
        "INSERT INTO users (username, email) SELECT 'sender_' || n, n || '@mail.example' "
        "FROM generate_series(1, $1::int) AS n RETURNING id",
        SENDERS,
    )
    await database.executemany(
        "INSERT INTO auth_sessions (token_hash, user_id, csrf_secret, expires_at) "
        "VALUES ($1, $2, '\\x00', now() + interval '1 day')",
        [(token_hash(token), row["id"]) for token, row in zip(tokens, ids, strict=True)],
    )
    stream_id: int = await database.fetchval(
        "INSERT INTO streams (user_id, title, status, started_at) "
        "VALUES ($1, 'live coding', 'live', now()) RETURNING id",
        ids[0]["id"],
    )
    return stream_id, tokens


async def _flush_nowhere(_counts: Mapping[int, int]) -> None:
    """The peer keeps no viewers either."""


@asynccontextmanager
async def _open_app(database: Database) -> AsyncIterator[web.Application]:
    app = web.Application()
    sessions = AuthSessions(database, clock=time.monotonic)
    gate = Gate(
        sessions,
        limiter=MemoryLimiter(clock=time.time),
        limits=Limits(),
        forwarded=Forwarded(trusted_proxies=(), public_url=None),
    )
    bus = MemoryHub().member()
    async with (
        open_rooms(database, bus=bus, flush_viewers=_flush_nowhere) as rooms,
        open_socketio_edge(
            app,
            sessions,
            events=rooms.events,
            door=gate,
            audience=rooms.live,
            bus=bus,
            # All of the load comes from one address.
            limits=ClientLimits(
                sockets_per_address=100_000,
                address_connections=Rate(per_s=1_000, burst=100_000),
                user_events=Rate(per_s=1_000, burst=1_000),
            ),
        ),
    ):
        yield app


async def serve(folder: Path) -> None:
    """Serve until standard input ends."""
    async with open_embedded_postgres(folder) as url:
        await migrate(url)
        async with open_database(url) as database, _open_app(database) as app:
            stream_id, tokens = await _add_people(database)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
                postmaster = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
                ready = {
                    "port": runner.addresses[0][1],
                    "stream_id": str(stream_id),
                    "tokens": tokens,
                    "postgres_pid": int(postmaster),
                }
                sys.stdout.write(json.dumps(ready) + "\n")
                sys.stdout.flush()
                await asyncio.to_thread(sys.stdin.read)
            finally:
                await runner.cleanup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(serve(Path(folder)))
