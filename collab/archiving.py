"""Moves the older part of documents' logs into the archive, off the event loop.

Done after a document was compacted: what the snapshot covers is only read as history from then on,
and takes a thirtieth of the room there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from collab.archive import (
    CHECKPOINT_RATIO,
    PIECE_LIMIT_BYTES,
    PIECE_LIMIT_UPDATES,
    PIECE_UPDATES,
    Edit,
    Piece,
    pack,
    pack_checkpoint,
)
from collab.history import Past
from collab.replay import checkpoint_of
from persistence.history import HistoryStore

# A batch whose answer was lost is looked for in the log when it is tried again.
KEPT_AS_ROWS = timedelta(minutes=1)
# Ten million typed characters. Beyond it the older half of a document's history is let go.
ARCHIVE_LIMIT_BYTES = 64 * 1024 * 1024


class Archiving:
    """Keeps the logs of documents short and their history complete."""

    def __init__(
        self,
        store: HistoryStore,
        *,
        piece_updates: int = PIECE_UPDATES,
        kept_as_rows: timedelta = KEPT_AS_ROWS,
        limit_bytes: int = ARCHIVE_LIMIT_BYTES,
    ) -> None:
        self._store = store
        self._piece_updates = piece_updates
        self._kept_as_rows = kept_as_rows
        self._limit_bytes = limit_bytes

    async def archive(self, session_id: int) -> None:
        """Archive what has grown old enough, a piece at a time."""
        while await self._archive_piece(session_id):
            pass
        await self._store.shorten(session_id, limit_bytes=self._limit_bytes)

    async def _archive_piece(self, session_id: int) -> bool:
        edits = await self._store.edits_to_archive(
            session_id,
            made_before=datetime.now(UTC) - self._kept_as_rows,
            limit=PIECE_LIMIT_UPDATES,
            limit_bytes=PIECE_LIMIT_BYTES,
        )
        weight = sum(len(edit.content) for edit in edits)
        if len(edits) < self._piece_updates and weight < PIECE_LIMIT_BYTES:
            return False
        end = await self._store.archive_end(session_id)
        packed_checkpoint = None
        if end.since_checkpoint_bytes + weight >= CHECKPOINT_RATIO * end.document_bytes:
            past = await self._store.past(session_id, edits[-1].update_id)
            packed_checkpoint = await asyncio.to_thread(_checkpoint, past)
        piece = await asyncio.to_thread(
            partial(_piece, edits, after_id=end.last_id, checkpoint=packed_checkpoint)
        )
        return await self._store.archive(session_id, piece)


def _checkpoint(past: Past) -> bytes:
    return pack_checkpoint(checkpoint_of(past))


def _piece(edits: Sequence[Edit], *, after_id: int, checkpoint: bytes | None) -> Piece:
    return Piece(
        after_id,
        edits[-1].update_id,
        # Two nodes' clocks may differ, so the first is not always the earliest.
        first_at=min(edit.made_at for edit in edits),
        last_at=max(edit.made_at for edit in edits),
        updates=len(edits),
        updates_bytes=sum(len(edit.content) for edit in edits),
        content=pack(edits),
        checkpoint=checkpoint,
    )
