"""Our side of bench/documents.py: documents behind HTTP, on an embedded PostgreSQL.

Prints one line of JSON: where it listens, the code session, a writer's token. Ends with its
standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from aiohttp import web
from pycrdt import Doc, Text

from collab.archiving import Archiving
from collab.documents import Documents, open_documents
from collab.routes import DocumentSockets
from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.migrations import migrate
from persistence.users import add_user
from rooms.memory_bus import MemoryHub
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limits, MemoryLimiter, Policy

BYTES_A_LETTER = 7


async def add_session(database: Database, sessions: AuthSessions) -> tuple[int, str]:
    """Make somebody with a document; return its id and a token to write with."""
    user = await add_user(
        database, username="streamer", email="streamer@mail.example", password_hash="none"
    )
    signed_in = await sessions.open(database, user, address=None, user_agent=None)
    stream_id = await database.fetchval(
        "INSERT INTO streams (user_id, title) VALUES ($1, 'live') RETURNING id", user.id
    )
    session_id: int = await database.fetchval(
        "INSERT INTO code_sessions (stream_id, user_id, title, language) "
        "VALUES ($1, $2, 'main.py', 'python') RETURNING id",
        stream_id,
        user.id,
    )
    return session_id, signed_in.token


@asynccontextmanager
async def open_served(
    database: Database, sessions: AuthSessions, *, archiving: Archiving | None = None
) -> AsyncIterator[tuple[Documents, int]]:
    """Serve documents for the length of the block; tell the port."""
    gate = Gate(
        sessions,
        limiter=MemoryLimiter(clock=time.time),
        # All of the load comes from one address.
        limits=Limits(requests=Policy("requests", 1_000_000, 60)),
        forwarded=Forwarded(trusted_proxies=(), public_url=None),
    )
    bus = MemoryHub().member()
    async with open_documents(
        database, bus=bus, identities=sessions, archiving=archiving
    ) as documents:
        app = web.Application()
        DocumentSockets(documents, database, gate=gate).add_to(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
            yield documents, runner.addresses[0][1]
        finally:
            await runner.cleanup()


def _large_update(size_bytes: int) -> bytes:
    """Return a document of about that size: typed backwards, so that every letter is one item."""
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("code", type=Text)
    with doc.transaction():
        for _ in range(size_bytes // BYTES_A_LETTER):
            text.insert(0, "x")
    return doc.get_update()


async def serve(folder: Path, *, document_bytes: int) -> None:
    """Serve until standard input ends."""
    async with open_embedded_postgres(folder) as url:
        await migrate(url)
        async with open_database(url) as database:
            sessions = AuthSessions(database, clock=time.monotonic)
            session_id, token = await add_session(database, sessions)
            large = _large_update(document_bytes) if document_bytes else b""
            if large:
                await database.execute(
                    "INSERT INTO code_updates (session_id, content) VALUES ($1, $2)",
                    session_id,
                    large,
                )
            async with open_served(database, sessions) as (_, port):
                pid_file = folder / "postgres" / "postmaster.pid"
                ready = {
                    "port": port,
                    "path": f"/collab/{session_id}",
                    "token": token,
                    "document_bytes": len(large),
                    "postgres_pid": int(pid_file.read_text().splitlines()[0]),
                }
                sys.stdout.write(json.dumps(ready) + "\n")
                sys.stdout.flush()
                await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(serve(Path(folder), document_bytes=int(sys.argv[1])))
