"""The REST edge of what live streams look like, and where those pictures are served: /media/.

The streamer's page takes the picture and sends it; it is made anew like every picture that somebody
sends. Of who publishes without such a page, `photographer.py` takes it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from aiohttp import hdrs, web

from community.avatar_routes import POLICY
from community.picture_types import DECODERS
from community.pictures import CONTENT_TYPE, Pictures
from errors import NotFound, Overloaded, TooManyRequests, UnusablePicture
from persistence.snapshots import Snapshots
from server.gate import Access, Gate
from server.limits import Policy
from server.routing import Call, RawBody, Route
from server.wire import INT64_MAX, Told

LONGEST_SIDE = 480
LIMIT_BYTES = 200_000
# One in fifteen seconds, and room for a page that was loaded again.
PER_USER = Policy("snapshots", 10, 60)
# Not for long: a stream may end, or be made private, at any moment.
CACHE = "public, max-age=60"
_PLACE = re.compile(r"/media/snapshots/(?P<stream>[1-9][0-9]{0,18})/(?P<taken>[0-9]{1,17})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SnapshotsJson(Told):
    """Where the pictures are, the oldest first; none of a stream that is not live for everybody."""

    items: list[str]


class SnapshotRoutes:
    """Send a picture of one's live stream, and see those of any."""

    def __init__(self, snapshots: Snapshots, *, pictures: Pictures, gate: Gate) -> None:
        self._snapshots = snapshots
        self._pictures = pictures
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        path = "/api/v1/streams/{stream_id}/snapshots"
        return [
            Route(
                "GET",
                path,
                self._see,
                summary="See what a live stream looked like a moment ago",
            ),
            Route(
                "POST",
                path,
                self._keep,
                summary="Show everybody a picture of my live stream",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, UnusablePicture, TooManyRequests, Overloaded),
                raw=RawBody(tuple(DECODERS), LIMIT_BYTES),
            ),
        ]

    def files(self) -> list[web.RouteDef]:
        """Return the routes that are no part of the API."""
        return [web.get("/media/snapshots/{stream_id}/{taken}", self._serve)]

    async def _see(self, call: Call[None, None]) -> SnapshotsJson:
        stream_id = call.path_id("stream_id")
        taken = await self._snapshots.fresh(stream_id)
        return SnapshotsJson(
            items=[f"/media/snapshots/{stream_id}/{_microseconds(each)}" for each in taken]
        )

    async def _keep(self, call: Call[bytes, None]) -> None:
        user_id, stream_id = call.signed_in.user_id, call.path_id("stream_id")
        await self._gate.spend(call.request, PER_USER, f"user:{user_id}")
        [picture] = await self._pictures.wholes(
            call.body, declared_type=call.request.content_type, sizes=[LONGEST_SIDE]
        )
        if not await self._snapshots.keep(stream_id, picture.content, user_id=user_id):
            raise NotFound()

    async def _serve(self, request: web.Request) -> web.Response:
        place = _PLACE.fullmatch(request.path)
        if place is None or int(place["stream"]) > INT64_MAX:
            raise NotFound()
        taken_at = _EPOCH + timedelta(microseconds=int(place["taken"]))  # before the year 5138
        content = await self._snapshots.content(int(place["stream"]), taken_at)
        if content is None:
            raise NotFound()
        headers = {hdrs.CACHE_CONTROL: CACHE, "Content-Security-Policy": POLICY}
        return web.Response(body=content, content_type=CONTENT_TYPE, headers=headers)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
