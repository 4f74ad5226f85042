"""WHIP (RFC 9725) and WHEP over HTTP.

The edge: parses, authorises, answers. The session's address is an unguessable secret that alone
authorises PATCH and DELETE, because several clients send no token there. These endpoints, and only
these, are open to pages of other origins: there they act on no cookie. `?feed=` says which of a
stream's feeds is meant: its kind to a publisher, its id to a viewer.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import hdrs, web

from errors import (
    BadRequest,
    InvalidSdp,
    NotFound,
    Unauthenticated,
    UnsupportedMediaType,
)
from media.bodies import read_bytes
from media.counting import Counter
from media.event_resource import add_event_resource, write_events_link
from media.layer_resource import add_layer_resource, write_layer_link
from media.node import MediaNode
from media.playback_resource import add_playback_resource
from media.ports import Broadcasts, FeedKind
from media.preconditions import fingerprint_token
from media.sdp import read_fragment
from media.sessions import PublishSession, Session, WatchSession

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"

# Chromium's largest offer has about 12 KiB.
BODY_LIMIT_BYTES = 64 * 1024
_PREFIXES = ("/whip", "/whep")
_STREAM = "{stream_id:[0-9]{1,18}}"
_FEED_ID = re.compile(r"[0-9]{1,18}")

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS, GET, HEAD",
    # ETag: one client sends its condition in there.
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, ETag",
    # The last: who cannot read that PATCH is allowed waits two seconds for its candidates.
    "Access-Control-Expose-Headers": (
        "Location, Link, ETag, Retry-After, Accept-Post, Access-Control-Allow-Methods"
    ),
    "Access-Control-Max-Age": "86400",
}


class Door(Counter, Protocol):
    """What the HTTP edge knows about a request."""

    def own_page_token(self, request: web.Request) -> str | None:
        """Return the session token that a page of this site sent by itself, None for others."""

    def client_address(self, request: web.Request) -> str:
        """Return the address that the client is counted by."""


Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_media_routes(
    app: web.Application, media: MediaNode, broadcasts: Broadcasts, *, door: Door
) -> None:
    """Add the endpoints and the session resources to `app`."""
    endpoints = _Endpoints(media, broadcasts, door)
    for path in ("/whip", f"/whip/{_STREAM}"):
        _add(app, path, endpoints.publish, endpoints.options_of_whip, endpoints.read)
    _add(app, f"/whep/{_STREAM}", endpoints.watch, endpoints.options_of_whep, endpoints.read)
    for path, kind in (("/whip", PublishSession), ("/whep", WatchSession)):
        resource = _SessionResource(media, kind, door)
        route = app.router.add_resource(path + "/sessions/{secret}")
        route.add_route(hdrs.METH_PATCH, resource.patch)
        route.add_route(hdrs.METH_DELETE, resource.delete)
        route.add_route(hdrs.METH_GET, resource.read)
        route.add_route(hdrs.METH_HEAD, resource.read)
        route.add_route(hdrs.METH_OPTIONS, resource.options)
    add_layer_resource(app, media, door=door)
    add_event_resource(app, media, door=door)
    add_playback_resource(app, media, door=door)
    app.on_response_prepare.append(_allow_other_origins)


def _add(app: web.Application, path: str, post: Handle, options: Handle, read: Handle) -> None:
    route = app.router.add_resource(path)
    route.add_route(hdrs.METH_POST, post)
    route.add_route(hdrs.METH_OPTIONS, options)
    route.add_route(hdrs.METH_GET, read)
    route.add_route(hdrs.METH_HEAD, read)


async def _allow_other_origins(request: web.Request, response: web.StreamResponse) -> None:
    """Errors too must be readable for a page of another origin: this sees every answer."""
    if request.path.startswith(_PREFIXES):
        response.headers.update(_CORS)


class _Endpoints:
    """`POST /whip`, `/whip/{stream_id}` and `/whep/{stream_id}`."""

    def __init__(self, media: MediaNode, broadcasts: Broadcasts, door: Door) -> None:
        self._media = media
        self._broadcasts = broadcasts
        self._door = door

    async def publish(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        token = self._token(request)
        credential = token or self._door.own_page_token(request)
        if credential is None:
            raise Unauthenticated("Send the stream key as Authorization: Bearer.")
        right = await self._broadcasts.authorise_publish(
            credential, _read_stream_id(request), _read_kind(request)
        )
        offer = await _read_body(request, SDP)
        session, answer = self._media.publish(
            right,
            offer,
            asked_at=_local_address(request),
            asked_from=self._door.client_address(request),
        )
        session.holder = fingerprint_token(token)
        return self._created("/whip", session, answer)

    async def watch(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        stream_id = _read_stream_id(request)
        if stream_id is None:
            raise NotFound
        token = self._token(request)
        session_token = token or self._door.own_page_token(request)
        slots = await self._broadcasts.authorise_watch(
            stream_id, session_token, _read_feed_id(request)
        )
        offer = await _read_body(request, SDP)
        session, answer = self._media.watch(
            slots,
            offer,
            asked_at=_local_address(request),
            asked_from=self._door.client_address(request),
        )
        session.holder = fingerprint_token(token)
        response = self._created("/whep", session, answer)
        response.headers.add("Link", write_layer_link(session.secret))
        response.headers.add("Link", write_events_link(session.secret))
        return response

    async def options_of_whip(self, request: web.Request) -> web.Response:
        key = self._token(request)
        if key is None or _is_preflight(request):
            return _options()
        stream_id = _read_stream_id(request)
        await self._broadcasts.authorise_publish(key, stream_id, _read_kind(request))
        return self._options_with_servers()

    async def options_of_whep(self, request: web.Request) -> web.Response:
        token, stream_id = self._token(request), _read_stream_id(request)
        if stream_id is None or token is None or _is_preflight(request):
            return _options()
        await self._broadcasts.authorise_watch(stream_id, token, _read_feed_id(request))
        return self._options_with_servers()

    def _options_with_servers(self) -> web.Response:
        response = _options()
        _name_ice_servers(response, self._media)
        return response

    async def read(self, request: web.Request) -> web.Response:
        """RFC 9725 section 4.1: GET is 2xx without content; WHEP clients look at HEAD's type."""
        if request.method == hdrs.METH_HEAD and request.path.startswith("/whep"):
            return web.Response(content_type=SDP)
        return web.Response(status=204)

    def _token(self, request: web.Request) -> str | None:
        return self._media.preconditions.read_token(request.headers)

    def _created(self, prefix: str, session: Session, answer: str) -> web.Response:
        response = web.Response(status=201, body=answer.encode(), content_type=SDP)
        response.headers["Location"] = f"{prefix}/sessions/{session.secret}"
        response.headers["ETag"] = session.etag
        _name_ice_servers(response, self._media)
        return response


class _SessionResource:
    """`/whip/sessions/{secret}` or `/whep/sessions/{secret}`."""

    def __init__(self, media: MediaNode, kind: type[Session], door: Door) -> None:
        self._media = media
        self._kind = kind
        self._door = door

    async def patch(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session = self._find_for_holder(request)
        fragment = read_fragment(await _read_body(request, FRAGMENT))
        # After the last wait: another restart may have come while the body did.
        self._media.preconditions.check_version(request.headers, session.etag)
        restarted = self._media.restart_ice(session, fragment)
        if restarted is None:
            return web.Response(status=204)
        response = web.Response(body=restarted.encode(), content_type=FRAGMENT)
        response.headers["ETag"] = session.etag
        # The credentials that the session began with may have run out by now.
        _name_ice_servers(response, self._media)
        return response

    async def delete(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        self._media.end_session(self._find_for_holder(request), returns="returns" in request.query)
        return web.Response(status=200)

    async def read(self, request: web.Request) -> web.Response:
        self._find(request)
        return web.Response(status=204)

    async def options(self, request: web.Request) -> web.Response:
        return web.Response(status=200)

    def _find_for_holder(self, request: web.Request) -> Session:
        session = self._find(request)
        token = self._media.preconditions.read_token(request.headers)
        self._media.preconditions.check_holder(session.holder, token)
        return session

    def _find(self, request: web.Request) -> Session:
        return self._media.find_session(request.match_info["secret"], self._kind)


def _options() -> web.Response:
    return web.Response(status=200, headers={"Accept-Post": SDP})


def _name_ice_servers(response: web.Response, media: MediaNode) -> None:
    for link in media.ice_server_links():
        response.headers.add("Link", link)


def _is_preflight(request: web.Request) -> bool:
    return "Access-Control-Request-Method" in request.headers


def _local_address(request: web.Request) -> str | None:
    if request.transport is None:
        return None
    name = request.transport.get_extra_info("sockname")
    return str(name[0]) if isinstance(name, tuple) else None


def _read_stream_id(request: web.Request) -> int | None:
    text = request.match_info.get("stream_id")
    return int(text) if text is not None else None


def _read_kind(request: web.Request) -> FeedKind:
    match request.query.get("feed", "camera"):
        case "camera":
            return "camera"
        case "screen":
            return "screen"
    raise BadRequest("A feed is a camera or a screen.")


def _read_feed_id(request: web.Request) -> int | None:
    text = request.query.get("feed")
    if text is not None and not _FEED_ID.fullmatch(text):
        raise NotFound("There is no such feed.")
    return int(text) if text is not None else None


async def _read_body(request: web.Request, content_type: str) -> str:
    if request.content_type.lower() != content_type:
        raise UnsupportedMediaType(f"Send {content_type}.")
    body = await read_bytes(request, limit_bytes=BODY_LIMIT_BYTES)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidSdp("The body is not UTF-8.") from error
