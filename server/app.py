"""The HTTP application: which parts answer which addresses, and what stands around every answer."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from server.gate import Gate
from server.headers import Headers
from server.metrics import Metrics, MetricsPage
from server.openapi import description_route
from server.pages import Pages
from server.problems import problems
from server.routing import JSON_LIMIT_BYTES, Route, route_definitions

API_VERSION = "1"


def build_app(
    routes: Sequence[Route], *, gate: Gate, pages: Pages, metrics: Metrics
) -> web.Application:
    """Return the application that serves the REST `routes` of all packages, the pages, and what
    operators look at. Media and Socket.IO add themselves to what is returned."""
    app = web.Application(
        # From the outside in.
        middlewares=[metrics.observe, problems, pages.missing],
        client_max_size=JSON_LIMIT_BYTES,
    )
    app.router.add_get("/healthz", _healthz)
    app.add_routes(MetricsPage(metrics, gate=gate).routes())
    app.add_routes([description_route(routes, version=API_VERSION)])
    app.add_routes(route_definitions(routes, gate))
    app.add_routes(pages.routes())
    app.on_response_prepare.append(Headers(gate.forwarded).finish)
    return app


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
