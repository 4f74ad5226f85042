"""The web app's page, the reading page of the API, and their files.

The app's page is the same for every address; the app looks at the address. The page of a room or of
a challenge also carries its title and what other sites show of it, because those who make previews
run no scripts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

from errors import NotFound
from persistence.challenges import Challenge, challenge_by_id
from persistence.database import Database
from persistence.streams import Stream, stream_by_id
from server.gate import SAFE_METHODS, Access, Gate
from server.wire import parse_id

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SITE_NAME = "Vibecast"
PREVIEW_CHARS = 200
# Addresses that belong to programs: what is missing there is told as problem+json.
_PROGRAMS = re.compile(
    r"/(api|static|whip|whep|collab|socket\.io|metrics|healthz|favicon\.ico)(/|$)"
)
# The reading page of the API shows text and fetches the description; it needs nothing else.
_API_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'"
)
# Pages about nothing in particular: the app does the rest.
_PLAIN_PAGES = (
    "/",
    "/signin",
    "/signup",
    "/reset-password",
    "/verify-email",
    "/settings",
    "/studio",
    "/posts",
    "/challenges",
    "/leaderboards",
    "/notifications",
    "/search",
)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Preview:
    """What other sites show of a page."""

    title: str
    description: str
    path: str
    is_listed: bool = True
    """Whether search engines may keep it."""


class Pages:
    """Serves the page and `/static/`."""

    def __init__(self, static_dir: Path, *, database: Database, gate: Gate) -> None:
        self._static_dir = static_dir.resolve()
        self._database = database
        self._gate = gate

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            *(web.get(path, self._page) for path in _PLAIN_PAGES),
            web.get("/streams/{stream_id}", self._room_page),
            web.get("/api/docs", self._api_page),
            web.get("/challenges/{challenge_id}", self._challenge_page),
            # Where a notification about a comment leads; the app goes on to what it is about.
            web.get("/comments/{comment_id:[0-9]+}", self._page),
            web.get("/favicon.ico", self._icon),
            web.get("/static/{path:.+}", self._file),
        ]

    @web.middleware
    async def missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a person who came to an address that is none with the page, which says so."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if request.method not in SAFE_METHODS or _PROGRAMS.match(request.path):
                raise
            if "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
                raise
            return self._answer(self._shell(), status=404)

    async def _page(self, _request: web.Request) -> web.Response:
        return self._answer(self._shell())

    async def _api_page(self, _request: web.Request) -> web.Response:
        page = self._answer(self._existing("api.html").read_text(encoding="utf-8"))
        page.headers["Content-Security-Policy"] = _API_PAGE_POLICY
        return page

    async def _room_page(self, request: web.Request) -> web.Response:
        identity = await self._gate.admit(request, Access.ANYBODY)
        stream_id = parse_id(request.match_info["stream_id"])
        stream = await stream_by_id(self._database, stream_id) if stream_id else None
        if stream is None or not stream.is_visible_to(identity.user_id if identity else None):
            return self._answer(self._shell(), status=404)
        return self._answer(self._previewed(request, _stream_preview(stream)))

    async def _challenge_page(self, request: web.Request) -> web.Response:
        challenge_id = parse_id(request.match_info["challenge_id"])
        challenge = await challenge_by_id(self._database, challenge_id) if challenge_id else None
        if challenge is None:
            return self._answer(self._shell(), status=404)
        return self._answer(self._previewed(request, _challenge_preview(challenge)))

    def _previewed(self, request: web.Request, preview: Preview) -> str:
        base_url = self._gate.forwarded.base_url(request)
        return with_preview(self._shell(), preview, base_url=base_url)

    async def _icon(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._existing("icon.svg"))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._existing(request.match_info["path"]))

    def _existing(self, name: str) -> Path:
        """Return a file of the web app. Raises NotFound for what is none, or lies outside."""
        try:
            path = (self._static_dir / name).resolve()
        except ValueError as error:  # a NUL in the name
            raise NotFound() from error
        if not path.is_relative_to(self._static_dir) or not path.is_file():
            raise NotFound()
        return path

    def _shell(self) -> str:
        # Read each time: it is small, and whoever edits it sees the change.
        try:
            return (self._static_dir / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise NotFound("this node was installed without its web app") from error

    @staticmethod
    def _answer(text: str, *, status: int = 200) -> web.Response:
        return web.Response(
            text=text,
            status=status,
            content_type="text/html",
            headers={hdrs.CACHE_CONTROL: "no-cache"},
        )


def _stream_preview(stream: Stream) -> Preview:
    return Preview(
        title=stream.title,
        description=stream.description or f"Live coding by {stream.username}",
        path=f"/streams/{stream.id}",
        is_listed=stream.visibility == "public",
    )


def _challenge_preview(challenge: Challenge) -> Preview:
    return Preview(
        title=challenge.title,
        description=challenge.description or f"A challenge for {challenge.reward_points} points",
        path=f"/challenges/{challenge.id}",
    )


def with_preview(shell: str, preview: Preview, *, base_url: str) -> str:
    """Return the page with its title and Open Graph tags, everything escaped."""
    tags = {
        "og:site_name": SITE_NAME,
        "og:type": "website",
        "og:title": preview.title,
        "og:description": " ".join(preview.description.split())[:PREVIEW_CHARS],
        "og:url": base_url + preview.path,
    }
    head = f"<title>{html.escape(preview.title)} · {SITE_NAME}</title>" + "".join(
        f'<meta property="{name}" content="{html.escape(value, quote=True)}">'
        for name, value in tags.items()
    )
    if not preview.is_listed:
        head += '<meta name="robots" content="noindex">'
    # A function, because a title may hold what a replacement string takes for a group.
    return _TITLE.sub(lambda _: head, shell, count=1)
