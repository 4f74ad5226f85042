"""Our side of bench/chat.py: the rooms of a node behind HTTP, on an embedded PostgreSQL.

Prints one line of JSON: where it listens, the stream, the senders' tokens, PostgreSQL's process.
Ends with its standard input. With `--database` it is a further node of the same room, with
`--redis` the nodes hear of each other, with `--limited` its clients have the limits of everybody.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.migrations import migrate
from persistence.redis_bus import open_redis_bus
from rooms.bus import Bus
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
TURN_S = 0.005
# Where all of the load comes from one address.
NO_LIMITS = ClientLimits(
    sockets_per_address=100_000,
    address_connections=Rate(per_s=1_000, burst=100_000),
    user_events=Rate(per_s=1_000, burst=1_000),
)


class Turns:
    """How long the event loop is busy at a time, in CPU: what somebody's trouble costs everybody
    else, whatever other processes do to the clock."""

    def __init__(self) -> None:
        self._busy_s: list[float] = []

    async def watch(self) -> None:
        """Look every few milliseconds until cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(TURN_S)
            self._busy_s.append(time.thread_time() - before)

    async def answer(self, _request: web.Request) -> web.Response:
        """Tell of the time since the last question."""
        busy_s, self._busy_s = sorted(self._busy_s), []
        return web.json_response({"longest_ms": busy_s[-1] * 1e3 if busy_s else 0.0})


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
async def _open_app(
    database: Database, bus: Bus, limits: ClientLimits
) -> AsyncIterator[web.Application]:
    app = web.Application()
    sessions = AuthSessions(database, clock=time.monotonic)
    gate = Gate(
        sessions,
        limiter=MemoryLimiter(clock=time.time),
        limits=Limits(),
        forwarded=Forwarded(trusted_proxies=(), public_url=None),
    )
    async with (
        open_rooms(database, bus=bus, flush_viewers=_flush_nowhere) as rooms,
        open_socketio_edge(
            app,
            sessions,
            events=rooms.events,
            door=gate,
            audience=rooms.live,
            bus=bus,
            limits=limits,
        ),
    ):
        yield app


async def serve(arguments: argparse.Namespace, folder: Path) -> None:
    """Serve until standard input ends."""
    ready: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        if (url := arguments.database) is None:
            url = await stack.enter_async_context(open_embedded_postgres(folder))
            await migrate(url)
            postmaster = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
            ready["postgres_pid"] = int(postmaster)
        database = await stack.enter_async_context(open_database(url))
        bus: Bus = MemoryHub().member()
        if arguments.redis is not None:
            bus = await stack.enter_async_context(open_redis_bus(arguments.redis))
        limits = ClientLimits() if arguments.limited else NO_LIMITS
        app = await stack.enter_async_context(_open_app(database, bus, limits))
        if arguments.database is None:
            stream_id, tokens = await _add_people(database)
            ready |= {"stream_id": str(stream_id), "tokens": tokens, "database": url}
        turns = Turns()
        app.router.add_get("/turns", turns.answer)
        watching = asyncio.create_task(turns.watch())
        stack.callback(watching.cancel)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
        ready["port"] = runner.addresses[0][1]
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.chat_server", description=__doc__)
    parser.add_argument("--database")
    parser.add_argument("--redis")
    parser.add_argument("--limited", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(serve(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
