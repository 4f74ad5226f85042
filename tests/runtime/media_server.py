"""A node's media behind a bare HTTP server, with a house that allows what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from errors import Forbidden, NotFound, Unauthenticated
from media.node import MediaNode, open_media
from media.ports import Departure, FeedKind, MediaOptions, PublishRight, Sending, Slot
from media.routes import Door, add_media_routes
from server.problems import problems

KEY = "the-key-of-stream-7"
STREAM_ID = 7
PRIVATE_STREAM_ID = 8
CAMERA = Slot(STREAM_ID, 1, "camera")
SCREEN = Slot(STREAM_ID, 1, "screen")
GUEST_KEY = "the-token-of-a-guest"
GUEST_CAMERA = Slot(STREAM_ID, 2, "camera")
FEEDS = {31: CAMERA, 32: SCREEN, 33: GUEST_CAMERA}
"""The feeds of stream 7 by their ids."""


@dataclass(slots=True)
class OpenHouse:
    """Two streams: one public, one that takes a token. Notes what it is told."""

    told: list[tuple[str, Slot]] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def authorise_publish(
        self, credential: str, stream_id: int | None, kind: FeedKind
    ) -> PublishRight:
        if stream_id not in (None, STREAM_ID):
            raise NotFound
        if credential == GUEST_KEY:
            return PublishRight(Slot(STREAM_ID, 2, kind), GUEST_KEY.encode())
        if credential != KEY:
            raise Unauthenticated
        return PublishRight(Slot(STREAM_ID, 1, kind), None)

    async def authorise_watch(
        self, stream_id: int, token: str | None, feed_id: int | None
    ) -> Sequence[Slot]:
        if stream_id == PRIVATE_STREAM_ID and token is None:
            raise Unauthenticated
        if stream_id == PRIVATE_STREAM_ID:
            raise Forbidden
        if stream_id != STREAM_ID or (feed_id is not None and feed_id not in FEEDS):
            raise NotFound
        return [CAMERA, SCREEN] if feed_id is None else [FEEDS[feed_id]]

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        self._note("started", slot)

    async def publishing_stopped(self, slot: Slot, departure: Departure = Departure.AWAY) -> None:
        self.departures.append(departure)
        self._note("stopped", slot)

    async def count_media(self, request: web.Request) -> None:
        """Nobody is too many."""

    def own_page_token(self, request: web.Request) -> str | None:
        return None

    def client_address(self, request: web.Request) -> str:
        return request.remote or ""

    def _note(self, what: str, slot: Slot) -> None:
        self.told.append((what, slot))
        self.changed.set()

    async def wait_told(self, *expected: str, limit_s: float = 10.0) -> None:
        """Return when exactly `expected` has been told, in that order."""
        async with asyncio.timeout(limit_s):
            while [what for what, _ in self.told] != list(expected):
                self.changed.clear()
                await self.changed.wait()


@dataclass(frozen=True, slots=True)
class MediaServer:
    """What a test talks to."""

    media: MediaNode
    house: OpenHouse
    client: ClientSession
    url: str


@asynccontextmanager
async def open_media_server(
    options: MediaOptions | None = None, *, door: Door | None = None
) -> AsyncIterator[MediaServer]:
    """Serve media on loopback, on free ports."""
    house = OpenHouse()
    options = options or MediaOptions(port=0, addresses=("127.0.0.1",))
    async with open_media(options, house) as media:
        app = web.Application(middlewares=[problems])
        add_media_routes(app, media, house, door=door or house)
        async with TestServer(app) as server, ClientSession() as client:
            yield MediaServer(media, house, client, str(server.make_url("")).rstrip("/"))
