"""Pictures for posts: one large enough for a screen and a small one for lists, under random keys.
Each waits a day for its post; what no post has then, or any more, is cleared away.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from community.pictures import Picture, Pictures
from community.storing import CLEARED_AT_ONCE, clear_objects, clear_regularly, store_picture
from errors import TooManyUploads
from persistence.database import Database
from persistence.objects import Objects
from persistence.post_pictures import (
    KIND,
    PostPicture,
    describe_picture,
    discard_picture,
    keep_picture,
    picture_by_id,
    retire_unused,
    waiting_pictures,
)
from tasks import open_tasks

# A screen twice as fine as most are wide, and a column of a list.
LARGE_PIXELS = 2_048
SMALL_PIXELS = 960
# Several posts' worth: somebody may write two at once and change his mind.
WAITING_EACH = 50


class PostPictures:
    """Everybody's pictures for posts."""

    def __init__(self, database: Database, *, objects: Objects, pictures: Pictures) -> None:
        self._database = database
        self._objects = objects
        self._pictures = pictures

    async def add(self, user_id: int, content: bytes, *, declared_type: str) -> PostPicture:
        """Make a picture anew and keep it for the user's next posts.

        Raises UnsupportedMediaType, TooLarge, UnusablePicture, TooManyUploads, Overloaded,
        StorageAway.
        """
        if await waiting_pictures(self._database, user_id) >= WAITING_EACH:
            raise TooManyUploads("you have many pictures that no post has; use or delete some")
        large, small = await self._pictures.wholes(
            content, declared_type=declared_type, sizes=(LARGE_PIXELS, SMALL_PIXELS)
        )
        picture_id = await self._store(user_id, large)
        # A picture that is small already needs no smaller copy.
        is_smaller = (small.width, small.height) != (large.width, large.height)
        small_id = await self._store(user_id, small) if is_smaller else None
        await keep_picture(self._database, picture_id, small_id=small_id)
        return await picture_by_id(self._database, picture_id, user_id=user_id)

    async def _store(self, user_id: int, picture: Picture) -> int:
        picture_id, _ = await store_picture(
            self._database, self._objects, picture, user_id=user_id, kind=KIND
        )
        return picture_id

    async def see(self, picture_id: int, *, user_id: int) -> PostPicture:
        """Return the user's picture. Raises NotFound."""
        return await picture_by_id(self._database, picture_id, user_id=user_id)

    async def describe(self, picture_id: int, *, user_id: int, alt_text: str | None) -> PostPicture:
        """Say in words what is to be seen. Raises NotFound."""
        await describe_picture(self._database, picture_id, user_id=user_id, alt_text=alt_text)
        return await picture_by_id(self._database, picture_id, user_id=user_id)

    async def discard(self, picture_id: int, *, user_id: int) -> None:
        """Take away a picture that no post has. Raises NotFound, Conflict."""
        await discard_picture(self._database, picture_id, user_id=user_id)

    async def clear(self) -> int:
        """Clear away some pictures that no post has, and return how many objects that were."""
        await retire_unused(self._database, limit=CLEARED_AT_ONCE)
        return await clear_objects(self._database, self._objects, kind=KIND)


@asynccontextmanager
async def open_post_pictures(
    database: Database, *, objects: Objects, pictures: Pictures
) -> AsyncIterator[PostPictures]:
    """Clear away pictures that no post has for the length of the block."""
    kept = PostPictures(database, objects=objects, pictures=pictures)
    async with open_tasks(clear_regularly(kept.clear, what=KIND)):
        yield kept
