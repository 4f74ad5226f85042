"""Telling the rooms that media comes or has stopped, outside the packet path.

The latest state wins: a publisher that is back before its going was told has not gone. So what
waits is at most one word per stream, and a slow database delays news, never packets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from errors import Unavailable, VibecastError
from media.ports import Broadcasts

logger = structlog.get_logger(__name__)

# A store that is away for a moment must still hear of a stream.
_RETRY_S = 1.0


class Announcer:
    """The states that are to be told. `run` belongs to a task of the node."""

    def __init__(self, broadcasts: Broadcasts) -> None:
        self._broadcasts = broadcasts
        self._wanted: dict[int, bool] = {}
        self._told: set[int] = set()
        self._news = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def note(self, stream_id: int, *, publishing: bool) -> None:
        """The stream has a publisher's media, or has it no more."""
        self._wanted[stream_id] = publishing
        self._quiet.clear()
        self._news.set()

    async def wait_quiet(self) -> None:
        """Return when everything noted has been told."""
        await self._quiet.wait()

    async def run(self, *, refused: Callable[[int], None]) -> None:
        """Tell, one stream after the other, until cancelled.

        `refused(stream_id)` is called when the rooms say that this stream may not be live (it has
        ended since, or its owner is live elsewhere): asking again would not change that.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            failed = False
            for stream_id in list(self._wanted):
                failed = not await self._tell(stream_id, refused) or failed
            if not self._wanted:
                self._quiet.set()
            elif failed:
                await asyncio.sleep(_RETRY_S)
                self._news.set()

    async def _tell(self, stream_id: int, refused: Callable[[int], None]) -> bool:
        publishing = self._wanted[stream_id]
        try:
            if publishing and stream_id not in self._told:
                await self._broadcasts.publishing_started(stream_id)
                self._told.add(stream_id)
            elif not publishing and stream_id in self._told:
                await self._broadcasts.publishing_stopped(stream_id)
                self._told.discard(stream_id)
        except Unavailable as error:
            logger.warning("the rooms could not be told", stream_id=stream_id, error=error.code)
            return False
        except VibecastError as error:
            logger.info("publisher refused", stream_id=stream_id, error=error.code)
            refused(stream_id)
        except Exception:
            logger.exception("the rooms could not be told", stream_id=stream_id)
            return False
        if self._wanted[stream_id] is publishing:
            del self._wanted[stream_id]
        else:
            self._news.set()
        return True
