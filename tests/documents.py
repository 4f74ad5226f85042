"""Documents for tests: real sockets over a real PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web

from collab.archiving import Archiving
from collab.documents import Documents, open_documents
from collab.downloads import Downloads
from collab.history_routes import HistoryRoutes
from collab.past import Pasts
from collab.routes import CLIENTS_PER_DOCUMENT, DocumentSockets
from collab.session import MESSAGES_PER_S
from collab.suggestion_routes import SuggestionRoutes
from collab.version_routes import VersionRoutes
from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.history import HistoryStore
from persistence.users import add_user
from rooms.bus import Bus, Subscription
from rooms.memory_bus import MemoryHub
from server.connections import open_http
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.identity import Identity
from server.limits import Limits, MemoryLimiter, Policy
from server.problems import problems
from server.routing import route_definitions
from tests.yjs_client import TIMEOUT_S, YClient

ROOT = Path(__file__).parents[1]
# A test may do in a second what takes a person an hour.
_GENEROUS = Limits(requests=Policy("requests", 100_000, 60))

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    identity: Identity
    token: str

    @property
    def id(self) -> int:
        return self.identity.user_id


class DeafBus:
    """A member of a hub whose line can be cut: nothing passes until it is mended."""

    def __init__(self, hub: MemoryHub) -> None:
        self._member = hub.member()
        self._gaps: list[Callable[[], None]] = []
        self.is_cut = False

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Send, unless the line is cut."""
        if not self.is_cut:
            self._member.publish_nowait(channel, message)

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> Subscription:
        """Listen, as long as the line is not cut."""
        self._gaps.append(on_gap)

        def hear(message: bytes) -> None:
            if not self.is_cut:
                receive(message)

        return self._member.subscribe(channel, hear, on_gap=on_gap)

    def mend(self) -> None:
        """Have messages pass again; those in between are lost, and whoever listens is told so."""
        self.is_cut = False
        for on_gap in self._gaps:
            on_gap()


@dataclass
class ServedDocuments:
    """A node's documents, here or in another process."""

    url: str
    database: Database
    sessions: AuthSessions
    http: aiohttp.ClientSession
    clients: asyncio.TaskGroup

    async def person(self, username: str | None = None) -> Person:
        """Sign somebody up and in."""
        username = username or f"person_{next(_numbers)}"
        user = await add_user(
            self.database,
            username=username,
            email=f"{username}@mail.example",
            password_hash="none",
        )
        signed_in = await self.sessions.open(self.database, user, address=None, user_agent=None)
        return Person(signed_in.identity, signed_in.token)

    async def code_session(
        self, owner: Person, *, visibility: str = "public", content: str = ""
    ) -> int:
        """Make a stream with one code session and return that session's id."""
        stream_id = await self.database.fetchval(
            "INSERT INTO streams (user_id, title, visibility) VALUES ($1, 'live', $2) RETURNING id",
            owner.id,
            visibility,
        )
        session_id: int = await self.database.fetchval(
            "INSERT INTO code_sessions (stream_id, user_id, title, language, code_content) "
            "VALUES ($1, $2, 'main.py', 'python', $3) RETURNING id",
            stream_id,
            owner.id,
            content,
        )
        return session_id

    async def ask(
        self,
        method: str,
        path: str,
        person: Person | None = None,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        status: int = 200,
    ) -> Any:
        """Ask the REST edge about a code session and return the answer's body."""
        headers = {"Authorization": f"Bearer {person.token}"} if person else {}
        async with self.http.request(
            method,
            f"{self.url}/api/v1/code-sessions/{path}",
            headers=headers,
            params=query or {},
            json=json,
        ) as response:
            assert response.status == status, (response.status, await response.text())
            is_json = "json" in response.content_type
            return await response.json(content_type=None) if is_json else await response.text()

    async def socket(
        self, session_id: int, person: Person | None = None
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a socket that nobody reads."""
        headers = {"Authorization": f"Bearer {person.token}"} if person else {}
        return await self.http.ws_connect(
            f"{self.url}/collab/{session_id}", headers=headers, max_msg_size=0, autoping=True
        )

    @asynccontextmanager
    async def stalled_socket(self, session_id: int) -> AsyncIterator[None]:
        """Open a guest's socket that takes next to nothing from the line."""
        loop = asyncio.get_running_loop()
        port = int(self.url.rpartition(":")[2])
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.setblocking(False)
            await loop.sock_connect(line, ("127.0.0.1", port))
            await loop.sock_sendall(
                line,
                f"GET /collab/{session_id} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode(),
            )
            await loop.sock_recv(line, 64)
            yield

    async def open(self, session_id: int, person: Person | None = None) -> YClient:
        """Open a document and wait until it is synced."""
        client = YClient(await self.socket(session_id, person))
        self.clients.create_task(client.listen())
        await client.start()
        await client.wait(lambda: client.is_synced)
        return client


@dataclass
class Site(ServedDocuments):
    """A served node's documents, in this process."""

    documents: Documents

    async def add_collaborator(self, session_id: int, person: Person) -> None:
        """Let somebody write."""
        await self.database.execute(
            "INSERT INTO code_session_collaborators (session_id, user_id) VALUES ($1, $2)",
            session_id,
            person.id,
        )
        await self.documents.access_changed(session_id)

    async def remove_collaborator(self, session_id: int, person: Person) -> None:
        """Let somebody only read."""
        await self.database.execute(
            "DELETE FROM code_session_collaborators WHERE session_id = $1 AND user_id = $2",
            session_id,
            person.id,
        )
        await self.documents.access_changed(session_id)


@dataclass
class RemoteSite(ServedDocuments):
    """A served node's documents, in a process of their own."""

    process: Process

    async def kill(self) -> None:
        """End the process without a word."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def open_remote_site(database: Database, url: str) -> AsyncIterator[RemoteSite]:
    """Serve documents in a process of their own, to be killed."""
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as clients:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.documents", url, stdout=PIPE, cwd=ROOT
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(TIMEOUT_S):
                port = int(await process.stdout.readline())
            address = f"http://127.0.0.1:{port}"
            yield RemoteSite(
                address,
                database,
                AuthSessions(database, clock=time.monotonic),
                http,
                clients,
                process,
            )
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def open_site(
    database: Database,
    *,
    bus: Bus | None = None,
    idle_s: float = 30.0,
    compact_after_updates: int = 2000,
    archiving: Archiving | None = None,
    clients_per_document: int = CLIENTS_PER_DOCUMENT,
    messages_per_s: float = MESSAGES_PER_S,
) -> AsyncIterator[Site]:
    """Serve documents for the length of the block."""
    async with AsyncExitStack() as stack:
        sessions = AuthSessions(database, clock=time.monotonic)
        documents = await stack.enter_async_context(
            open_documents(
                database,
                bus=bus or MemoryHub().member(),
                identities=sessions,
                idle_s=idle_s,
                compact_after_updates=compact_after_updates,
                archiving=archiving,
            )
        )
        sessions.on_session_ended(documents.end_session)
        gate = Gate(
            sessions,
            limiter=MemoryLimiter(clock=time.time),
            limits=_GENEROUS,
            forwarded=Forwarded(trusted_proxies=(), public_url=None),
        )
        cursors = Cursors(b"a secret of tests")
        app = web.Application(middlewares=[problems])
        pasts = Pasts(HistoryStore(database))
        routes = [
            *SuggestionRoutes(database, cursors=cursors).routes(),
            *HistoryRoutes(database, documents=documents, pasts=pasts, cursors=cursors).routes(),
            *VersionRoutes(database, pasts=pasts).routes(),
        ]
        app.add_routes(route_definitions(routes, gate))
        app.add_routes(Downloads(database, pasts=pasts, gate=gate).routes())
        DocumentSockets(
            documents,
            database,
            gate=gate,
            clients_per_document=clients_per_document,
            messages_per_s=messages_per_s,
        ).add_to(app)
        clients = await stack.enter_async_context(asyncio.TaskGroup())
        http = await stack.enter_async_context(aiohttp.ClientSession())
        port = await stack.enter_async_context(open_http(app, host="127.0.0.1", port=0))
        yield Site(f"http://127.0.0.1:{port}", database, sessions, http, clients, documents)


@pytest_asyncio.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    """Served documents on a fresh database."""
    async with open_site(database) as site:
        yield site


async def _serve(url: str) -> None:
    async with open_database(url) as database, open_site(database) as site:
        sys.stdout.write(site.url.rpartition(":")[2] + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
