"""Takes pictures of live streams whose publishers send none: OBS and other encoders.

Every node looks after the feeds that arrive at it. One picture at a time, and after each a pause
several times as long as it took: on a busy node they take longer, and so come less often. What does
not fit comes later, the stream that has waited longest first. Nothing of it is in the packet path:
a keyframe is copied out of what media keeps anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from community.stills import Stills, UnusableStill, open_stills
from errors import VibecastError
from media.ports import CodedStill, Slot
from persistence.database import Database
from persistence.snapshots import Snapshots, Unpictured
from tasks import open_tasks

logger = structlog.get_logger(__name__)

# Of one look; those that are left are the first of the next.
AT_ONCE = 20
# A loop that wakes up so much too late has more urgent work.
LATE_S = 0.25


class LiveMedia(Protocol):
    """What is asked of media: the feeds of this node."""

    def streams(self) -> Collection[int]:
        """Return the streams that have a feed here."""

    def take_still(self, slots: Sequence[Slot]) -> CodedStill | None:
        """Return what the first of `slots` that is filled looks like, None if that is not known
        now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When pictures are taken."""

    look_every_s: float = 5.0
    again_after_s: float = 12.0
    """Since the last of the same stream: with looks every five seconds, one in fifteen."""
    refused_for_s: float = 60.0
    """How long a stream is left alone whose keyframe could not be decoded."""
    pause_factor: float = 4.0
    """How many times as long as a picture took nothing is done after it: a fifth of a core at
    most."""
    first_after: timedelta = timedelta(seconds=5)
    """A page sends its first two seconds after it is live."""
    publisher_quiet_for: timedelta = timedelta(seconds=40)
    """Since the publisher's own last one: two of a page's have not come."""


class Photographer:
    """Takes the pictures of one node. Made by `open_photographer`."""

    def __init__(
        self,
        snapshots: Snapshots,
        *,
        media: LiveMedia,
        stills: Stills,
        rhythm: Rhythm,
        clock: Callable[[], float],
    ) -> None:
        self._snapshots = snapshots
        self._media = media
        self._stills = stills
        self._rhythm = rhythm
        self._clock = clock
        self._not_before: dict[int, float] = {}
        """When streams that are here may be looked at again."""

    async def run(self) -> None:
        """Look around until cancelled."""
        while True:
            due_at = self._clock() + self._rhythm.look_every_s
            await asyncio.sleep(self._rhythm.look_every_s)
            if self._clock() - due_at > LATE_S:
                continue
            try:
                await self.look()
            except VibecastError as error:
                logger.warning("no pictures of live streams", error=error.code)

    async def look(self) -> None:
        """Take the pictures that are due, one after the other."""
        here, now = self._media.streams(), self._clock()
        self._not_before = {each: at for each, at in self._not_before.items() if each in here}
        unpictured = await self._snapshots.unpictured(
            [each for each in here if self._not_before.get(each, now) <= now],
            first_after=self._rhythm.first_after,
            publisher_quiet_for=self._rhythm.publisher_quiet_for,
            limit=AT_ONCE,
        )
        for stream in unpictured:
            await self._picture(stream)

    async def _picture(self, stream: Unpictured) -> None:
        stream_id, owner_id = stream.stream_id, stream.user_id
        # What a viewer is shown who asks for no feed.
        still = self._media.take_still(
            [Slot(stream_id, owner_id, "camera"), Slot(stream_id, owner_id, "screen")]
        )
        if still is None:
            return
        began_at = self._clock()
        self._not_before[stream_id] = began_at + self._rhythm.again_after_s
        try:
            content = await self._stills.develop(still)
        except UnusableStill as error:
            logger.info("no picture of a live stream", stream_id=stream_id, reason=str(error))
            self._not_before[stream_id] = began_at + self._rhythm.refused_for_s
        else:
            await self._snapshots.keep(stream_id, content, user_id=owner_id, is_still=True)
        await asyncio.sleep((self._clock() - began_at) * self._rhythm.pause_factor)


@asynccontextmanager
async def open_photographer(
    database: Database, *, media: LiveMedia, rhythm: Rhythm | None = None
) -> AsyncIterator[None]:
    """Take pictures for the length of the block."""
    async with open_stills() as stills:
        photographer = Photographer(
            Snapshots(database),
            media=media,
            stills=stills,
            rhythm=rhythm or Rhythm(),
            clock=asyncio.get_running_loop().time,
        )
        async with open_tasks(photographer.run()):
            yield
