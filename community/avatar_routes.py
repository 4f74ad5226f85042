"""The REST edge of one's own avatar, and where avatars are served: /media/."""

from __future__ import annotations

import re

from aiohttp import hdrs, web

from community.avatars import Avatars
from community.picture_types import DECODERS, LIMIT_BYTES
from errors import NotFound, Overloaded, TooManyRequests, UnusablePicture
from persistence.database import Database
from persistence.media_objects import ready_object
from persistence.objects import Objects
from server.gate import Access, Gate
from server.routing import Call, RawBody, Route
from server.wire import Told

# A picture over a phone's line, and the wait for others' pictures.
TIMEOUT_S = 120.0
# A key is never given to other bytes.
CACHE = "public, max-age=31536000, immutable"
# Nothing of ours is to run, load or be framed there, whatever the bytes turn out to be.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_KEY = re.compile(r"avatars/[0-9a-f]{2}/[0-9a-f]{48}")


class AvatarJson(Told):
    """Where the new avatar is."""

    avatar_url: str
    avatar_small_url: str


class AvatarRoutes:
    """Set and remove one's avatar."""

    def __init__(self, avatars: Avatars, *, gate: Gate) -> None:
        self._avatars = avatars
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        mine = "/api/v1/users/me/avatar"
        return [
            Route(
                "PUT",
                mine,
                self._replace,
                summary="Set my avatar from a PNG, JPEG, GIF or WebP picture",
                access=Access.SIGNED_IN,
                errors=(UnusablePicture, TooManyRequests, Overloaded),
                raw=RawBody(tuple(DECODERS), LIMIT_BYTES),
                timeout_s=TIMEOUT_S,
            ),
            Route(
                "DELETE",
                mine,
                self._remove,
                summary="Remove my avatar",
                access=Access.SIGNED_IN,
                status=204,
            ),
        ]

    async def _replace(self, call: Call[bytes, None]) -> AvatarJson:
        user_id = call.signed_in.user_id
        await self._gate.spend(call.request, self._gate.limits.pictures_per_user, f"user:{user_id}")
        avatar = await self._avatars.replace(
            user_id, call.body, declared_type=call.request.content_type
        )
        return AvatarJson(avatar_url=avatar.url, avatar_small_url=avatar.small_url)

    async def _remove(self, call: Call[None, None]) -> None:
        await self._avatars.remove(call.signed_in.user_id)


class AvatarFiles:
    """Serves stored avatars by key. The row decides whether there is one, never a path."""

    def __init__(self, database: Database, *, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, which are no part of the API."""
        return [web.get("/media/avatars/{name:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        key = request.path.removeprefix("/media/")
        found = await ready_object(self._database, key) if _KEY.fullmatch(key) else None
        if found is None or not found.content_type.startswith("image/"):
            raise NotFound()
        tag = found.sha256.hex()
        name = key.rpartition("/")[2][:12] + "." + found.content_type.partition("/")[2]
        headers = {
            hdrs.ETAG: f'"{tag}"',
            hdrs.CACHE_CONTROL: CACHE,
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
            "Content-Security-Policy": POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if any(known.value in (tag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        content = await self._objects.get(found.key)
        return web.Response(body=content, content_type=found.content_type, headers=headers)
