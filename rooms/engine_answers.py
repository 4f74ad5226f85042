"""Engine.IO's answers over HTTP: packets for a client that polls, and refusals by number."""

from __future__ import annotations

from enum import Enum

from aiohttp import web

from errors import VibecastError


class Refusal(Enum):
    """Why a request is refused: the protocol's number, HTTP's status, and words for developers."""

    UNKNOWN_TRANSPORT = (0, 400, "Transport unknown")
    UNKNOWN_SESSION = (1, 400, "Session ID unknown")
    BAD_METHOD = (2, 400, "Bad handshake method")
    BAD_REQUEST = (3, 400, "Bad request")
    FORBIDDEN = (4, 403, "Forbidden")
    WRONG_PROTOCOL = (5, 400, "Unsupported protocol version")


def payload(body: bytes) -> web.Response:
    """Return packets."""
    return web.Response(
        body=body,
        content_type="text/plain",
        charset="UTF-8",
        headers={"Cache-Control": "no-store"},
    )


def refusal(reason: Refusal) -> web.Response:
    """Return the answer to what the protocol does not do."""
    return _refusal(*reason.value)


def forbidden(error: VibecastError) -> web.Response:
    """Return the answer to a connection that is not let in."""
    return _refusal(Refusal.FORBIDDEN.value[0], error.status, error.detail)


def _refusal(code: int, status: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)


def shared(response: web.StreamResponse, request: web.Request) -> web.StreamResponse:
    """Let a page of another origin of ours read the answer; `may_connect` has said yes to it."""
    origin = request.headers.get("Origin")
    if origin is not None and not response.prepared:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Vary"] = "Origin"
    return response
