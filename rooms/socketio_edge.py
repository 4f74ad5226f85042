"""Socket.IO at the edge: what the packets of the engine's sessions mean to `Clients`.

The server is our own (decision 0005): a library's costs a task, a queue and twice the memory for
each connection, and acknowledges an event when its handler returns instead of when it is on disk.

One of the three places that may catch everything: an event that fails costs its client that event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiohttp import web

from errors import BadMessage, VibecastError
from rooms.bus import Bus
from rooms.clients import Audience, ClientLimits, Clients, Door
from rooms.engine import Engine, Session, open_engine
from rooms.events import Caller, ClientEvent
from rooms.frames import join_frames
from rooms.inbox import Request
from rooms.refusals import error_answer
from rooms.socket_packets import (
    Packet,
    Type,
    parse_packet,
    refused_packet,
)
from server.identity import Identities

logger = structlog.get_logger(__name__)

PATH = "/socket.io/"


class Edge:
    """Brings what the engine's sessions say to `clients`, which is set before anybody comes."""

    clients: Clients

    def __init__(self, door: Door, tasks: asyncio.TaskGroup) -> None:
        self._door = door
        self._tasks = tasks

    def may_connect(self, request: web.Request) -> bool:
        """Tell whether the request comes from a page of ours, or from no page."""
        origin = request.headers.get("Origin")
        return origin is None or origin in self._door.allowed_origins(request)

    def opened(self, session: Session, request: web.Request) -> None:
        """Count a connection."""
        self.clients.connection_opened(session.sid, request)

    def closed(self, session: Session) -> None:
        """Forget a connection."""
        self.clients.connection_closed(session.sid)

    def fell_behind(self, session: Session) -> None:
        """Cut a client that does not read."""
        self.clients.outlet_overflowed(session.sid)

    def nonsense_came(self, session: Session) -> None:
        """Cut a client that speaks something else."""
        self.clients.nonsense_came(session.sid)

    def message_came(self, session: Session, message: str | bytes) -> None:
        """Understand one Socket.IO packet."""
        try:
            packet = parse_packet(message)
        except BadMessage as error:
            logger.info("malformed packet", connection=session.sid, error=error.detail)
            self.clients.nonsense_came(session.sid)
        else:
            self._take(session, packet)

    def _take(self, session: Session, packet: Packet) -> None:
        if packet.type is Type.CONNECT:
            self._connect(session, packet)
        elif packet.namespace != "/":
            self.clients.nonsense_came(session.sid)  # of a namespace that let nobody in
        elif packet.type is Type.EVENT:
            self.clients.event_came(session.sid, packet.ack_id, packet.payload)
        elif packet.type is Type.DISCONNECT:
            self.clients.client_went(session.sid)

    def _connect(self, session: Session, packet: Packet) -> None:
        if packet.namespace != "/":
            refusal = refused_packet("Invalid namespace", namespace=packet.namespace)
            session.outlet.offer(join_frames([refusal]))
        elif self.clients.introduction_began(session.sid):
            self._tasks.create_task(self._admit(session, packet.payload))
        else:
            self.clients.nonsense_came(session.sid)  # it is in already

    async def _admit(self, session: Session, auth: Mapping[str, Any] | None) -> None:
        try:
            await self.clients.client_came(session.sid, session.outlet, auth=auth)
        except VibecastError as error:
            refusal = refused_packet(error.detail, code=error.code)
        except Exception:
            logger.exception("a client could not be admitted", connection=session.sid)
            refusal = refused_packet("Something went wrong.", code=VibecastError.code)
        else:
            return
        session.outlet.offer(join_frames([refusal]))


async def answer(caller: Caller, request: Request) -> Mapping[str, Any]:
    """Return the ack of one event; a bug in an event is logged and costs that event."""
    try:
        return {"ok": True, **await request.event.answer(caller, request.payload)}
    except VibecastError as error:
        return error_answer(error)
    except Exception:
        logger.exception(
            "an event failed", event_name=request.event.name, client=caller.connection_id
        )
        return error_answer(VibecastError())


@asynccontextmanager
async def open_socketio_edge(
    app: web.Application,
    identities: Identities,
    *,
    events: Iterable[ClientEvent[Any]],
    door: Door,
    audience: Audience,
    bus: Bus,
    limits: ClientLimits | None = None,
) -> AsyncIterator[Clients]:
    """Serve /socket.io/ of `app`.

    Clients are told and hung up on when `app` shuts down or when the block ends, whichever comes
    first; what they had asked for by then still commits.
    """
    limits = limits or ClientLimits()
    async with asyncio.TaskGroup() as tasks:
        edge = Edge(door, tasks)
        engine = Engine(edge, outlet_limit_bytes=limits.outlet_bytes)
        edge.clients = clients = Clients(
            identities,
            events=events,
            answer=answer,
            door=door,
            audience=audience,
            lines=engine,
            bus=bus,
            limits=limits,
            tasks=tasks,
        )
        app.router.add_route("*", PATH, engine.answer)

        async def close_clients(_app: web.Application) -> None:
            clients.close()

        # aiohttp calls this before it waits for its handlers; a poll's is one.
        app.on_shutdown.append(close_clients)
        async with open_engine(engine):
            revocations = clients.hear_revocations()
            sweeper = tasks.create_task(clients.sweep())
            try:
                yield clients
            finally:
                revocations.close()
                sweeper.cancel()
                clients.close()
