"""The REST edge of pictures for posts: /api/v1/media."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.picture_types import DECODERS, LIMIT_BYTES
from community.post_json import PostMediaJson
from community.post_pictures import PostPictures
from community.storing import media_url
from errors import (
    Conflict,
    NotFound,
    Overloaded,
    TooManyRequests,
    TooManyUploads,
    UnusablePicture,
)
from persistence.post_pictures import PostPicture
from server.gate import Access, Gate
from server.limits import Policy
from server.routing import Call, RawBody, Reply, Route
from server.wire import Given, Text

ALL = "/api/v1/media"
ONE = ALL + "/{media_id}"
ALT_CHARS = 1_500
# Three posts full of pictures in ten minutes; each costs some seconds of a core.
POST_PICTURES = Policy("post-pictures", 30, 600)
# A picture over a phone's line, and the wait for others' pictures.
TIMEOUT_S = 120.0


class PictureEdit(Given):
    """What is said of a picture; null: nothing."""

    alt_text: Annotated[Text, StringConstraints(max_length=ALT_CHARS)] | None


class MediaRoutes:
    """Add pictures for posts, describe them, take them back."""

    def __init__(
        self, pictures: PostPictures, *, gate: Gate, policy: Policy = POST_PICTURES
    ) -> None:
        self._pictures = pictures
        self._gate = gate
        self._policy = policy

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                ALL,
                self._add,
                summary="Add a picture for a post from a PNG, JPEG, GIF or WebP picture",
                access=Access.SIGNED_IN,
                status=201,
                errors=(UnusablePicture, TooManyUploads, TooManyRequests, Overloaded),
                raw=RawBody(tuple(DECODERS), LIMIT_BYTES),
                timeout_s=TIMEOUT_S,
            ),
            Route(
                "GET",
                ONE,
                self._see,
                summary="See a picture of mine",
                access=Access.SIGNED_IN,
                errors=(NotFound,),
            ),
            Route(
                "PATCH",
                ONE,
                self._describe,
                summary="Say what a picture of mine shows, for those who do not see it",
                access=Access.SIGNED_IN,
                errors=(NotFound,),
            ),
            Route(
                "DELETE",
                ONE,
                self._discard,
                summary="Take back a picture that no post of mine has",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Conflict),
            ),
        ]

    async def _add(self, call: Call[bytes, None]) -> Reply[PostMediaJson]:
        user_id = call.signed_in.user_id
        await self._gate.spend(call.request, self._policy, f"user:{user_id}")
        picture = await self._pictures.add(
            user_id, call.body, declared_type=call.request.content_type
        )
        return Reply(_told(picture), headers={"Location": ONE.format(media_id=picture.id)})

    async def _see(self, call: Call[None, None]) -> PostMediaJson:
        user_id = call.signed_in.user_id
        return _told(await self._pictures.see(call.path_id("media_id"), user_id=user_id))

    async def _describe(self, call: Call[PictureEdit, None]) -> PostMediaJson:
        picture = await self._pictures.describe(
            call.path_id("media_id"),
            user_id=call.signed_in.user_id,
            alt_text=(call.body.alt_text or "").strip() or None,
        )
        return _told(picture)

    async def _discard(self, call: Call[None, None]) -> None:
        user_id = call.signed_in.user_id
        await self._pictures.discard(call.path_id("media_id"), user_id=user_id)


def _told(picture: PostPicture) -> PostMediaJson:
    return PostMediaJson(
        id=picture.id,
        url=media_url(picture.key),
        small_url=media_url(picture.small_key or picture.key),
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        alt_text=picture.alt_text,
    )
