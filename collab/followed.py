"""The open suggestions of a loaded document: which lines each is on while the text moves.

The anchors themselves live in the document, which moves them with every edit; here is what they
were made for, what was last told of them, and how one that was lost is found again.
"""

from __future__ import annotations

from collab.anchors import Anchor, Lines, found_again, lines_at
from collab.document import SharedDocument
from collab.stored import PlacedSuggestion


class FollowedSuggestions:
    """What the open suggestions of one document were made for."""

    def __init__(self) -> None:
        self._originals: dict[int, str] = {}
        self._told: dict[int, tuple[int, int]] = {}

    def __contains__(self, suggestion_id: int) -> bool:
        return suggestion_id in self._originals

    def follow(
        self,
        document: SharedDocument,
        suggestion_id: int,
        anchor: Anchor,
        *,
        original: str,
        lines: tuple[int, int],
    ) -> None:
        """Keep a suggestion on its lines from now on; `lines` is what people know of them."""
        document.set_anchor(suggestion_id, anchor)
        self._originals[suggestion_id] = original
        self._told[suggestion_id] = lines

    def unfollow(self, document: SharedDocument, suggestion_id: int) -> None:
        """Forget a suggestion that is resolved. Safe to call twice."""
        document.drop_anchor(suggestion_id)
        self._originals.pop(suggestion_id, None)
        self._told.pop(suggestion_id, None)

    def lines_of(self, document: SharedDocument, text: bytes, suggestion_id: int) -> Lines | None:
        """Return where a suggestion stands in `text`, the document's; None when that is gone."""
        original = self._originals.get(suggestion_id)
        anchor = document.anchors.get(suggestion_id)
        if original is None or anchor is None:
            return None
        lines = lines_at(text, anchor, original)
        if lines is None and (found := found_again(text, original)) is not None:
            document.set_anchor(suggestion_id, found)
            lines = lines_at(text, found, original)
        return lines

    def place(self, document: SharedDocument, text: bytes) -> list[PlacedSuggestion]:
        """Return where every suggestion stands in `text`, but for those whose lines are gone."""
        placed = []
        for suggestion_id in self._originals:
            lines = self.lines_of(document, text, suggestion_id)
            if lines is not None:
                anchor = document.anchors[suggestion_id]
                placed.append(PlacedSuggestion(suggestion_id, anchor, lines.first, lines.last))
        return placed

    def take_moved(self, placed: list[PlacedSuggestion]) -> list[int]:
        """Return the suggestions that are on other lines than people know, and count them known."""
        moved = []
        for each in placed:
            lines = (each.line_start, each.line_end)
            if self._told.get(each.suggestion_id) != lines:
                self._told[each.suggestion_id] = lines
                moved.append(each.suggestion_id)
        return moved
