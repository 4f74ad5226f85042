"""Connections that may not stay half open: aiohttp has no time limit for a request's headers.

Measured on aiohttp 3.14: a socket that had sent half a header was still open after 40 s, and one
that had sent nothing at all for ever. Here a connection has 15 s from its first byte (or from
being made) to the end of the headers; bodies and handlers have limits of their own.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from aiohttp import hdrs, web

from errors import BadRequest, VibecastError
from server.problems import new_request_id, problem_response
from server.settings import SettingsError

logger = structlog.get_logger(__name__)

HEADER_TIMEOUT_S = 15.0
KEEPALIVE_TIMEOUT_S = 75.0
SHUTDOWN_TIMEOUT_S = 5.0
HEADER_LIMIT_BYTES = 8190


class WatchedConnection(web.RequestHandler):
    """One connection, closed when headers do not come in time."""

    __slots__ = ("_header_timeout_s", "_headers_due")

    def __init__(self, *arguments: Any, header_timeout_s: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._header_timeout_s = header_timeout_s
        self._headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock."""
        super().connection_made(transport)
        self._expect_headers()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock."""
        self._stop_expecting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Stop the clock when the headers are complete; start it at the first byte of others."""
        super().data_received(data)
        # A message stands in the queue once its headers are parsed, and is the current request
        # until it is answered; between requests there is neither.
        if self._messages or self._current_request is not None:
            self._stop_expecting()
        elif self._headers_due is None:
            self._expect_headers()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, and what failed outside the application, as problem+json."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun, an error cannot follow it")
        request_id = new_request_id()
        if status == HTTPStatus.BAD_REQUEST:
            logger.info("not HTTP", request_id=request_id, reason=message)
            error: VibecastError = BadRequest("this is not HTTP")
        else:
            logger.error("connection failed", request_id=request_id, exc_info=exc)
            error = VibecastError()
        response = problem_response(error, request_id)
        response.headers[hdrs.SERVER] = "Vibecast"
        response.force_close()
        return response

    def _expect_headers(self) -> None:
        loop = asyncio.get_running_loop()
        self._headers_due = loop.call_later(self._header_timeout_s, self._close_half_open)

    def _stop_expecting(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _close_half_open(self) -> None:
        self._headers_due = None
        logger.info("connection closed", reason="headers did not come")
        self.force_close()


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the context of an HTTPS server. Raises SettingsError for files that do not fit."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise SettingsError(
            f"{certificate} and {key} are not a certificate and its key in PEM"
        ) from error
    return context


@asynccontextmanager
async def open_http(
    app: web.Application,
    *,
    host: str,
    port: int,
    tls: ssl.SSLContext | None = None,
    header_timeout_s: float = HEADER_TIMEOUT_S,
) -> AsyncIterator[int]:
    """Serve `app`, yield the port, and close in order at the end: stop accepting, tell the parts
    that are attached, wait for what is being answered."""
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
    await runner.setup()
    loop = asyncio.get_running_loop()

    def connection() -> WatchedConnection:
        return WatchedConnection(
            runner.server,
            loop=loop,
            header_timeout_s=header_timeout_s,
            keepalive_timeout=KEEPALIVE_TIMEOUT_S,
            max_line_size=HEADER_LIMIT_BYTES,
            max_field_size=HEADER_LIMIT_BYTES,
            # The log of requests is written by server/metrics.py, without secrets in addresses.
            access_log=None,
        )

    try:
        listener = await loop.create_server(connection, host, port, ssl=tls, backlog=1024)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
    finally:
        await runner.cleanup()
