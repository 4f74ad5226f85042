"""A viewer's events over HTTP: WHEP's server-sent events extension, beside each viewer's session.

`POST` subscribes, `GET` of what that made is the stream (WHATWG server-sent events), `DELETE` ends
it. Looked at twice a second rather than told by the feed: the feed's packets wait for nobody, and
one viewer's news is nothing that a whole feed should know of. A stream ends with its session.
"""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import hdrs, web

from errors import NotFound, TooManyEventStreams
from media.bodies import read_json
from media.counting import Counter
from media.node import MediaNode
from media.sessions import WatchSession
from media.viewer_events import EVENTS, EventStream, Watched, read_events

EXTENSION = "urn:ietf:params:whep:ext:core:server-sent-events"

# A page needs one; a few more are pages that forgot theirs.
_STREAMS_LIMIT = 4
_LOOK_S = 0.5
# Shorter than proxies wait (60 s is common), and how a reader that has gone is noticed.
_KEEP_ALIVE_S = 15.0
_KEEP_ALIVE = b":\n\n"
# A reader that takes nothing for so long has gone, or will read everything anew.
_WRITE_LIMIT_S = 10.0

_HEADERS = {
    hdrs.CONTENT_TYPE: "text/event-stream",
    hdrs.CACHE_CONTROL: "no-store",
    # nginx would gather an answer before it hands it on.
    "X-Accel-Buffering": "no",
}


def write_events_link(secret: str) -> str:
    """Return the Link header value that names a viewer's events and where to subscribe."""
    return f'</whep/sessions/{secret}/events>; rel="{EXTENSION}"; events="{",".join(EVENTS)}"'


def add_event_resource(app: web.Application, media: MediaNode, *, door: Counter) -> None:
    """Add the resources to `app`."""
    resource = _EventResource(media, door)
    subscriptions = app.router.add_resource("/whep/sessions/{secret}/events")
    subscriptions.add_route(hdrs.METH_POST, resource.subscribe)
    subscriptions.add_route(hdrs.METH_OPTIONS, resource.options)
    stream = app.router.add_resource("/whep/sessions/{secret}/events/{stream}")
    stream.add_route(hdrs.METH_GET, resource.read)
    stream.add_route(hdrs.METH_DELETE, resource.unsubscribe)
    stream.add_route(hdrs.METH_OPTIONS, resource.options)
    app.on_shutdown.append(resource.close)


class _EventResource:
    """`/whep/sessions/{secret}/events` and what is made there."""

    def __init__(self, media: MediaNode, door: Counter) -> None:
        self._media = media
        self._door = door
        # By the stream that is being read: set when its reader must stop.
        self._readers: dict[EventStream, asyncio.Event] = {}

    async def subscribe(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session = self._find_for_holder(request)
        wanted = read_events(await read_json(request))
        if len(session.event_streams) >= _STREAMS_LIMIT:
            raise TooManyEventStreams
        stream = EventStream(wanted)
        session.event_streams[stream.secret] = stream
        location = f"/whep/sessions/{session.secret}/events/{stream.secret}"
        return web.Response(status=201, headers={hdrs.LOCATION: location})

    async def read(self, request: web.Request) -> web.StreamResponse:
        await self._door.count_media(request)
        session, stream = self._find_stream(request)
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        # One reader a stream: whoever comes back is who was here before its line broke.
        self._stop_reader(stream)
        stopped = self._readers[stream] = asyncio.Event()
        stream.begin()
        try:
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._tell(session, stream, response, stopped)
        finally:
            if self._readers.get(stream) is stopped:
                del self._readers[stream]
        return response

    async def _tell(
        self,
        session: WatchSession,
        stream: EventStream,
        response: web.StreamResponse,
        stopped: asyncio.Event,
    ) -> None:
        clock = asyncio.get_running_loop().time
        told_at = clock()
        while not stopped.is_set() and self._media.has(session):
            now = clock()
            news = stream.take_news(_look_at(session), now)
            if not news and now - told_at >= _KEEP_ALIVE_S:
                news = _KEEP_ALIVE
            if news:
                told_at = now
                async with asyncio.timeout(_WRITE_LIMIT_S):
                    await response.write(news)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await stopped.wait()

    async def unsubscribe(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session, stream = self._find_stream(request)
        del session.event_streams[stream.secret]
        self._stop_reader(stream)
        return web.Response(status=200)

    async def options(self, request: web.Request) -> web.Response:
        return web.Response(status=200)

    async def close(self, _app: web.Application) -> None:
        """The node stops: nobody waits for streams that have no end of their own."""
        for stopped in self._readers.values():
            stopped.set()

    def _stop_reader(self, stream: EventStream) -> None:
        stopped = self._readers.get(stream)
        if stopped is not None:
            stopped.set()

    def _find_for_holder(self, request: web.Request) -> WatchSession:
        session = self._find(request)
        token = self._media.preconditions.read_token(request.headers)
        self._media.preconditions.check_holder(session.holder, token)
        return session

    def _find(self, request: web.Request) -> WatchSession:
        return self._media.find_session(request.match_info["secret"], WatchSession)

    def _find_stream(self, request: web.Request) -> tuple[WatchSession, EventStream]:
        session = self._find(request)
        stream = session.event_streams.get(request.match_info["stream"])
        if stream is None:
            raise NotFound("There is no such event stream, or it has ended.")
        return session, stream


def _look_at(session: WatchSession) -> Watched:
    feed = session.feed
    sections = enumerate(session.agreements)
    return Watched(
        is_published=feed.publisher is not None,
        section=next((i for i, each in sections if each.section.kind == "video"), None),
        ladder=feed.ladder,
        viewers=len(feed.viewers),
    )
