"""A node's rooms behind real HTTP, and real Socket.IO clients to visit them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
import socketio
from aiohttp import web

from persistence.database import Database
from rooms.bus import Bus
from rooms.clients import ClientLimits, Clients
from rooms.memory_bus import MemoryHub
from rooms.rooms import RoomsPart, open_rooms
from rooms.socketio_edge import open_socketio_edge
from server.identity import Identity, token_hash

WAIT_S = 10.0
CONNECT_TIMEOUT_S = 20


class StoredSessions:
    """Identities straight from the sessions table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_token(self, token: str) -> Identity | None:
        row = await self._database.fetchrow(
            "SELECT u.id, u.username, u.role FROM auth_sessions AS s "
            "JOIN users AS u ON u.id = s.user_id "
            "WHERE s.token_hash = $1 AND s.revoked_at IS NULL",
            token_hash(token),
        )
        if row is None:
            return None
        return Identity(row["id"], row["username"], row["role"], token_hash(token), "csrf")

    async def is_valid(self, session_hash: bytes) -> bool:
        return bool(
            await self._database.fetchval(
                "SELECT EXISTS (SELECT 1 FROM auth_sessions "
                "WHERE token_hash = $1 AND revoked_at IS NULL)",
                session_hash,
            )
        )


class LoopbackDoor:
    """The HTTP edge's knowledge, for a server on loopback."""

    def allowed_origins(self, request: web.Request) -> Collection[str]:
        return [f"http://{request.host}"]

    def session_cookie(self, request: web.Request) -> str | None:
        return request.cookies.get("session")

    def client_address(self, request: web.Request) -> str:
        return request.remote or ""


@dataclass(slots=True)
class FlushedViewers:
    """What was flushed to the streams."""

    counts: dict[int, int] = field(default_factory=dict)
    peaks: dict[int, int] = field(default_factory=dict)

    async def __call__(self, counts: Mapping[int, int]) -> None:
        self.counts.update(counts)
        for stream_id, count in counts.items():
            self.peaks[stream_id] = max(count, self.peaks.get(stream_id, 0))


@dataclass(frozen=True, slots=True)
class RoomNode:
    """One node's rooms."""

    url: str
    rooms: RoomsPart
    clients: Clients
    flushed: FlushedViewers


@asynccontextmanager
async def open_room_node(
    database: Database, *, bus: Bus | None = None, limits: ClientLimits | None = None
) -> AsyncIterator[RoomNode]:
    """Serve rooms on loopback."""
    bus = bus or MemoryHub().member()
    flushed = FlushedViewers()
    app = web.Application()
    async with AsyncExitStack() as node:
        rooms = await node.enter_async_context(open_rooms(database, bus=bus, flush_viewers=flushed))
        clients = await node.enter_async_context(
            open_socketio_edge(
                app,
                StoredSessions(database),
                events=rooms.events,
                door=LoopbackDoor(),
                audience=rooms.live,
                bus=bus,
                limits=limits,
            )
        )
        runner = web.AppRunner(app, shutdown_timeout=WAIT_S)
        await runner.setup()
        node.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield RoomNode(f"http://127.0.0.1:{runner.addresses[0][1]}", rooms, clients, flushed)


class Served(Protocol):
    """A node that can be visited."""

    @property
    def url(self) -> str: ...


class Visitor:
    """A client that remembers what it was told. Made by `visit`."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.sio = socketio.AsyncClient(reconnection=False, http_session=http)
        self.heard: dict[str, list[Any]] = {}
        self._news = asyncio.Event()
        self.sio.on("*", self._hear)
        self.sio.on("disconnect", self._hear_disconnect)

    async def ask(self, event: str, **payload: Any) -> Any:
        """Send an event and return its ack."""
        return await self.sio.call(event, payload, timeout=WAIT_S)

    async def join(self, stream_id: int, **payload: Any) -> Any:
        """Enter a room and return the ack."""
        answer = await self.ask("room:join", stream_id=str(stream_id), **payload)
        assert answer["ok"], answer
        return answer

    async def say(self, stream_id: int, content: str, *, client_id: str | None = None) -> Any:
        """Send a chat message and return the ack."""
        return await self.ask(
            "chat:send",
            stream_id=str(stream_id),
            content=content,
            client_id=client_id or secrets.token_hex(8),
        )

    @property
    def messages(self) -> list[Any]:
        """Every chat message heard, in order."""
        return [message for batch in self.heard.get("chat:messages", ()) for message in batch]

    async def wait_messages(self, count: int) -> list[Any]:
        """Return the first `count` messages once they have come."""
        await self.wait_until(lambda: len(self.messages) >= count)
        return self.messages

    async def wait_event(self, event: str) -> Any:
        """Return the last payload of an event once there is one."""
        await self.wait_until(lambda: bool(self.heard.get(event)))
        return self.heard[event][-1]

    async def wait_until(self, condition: Any, *, wait_s: float = WAIT_S) -> None:
        """Wait until what was heard fulfils `condition`."""
        async with asyncio.timeout(wait_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def _hear(self, event: str, payload: Any) -> None:
        self.heard.setdefault(event, []).append(payload)
        self._news.set()

    async def _hear_disconnect(self, reason: str) -> None:
        await self._hear("disconnect", reason)


@asynccontextmanager
async def visit(
    node: Served, *, token: str | None = None, transports: Collection[str] = ("websocket",)
) -> AsyncIterator[Visitor]:
    """Connect a client for the length of the block."""
    async with aiohttp.ClientSession() as http:
        visitor = Visitor(http)
        auth = {"token": token} if token else None
        # The client's own patience is a second, which a busy machine may well take.
        await visitor.sio.connect(
            node.url, transports=list(transports), auth=auth, wait_timeout=CONNECT_TIMEOUT_S
        )
        try:
            yield visitor
        finally:
            await visitor.sio.disconnect()
            await visitor.sio.shutdown()


async def sign_up(database: Database, username: str) -> str:
    """Make a user with a session and return its token."""
    token = secrets.token_urlsafe(16)
    await database.execute(
        "WITH person AS (INSERT INTO users (username, email) VALUES ($1::text, $1 || '@x.test') "
        "RETURNING id) "
        "INSERT INTO auth_sessions (token_hash, user_id, csrf_secret, expires_at) "
        "SELECT $2, id, '\\x00', now() + interval '1 day' FROM person",
        username,
        token_hash(token),
    )
    return token


async def go_live(database: Database, username: str) -> int:
    """Make a live stream of a user and return its id."""
    stream_id: int = await database.fetchval(
        "INSERT INTO streams (user_id, title, status, started_at) "
        "SELECT id, 'live coding', 'live', now() FROM users WHERE username = $1 RETURNING id",
        username,
    )
    return stream_id
