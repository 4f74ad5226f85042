"""Errors over HTTP: every answer that is not a success is problem+json (RFC 9457).

One of the three places that may catch everything: what nobody foresaw is logged with its traceback
and told to the client as `internal-error` with the request's id, never with a stack.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from errors import VibecastError

logger = structlog.get_logger(__name__)

# When a part that is away does not say when it will be back.
RETRY_AFTER_S = 2

_KNOWN = frozenset(HTTPStatus)

REQUEST_ID = web.RequestKey("request_id", str)

# aiohttp raises its own errors before a handler of ours runs; these are our names for them.
CODES_BY_STATUS = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    411: "length-required",
    413: "too-large",
    415: "unsupported-media-type",
    417: "expectation-failed",
}


def new_request_id() -> str:
    """Return what names one request in its answer and in the log."""
    return secrets.token_hex(8)


def problem_response(error: VibecastError, request_id: str) -> web.Response:
    """Return `error` as problem+json; `instance` is the request's id, as it stands in the log."""
    extra: dict[str, Any] = dict(error.members)
    if error.errors:
        extra["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in error.errors]
    response = _problem(error.status, error.code, error.detail, request_id, extra)
    retry_after_s = error.retry_after_s
    if retry_after_s is None and error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        retry_after_s = RETRY_AFTER_S
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _from_aiohttp(error: web.HTTPException, request_id: str) -> web.Response:
    code = CODES_BY_STATUS.get(error.status, "http-error")
    response = _problem(error.status, code, HTTPStatus(error.status).phrase, request_id, {})
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _problem(
    status: int, code: str, detail: str, request_id: str, extra: dict[str, Any]
) -> web.Response:
    body = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "code": code,
        "detail": detail,
        "instance": f"urn:request:{request_id}",
        **extra,
    }
    return web.json_response(
        body,
        status=status,
        headers={"Cache-Control": "no-store"},
        content_type="application/problem+json",
    )


def _phrase(status: int) -> str:
    # 460 is not a status that everybody knows.
    return HTTPStatus(status).phrase if status in _KNOWN else "Checksum Mismatch"


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Give the request an id and turn whatever the handler raises into an answer."""
    request_id = request[REQUEST_ID] = new_request_id()
    # One task serves all requests of a connection: what the last one bound must not stay.
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        response = await handler(request)
    except VibecastError as error:
        response = problem_response(error, request_id)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        response = _from_aiohttp(error, request_id)
    except Exception:
        logger.exception("request failed")
        response = problem_response(VibecastError(), request_id)
    if response.status >= HTTPStatus.BAD_REQUEST and not request.content.is_eof():
        # Refused before its body has come: a client that goes on sending it on a connection that
        # stays would wait behind its own bytes with the next request.
        response.force_close()
    if not response.prepared:
        response.headers["X-Request-Id"] = request_id
    return response
