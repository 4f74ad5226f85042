"""Media that comes and stops, as a node's media tells of it."""

from __future__ import annotations

from media.ports import FeedKind, Sending, Slot
from persistence.database import Database
from persistence.streams import stream_by_id
from rooms.broadcasts import Broadcasts

BOTH = Sending(has_audio=True, has_video=True)


async def slot_of_owner(database: Database, stream_id: int, kind: FeedKind = "camera") -> Slot:
    """Return the place of the streamer's own feed."""
    stream = await stream_by_id(database, stream_id)
    assert stream is not None
    return Slot(stream_id, stream.user_id, kind)


async def starts_publishing(
    database: Database, broadcasts: Broadcasts, stream_id: int, kind: FeedKind = "camera"
) -> None:
    """Let the streamer's media arrive."""
    slot = await slot_of_owner(database, stream_id, kind)
    await broadcasts.publishing_started(slot, BOTH)


async def stops_publishing(
    database: Database, broadcasts: Broadcasts, stream_id: int, kind: FeedKind = "camera"
) -> None:
    """Let it arrive no more."""
    await broadcasts.publishing_stopped(await slot_of_owner(database, stream_id, kind))


async def stream_of_key(
    broadcasts: Broadcasts, key: str, stream_id: int | None, kind: FeedKind = "camera"
) -> int:
    """Return which stream a key opens."""
    return (await broadcasts.authorise_publish(key, stream_id, kind)).slot.stream_id


async def may_watch(broadcasts: Broadcasts, stream_id: int, token: str | None) -> None:
    """Return if whoever holds `token` may watch the streamer."""
    await broadcasts.authorise_watch(stream_id, token, None)
