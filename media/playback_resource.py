"""What a player tells of itself: how often its picture stood still, and for how long.

Only the player sees that; the server sees packets. One resource beside each viewer's session, whose
secret authorises, as it does for the session. The numbers count from the session's beginning.
"""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from errors import BadRequest
from media.bodies import read_json
from media.counting import Counter
from media.node import MediaNode
from media.sessions import WatchSession


def add_playback_resource(app: web.Application, media: MediaNode, *, door: Counter) -> None:
    """Add the resource to `app`."""
    resource = _PlaybackResource(media, door)
    route = app.router.add_resource("/whep/sessions/{secret}/playback")
    route.add_route(hdrs.METH_POST, resource.note)
    route.add_route(hdrs.METH_OPTIONS, resource.options)


class _PlaybackResource:
    """`/whep/sessions/{secret}/playback`."""

    def __init__(self, media: MediaNode, door: Counter) -> None:
        self._media = media
        self._door = door

    async def note(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session = self._media.find_session(request.match_info["secret"], WatchSession)
        body = await read_json(request)
        freezes, frozen_ms = _read_count(body, "freezes"), _read_count(body, "frozen_ms")
        if session.viewer is not None:
            session.viewer.note_playback(freezes, frozen_ms)
        return web.Response(status=204)

    async def options(self, request: web.Request) -> web.Response:
        return web.Response(status=200)


def _read_count(body: Any, name: str) -> int:
    count = body.get(name) if isinstance(body, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise BadRequest(f"{name} is not a whole number from 0.")
    return count
