"""Socket.IO at the edge: the only module that knows socketio and engineio.

The library keeps the handshake, HTTP polling, the upgrade, parsing and pings. Three things of it
are replaced, each for a measured reason (decision 0003): the send queue by our outlet, the
WebSocket by one that writes ready frames, and the acks, which here follow the commit instead of the
handler.

One of the three places that may catch everything: an event that fails costs its client that event.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import engineio
import socketio
import structlog
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused

from errors import BadMessage, VibecastError
from rooms.bus import Bus
from rooms.clients import Audience, ClientLimits, Clients, Door, error_answer
from rooms.events import Caller, ClientEvent
from rooms.frames import binary_frame, text_frame
from rooms.inbox import Request
from rooms.outlet import Outlet
from server.identity import Identities

logger = structlog.get_logger(__name__)

PING_INTERVAL_S = 25
PING_TIMEOUT_S = 20
MESSAGE_LIMIT_BYTES = 64 * 1024
# The longest Engine.IO packet that is not a message is "2probe".
SIGNAL_CHARACTERS = 16

Endpoint = Callable[["ReadyWebSocket"], Awaitable[None]]


class ReadyWebSocket:
    """What engineio takes for its WebSocket: attaches the client's outlet to the transport."""

    def __init__(self, endpoint: Endpoint, server: Any) -> None:
        self._endpoint = endpoint
        # A bound method of the Engine.IO socket whose queue our server made.
        self._engine_socket: Any = endpoint.__self__  # type: ignore[attr-defined]
        self._outlet: Outlet = self._engine_socket.queue
        # Deflate doubled the CPU and added 120 KB a connection.
        self._response = web.WebSocketResponse(
            max_msg_size=server.max_http_buffer_size, compress=False
        )
        self._transport: asyncio.Transport | None = None

    async def __call__(self, environ: Mapping[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ["aiohttp.request"]
        await self._response.prepare(request)
        transport = request.transport
        if transport is not None:
            self._transport = transport
            await self._endpoint(self)
        return self._response

    async def wait(self) -> str:
        """Return the next packet; OSError when the client is gone, as engineio expects."""
        # Between the probe of an upgrade and its end the library still writes by itself.
        if self._engine_socket.upgraded and not self._outlet.is_attached and self._transport:
            self._outlet.attach(self._transport)
        message = await self._response.receive()
        if isinstance(message.data, str) and _is_packet(message.data):
            return message.data
        raise OSError("the WebSocket has closed, or speaks something else")

    async def send(self, packet: str | bytes) -> None:
        """Write one packet of the library's: a ping, or the answer to an upgrade's probe."""
        if self._transport is None or self._transport.is_closing():
            raise OSError("the WebSocket has closed")
        frame = text_frame(packet.encode()) if isinstance(packet, str) else binary_frame(packet)
        self._transport.write(frame)

    async def close(self) -> None:
        """Close once the library has no more to say."""
        self._outlet.detach()
        await self._response.close()


def _is_packet(text: str) -> bool:
    """Tell whether the library can read `text`: what it cannot, it leaves a half-dead client of.

    Messages must go on with a Socket.IO packet type, everything else is short.
    """
    if text.startswith("4"):
        return text[1:2] in tuple("012345")
    return text[:1] in tuple("012356") and len(text) <= SIGNAL_CHARACTERS


def _refuse_binary(data: str | bytes) -> None:
    """Raise BadMessage: the library would collect as many attachments as a client announces."""
    if isinstance(data, bytes) or data[:1] in ("5", "6"):
        raise BadMessage("This server takes no binary packets.")


# Both libraries come without types, so their classes are Any to the type checker.


class _EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO with our outlets as send queues, and with its tasks owned."""

    def adopt(self, tasks: asyncio.TaskGroup, *, outlet_limit_bytes: int) -> None:
        """Set what the constructor, which the library calls, has no room for."""
        self._tasks = tasks
        self._running: set[asyncio.Task[None]] = set()
        self._outlet_limit_bytes = outlet_limit_bytes
        # A copy: the library shares this table between all servers of the process.
        self._async: dict[str, Any] = {**self._async, "websocket": ReadyWebSocket}

    def create_queue(self, *_args: object, **_kwargs: object) -> Outlet:
        """Return the send queue of a new connection."""
        return Outlet(limit_bytes=self._outlet_limit_bytes)

    def start_background_task(
        self, target: Callable[..., Awaitable[None]], *args: Any, **kwargs: Any
    ) -> asyncio.Task[None]:
        """Run one of the library's tasks (a ping's delay, the watch over silent clients)."""

        async def run() -> None:
            try:
                await target(*args, **kwargs)
            except Exception:
                logger.exception("a task of the Socket.IO library failed")

        task = self._tasks.create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def cancel_tasks(self) -> None:
        """End the library's tasks; most of them would sleep for up to a ping's interval."""
        if self.service_task_event is not None:
            # It waits under asyncio.wait_for, which may swallow a cancellation on Python 3.11.
            self.service_task_event.set()
        for task in self._running:
            task.cancel()


class _Sessions(socketio.AsyncManager):  # type: ignore[misc]
    """Which Socket.IO session belongs to which connection, and nothing else.

    The library's own keeps a room for each client and looks through all of them when one leaves:
    two thousand leaving at once held up everybody for seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sids: dict[str, str] = {}
        self._eio_sids: dict[str, str] = {}
        self._connected: set[str] = set()

    def get_namespaces(self) -> tuple[str, ...]:
        """Return the one namespace that is served."""
        return ("/",)

    async def pre_connect(self, eio_sid: str, _namespace: str) -> str | None:
        """Give a connection its session; None when it has one."""
        if eio_sid in self._sids:
            return None
        sid: str = self.server.eio.generate_id()
        self._sids[eio_sid] = sid
        self._eio_sids[sid] = eio_sid
        return sid

    async def connect(self, sid: str, _namespace: str) -> str:
        """Take note that the client was let in."""
        self._connected.add(sid)
        return sid

    def is_connected(self, sid: str | None, _namespace: str) -> bool:
        """Tell whether the client was let in and is not leaving."""
        return sid in self._connected

    def sid_from_eio_sid(self, eio_sid: str, _namespace: str) -> str | None:
        """Return the session of a connection."""
        return self._sids.get(eio_sid)

    def eio_sid_from_sid(self, sid: str, _namespace: str) -> str | None:
        """Return the connection of a session."""
        return self._eio_sids.get(sid)

    def pre_disconnect(self, sid: str, namespace: str) -> str | None:
        """Take note that the client is leaving."""
        self._connected.discard(sid)
        return self._eio_sids.get(sid)

    async def disconnect(self, sid: str, _namespace: str, **_kwargs: object) -> None:
        """Forget a session."""
        self._connected.discard(sid)
        if (eio_sid := self._eio_sids.pop(sid, None)) is not None:
            self._sids.pop(eio_sid, None)


class RoomServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO whose events go to `Clients`."""

    def __init__(self, is_own_origin: Callable[[str, web.Request], bool]) -> None:
        # Loggers of ours, or the library adds handlers of its own to standard error.
        quiet = logging.getLogger("vibecast.socketio")
        quiet.setLevel(logging.ERROR)
        super().__init__(
            client_manager=_Sessions(),
            logger=quiet,
            engineio_logger=quiet,
            async_mode="aiohttp",
            async_handlers=False,
            http_compression=False,
            max_http_buffer_size=MESSAGE_LIMIT_BYTES,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            cors_allowed_origins=lambda origin, environ: (
                origin is not None and is_own_origin(origin, environ["aiohttp.request"])
            ),
        )
        self.on("connect", self._on_connect)
        self.on("disconnect", self._on_disconnect)

    def serve(self, clients: Clients, tasks: asyncio.TaskGroup, *, outlet_limit_bytes: int) -> None:
        """Bring everybody who connects to `clients`."""
        self._clients = clients
        self._tasks = tasks
        self.eio.adopt(tasks, outlet_limit_bytes=outlet_limit_bytes)

    def hang_up(self, eio_sid: str, *, code: int, farewell: bytes) -> None:
        """Say `farewell` and close one connection."""
        engine_socket = self.eio.sockets.get(eio_sid)
        if engine_socket is None:
            return
        outlet: Outlet = engine_socket.queue
        polls = not outlet.is_attached
        outlet.hang_up(code=code, farewell=farewell)
        if polls:
            # Puts Engine.IO's own "close" behind the farewell, for the next request to fetch.
            self._tasks.create_task(
                engine_socket.close(wait=False, reason=self.eio.reason.SERVER_DISCONNECT)
            )

    def _engineio_server_class(self) -> type[_EngineServer]:
        return _EngineServer

    async def _on_connect(self, sid: str, environ: Mapping[str, Any], auth: Any) -> None:
        eio_sid = self.manager.eio_sid_from_sid(sid, "/")
        outlet: Outlet = self.eio.sockets[eio_sid].queue
        request: web.Request = environ["aiohttp.request"]
        try:
            await self._clients.client_came(eio_sid, sid, outlet, request=request, auth=auth)
        except VibecastError as error:
            raise ConnectionRefused(error.detail, {"code": error.code}) from error
        except Exception as error:
            logger.exception("a client could not be admitted", client=sid)
            raise ConnectionRefused("Something went wrong.", {"code": "internal-error"}) from error

    async def _on_disconnect(self, sid: str, _reason: str) -> None:
        self._clients.client_went(self.manager.eio_sid_from_sid(sid, "/"))

    # What the library calls for each Engine.IO connection and packet.

    async def _handle_eio_connect(self, eio_sid: str, environ: Mapping[str, Any]) -> str | None:
        await super()._handle_eio_connect(eio_sid, environ)
        refusal = self._clients.connection_opened(eio_sid, environ["aiohttp.request"])
        if refusal is not None:
            self.environ.pop(eio_sid, None)
            return refusal
        outlet: Outlet = self.eio.sockets[eio_sid].queue
        outlet.overflowed = functools.partial(self._clients.outlet_overflowed, eio_sid)
        return None

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        try:
            _refuse_binary(data)
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:  # noqa: BLE001 - a strange packet makes the parser raise anything
            logger.info("malformed packet", connection=eio_sid, error=repr(error)[:200])
            self._clients.malformed_came(eio_sid)

    async def _handle_event(
        self, eio_sid: str, namespace: str | None, ack_id: int | None, arguments: Any
    ) -> None:
        # In place of the library's, which acks what a handler returns as soon as it returns.
        if namespace in (None, "/"):
            self._clients.event_came(eio_sid, ack_id, arguments)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        await super()._handle_eio_disconnect(eio_sid, reason)
        self._clients.connection_closed(eio_sid)
        outlet: Outlet = self.eio.sockets[eio_sid].queue
        if not outlet.is_attached:
            # Answers a poll that is under way, after the packet that the library is about to put;
            # else client and server would wait for a ping's interval.
            asyncio.get_running_loop().call_soon(outlet.put_nowait, None)


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
    server = RoomServer(lambda origin, request: origin in door.allowed_origins(request))
    async with asyncio.TaskGroup() as library_tasks, asyncio.TaskGroup() as tasks:
        clients = Clients(
            identities,
            events=events,
            answer=answer,
            door=door,
            audience=audience,
            lines=server,
            bus=bus,
            limits=limits,
            tasks=tasks,
        )
        server.serve(clients, library_tasks, outlet_limit_bytes=limits.outlet_bytes)
        server.attach(app)

        async def close_clients(_app: web.Application) -> None:
            clients.close()

        # aiohttp calls this before it waits for its handlers; a WebSocket's is one.
        app.on_shutdown.append(close_clients)
        revocations = clients.hear_revocations()
        sweeper = tasks.create_task(clients.sweep())
        try:
            yield clients
        finally:
            revocations.close()
            sweeper.cancel()
            clients.close()
            server.eio.cancel_tasks()
