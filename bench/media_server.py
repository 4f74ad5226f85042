"""A node's media alone behind HTTP, for where the whole node is not what is measured.

    python -m bench.media_server HOST PORT MEDIA_PORT

Anybody with the key KEY publishes to stream 1, anybody watches. The loop is uvloop, as on a node.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import uvloop
from aiohttp import web

from errors import NotFound, Unauthenticated
from media.node import open_media
from media.ports import Departure, FeedKind, MediaOptions, PublishRight, Sending, Slot
from media.routes import add_media_routes
from server.problems import problems

KEY = "benchmark"
STREAM_ID = 1
CAMERA = Slot(STREAM_ID, 1, "camera")


class _OneStream:
    async def authorise_publish(
        self, credential: str, stream_id: int | None, kind: FeedKind
    ) -> PublishRight:
        if credential != KEY:
            raise Unauthenticated
        return PublishRight(CAMERA, None)

    async def authorise_watch(
        self, stream_id: int, token: str | None, feed_id: int | None
    ) -> Sequence[Slot]:
        if stream_id != STREAM_ID:
            raise NotFound
        return [CAMERA]

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        pass

    async def publishing_stopped(self, slot: Slot, departure: Departure = Departure.AWAY) -> None:
        pass

    async def count_media(self, request: web.Request) -> None:
        pass

    def own_page_token(self, request: web.Request) -> str | None:
        return None

    def client_address(self, request: web.Request) -> str:
        return request.remote or ""


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def serve(host: str, port: int, media_port: int) -> None:
    """Serve until cancelled."""
    house = _OneStream()
    async with open_media(MediaOptions(port=media_port, addresses=(host,)), house) as media:
        app = web.Application(middlewares=[problems])
        add_media_routes(app, media, house, door=house)
        app.router.add_get("/healthz", _healthy)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
