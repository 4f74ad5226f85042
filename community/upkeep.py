"""What must be done now and then about what people wrote: ranks brought up to date, leftovers
removed. Every node runs one of these; nodes that work at the same time pass over each other's rows.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from community.views import WINDOW_S
from errors import VibecastError
from persistence.database import Database
from persistence.feeds import rank_posts
from persistence.idempotency import forget_expired
from persistence.posts import purge_posts
from persistence.video_views import forget_views

logger = structlog.get_logger(__name__)

EVERY_S = 60.0
# After a fortnight a post has lost 27 powers of ten of rank: no like brings it back.
RANKED_FOR = timedelta(days=14)
RANK_BATCH = 5_000
# A deleted post is kept that long for moderators, and for whoever deleted it by mistake.
DELETED_KEPT = timedelta(days=30)
PURGED_AT_ONCE = 100


class Upkeep:
    """Does it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Do it every minute until cancelled."""
        while True:
            try:
                await self.once()
            except VibecastError as error:
                logger.warning("upkeep of posts failed", error=error.code)
            await asyncio.sleep(EVERY_S)

    async def once(self) -> None:
        """Do it."""
        await rank_posts(self._database, younger_than=RANKED_FOR, batch=RANK_BATCH)
        await purge_posts(self._database, older_than=DELETED_KEPT, limit=PURGED_AT_ONCE)
        await forget_expired(self._database)
        await forget_views(self._database, window=timedelta(seconds=WINDOW_S))
