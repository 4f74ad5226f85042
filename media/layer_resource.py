"""Choosing a layer over HTTP: WHEP's layer extension, one resource beside each viewer's session.

`POST` chooses, `DELETE` leaves it to the line again; `GET`, which the extension does not have,
tells what there is to choose from.
"""

from __future__ import annotations

import math
from typing import Any

from aiohttp import hdrs, web

from errors import BadRequest, Unprocessable
from media.bodies import read_json
from media.counting import Counter
from media.node import MediaNode
from media.ports import LayerSelection
from media.sessions import WatchSession

EXTENSION = "urn:ietf:params:whep:ext:core:layer"

# Members of a choice that name layers within one encoding.
_WITHIN = ("spatialLayerId", "temporalLayerId", "maxSpatialLayerId", "maxTemporalLayerId")


def write_layer_link(secret: str) -> str:
    """Return the Link header value that names a viewer's layer resource."""
    return f'</whep/sessions/{secret}/layer>; rel="{EXTENSION}"'


def add_layer_resource(app: web.Application, media: MediaNode, *, door: Counter) -> None:
    """Add the resource to `app`."""
    resource = _LayerResource(media, door)
    route = app.router.add_resource("/whep/sessions/{secret}/layer")
    route.add_route(hdrs.METH_GET, resource.read)
    route.add_route(hdrs.METH_POST, resource.choose)
    route.add_route(hdrs.METH_DELETE, resource.leave_to_the_line)
    route.add_route(hdrs.METH_OPTIONS, resource.options)


class _LayerResource:
    """`/whep/sessions/{secret}/layer`. The secret authorises, as it does for the session."""

    def __init__(self, media: MediaNode, door: Counter) -> None:
        self._media = media
        self._door = door

    async def read(self, request: web.Request) -> web.Response:
        return _describe(self._media.layers(self._find(request)))

    async def choose(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session = self._find_for_holder(request)
        self._media.choose_layer(session, _read_choice(await read_json(request), session))
        return _describe(self._media.layers(session))

    async def leave_to_the_line(self, request: web.Request) -> web.Response:
        await self._door.count_media(request)
        session = self._find_for_holder(request)
        self._media.choose_layer(session, None)
        return _describe(self._media.layers(session))

    async def options(self, request: web.Request) -> web.Response:
        return web.Response(status=200)

    def _find(self, request: web.Request) -> WatchSession:
        return self._media.find_session(request.match_info["secret"], WatchSession)

    def _find_for_holder(self, request: web.Request) -> WatchSession:
        session = self._find(request)
        token = self._media.preconditions.read_token(request.headers)
        self._media.preconditions.check_holder(session.holder, token)
        return session


def _read_choice(body: Any, session: WatchSession) -> str | None:
    """Return the encoding that is asked for; an empty object leaves it to the line.

    Raises BadRequest for what is no choice, Unprocessable for one that cannot be had: nothing is
    taken apart within an encoding here.
    """
    if not isinstance(body, dict):
        raise BadRequest("Send a JSON object with the encodingId.")
    encoding, media = body.get("encodingId"), body.get("mediaId")
    if encoding is not None and not isinstance(encoding, str):
        raise BadRequest("encodingId is not a string.")
    if media is not None and str(media) not in _names_of_the_picture(session):
        raise Unprocessable("mediaId does not name the section of the picture.")
    if any(body.get(each) is not None for each in _WITHIN):
        raise Unprocessable("Layers within an encoding cannot be chosen here; choose an encoding.")
    return encoding


def _names_of_the_picture(session: WatchSession) -> set[str]:
    """Return what its section is called: the draft counts sections, browsers name them."""
    sections = enumerate(each.section for each in session.agreements)
    return {name for i, each in sections if each.kind == "video" for name in (str(i), each.mid)}


def _describe(selection: LayerSelection) -> web.Response:
    limit = selection.limit_bps
    layers: list[dict[str, Any]] = [
        {
            "encodingId": rung.encoding,
            "width": rung.size[0] if rung.size else None,
            "height": rung.size[1] if rung.size else None,
            "bitrate": rung.bitrate_bps,
            "framesPerSecond": rung.frames_per_second,
            "active": rung.is_active,
        }
        for rung in selection.ladder
    ]
    return web.json_response(
        {
            "mediaId": selection.media_id,
            "encodingId": selection.chosen,
            "current": selection.current,
            "limit": round(limit) if limit is not None and math.isfinite(limit) else None,
            "layers": layers,
        }
    )
