"""Engine.IO 4: sessions over HTTP polling and WebSockets, the upgrade from one to the other, pings.

Owns every connection's session and its way down, the outlet; what a message means is the
audience's. Nothing is kept for a connection but its objects: no task, no timer, no queue.

A client that does what the protocol does not know is not understood any further: its session ends.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from errors import BadMessage, BadRequest, TooLarge, VibecastError
from rooms.engine_answers import Refusal, forbidden, payload, refusal, shared
from rooms.engine_packets import (
    CLOSE,
    MESSAGE,
    PING,
    PONG,
    PROBE,
    PROBE_ANSWER,
    PROTOCOL,
    UPGRADE,
    join_payload,
    open_packet,
    split_payload,
)
from rooms.frames import join_frames, text_frame
from rooms.heartbeat import Heartbeat
from rooms.outlet import LIMIT_BYTES, Outlet
from rooms.websocket import (
    FAREWELL_S,
    NORMAL_CLOSURE,
    TakenOver,
    WebSocket,
    accept_value,
    take_over,
)

logger = structlog.get_logger(__name__)

PING_INTERVAL_S = 25.0
PING_TIMEOUT_S = 20.0
MESSAGE_LIMIT_BYTES = 64 * 1024
# Pings may be late by so much of an interval.
_BEAT_SHARE = 0.004
_SID_BYTES = 15
BODY_TIMEOUT_S = 10.0
# How long the end of a node waits for its connections to close.
_CLOSE_TIMEOUT_S = 3.0
_PING_FRAME = text_frame(PING.encode())


class Audience(Protocol):
    """Who the engine tells."""

    def may_connect(self, request: web.Request) -> bool:
        """Tell whether a page of the request's origin may speak to us at all."""

    def opened(self, session: Session, request: web.Request) -> None:
        """A session begins. Raises the VibecastError that it is refused with."""

    def message_came(self, session: Session, message: str | bytes) -> None:
        """The client has sent a message."""

    def nonsense_came(self, session: Session) -> None:
        """The client has sent what is no packet; to be hung up on."""

    def fell_behind(self, session: Session) -> None:
        """The client does not read what it is sent; to be hung up on."""

    def closed(self, session: Session) -> None:
        """The session has ended. Called once for each that was opened."""


class Session:
    """One client's connection, whatever carries it at the moment."""

    __slots__ = ("_engine", "_is_probed", "_probe", "outlet", "sid", "websocket")

    def __init__(self, sid: str, engine: Engine, *, outlet_limit_bytes: int) -> None:
        self.sid = sid
        self._engine = engine
        self.outlet = Outlet(self._fell_behind, limit_bytes=outlet_limit_bytes)
        self.websocket: WebSocket | None = None
        # A WebSocket that is to take over from polling, and whether it has shown that it works.
        self._probe: WebSocket | None = None
        self._is_probed = False

    def frame_came(self, websocket: WebSocket, message: str | bytes) -> None:
        """Take a packet from the session's WebSocket, or a step of an upgrade."""
        if websocket is self.websocket:
            self._engine.packet_came(self, message)
        elif message == PROBE and websocket is self._probe:
            self._is_probed = True
            websocket.write(text_frame(PROBE_ANSWER))
            # The client waits for its last poll to return before it goes over.
            self.outlet.release()
        elif message == UPGRADE and websocket is self._probe and self._is_probed:
            self._probe = None
            self.carry(websocket)
        else:
            websocket.close()

    def wire_lost(self, websocket: WebSocket) -> None:
        """A WebSocket is gone; with the session's own, the session is."""
        self._engine.wire_lost(self, websocket)
        if websocket is self.websocket:
            self.websocket = None  # which holds us
        elif websocket is self._probe:
            self._probe = None
            self._is_probed = False

    def carry(self, websocket: WebSocket) -> None:
        """Go on over `websocket`."""
        self.websocket = websocket
        self.outlet.attach(websocket)

    def try_upgrade(self, websocket: WebSocket) -> None:
        """Wait for `websocket` to show that it works."""
        self._probe = websocket

    @property
    def may_upgrade(self) -> bool:
        """Whether a WebSocket may be tried."""
        return self.websocket is None and self._probe is None

    @property
    def is_upgrading(self) -> bool:
        """Whether polls are to return at once."""
        return self._is_probed and self.websocket is None

    def drop_probe(self) -> None:
        """Give up an upgrade."""
        if self._probe is not None:
            self._probe.close()

    def _fell_behind(self) -> None:
        self._engine.audience.fell_behind(self)


@dataclass(frozen=True, slots=True)
class EngineStatistics:
    """What the engine holds."""

    sessions: int
    websockets: int
    """Also those that are closing."""
    polls: int
    """Requests that wait for something to tell."""


class Engine:
    """All sessions of a node. `open_engine` owns its clock."""

    def __init__(
        self,
        audience: Audience,
        *,
        ping_interval_s: float = PING_INTERVAL_S,
        ping_timeout_s: float = PING_TIMEOUT_S,
        message_limit_bytes: int = MESSAGE_LIMIT_BYTES,
        outlet_limit_bytes: int = LIMIT_BYTES,
        body_timeout_s: float = BODY_TIMEOUT_S,
    ) -> None:
        self.audience = audience
        self._body_timeout_s = body_timeout_s
        self._message_limit_bytes = message_limit_bytes
        self._outlet_limit_bytes = outlet_limit_bytes
        self._sessions: dict[str, Session] = {}
        self._heartbeat = Heartbeat[Session](interval_s=ping_interval_s, timeout_s=ping_timeout_s)
        self._wires = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    # Requests.

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to the engine's address."""
        query = request.query
        if not self.audience.may_connect(request):
            return refusal(Refusal.FORBIDDEN)
        if query.get("EIO") != PROTOCOL:
            return refusal(Refusal.WRONG_PROTOCOL)
        transport = query.get("transport")
        if transport not in ("polling", "websocket"):
            return refusal(Refusal.UNKNOWN_TRANSPORT)
        try:
            if (sid := query.get("sid")) is None:
                response = self._open(request, transport)
            elif (session := self._sessions.get(sid)) is None:
                return refusal(Refusal.UNKNOWN_SESSION)
            elif transport == "websocket":
                response = self._upgrade(session, request)
            else:
                response = await self._speak(session, request)
        except (BadRequest, ConnectionError):
            # A client that has gone while its request waited is told nothing, whatever we return.
            return refusal(Refusal.BAD_REQUEST)
        except VibecastError as error:
            return forbidden(error)
        return shared(response, request)

    def _open(self, request: web.Request, transport: str) -> web.StreamResponse:
        if request.method != "GET":
            return refusal(Refusal.BAD_METHOD)
        if transport == "websocket":
            accept_value(request)  # or a session would be opened for nothing
        sid = secrets.token_urlsafe(_SID_BYTES)
        session = Session(sid, self, outlet_limit_bytes=self._outlet_limit_bytes)
        self.audience.opened(session, request)
        self._sessions[sid] = session
        self._heartbeat.heard(session, now=_now())
        hello = open_packet(
            sid,
            upgrades=["websocket"] if transport == "polling" else [],
            ping_interval_s=self._heartbeat.interval_s,
            ping_timeout_s=self._heartbeat.timeout_s,
            limit_bytes=self._message_limit_bytes,
        )
        if transport == "polling":
            return payload(hello)
        try:
            websocket, response = self._take_over(request, session)
        except ConnectionError:
            self._forget(session)
            raise
        session.carry(websocket)
        session.outlet.write(join_frames([hello]))
        return response

    def _upgrade(self, session: Session, request: web.Request) -> web.StreamResponse:
        websocket, response = self._take_over(request, session)
        if session.may_upgrade:
            session.try_upgrade(websocket)
        else:
            websocket.close()  # and the session goes on over what it has
        return response

    def _take_over(self, request: web.Request, session: Session) -> tuple[WebSocket, TakenOver]:
        taken = take_over(request, session, limit_bytes=self._message_limit_bytes)
        self._wires += 1
        self._quiet.clear()
        return taken

    async def _speak(self, session: Session, request: web.Request) -> web.StreamResponse:
        if session.websocket is not None:
            return refusal(Refusal.BAD_REQUEST)
        if request.method == "GET":
            return await self._poll(session, request)
        if request.method == "POST":
            return await self._take(session, request)
        return refusal(Refusal.BAD_REQUEST)

    async def _poll(self, session: Session, request: web.Request) -> web.StreamResponse:
        outlet = session.outlet
        if outlet.is_polled:
            # Two clients with one session, or one that has lost count of what it has heard.
            self.hang_up(session.sid)
            self._forget(session)
            return refusal(Refusal.BAD_REQUEST)
        packets = outlet.take_nowait() if session.is_upgrading else await outlet.take()
        if outlet.is_closed or request.transport is None:
            # Told, or gone without a word: what was taken for it cannot be told again.
            self._forget(session)
        return payload(join_payload(packets))

    async def _take(self, session: Session, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Content-Encoding"):
            return refusal(Refusal.BAD_REQUEST)  # a small body could become a large one
        try:
            async with asyncio.timeout(self._body_timeout_s):
                body = await request.read()
        except TimeoutError as error:
            raise BadRequest("The message did not come in time.") from error
        if len(body) > self._message_limit_bytes:
            raise TooLarge("A message is at most 64 KiB.")
        if session.sid not in self._sessions:
            return refusal(Refusal.UNKNOWN_SESSION)
        try:
            packets = split_payload(body)
        except BadMessage:
            packets = [""]  # no packet either
        for packet in packets:
            if not self.packet_came(session, packet):
                return refusal(Refusal.BAD_REQUEST)
        return web.Response(text="ok")

    # Packets.

    def packet_came(self, session: Session, packet: str | bytes) -> bool:
        """Take one packet; False when it ended the session because it is none."""
        if isinstance(packet, bytes):
            self.audience.message_came(session, packet)
        elif packet.startswith(MESSAGE):
            self.audience.message_came(session, packet[1:])
        elif packet == PONG:
            self._heartbeat.heard(session, now=_now())
        elif packet == CLOSE:
            self._end(session)
        else:
            self.audience.nonsense_came(session)
            # A client that polls is told by the answer to this very request.
            self._forget(session)
            return False
        return True

    # Endings.

    def hang_up(self, sid: str, *, code: int = NORMAL_CLOSURE, farewell: bytes = b"") -> None:
        """Say `farewell` and close. Safe to call for a session that has ended."""
        session = self._sessions.get(sid)
        if session is None or session.outlet.is_closed:
            return
        session.outlet.hang_up(code=code, farewell=farewell)
        session.drop_probe()
        if session.websocket is not None:
            self._forget(session)
        else:
            # What it was told waits for its next request, but not for ever.
            self._heartbeat.forget(session)
            asyncio.get_running_loop().call_later(FAREWELL_S, self._forget, session)

    def wire_lost(self, session: Session, websocket: WebSocket) -> None:
        """Count a WebSocket that is gone, and end the session that it carried."""
        self._wires -= 1
        if not self._wires:
            self._quiet.set()
        if websocket is session.websocket:
            session.outlet.detach()
            self._forget(session)

    def _end(self, session: Session) -> None:
        """End a session as its client wants it."""
        session.outlet.release()
        session.drop_probe()
        self._forget(session)
        if session.websocket is not None:
            session.websocket.close()
        else:
            session.outlet.detach()

    def _forget(self, session: Session) -> None:
        if self._sessions.pop(session.sid, None) is not None:
            self._heartbeat.forget(session)
            self.audience.closed(session)

    def statistics(self) -> EngineStatistics:
        """Return what is open."""
        polls = sum(session.outlet.is_polled for session in self._sessions.values())
        return EngineStatistics(len(self._sessions), self._wires, polls)

    async def wait_quiet(self) -> None:
        """Wait until every WebSocket is gone."""
        await self._quiet.wait()

    # The clock.

    async def beat(self) -> None:
        """Ping everybody in time, and end who does not answer."""
        while True:
            await asyncio.sleep(self._heartbeat.interval_s * _BEAT_SHARE)
            now = _now()
            for session in self._heartbeat.silent(now=now):
                logger.info("client cut", reason="ping-timeout", connection=session.sid)
                session.outlet.hang_up(code=NORMAL_CLOSURE, farewell=b"")
                session.drop_probe()
                self._forget(session)
            for session in self._heartbeat.due(now=now):
                session.outlet.offer(_PING_FRAME)


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def open_engine(engine: Engine) -> AsyncIterator[None]:
    """Run the clock of `engine`; at the end wait until those who were hung up on are gone."""
    async with asyncio.TaskGroup() as tasks:
        clock = tasks.create_task(engine.beat())
        try:
            yield
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await engine.wait_quiet()
        except TimeoutError:
            logger.warning("connections were still open at the close")
        finally:
            clock.cancel()
