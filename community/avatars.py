"""Avatars: two squares of one picture, under random keys. A new one replaces the old one in one
transaction, and what was replaced, or never got so far, is cleared away later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from community.pictures import Pictures
from community.storing import clear_objects, clear_regularly, media_url, store_picture
from errors import Unauthenticated
from persistence.database import Database
from persistence.media_objects import keep_objects, retire_others
from persistence.objects import Objects
from persistence.profiles import set_avatar
from tasks import open_tasks

KIND = "avatars"
LARGE_PIXELS = 512
SMALL_PIXELS = 96
SIZES = (LARGE_PIXELS, SMALL_PIXELS)


@dataclass(frozen=True, slots=True)
class Avatar:
    """Where an account's picture is."""

    url: str
    small_url: str


class Avatars:
    """Everybody's avatars. `open_avatars` also clears away those that are not used."""

    def __init__(self, database: Database, *, objects: Objects, pictures: Pictures) -> None:
        self._database = database
        self._objects = objects
        self._pictures = pictures

    async def replace(self, user_id: int, content: bytes, *, declared_type: str) -> Avatar:
        """Give the user the avatar that was sent.

        Raises UnsupportedMediaType, TooLarge, UnusablePicture, Overloaded, StorageAway.
        """
        squares = await self._pictures.squares(content, declared_type=declared_type, sizes=SIZES)
        keys = []
        for square in squares:
            _, key = await store_picture(
                self._database, self._objects, square, user_id=user_id, kind=KIND
            )
            keys.append(key)
        large_key, small_key = keys
        avatar = Avatar(media_url(large_key), media_url(small_key))
        async with self._database.transaction() as connection:
            # First, because it holds the account: of two avatars at once the later one stays.
            if not await set_avatar(
                connection, user_id, url=avatar.url, small_url=avatar.small_url
            ):
                raise Unauthenticated()
            await keep_objects(connection, keys)
            await retire_others(connection, user_id, kind=KIND, but=keys)
        return avatar

    async def remove(self, user_id: int) -> None:
        """Leave the user without an avatar."""
        async with self._database.transaction() as connection:
            await set_avatar(connection, user_id, url=None, small_url=None)
            await retire_others(connection, user_id, kind=KIND)

    async def clear(self) -> int:
        """Clear away some avatars that nobody uses, and return how many."""
        return await clear_objects(self._database, self._objects, kind=KIND)


@asynccontextmanager
async def open_avatars(
    database: Database, *, objects: Objects, pictures: Pictures
) -> AsyncIterator[Avatars]:
    """Clear away avatars that are not used for the length of the block."""
    avatars = Avatars(database, objects=objects, pictures=pictures)
    async with open_tasks(clear_regularly(avatars.clear, what=KIND)):
        yield avatars
