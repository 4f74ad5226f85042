"""The past of a document as people speak of it: moments, versions, and what brings a moment back.

A moment is the document as it was after one update of its log; the log never changes, so a moment
is the same for ever. Knows nothing of storage or sockets; `replay.py` does the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.archive import Checkpoint, Edit, unpack, unpack_checkpoint


@dataclass(frozen=True, slots=True)
class Moment:
    """A document after one update."""

    update_id: int
    """0 before the first."""
    made_at: datetime | None
    user_id: int | None


BEGINNING = Moment(0, None, None)


@dataclass(frozen=True, slots=True)
class Version:
    """A moment with a name."""

    id: int
    name: str
    update_id: int
    made_at: datetime | None
    """When that update was made; None for the beginning."""
    user_id: int | None
    """Who gave the name."""
    username: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What brings a moment back, as storage keeps it."""

    update_id: int
    after_id: int
    """What the edits follow on: the checkpoint, or the last edit that is not asked for."""
    packed_checkpoint: bytes | None
    packed_pieces: Sequence[bytes]
    rows: Sequence[Edit]
    """The newest part of the log."""
    begun_with: str = ""
    """The text from before there was a log, if there is none."""

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The document that the edits follow on; None when they begin it."""
        if self.packed_checkpoint is None:
            return None
        return unpack_checkpoint(self.after_id, self.packed_checkpoint)

    def edits(self) -> Iterator[Edit]:
        """Yield the edits after the checkpoint, in order."""
        for packed in self.packed_pieces:
            yield from self._asked_for(unpack(packed))
        yield from self._asked_for(self.rows)

    def _asked_for(self, edits: Sequence[Edit]) -> Iterator[Edit]:
        return (edit for edit in edits if self.after_id < edit.update_id <= self.update_id)
