"""Who may pass: finds out who asks, refuses other sites, and counts requests.

Every REST route goes through `Gate.admit` before its handler runs. A Bearer token is for programs
and needs nothing else; the cookie travels by itself, so an unsafe request with it must also carry
the session's CSRF token, and none may come from another site.
"""

from __future__ import annotations

import enum
import hmac
import math
from collections.abc import Collection
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from errors import CrossSite, Forbidden, TooManyRequests, Unauthenticated
from server.cookies import session_cookie
from server.forwarded import Forwarded
from server.identity import Identities, Identity
from server.limits import Limiter, Limits, Policy, Verdict, address_key

logger = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
VERDICTS: web.RequestKey[list[Verdict]] = web.RequestKey("verdicts", list)


class Access(enum.Enum):
    """Who may call a route at all; who may touch which row is the handler's to say."""

    UNASKED = "nobody is asked who they are"
    ANYBODY = "anybody, signed in or not"
    SIGNED_IN = "somebody who is signed in"


class Gate:
    """Admits requests to routes."""

    def __init__(
        self, identities: Identities, *, limiter: Limiter, limits: Limits, forwarded: Forwarded
    ) -> None:
        self._identities = identities
        self._limiter = limiter
        self.limits = limits
        self.forwarded = forwarded

    async def admit(self, request: web.Request, access: Access) -> Identity | None:
        """Return who asks. Raises what the request is refused with."""
        is_unsafe = request.method not in SAFE_METHODS
        if is_unsafe and _is_from_another_site(request):
            logger.warning("refused", reason="cross-site")
            raise CrossSite()
        if access is Access.UNASKED:
            await self.spend(request, self.limits.requests, self.address_key(request))
            return None

        bearer = _bearer(request)
        token = bearer or self.session_cookie(request)
        identity = await self._identities.by_token(token) if token else None
        key = f"user:{identity.user_id}" if identity else self.address_key(request)
        await self.spend(request, self.limits.requests, key)
        if identity is None:
            # A dead cookie is somebody who is signed out; a dead Bearer token is a program that
            # should be told.
            if bearer is not None or access is Access.SIGNED_IN:
                raise Unauthenticated()
            return None
        structlog.contextvars.bind_contextvars(user_id=identity.user_id)
        if is_unsafe and bearer is None:
            _check_csrf_token(request, identity)
        return identity

    def address_key(self, request: web.BaseRequest) -> str:
        """Return what the client's address is limited as."""
        return f"address:{address_key(self.forwarded.client_address(request))}"

    def client_address(self, request: web.Request) -> str:
        """Return the address that limits count."""
        return address_key(self.forwarded.client_address(request))

    def session_cookie(self, request: web.Request) -> str | None:
        """Return the session token that the browser sent by itself."""
        return session_cookie(request.cookies, secure=self.forwarded.is_secure(request))

    def allowed_origins(self, request: web.Request) -> Collection[str]:
        """Return the origins, exactly written, whose pages may connect with the cookie."""
        scheme = "https" if self.forwarded.is_secure(request) else "http"
        return {self.forwarded.base_url(request), f"{scheme}://{request.host}"}

    async def count_media(self, request: web.Request) -> None:
        """Count a WHIP or WHEP request: each may cost a handshake. Raises TooManyRequests."""
        await self.spend(request, self.limits.media, self.address_key(request))

    def own_page_token(self, request: web.Request) -> str | None:
        """Return the session cookie of a request that a page of this very origin made.

        WHEP answers pages of every origin, so a cookie alone says nothing about who wanted it.
        """
        is_ours = request.headers.get("Origin") in self.allowed_origins(request)
        return self.session_cookie(request) if is_ours else None

    async def spend(self, request: web.Request, policy: Policy, key: str) -> None:
        """Count one try. Raises TooManyRequests; the answer's headers tell how much is left."""
        verdict = await self._limiter.spend(policy, key)
        request.setdefault(VERDICTS, []).append(verdict)
        if not verdict.allowed:
            logger.warning("refused", reason="limit", policy=policy.name)
            raise TooManyRequests(retry_after_s=math.ceil(verdict.retry_after_s))


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _is_from_another_site(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("cross-site", "same-site")
    # Browsers send Sec-Fetch-Site to HTTPS and localhost only; on a plain network address the
    # Origin tells. The host is compared, not the scheme: a proxy in front may have changed that.
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _check_csrf_token(request: web.Request, identity: Identity) -> None:
    given = request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(
        given.encode(errors="backslashreplace"), identity.csrf_token.encode()
    ):
        logger.warning("refused", reason="csrf-token")
        raise Forbidden("the request lacks the session's X-CSRF-Token")


def limit_headers(verdicts: list[Verdict]) -> dict[str, str]:
    """Return the RateLimit fields (draft-ietf-httpapi-ratelimit-headers): every policy that was
    asked, and how the closest one stands."""
    closest = min(verdicts, key=lambda v: v.remaining / v.policy.quota)
    policies = ", ".join(
        f'"{v.policy.name}";q={v.policy.quota};w={v.policy.window_s}' for v in verdicts
    )
    state = f'"{closest.policy.name}";r={closest.remaining};t={math.ceil(closest.reset_s)}'
    return {"RateLimit-Policy": policies, "RateLimit": state}
