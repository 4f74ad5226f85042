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

REQUEST_ID = web.RequestKey("request_id", str)

# aiohttp raises its own errors before a handler of ours runs; these are our names for them.
_CODES_BY_STATUS = {
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


def problem_response(error: VibecastError, request_id: str) -> web.Response:
    """Return `error` as problem+json; `instance` is the request's id, as it stands in the log."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "instance": f"urn:request:{request_id}",
    }
    if error.errors:
        body["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in error.errors]
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response(
        body, status=error.status, headers=headers, content_type="application/problem+json"
    )


def _from_aiohttp(error: web.HTTPException, request_id: str) -> web.Response:
    phrase = HTTPStatus(error.status).phrase
    body = {
        "type": "about:blank",
        "title": phrase,
        "status": error.status,
        "code": _CODES_BY_STATUS.get(error.status, "http-error"),
        "detail": phrase,
        "instance": f"urn:request:{request_id}",
    }
    headers = {k: v for k, v in error.headers.items() if k == "Allow"}
    return web.json_response(
        body, status=error.status, headers=headers, content_type="application/problem+json"
    )


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Give the request an id and turn whatever the handler raises into an answer."""
    request_id = request[REQUEST_ID] = secrets.token_hex(8)
    try:
        response = await handler(request)
    except VibecastError as error:
        response = problem_response(error, request_id)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        response = _from_aiohttp(error, request_id)
    except Exception:
        logger.exception("request failed", request_id=request_id, path=request.path)
        response = problem_response(VibecastError(), request_id)
    if not response.prepared:
        response.headers["X-Request-Id"] = request_id
    return response
