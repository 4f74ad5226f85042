"""Where videos, their thumbnails and the pictures of posts are served: /media/, by key, in parts as
players ask for them, straight from the store. What is private is there for its owner only.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing

import structlog
from aiohttp import hdrs, web

from community.avatar_routes import POLICY
from community.byte_ranges import Span, Unsatisfiable, asked_span
from community.video_types import TYPES
from errors import NotFound, RangeNotSatisfiable, VibecastError
from persistence.database import Database
from persistence.objects import Objects
from persistence.post_pictures import picture_file
from persistence.stored_files import StoredFile
from persistence.videos import video_file
from server.gate import Access, Gate
from server.headers import ROUTE_HEADERS

logger = structlog.get_logger(__name__)

# Bytes under a key never change, but whether they may be seen does.
PUBLIC_CACHE = "public, max-age=300"
PRIVATE_CACHE = "private, no-cache"
_KEY = re.compile(r"([a-z]+)/[0-9a-f]{2}/[0-9a-f]{48}")
# By the folder of the key: who knows whether there is such a file, and for whom.
_FOLDERS: Mapping[str, Callable[[Database, str], Awaitable[StoredFile | None]]] = {
    "pictures": picture_file,
    "thumbnails": video_file,
    "videos": video_file,
}
_SUFFIXES = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    **{content_type: kind.suffix for content_type, kind in TYPES.items()},
}


class MediaFiles:
    """Serves stored files. The row decides whether there is one, never a path."""

    def __init__(self, database: Database, *, objects: Objects, gate: Gate) -> None:
        self._database = database
        self._objects = objects
        self._gate = gate

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes, which are no part of the API. `web.get` answers HEAD too."""
        return [web.get(f"/media/{folder}/{{name:.+}}", self._serve) for folder in _FOLDERS]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        file = await self._visible(request)
        etag = f'"{file.sha256.hex()}"'
        headers = _headers(file, etag)
        if any(known.value in (etag.strip('"'), "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        try:
            span = asked_span(
                request.headers.get(hdrs.RANGE),
                if_range=request.headers.get(hdrs.IF_RANGE),
                etag=etag,
                size=file.size_bytes,
            )
        except Unsatisfiable as error:
            # The headers of a route stand on its refusals too; here they say how long the file is.
            length: Mapping[str, str] = {hdrs.CONTENT_RANGE: f"bytes */{file.size_bytes}"}
            request[ROUTE_HEADERS] = length
            raise RangeNotSatisfiable() from error
        if span is not None:
            headers[hdrs.CONTENT_RANGE] = span.content_range(file.size_bytes)
        response = web.StreamResponse(status=200 if span is None else 206, headers=headers)
        response.content_type = file.content_type
        await self._send(request, response, file, span or Span(0, file.size_bytes))
        return response

    async def _visible(self, request: web.Request) -> StoredFile:
        key = request.path.removeprefix("/media/")
        found = _KEY.fullmatch(key)
        if found is None:
            raise NotFound()
        file = await _FOLDERS[found[1]](self._database, key)
        if file is None:
            raise NotFound()
        if file.is_private:
            identity = await self._gate.admit(request, Access.ANYBODY)
            if identity is None or identity.user_id != file.user_id:
                raise NotFound()
        return file

    async def _send(
        self, request: web.Request, response: web.StreamResponse, file: StoredFile, span: Span
    ) -> None:
        response.content_length = span.length
        if request.method == hdrs.METH_HEAD:
            await response.prepare(request)
            return
        chunks = self._objects.stream(file.key, start=span.start, end=span.end)
        async with aclosing(chunks):
            # Before the headers go out: an object that cannot be had is still an error of ours.
            chunk = await anext(chunks, b"")
            await response.prepare(request)
            try:
                while chunk:
                    # Waits while the client has enough, so that little is held for each.
                    await response.write(chunk)
                    chunk = await anext(chunks, b"")
            except ConnectionError:
                # The client has gone, or has skipped elsewhere.
                return
            except VibecastError as error:
                logger.warning("a file ended early", key=file.key, error=error.code)
                # The headers are sent; only a broken connection says that this is not all.
                if request.transport is not None:
                    request.transport.abort()


def _headers(file: StoredFile, etag: str) -> dict[str, str]:
    name = file.key.rpartition("/")[2][:12] + "." + _SUFFIXES[file.content_type]
    return {
        hdrs.ETAG: etag,
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.CACHE_CONTROL: PRIVATE_CACHE if file.is_private else PUBLIC_CACHE,
        hdrs.CONTENT_DISPOSITION: f'inline; filename="{name}"',
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin" if file.is_private else "cross-origin",
    }
