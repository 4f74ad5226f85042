"""What a node tells of itself: Prometheus metrics at /metrics, and one log line a request.

Requests are named by their route, never by their address: addresses are without end, and some
hold secrets. Other parts have their numbers shown by `Metrics.watch`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import structlog
from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from errors import NotFound
from server.gate import Access, Gate

logger = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_METHODS = hdrs.METH_ALL - {"*"}
# Asked for often and of no interest one by one.
_QUIET_ROUTES = frozenset({"/healthz", "/metrics", "/static/{path}", "/favicon.ico"})
_SWITCHING_PROTOCOLS = 101
_EVENT_STREAM = "text/event-stream"


class Metrics:
    """The numbers of one node."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.watch("loop", _look_at_loop)
        self._requests = Counter(
            "vibecast_http_requests",
            "HTTP requests that were answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "vibecast_http_request_seconds",
            "How long answers took.",
            ["route"],
            registry=self.registry,
        )

    def watch(self, part: str, statistics: Callable[[], Any]) -> None:
        """Show a part's numbers: each field of the record that `statistics()` returns."""
        self.registry.register(_Part(part, statistics))

    @web.middleware
    async def observe(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count and log one request. Stands outside all other middlewares."""
        started_at = time.perf_counter()
        response = await handler(request)
        seconds = time.perf_counter() - started_at
        route = _route(request)
        method = request.method if request.method in _METHODS else "other"
        self._requests.labels(method, route, str(response.status)).inc()
        # WebSockets and event streams are answered when they end: nothing about being quick.
        if response.status != _SWITCHING_PROTOCOLS and response.content_type != _EVENT_STREAM:
            self._seconds.labels(route).observe(seconds)
        log = logger.debug if route in _QUIET_ROUTES else logger.info
        log(
            "request",
            method=method,
            route=route,
            status=response.status,
            milliseconds=round(seconds * 1000, 1),
        )
        return response


@dataclass(frozen=True, slots=True)
class _LoopStatistics:
    tasks: int


def _look_at_loop() -> _LoopStatistics:
    """What is left behind shows here: every connection and every job is a task."""
    return _LoopStatistics(tasks=len(asyncio.all_tasks()))


class _Part(Collector):
    def __init__(self, part: str, statistics: Callable[[], Any]) -> None:
        self._part = part
        self._statistics = statistics

    def collect(self) -> Iterator[Metric]:
        """Read the numbers as of now."""
        record = self._statistics()
        for each in fields(record):
            name = f"vibecast_{self._part}_{each.name}"
            words = f"{self._part}: {each.name.replace('_', ' ')}."
            yield GaugeMetricFamily(name, words, float(getattr(record, each.name)))


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


class MetricsPage:
    """/metrics, for the machine itself and for administrators; for others it is not there."""

    def __init__(self, metrics: Metrics, *, gate: Gate) -> None:
        self._metrics = metrics
        self._gate = gate

    def routes(self) -> list[web.RouteDef]:
        """Return the route."""
        return [web.get("/metrics", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        if not self._is_local(request):
            identity = await self._gate.admit(request, Access.ANYBODY)
            if identity is None or identity.role != "admin":
                raise NotFound()
        return web.Response(
            body=generate_latest(self._metrics.registry),
            headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST},
        )

    def _is_local(self, request: web.Request) -> bool:
        address = self._gate.forwarded.client_address(request)
        # A proxy on this machine that nobody told us to trust: whoever stands behind it is not
        # local.
        if address == request.remote and "X-Forwarded-For" in request.headers:
            return False
        try:
            return ipaddress.ip_address(address).is_loopback
        except ValueError:
            return False
