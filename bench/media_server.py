"""A node's media alone behind HTTP, for where the whole node is not what is measured.

    python -m bench.media_server HOST PORT MEDIA_PORT

Anybody with the key KEY publishes to stream 1, anybody watches. The loop is uvloop, as on a node.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web

from errors import NotFound, Unauthenticated
from media.node import open_media
from media.ports import MediaOptions
from media.routes import add_media_routes
from server.problems import problems

KEY = "benchmark"
STREAM_ID = 1


class _OneStream:
    async def authorise_publish(self, key: str, stream_id: int | None) -> int:
        if key != KEY:
            raise Unauthenticated
        return STREAM_ID

    async def authorise_watch(self, stream_id: int, token: str | None) -> None:
        if stream_id != STREAM_ID:
            raise NotFound

    async def publishing_started(self, stream_id: int) -> None:
        pass

    async def publishing_stopped(self, stream_id: int) -> None:
        pass

    async def count_media(self, request: web.Request) -> None:
        pass

    def own_page_token(self, request: web.Request) -> str | None:
        return None


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
