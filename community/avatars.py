"""Avatars: two squares of one picture, under random keys. A new one replaces the old one in one
transaction, and what was replaced, or never got so far, is cleared away later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from community.pictures import CONTENT_TYPE, Pictures
from errors import Unauthenticated, VibecastError
from persistence.database import Database
from persistence.media_objects import (
    announce_content,
    keep_objects,
    remove_objects,
    retire_others,
    take_expired,
)
from persistence.objects import Objects, new_key
from persistence.profiles import set_avatar

logger = structlog.get_logger(__name__)

KIND = "avatars"
LARGE_PIXELS = 512
SMALL_PIXELS = 96
SIZES = (LARGE_PIXELS, SMALL_PIXELS)
CLEAR_EVERY_S = 60.0
CLEARED_AT_ONCE = 100


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
        large_key, small_key = keys = [new_key(KIND) for _ in SIZES]
        for key, square in zip(keys, squares, strict=True):
            await announce_content(
                self._database,
                key,
                square.content,
                user_id=user_id,
                content_type=CONTENT_TYPE,
                width=square.width,
                height=square.height,
            )
            await self._objects.put(key, square.content)
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
        expired = await take_expired(self._database, kind=KIND, limit=CLEARED_AT_ONCE)
        for each in expired:
            await self._objects.delete(each.key)
        await remove_objects(self._database, [each.id for each in expired])
        return len(expired)

    async def clear_regularly(self) -> None:
        """Clear until cancelled."""
        while True:
            try:
                while await self.clear() == CLEARED_AT_ONCE:
                    pass
            except VibecastError as error:
                logger.warning("avatars could not be cleared away", error=error.code)
            await asyncio.sleep(CLEAR_EVERY_S)


def media_url(key: str) -> str:
    """Return where an object is served."""
    return f"/media/{key}"


@asynccontextmanager
async def open_avatars(
    database: Database, *, objects: Objects, pictures: Pictures
) -> AsyncIterator[Avatars]:
    """Clear away avatars that are not used for the length of the block."""
    avatars = Avatars(database, objects=objects, pictures=pictures)
    async with asyncio.TaskGroup() as tasks:
        clearing = tasks.create_task(avatars.clear_regularly())
        try:
            yield avatars
        finally:
            clearing.cancel()
