"""A document as storage keeps it, and how it is brought back: snapshot, log, anchors.

The projection in `code_sessions` says at which log position the anchors of open suggestions were
written; loading replays the log from there with the anchors in place, so that they end up where the
lines are, also after a node was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pycrdt import Doc, Text

from collab.anchors import Anchor, found_again
from collab.document import SharedDocument


@dataclass(frozen=True, slots=True)
class LoggedUpdate:
    """One update of the log."""

    update_id: int
    content: bytes


@dataclass(frozen=True, slots=True)
class OpenSuggestion:
    """Where an open suggestion was when its session was last projected."""

    suggestion_id: int
    anchor: Anchor
    original: str
    lines: tuple[int, int]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class PlacedSuggestion:
    """Where an open suggestion stands now."""

    suggestion_id: int
    anchor: Anchor
    line_start: int
    line_end: int
    is_stale: bool
    """Its lines are not what they were, or gone; then the numbers are the last they had."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """All it takes to load a document."""

    snapshot: LoggedUpdate | None
    updates: Sequence[LoggedUpdate]
    """The log after the snapshot."""
    projected_text: str
    projected_at: int
    """The log position of the projected text and of the suggestions' anchors."""
    suggestions: Sequence[OpenSuggestion]

    @property
    def last_id(self) -> int:
        """The end of the log."""
        if self.updates:
            return self.updates[-1].update_id
        return self.snapshot.update_id if self.snapshot else 0

    @property
    def has_no_log(self) -> bool:
        """Tell whether there is only readable text, put there before the first edit."""
        return self.last_id == 0 and self.projected_text != ""


def restore(document: SharedDocument, stored: StoredDocument) -> None:
    """Bring `stored` into the empty `document`. Raises DocumentBroken."""
    if stored.snapshot is not None:
        document.load(stored.snapshot.content)
    for logged in stored.updates:
        if logged.update_id <= stored.projected_at:
            document.load(logged.content)
    for suggestion in stored.suggestions:
        document.set_anchor(suggestion.suggestion_id, suggestion.anchor)
    for logged in stored.updates:
        if logged.update_id > stored.projected_at:
            document.load(logged.content)
    _correct_anchors(document, stored.suggestions)


def _correct_anchors(document: SharedDocument, suggestions: Sequence[OpenSuggestion]) -> None:
    """Put anchors that are not on their text where that text is, if it is anywhere.

    Replay is exact on one node. With several, a projection may hold another node's edit that its
    position does not count, and the quoted text decides.
    """
    if not suggestions:
        return
    text = document.text.encode()
    for suggestion in suggestions:
        anchor = document.anchors[suggestion.suggestion_id]
        if text[anchor.start : anchor.end] != suggestion.original.encode():
            found = found_again(text, suggestion.original)
            if found is not None:
                document.set_anchor(suggestion.suggestion_id, found)


def compacted(snapshot: LoggedUpdate | None, updates: Sequence[LoggedUpdate]) -> LoggedUpdate:
    """Return one snapshot that stands for `snapshot` and `updates`. May run in a thread.

    By applying, not by `merge_updates`, which is quadratic. Nothing can be waiting for a missing
    update here (a snapshot would silently leave it out): the log is in causal order.
    """
    whole: Doc[Text] = Doc()
    if snapshot is not None:
        whole.apply_update(snapshot.content)
    for logged in updates:
        whole.apply_update(logged.content)
    return LoggedUpdate(updates[-1].update_id, whole.get_update())
