"""What is written of a document beside its log: the readable text, snapshots, the archive.

Nothing here is needed to keep an edit; all of it is made from the log again. So a database that is
away or slow delays it, and that is all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from collab.access import Access
from collab.archiving import Archiving
from collab.live_document import LiveDocument
from collab.stored import compacted
from errors import Overloaded, StorageAway, VibecastError
from persistence.documents import DocumentStore

logger = structlog.get_logger(__name__)

# Loading reads the newest snapshot and what came after: this many small updates take some 10 ms.
COMPACT_AFTER_UPDATES = 2000

OnMoved = Callable[[Access, Sequence[int]], Awaitable[None]]
"""Told of the suggestions whose lines have moved."""


class Upkeep:
    """Writes what follows from the logs of documents."""

    def __init__(
        self, store: DocumentStore, *, archiving: Archiving, compact_after_updates: int
    ) -> None:
        self.on_moved: OnMoved | None = None
        """Set by whoever announces suggestions."""
        self._store = store
        self._archiving = archiving
        self._compact_after_updates = compact_after_updates

    async def project_and_compact(self, live: LiveDocument) -> None:
        """Write the readable text, and shorten the log when it is time."""
        try:
            await self.project(live)
            if live.tail_updates >= self._compact_after_updates:
                await self.compact(live)
        except (StorageAway, Overloaded) as error:
            # The log has everything; the projection is tried again with the next edit or unload.
            logger.warning("a projection waits", session_id=live.session_id, error=str(error))

    async def project(self, live: LiveDocument) -> None:
        """Write the readable text if it has changed."""
        if live.has_failed:
            return
        async with live.projecting:
            if live.is_projected:
                return
            text, placed, moved = live.begin_projection()
            try:
                version = await live.wait_saved()
                await self._store.save_projection(
                    live.session_id, text=text, version=version, placed=placed
                )
            except VibecastError:
                live.note_change()
                raise
            if moved and self.on_moved is not None:
                await self.on_moved(live.access, moved)

    async def compact(self, live: LiveDocument) -> None:
        """Make a snapshot of the log as far as it is projected, and archive what that covers."""
        snapshot, updates = await self._store.snapshot_parts(live.session_id)
        if updates:
            # In a thread: it works on a document of its own, and typing goes on beside it.
            newest = await asyncio.to_thread(compacted, snapshot, updates)
            await self._store.save_snapshot(live.session_id, newest)
        live.tail_updates = 0
        await self._archiving.archive(live.session_id)
