"""Headers that every answer carries, whoever made it: what browsers may do with it, and what is
left of the limits. Set when the answer is about to be sent, so errors have them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from server.forwarded import Forwarded
from server.gate import VERDICTS, limit_headers

# What the route adds to every answer of its own.
ROUTE_HEADERS: web.RequestKey[Mapping[str, str]] = web.RequestKey("route_headers", Mapping)

HSTS = "max-age=31536000"
# An answer that is no page needs nothing from anywhere.
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


def page_policy(base_url: str, *, style_hashes: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy of a page served at `base_url`; of the styles within it
    only those with these hashes hold."""
    parts = urlsplit(base_url)
    # Old Safari does not count WebSockets of the same host as 'self'.
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            " ".join(("style-src 'self'", *style_hashes)),
            # The editor positions its cursors by style attributes.
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {socket}",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            # Where code of the editor runs (server/run_page.py), and nowhere else: a frame that its
            # code sends elsewhere stays empty.
            f"frame-src {base_url}/run",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
            # One parses rendered texts for the allow list of static/app/view/kit/rendered.js, the
            # other lets the one service worker through (static/app/wire/service-worker.js).
            "trusted-types rendered-text service-worker",
            "require-trusted-types-for 'script'",
        )
    )


class Headers:
    """Finishes answers. `finish` is an aiohttp on_response_prepare signal."""

    def __init__(self, forwarded: Forwarded) -> None:
        self._forwarded = forwarded

    async def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add what is missing."""
        headers = response.headers
        headers.update(request.get(ROUTE_HEADERS, {}))
        # Which versions run here helps nobody but those who look for old ones.
        headers[hdrs.SERVER] = "Vibecast"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = (
            "camera=(self), microphone=(self), display-capture=(self), geolocation=(), usb=()"
        )
        # Files are asked for again with their ETag, so that a new version is seen at once.
        headers.setdefault(hdrs.CACHE_CONTROL, "no-cache")
        is_page = response.content_type == "text/html"
        base_url = self._forwarded.base_url(request)
        headers.setdefault(
            "Content-Security-Policy", page_policy(base_url) if is_page else _NO_PAGE
        )
        if self._forwarded.is_secure(request):
            headers["Strict-Transport-Security"] = HSTS
        if verdicts := request.get(VERDICTS):
            headers.update(limit_headers(verdicts))
