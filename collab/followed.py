"""The open suggestions of a loaded document: which lines each is on while the text moves.

The anchors themselves live in the document, which moves them with every edit; here is what they
were made for, what was last told of them, and how one that was lost is found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from collab.anchors import Anchor, Lines, found_again, lines_at, stands_at
from collab.document import SharedDocument
from collab.stored import PlacedSuggestion

_Told: TypeAlias = tuple[int, int, bool]
"""First line, last line, whether they were edited."""


class FollowedSuggestions:
    """What the open suggestions of one document were made for."""

    def __init__(self) -> None:
        self._originals: dict[int, str] = {}
        self._told: dict[int, _Told] = {}
        self._drafts = 0

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
        is_stale: bool = False,
    ) -> None:
        """Keep a suggestion on its lines from now on.

        `lines` and `is_stale` are what people know of it.
        """
        document.set_anchor(suggestion_id, anchor)
        self._originals[suggestion_id] = original
        self._told[suggestion_id] = (*lines, is_stale)

    def unfollow(self, document: SharedDocument, suggestion_id: int) -> None:
        """Forget a suggestion that is resolved. Safe to call twice."""
        document.drop_anchor(suggestion_id)
        self._originals.pop(suggestion_id, None)
        self._told.pop(suggestion_id, None)

    @contextmanager
    def moving(
        self, document: Callable[[], SharedDocument], anchor: Anchor
    ) -> Iterator[Callable[[], Anchor]]:
        """Have an anchor move with the text for the length of the block; call for its place."""
        self._drafts -= 1
        key = self._drafts  # below zero, where no suggestion's id is
        document().set_anchor(key, anchor)
        try:
            # A document that was loaded again meanwhile has forgotten it.
            yield lambda: document().anchors.get(key, anchor)
        finally:
            document().drop_anchor(key)

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

    def is_untouched(self, text: bytes, lines: Lines, suggestion_id: int) -> bool:
        """Tell whether `lines` are what the suggestion was made for."""
        return stands_at(text, lines, self._originals[suggestion_id])

    def place(self, document: SharedDocument, text: bytes) -> list[PlacedSuggestion]:
        """Return where every suggestion stands in `text`, and whether its lines were edited."""
        return [self._placed(document, text, suggestion_id) for suggestion_id in self._originals]

    def _placed(
        self, document: SharedDocument, text: bytes, suggestion_id: int
    ) -> PlacedSuggestion:
        lines = self.lines_of(document, text, suggestion_id)
        # Also where its lines are gone it is stored where it is now: the log is replayed from here.
        anchor = document.anchors[suggestion_id]
        if lines is None:
            first, last, _ = self._told[suggestion_id]
            return PlacedSuggestion(suggestion_id, anchor, first, last, is_stale=True)
        is_stale = not self.is_untouched(text, lines, suggestion_id)
        return PlacedSuggestion(suggestion_id, anchor, lines.first, lines.last, is_stale)

    def take_moved(self, placed: list[PlacedSuggestion]) -> list[int]:
        """Return the suggestions of which people do not know where they are, or that their lines
        were edited; and count all that known."""
        moved = []
        for each in placed:
            told = (each.line_start, each.line_end, each.is_stale)
            if self._told.get(each.suggestion_id) != told:
                self._told[each.suggestion_id] = told
                moved.append(each.suggestion_id)
        return moved
