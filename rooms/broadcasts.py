"""The life of a stream: scheduled, live while media arrives, ended by its owner or by silence.

The truth is in PostgreSQL, so any node may be killed at any time: whoever publishes renews a row
every few seconds, and any node that finds a live stream whose row is older than the grace ends it.
A publisher who comes back before that, here or on another node, continues the same stream.

Media asks `authorise_publish` and `authorise_watch`, and says `publishing_started` and
`publishing_stopped` in the order in which that happened to one stream; `on_ended` is how it hears
that there is nothing to forward any more.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog

from errors import AlreadyLive, NotFound, StreamEnded, Unauthenticated, VibecastError
from persistence.database import Database
from persistence.streams import (
    Stream,
    end_abandoned,
    end_never_begun,
    end_stream,
    ended_of,
    flush_viewers,
    go_live,
    lock_stream,
    publisher_gone,
    publisher_here,
    renew_publishers,
    stream_by_id,
    stream_by_key,
)
from rooms.bus import Bus
from rooms.events import Announce
from server.identity import Identities, token_hash
from server.wire import rfc3339
from tasks import open_tasks

logger = structlog.get_logger(__name__)

RENEW_EVERY_S = 5.0
# A stream that was made to go live at once and did not in this time is not going to.
UNBEGUN_LIFE = timedelta(hours=24)
CHANNEL = "streams.ended"


def stream_state(stream: Stream) -> dict[str, Any]:
    """Return the payload of `stream:state`."""
    return {
        "stream_id": str(stream.id),
        "status": stream.status,
        "publishing": stream.publishing,
        "started_at": rfc3339(stream.started_at) if stream.started_at else None,
        "ended_at": rfc3339(stream.ended_at) if stream.ended_at else None,
        "title": stream.title,
    }


class Broadcasts:
    """Every stream of the site, as this node takes part in it. Made by `open_broadcasts`."""

    def __init__(
        self,
        database: Database,
        *,
        node_id: uuid.UUID,
        identities: Identities,
        announce: Announce,
        bus: Bus,
        grace_s: float,
    ) -> None:
        self._database = database
        self._node_id = node_id
        self._identities = identities
        self._announce = announce
        self._bus = bus
        self._grace_s = grace_s
        self._publishing: set[int] = set()
        # Streams that media here has something of: also those whose publisher may come back.
        self._held: set[int] = set()
        self._tell_ended: list[Callable[[int], None]] = []
        self._tell_live: list[Callable[[int, int], None]] = []

    def on_ended(self, tell: Callable[[int], None]) -> None:
        """Call `tell(stream_id)` when a stream has ended, whichever node ended it."""
        self._tell_ended.append(tell)

    def on_live(self, tell: Callable[[int, int], None]) -> None:
        """Call `tell(stream_id, owner_id)` when a stream goes live here for the first time."""
        self._tell_live.append(tell)

    async def authorise_publish(self, key: str, stream_id: int | None) -> int:
        """Return the stream that `key` may publish to: `stream_id`, or the newest it opens.

        Raises Unauthenticated for a key that opens nothing or another stream, StreamEnded,
        AlreadyLive. The key is found by its hash, so its letters cannot be guessed by timing.
        """
        found = await stream_by_key(self._database, token_hash(key), stream_id=stream_id)
        if found is None:
            raise Unauthenticated("this stream key does not open this stream")
        if found.is_ended:
            raise StreamEnded()
        if found.other_is_live:
            raise AlreadyLive()
        return found.id

    async def authorise_watch(self, stream_id: int, token: str | None) -> None:
        """Return if whoever holds `token` may watch; public streams need none.

        Raises NotFound, also for a private stream that is not the caller's, and StreamEnded.
        """
        stream = await stream_by_id(self._database, stream_id)
        if stream is None:
            raise NotFound()
        if stream.visibility == "private":
            identity = await self._identities.by_token(token) if token else None
            if not stream.is_visible_to(identity.user_id if identity else None):
                raise NotFound()
        if stream.status == "ended":
            raise StreamEnded()

    async def publishing_started(self, stream_id: int) -> None:
        """Media arrives at this node: the stream is live.

        Raises NotFound, StreamEnded, AlreadyLive.
        """
        async with self._database.transaction() as connection:
            status = await lock_stream(connection, stream_id)
            if status is None:
                raise NotFound()
            if status == "ended":
                raise StreamEnded()
            owner_id = await go_live(connection, stream_id)
            await publisher_here(connection, stream_id, node_id=self._node_id)
        self._publishing.add(stream_id)
        self._held.add(stream_id)
        logger.info("publishing started", stream_id=stream_id)
        if owner_id is not None:
            for tell in self._tell_live:
                tell(stream_id, owner_id)
        await self._announce_state(stream_id)

    async def publishing_stopped(self, stream_id: int) -> None:
        """No media arrives any more: the grace begins."""
        self._publishing.discard(stream_id)
        await publisher_gone(self._database, stream_id, node_id=self._node_id)
        logger.info("publishing stopped", stream_id=stream_id)
        await self._announce_state(stream_id)

    async def end(self, stream_id: int) -> None:
        """End a stream for good. Ending twice is ending once."""
        async with self._database.transaction() as connection:
            ended = await end_stream(connection, stream_id)
        if ended:
            await self._finish([stream_id], reason="owner")

    async def flush_viewers(self, counts: Mapping[int, int]) -> None:
        """Write how many people watch each stream just now, and raise its peak."""
        await flush_viewers(self._database, counts)

    async def renew(self) -> None:
        """Say that this node still receives what it receives, and notice what ended elsewhere.

        The bus tells of endings sooner; this finds them also when the bus was away.
        """
        await renew_publishers(self._database, sorted(self._publishing), node_id=self._node_id)
        for stream_id in await ended_of(self._database, sorted(self._held)):
            self._tell(stream_id)

    async def sweep(self) -> None:
        """End the streams that nobody publishes to any more. Of several nodes one ends each."""
        async with self._database.transaction() as connection:
            abandoned = await end_abandoned(connection, grace_s=self._grace_s)
        await self._finish(abandoned, reason="publisher gone")
        unbegun = await end_never_begun(self._database, older_than=UNBEGUN_LIFE)
        await self._finish(unbegun, reason="never begun")

    async def run(self) -> None:
        """Renew and sweep until cancelled."""
        subscription = self._bus.subscribe(CHANNEL, self._heard_of_end, on_gap=_wait_for_renewal)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_repeat(self.renew, every_s=RENEW_EVERY_S))
                tasks.create_task(self._sweep_after_grace())
        finally:
            subscription.close()

    async def _sweep_after_grace(self) -> None:
        # Nobody could publish here while this node was down, so the time before its start does not
        # count: publishers get one whole grace to come back to a node that was started again.
        await asyncio.sleep(self._grace_s)
        await _repeat(self.sweep, every_s=min(RENEW_EVERY_S, self._grace_s / 2))

    async def _finish(self, stream_ids: Iterable[int], *, reason: str) -> None:
        for stream_id in stream_ids:
            logger.info("stream ended", stream_id=stream_id, reason=reason)
            self._tell(stream_id)
            self._bus.publish_nowait(CHANNEL, str(stream_id).encode())
            await self._announce_state(stream_id)

    def _heard_of_end(self, message: bytes) -> None:
        self._tell(int(message))

    def _tell(self, stream_id: int) -> None:
        self._publishing.discard(stream_id)
        self._held.discard(stream_id)
        for tell in self._tell_ended:
            tell(stream_id)

    async def _announce_state(self, stream_id: int) -> None:
        stream = await stream_by_id(self._database, stream_id)
        if stream is not None:
            self._announce(
                stream_id, "stream:state", stream_state(stream), latest_of=f"stream:{stream_id}"
            )


def _wait_for_renewal() -> None:
    """An ending may have been missed; the next renewal finds it in the database."""


async def _repeat(task: Callable[[], Awaitable[None]], *, every_s: float) -> None:
    while True:
        try:
            await task()
        except VibecastError as error:
            # The database is away or slow; the next round does what this one could not.
            logger.warning("streams could not be looked after", error=error.code)
        await asyncio.sleep(every_s)


@asynccontextmanager
async def open_broadcasts(
    database: Database,
    *,
    node_id: uuid.UUID,
    identities: Identities,
    announce: Announce,
    bus: Bus,
    grace_s: float,
) -> AsyncIterator[Broadcasts]:
    """Look after streams for the length of the block.

    What is live stays live at its end: a node that is started again goes on with it.
    """
    broadcasts = Broadcasts(
        database,
        node_id=node_id,
        identities=identities,
        announce=announce,
        bus=bus,
        grace_s=grace_s,
    )
    async with open_tasks(broadcasts.run()):
        yield broadcasts
