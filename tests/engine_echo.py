"""Echo servers on our Engine.IO, as the public suites of both protocols want them.

`python -m tests.engine_echo PORT` serves both with their settings (docs/decisions/0005 tells how
the suites are run); tests of our own use `open_echo`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from errors import BadMessage
from rooms.engine import Engine, Session, open_engine
from rooms.frames import binary_frame, join_frames
from rooms.socket_packets import Type, connected_packet, parse_packet, refused_packet
from server.connections import open_http

INTRODUCTION_S = 1.0
AUTH_DELAY_S = 0.02


class Echo:
    """Says back every message, as the suite of Engine.IO expects."""

    engine: Engine

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.cut: list[str] = []

    def may_connect(self, request: web.Request) -> bool:
        return "evil" not in request.headers.get("Origin", "")

    def opened(self, session: Session, request: web.Request) -> None:
        self.open.add(session.sid)

    def closed(self, session: Session) -> None:
        self.open.remove(session.sid)

    def message_came(self, session: Session, message: str | bytes) -> None:
        if isinstance(message, bytes):
            session.outlet.offer(binary_frame(message))
        else:
            session.outlet.offer(join_frames([b"4" + message.encode()]))

    def nonsense_came(self, session: Session) -> None:
        self.cut.append("nonsense")
        self.engine.hang_up(session.sid, code=1008)

    def fell_behind(self, session: Session) -> None:
        self.cut.append("slow")
        self.engine.hang_up(session.sid, code=1013, farewell=join_frames([b"4too slow"]))


class SocketEcho(Echo):
    """The application of Socket.IO's suite: two namespaces, and events that come back."""

    def __init__(self) -> None:
        super().__init__()
        self._namespaces: dict[str, set[str]] = {}

    def opened(self, session: Session, request: web.Request) -> None:
        super().opened(session, request)
        self._namespaces[session.sid] = set()
        loop = asyncio.get_running_loop()
        loop.call_later(INTRODUCTION_S, self._end_stranger, session)

    def _end_stranger(self, session: Session) -> None:
        if not self._namespaces.get(session.sid, {"/"}):
            self.engine.hang_up(session.sid)

    def closed(self, session: Session) -> None:
        super().closed(session)
        del self._namespaces[session.sid]

    def message_came(self, session: Session, message: str | bytes) -> None:
        try:
            packet = parse_packet(message)
        except BadMessage:
            self.nonsense_came(session)
            return
        namespaces = self._namespaces[session.sid]
        where = "" if packet.namespace == "/" else f"{packet.namespace},"
        if packet.type is Type.CONNECT and packet.namespace not in ("/", "/custom"):
            refusal = refused_packet("Invalid namespace", namespace=packet.namespace)
            session.outlet.offer(join_frames([refusal]))
        elif packet.type is Type.CONNECT:
            namespaces.add(packet.namespace)
            hello = connected_packet(secrets.token_hex(8)).decode()
            session.outlet.offer(join_frames([f"40{where}{hello[2:]}".encode()]))
            auth = join_frames([_event(where, "auth", packet.payload or {}).encode()])
            # The suite listens for one packet after the other, and misses the second of a read.
            asyncio.get_running_loop().call_later(AUTH_DELAY_S, session.outlet.offer, auth)
        elif packet.namespace not in namespaces:
            self.nonsense_came(session)
        elif packet.type is Type.DISCONNECT:
            namespaces.discard(packet.namespace)
        elif packet.type is Type.EVENT:
            name, *arguments = packet.payload
            if name == "message":
                answer = _event(where, "message-back", *arguments)
            else:
                answer = f"43{where}{packet.ack_id}{_compact(arguments)}"
            session.outlet.offer(join_frames([answer.encode()]))


def _event(where: str, *arguments: Any) -> str:
    return f"42{where}{_compact(arguments)}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


@asynccontextmanager
async def open_echo(
    app: web.Application, echo: Echo, *, path: str = "/engine.io/", **options: Any
) -> AsyncIterator[Engine]:
    """Let `echo` answer at a path of `app`."""
    echo.engine = engine = Engine(echo, **options)
    app.router.add_route("*", path, engine.answer)
    async with open_engine(engine):
        yield engine


async def _serve(port: int) -> None:
    settings: dict[str, Any] = {
        "ping_interval_s": 0.3,
        "ping_timeout_s": 0.2,
        "message_limit_bytes": 1_000_000,
    }
    app = web.Application(client_max_size=2_000_000)
    async with (
        open_echo(app, Echo(), **settings),
        open_echo(app, SocketEcho(), path="/socket.io/", **settings),
        open_http(app, host="127.0.0.1", port=port),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
