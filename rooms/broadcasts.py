"""The life of a stream: scheduled, live while media arrives, ended by its owner or by silence.

The truth is in PostgreSQL, so any node may be killed at any time: whoever publishes renews a row
every few seconds, and any node that finds a live stream whose row is older than the grace ends it.
A publisher who comes back before that, here or on another node, continues the same stream.

A stream has several feeds (`rooms/stage.py`); those of its owner make it live, those of guests do
not. Media asks `authorise_publish` and `authorise_watch`, and says `publishing_started` and
`publishing_stopped` in the order in which that happened to one feed; `on_ended` and `on_displaced`
are how it hears that there is nothing to forward any more.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog

from errors import (
    AlreadyLive,
    NotFound,
    NotOnStage,
    StreamEnded,
    Unauthenticated,
    VibecastError,
)
from media.ports import Departure, FeedKind, PublishRight, Sending, Slot
from persistence.database import Database
from persistence.stages import (
    feed_gone,
    feed_here,
    lock_stage,
    move_stage,
    renew_feeds,
    right_of,
    slot_of,
)
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
    stream_by_id,
    stream_by_key,
)
from rooms.bus import Bus
from rooms.events import Announce
from rooms.stage_news import tell_stage
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
        self._publishing: dict[Slot, Sending] = {}
        # Streams that media here has something of: also those whose publisher may come back.
        self._held: set[int] = set()
        self._tell_ended: list[Callable[[int], None]] = []
        self._tell_displaced: list[Callable[[Slot], None]] = []
        self._tell_live: list[Callable[[int, int], None]] = []

    def on_ended(self, tell: Callable[[int], None]) -> None:
        """Call `tell(stream_id)` when a stream has ended, whichever node ended it."""
        self._tell_ended.append(tell)

    def on_displaced(self, tell: Callable[[Slot], None]) -> None:
        """Call `tell(slot)` when a feed that is published here has its place elsewhere, or none."""
        self._tell_displaced.append(tell)

    def on_live(self, tell: Callable[[int, int], None]) -> None:
        """Call `tell(stream_id, owner_id)` when a stream goes live here for the first time."""
        self._tell_live.append(tell)

    async def authorise_publish(
        self, credential: str, stream_id: int | None, kind: FeedKind
    ) -> PublishRight:
        """Return what `credential` may publish: a stream's key, or the sign-in of somebody on its
        stage. Without `stream_id` a key means the newest stream that it opens.

        Raises Unauthenticated for what opens nothing or another stream, NotFound, NotOnStage,
        StreamEnded, AlreadyLive. What it is is found by its hash, so its letters cannot be guessed
        by timing.
        """
        found = await stream_by_key(self._database, token_hash(credential), stream_id=stream_id)
        if found is None:
            return await self._authorise_person(credential, stream_id, kind)
        if found.is_ended:
            raise StreamEnded()
        if found.other_is_live:
            raise AlreadyLive()
        return PublishRight(Slot(found.id, found.user_id, kind), None)

    async def _authorise_person(
        self, token: str, stream_id: int | None, kind: FeedKind
    ) -> PublishRight:
        identity = await self._identities.by_token(token)
        if identity is None or stream_id is None:
            raise Unauthenticated("this stream key does not open this stream")
        right = await right_of(self._database, stream_id, identity.user_id)
        if right is None or not right.is_visible:
            raise NotFound()
        is_owner = identity.user_id == right.owner_id
        if not is_owner and not right.is_guest:
            raise NotOnStage()
        if right.is_ended:
            raise StreamEnded()
        if is_owner and right.other_is_live:
            raise AlreadyLive()
        return PublishRight(Slot(stream_id, identity.user_id, kind), identity.session_hash)

    async def authorise_watch(
        self, stream_id: int, token: str | None, feed_id: int | None
    ) -> Sequence[Slot]:
        """Return what whoever holds `token` may watch; public streams need none. Without a feed
        that is the streamer's camera, or else the screen.

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
        if feed_id is None:
            owner_id = stream.user_id
            return [Slot(stream_id, owner_id, "camera"), Slot(stream_id, owner_id, "screen")]
        slot = await slot_of(self._database, stream_id, feed_id)
        if slot is None:
            raise NotFound("There is no such feed.")
        return [slot]

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        """Media arrives at this node: if it is the owner's, the stream is live.

        Raises NotFound, NotOnStage, StreamEnded, AlreadyLive.
        """
        stream_id = slot.stream_id
        went_live = None
        async with self._database.transaction() as connection:
            status = await lock_stream(connection, stream_id)
            if status is None:
                raise NotFound()
            if status == "ended":
                raise StreamEnded()
            owner_id = (await lock_stage(connection, stream_id)).owner_id
            if slot.user_id == owner_id:
                went_live = await go_live(connection, stream_id)
            else:
                right = await right_of(connection, stream_id, slot.user_id)
                if right is None or not right.is_guest:
                    raise NotOnStage()
            await feed_here(connection, slot, sending, node_id=self._node_id)
            await move_stage(connection, stream_id)
            if slot.user_id == owner_id:
                await publisher_here(connection, stream_id, node_id=self._node_id)
        self._publishing[slot] = sending
        self._held.add(stream_id)
        logger.info("publishing started", stream_id=stream_id, feed=slot.kind)
        if went_live is not None:
            for tell in self._tell_live:
                tell(stream_id, went_live)
        await self._announce_feed(stream_id, is_owners=slot.user_id == owner_id)

    async def publishing_stopped(self, slot: Slot, departure: Departure = Departure.AWAY) -> None:
        """No media arrives any more. When it was the last of the owner's, the grace begins."""
        self._publishing.pop(slot, None)
        stream_id = slot.stream_id
        async with self._database.transaction() as connection:
            owner_id = (await lock_stage(connection, stream_id)).owner_id
            is_stopped = departure is Departure.STOPPED
            if await feed_gone(connection, slot, node_id=self._node_id, is_stopped=is_stopped):
                await move_stage(connection, stream_id)
            if slot.user_id == owner_id:
                await publisher_gone(connection, stream_id)
        logger.info("publishing stopped", stream_id=stream_id, feed=slot.kind)
        await self._announce_feed(stream_id, is_owners=slot.user_id == owner_id)

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
        for stream_id in await ended_of(self._database, sorted(self._held)):
            self._tell(stream_id)
        mine = dict(self._publishing)
        if not mine:
            return
        renewed = await renew_feeds(self._database, list(mine), node_id=self._node_id)
        held = {each.slot: each.is_publishing for each in renewed}
        for slot, sending in mine.items():
            if self._publishing.get(slot) is not sending:
                continue  # it has stopped meanwhile, or begun anew
            if slot not in held:
                self._displace(slot)
            elif not held[slot]:
                await self._revive(slot, sending)

    async def _revive(self, slot: Slot, sending: Sending) -> None:
        """Publish again what another node took for dead while this one stood still."""
        try:
            await self.publishing_started(slot, sending)
        except (NotFound, NotOnStage, StreamEnded, AlreadyLive):
            self._displace(slot)

    def _displace(self, slot: Slot) -> None:
        """Its guest is off the stage, or publishes at another node: whoever came last has it."""
        self._publishing.pop(slot, None)
        for tell in self._tell_displaced:
            tell(slot)

    async def sweep(self) -> None:
        """End the streams that nobody publishes to any more. Of several nodes one ends each."""
        async with self._database.transaction() as connection:
            abandoned = await end_abandoned(connection, grace_s=self._grace_s)
        await self._finish(abandoned, reason="publisher gone")
        async with self._database.transaction() as connection:
            unbegun = await end_never_begun(connection, older_than=UNBEGUN_LIFE)
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
            await tell_stage(self._database, self._announce, stream_id)

    def _heard_of_end(self, message: bytes) -> None:
        self._tell(int(message))

    def _tell(self, stream_id: int) -> None:
        self._held.discard(stream_id)
        for slot in [each for each in self._publishing if each.stream_id == stream_id]:
            del self._publishing[slot]
        for tell in self._tell_ended:
            tell(stream_id)

    async def _announce_feed(self, stream_id: int, *, is_owners: bool) -> None:
        if is_owners:
            await self._announce_state(stream_id)
        await tell_stage(self._database, self._announce, stream_id)

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
