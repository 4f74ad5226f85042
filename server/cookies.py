"""The session cookie: its name says how it must be set, so that no neighbour can plant one."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

# A browser takes a __Host- cookie only over HTTPS, for this host alone and for every path; over
# plain HTTP, which is for a development node, there is no such promise and another name.
SECURE_NAME = "__Host-session"
PLAIN_NAME = "session"
# As long as a session can last at most.
MAX_AGE_S = 90 * 24 * 3600


def session_cookie(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """Return the session token among the cookies of a request, or None."""
    return cookies.get(SECURE_NAME if secure else PLAIN_NAME)


def set_session_cookie(response: web.StreamResponse, token: str, *, secure: bool) -> None:
    """Give the browser its session."""
    response.set_cookie(
        SECURE_NAME if secure else PLAIN_NAME,
        token,
        max_age=MAX_AGE_S,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: web.StreamResponse, *, secure: bool) -> None:
    """Take the session from the browser."""
    response.set_cookie(
        SECURE_NAME if secure else PLAIN_NAME,
        "",
        max_age=0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
