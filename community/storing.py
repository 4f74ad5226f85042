"""What people gave and the object store holds: how a picture gets there, and how what nobody uses
any more is cleared away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from community.pictures import CONTENT_TYPE, Picture
from errors import VibecastError
from persistence.database import Database
from persistence.media_objects import announce_content, remove_objects, take_expired
from persistence.objects import Objects, new_key

logger = structlog.get_logger(__name__)

CLEAR_EVERY_S = 60.0
CLEARED_AT_ONCE = 100


def media_url(key: str) -> str:
    """Return where an object is served."""
    return f"/media/{key}"


async def store_picture(
    database: Database, objects: Objects, picture: Picture, *, user_id: int, kind: str
) -> tuple[int, str]:
    """Store a picture under a random key, and return its id and key. Until `keep_objects` it is not
    seen, and cleared away after a while. Raises StorageAway."""
    key = new_key(kind)
    object_id = await announce_content(
        database,
        key,
        picture.content,
        user_id=user_id,
        content_type=CONTENT_TYPE,
        width=picture.width,
        height=picture.height,
    )
    await objects.put(key, picture.content)
    return object_id, key


async def clear_objects(database: Database, objects: Objects, *, kind: str) -> int:
    """Clear away some objects of one kind whose time is over, and return how many."""
    expired = await take_expired(database, kind=kind, limit=CLEARED_AT_ONCE)
    for each in expired:
        await objects.delete(each.key)
    await remove_objects(database, [each.id for each in expired])
    return len(expired)


async def clear_regularly(clear: Callable[[], Awaitable[int]], *, what: str) -> None:
    """Clear until cancelled: at once as long as `clear` finds a full round of `CLEARED_AT_ONCE`."""
    while True:
        try:
            while await clear() >= CLEARED_AT_ONCE:
                pass
        except VibecastError as error:
            logger.warning("objects could not be cleared away", what=what, error=error.code)
        await asyncio.sleep(CLEAR_EVERY_S)
