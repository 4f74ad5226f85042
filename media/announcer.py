"""Telling the rooms that media comes or has stopped, outside the packet path.

The latest state wins: a publisher that is back before its going was told has not gone. So what
waits is at most one word per feed, and a slow database delays news, never packets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from errors import Unavailable, VibecastError
from media.ports import Broadcasts, Departure, Sending, Slot

logger = structlog.get_logger(__name__)

# A store that is away for a moment must still hear of a feed.
_RETRY_S = 1.0


class Announcer:
    """The states that are to be told. `run` belongs to a task of the node."""

    def __init__(self, broadcasts: Broadcasts) -> None:
        self._broadcasts = broadcasts
        self._wanted: dict[Slot, Sending | Departure] = {}
        self._told: dict[Slot, Sending] = {}
        self._news = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def note(self, slot: Slot, state: Sending | Departure) -> None:
        """A publisher's media fills the slot, or does no more."""
        self._wanted[slot] = state
        self._quiet.clear()
        self._news.set()

    async def wait_quiet(self) -> None:
        """Return when everything noted has been told."""
        await self._quiet.wait()

    async def run(self, *, refused: Callable[[Slot], None]) -> None:
        """Tell, one feed after the other, until cancelled.

        `refused(slot)` is called when the rooms say that this may not be (the stream has ended
        since, its owner is live elsewhere, or has sent the guest away): asking again would not
        change that.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            failed = False
            for slot in list(self._wanted):
                failed = not await self._tell(slot, refused) or failed
            if not self._wanted:
                self._quiet.set()
            elif failed:
                await asyncio.sleep(_RETRY_S)
                self._news.set()

    async def _tell(self, slot: Slot, refused: Callable[[Slot], None]) -> bool:
        state = self._wanted[slot]
        try:
            if isinstance(state, Departure):
                if slot in self._told:
                    await self._broadcasts.publishing_stopped(slot, state)
                    del self._told[slot]
            elif state != self._told.get(slot):
                await self._broadcasts.publishing_started(slot, state)
                self._told[slot] = state
        except Unavailable as error:
            logger.warning(
                "the rooms could not be told", stream_id=slot.stream_id, error=error.code
            )
            return False
        except VibecastError as error:
            logger.info("publisher refused", stream_id=slot.stream_id, error=error.code)
            refused(slot)
        except Exception:
            logger.exception("the rooms could not be told", stream_id=slot.stream_id)
            return False
        if self._wanted[slot] == state:
            del self._wanted[slot]
        else:
            self._news.set()
        return True
