"""The HTTP application: which parts answer which addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from server.gate import Gate
from server.headers import Headers
from server.problems import problems
from server.routing import JSON_LIMIT_BYTES, Route, route_definitions

SHUTDOWN_TIMEOUT_S = 5.0


def build_app(routes: Sequence[Route], *, gate: Gate) -> web.Application:
    """Return the application with everything this node serves."""
    app = web.Application(middlewares=[problems], client_max_size=JSON_LIMIT_BYTES)
    app.router.add_get("/healthz", _healthz)
    app.add_routes(route_definitions(routes, gate))
    app.on_response_prepare.append(Headers(gate.forwarded).finish)
    return app


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


@asynccontextmanager
async def open_http(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve `app`, yield the port, and close in order at the end."""
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_TIMEOUT_S, keepalive_timeout=75.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
