"""The web app's page, the reading page of the API, and their files.

The app's page is the same for every address; the app looks at the address. The page of something
that people share also carries what other sites show of it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web

from errors import NotFound
from persistence.challenges import challenge_by_id
from persistence.code_sessions import code_sessions_of
from persistence.database import Database
from persistence.posts import post_by_id
from persistence.profiles import profile_of
from persistence.streams import stream_by_id
from persistence.tags import tag_by_name
from persistence.videos import video_by_id
from server.app_page import THEME_COOKIE, AppPage, versioned
from server.assets import Asset, Assets, packed
from server.first_content import room_content, sent_along, with_first_content
from server.gate import SAFE_METHODS, Access, Gate
from server.headers import page_policy
from server.languages import language_of
from server.previews import (
    Preview,
    challenge_preview,
    post_preview,
    profile_preview,
    stream_preview,
    tag_preview,
    video_preview,
    with_preview,
)
from server.run_page import RUN_HEADERS, run_page
from server.stream_routes import stream_with_sessions
from server.wire import parse_id, path_username

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# From what stands in the address, who asks, and in which language: what is there, or None.
FindPreview = Callable[[str, int | None, str], Awaitable[Preview | None]]

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
# The service worker fetches pages and its own few files.
_WORKER_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
_FOR_EVER = "public, max-age=31536000, immutable"
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
    "/videos",
    "/upload",
    "/challenges",
    "/leaderboards",
    "/notifications",
    "/moderation",
    "/admin",
    "/removed",
    "/search",
    "/design",
)


class Pages:
    """Serves the page and `/static/`."""

    def __init__(self, static_dir: Path, *, database: Database, gate: Gate) -> None:
        self._assets = Assets(static_dir.resolve())
        self._app_page = AppPage(self._assets.newest())
        self._database = database
        self._gate = gate

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            *(web.get(path, self._page) for path in _PLAIN_PAGES),
            web.get("/streams/{key}", self._room),
            web.get("/streams/{stream_id:[0-9]+}/summary", self._page),
            web.get("/posts/{key}", self._page_about(self._post)),
            web.get("/videos/{key}", self._page_about(self._video)),
            web.get("/users/{key}", self._page_about(self._profile)),
            web.get("/tags/{key}", self._page_about(self._tag)),
            web.get("/challenges/{key}", self._page_about(self._challenge)),
            # Where a notification about a comment leads; the app goes on to what it is about.
            web.get("/comments/{comment_id:[0-9]+}", self._page),
            web.get("/api/docs", self._api_page),
            web.get("/run", self._run_page),
            web.get("/offline", self._offline_page),
            # At the root, because it looks after the addresses below the one it lies in.
            web.get("/service-worker.js", self._service_worker),
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
            return self._answer_app(request, self._shell(request), status=404)

    async def _page(self, request: web.Request) -> web.Response:
        return self._answer_app(request, self._shell(request))

    def _page_about(self, find: FindPreview) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            identity = await self._gate.admit(request, Access.ANYBODY)
            preview = await find(
                request.match_info["key"],
                identity.user_id if identity else None,
                self._language(request),
            )
            if preview is None:
                return self._answer_app(request, self._shell(request), status=404)
            base_url = self._gate.forwarded.base_url(request)
            page = with_preview(self._shell(request), preview, base_url=base_url)
            return self._answer_app(request, page)

        return answer

    async def _room(self, request: web.Request) -> web.Response:
        """Answer with a room's page: what it is about, and the answer that the app begins with."""
        identity = await self._gate.admit(request, Access.ANYBODY)
        stream_id = parse_id(request.match_info["key"])
        stream = await stream_by_id(self._database, stream_id) if stream_id else None
        if stream is None or not stream.is_visible_to(identity.user_id if identity else None):
            return self._answer_app(request, self._shell(request), status=404)
        sessions = await code_sessions_of(self._database, stream.id)
        base_url = self._gate.forwarded.base_url(request)
        body = stream_with_sessions(stream, sessions, base_url=base_url)
        content = room_content(stream, has_code=bool(sessions))
        content += sent_along(f"/api/v1/streams/{stream.id}", body)
        preview = stream_preview(stream, language=self._language(request))
        page = with_preview(self._shell(request), preview, base_url=base_url)
        return self._answer_app(request, with_first_content(page, content))

    async def _post(self, key: str, reader_id: int | None, language: str) -> Preview | None:
        post_id = parse_id(key)
        post = await post_by_id(self._database, post_id, reader_id=reader_id) if post_id else None
        return post_preview(post, language=language) if post else None

    async def _video(self, key: str, reader_id: int | None, language: str) -> Preview | None:
        video_id = parse_id(key)
        video = (
            await video_by_id(self._database, video_id, reader_id=reader_id) if video_id else None
        )
        return video_preview(video, language=language) if video else None

    async def _profile(self, key: str, reader_id: int | None, language: str) -> Preview | None:
        try:
            username = path_username(key)
        except NotFound:
            return None
        profile = await profile_of(self._database, username, seen_by=reader_id)
        return profile_preview(profile, language=language) if profile else None

    async def _tag(self, key: str, reader_id: int | None, language: str) -> Preview | None:
        if "\0" in key:  # no text of the database's
            return None
        tag = await tag_by_name(self._database, key.lower(), reader_id=reader_id)
        return tag_preview(tag, language=language) if tag else None

    async def _challenge(self, key: str, _reader_id: int | None, language: str) -> Preview | None:
        challenge_id = parse_id(key)
        challenge = await challenge_by_id(self._database, challenge_id) if challenge_id else None
        return challenge_preview(challenge, language=language) if challenge else None

    async def _api_page(self, request: web.Request) -> web.Response:
        page = self._answer(request, self._text("api.html"))
        page.headers["Content-Security-Policy"] = _API_PAGE_POLICY
        return page

    async def _run_page(self, request: web.Request) -> web.Response:
        parts = ("run.html", "console.js", "frame.js", "worker.js")
        page = self._answer(request, run_page(*(self._text(f"run/{name}") for name in parts)))
        page.headers.update(RUN_HEADERS)
        return page

    async def _offline_page(self, request: web.Request) -> web.Response:
        page = versioned(self._text("offline.html"), self._assets.newest())
        return self._answer(request, page)

    async def _service_worker(self, request: web.Request) -> web.Response:
        script = versioned(self._text("service-worker.js"), self._assets.newest())
        answer = self._answer(request, script)
        answer.content_type = "text/javascript"
        answer.headers["Content-Security-Policy"] = _WORKER_POLICY
        return answer

    async def _icon(self, request: web.Request) -> web.Response:
        return self._file_at(request, "icon.svg")

    async def _file(self, request: web.Request) -> web.Response:
        return self._file_at(request, request.match_info["path"])

    def _file_at(self, request: web.Request, path: str) -> web.Response:
        """Answer with a file of the web app. Raises NotFound for what is none, or of a version
        that this node does not have: never with a file of another one."""
        found = self._assets.find(path)
        if found is None:
            raise NotFound()
        asset, is_for_ever = found
        headers = {
            hdrs.ETAG: f'"{asset.etag}"',
            hdrs.CACHE_CONTROL: _FOR_EVER if is_for_ever else "no-cache",
            hdrs.VARY: hdrs.ACCEPT_ENCODING,
        }
        if _is_known(request, asset):
            return web.Response(status=304, headers=headers)
        coding, body = asset.packed(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        if coding is not None:
            headers[hdrs.CONTENT_ENCODING] = coding
        headers[hdrs.CONTENT_TYPE] = asset.content_type
        return web.Response(body=body, headers=headers)

    def _text(self, name: str) -> str:
        text = self._assets.newest().text(name)
        if text is None:
            raise NotFound("this node was installed without its web app")
        return text

    def _shell(self, request: web.Request) -> str:
        version = self._assets.newest()
        if version is not self._app_page.version:
            self._app_page = AppPage(version)
        is_guest = self._gate.session_cookie(request) is None
        language = self._language(request)
        theme = request.cookies.get(THEME_COOKIE, "")
        page = self._app_page.html(request.path, is_guest=is_guest, language=language, theme=theme)
        if page is None:
            raise NotFound("this node was installed without its web app")
        return page

    def _language(self, request: web.Request) -> str:
        return language_of(request, self._app_page.languages)

    def _answer_app(self, request: web.Request, page: str, *, status: int = 200) -> web.Response:
        answer = self._answer(request, page, status=status)
        answer.headers["Content-Security-Policy"] = page_policy(
            self._gate.forwarded.base_url(request),
            style_hashes=self._app_page.style_hashes(request.path),
        )
        return answer

    @staticmethod
    def _answer(request: web.Request, text: str, *, status: int = 200) -> web.Response:
        coding, body = packed(text.encode(), request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        headers = {
            hdrs.CONTENT_TYPE: "text/html; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-cache",
            hdrs.VARY: f"{hdrs.COOKIE}, {hdrs.ACCEPT_ENCODING}, {hdrs.ACCEPT_LANGUAGE}",
        }
        if coding is not None:
            headers[hdrs.CONTENT_ENCODING] = coding
        return web.Response(body=body, status=status, headers=headers)


def _is_known(request: web.Request, asset: Asset) -> bool:
    known = request.if_none_match or ()
    return any(tag.value in (asset.etag, "*") for tag in known)
