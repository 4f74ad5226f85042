"""A document brought back as it was: its text, and who wrote which part of it.

Works on a document of its own from what storage kept, so it may run in a thread beside the typing.
The log is in causal order: applied in its order nothing ever waits, and every moment of it is a
document that somebody had on the screen.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from pycrdt import Doc, Text, TextEvent

from collab.archive import Checkpoint, Edit, Written
from collab.history import Past

_TEXT = "code"
_MINUTE_S = 60
# The most text that a person writes within a minute is one mark, so marks are few; an array of
# four bytes each moves as one block of memory when text is put in before it.
_MARK = "I"


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text that one author wrote within one minute."""

    text: str
    user_id: int | None
    made_at: datetime
    """That minute."""


def text_of(past: Past) -> str:
    """Return the text at a moment."""
    doc: Doc[Text] = Doc()
    checkpoint = past.checkpoint
    if checkpoint is not None:
        doc.apply_update(checkpoint.state)
    with doc.transaction():
        for edit in past.edits():
            doc.apply_update(edit.content)
    return str(doc.get(_TEXT, type=Text)) or past.begun_with


def passages_of(past: Past) -> list[Passage]:
    """Return the text at a moment, cut where its author or the minute of its writing changes."""
    authorship = Authorship(past.checkpoint)
    authorship.apply(past.edits())
    passages = list(authorship.passages())
    authorship.close()
    return passages


def checkpoint_of(past: Past) -> Checkpoint:
    """Return a moment as later ones are brought back from."""
    authorship = Authorship(past.checkpoint)
    authorship.apply(past.edits())
    checkpoint = authorship.checkpoint(past.update_id)
    authorship.close()
    return checkpoint


class Authorship:
    """A document that knows who wrote each of its bytes. Call `close` when done with it."""

    def __init__(self, begun: Checkpoint | None) -> None:
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(_TEXT, type=Text)
        self._marks = array(_MARK)
        self._authors: list[tuple[int | None, int]] = []
        self._numbers: dict[tuple[int | None, int], int] = {}
        self._mark = 0
        if begun is not None:
            self._doc.apply_update(begun.state)
            for written in begun.written:
                mark = self._number(written.user_id, written.minute)
                self._marks.extend(array(_MARK, [mark]) * written.length_bytes)
        self._subscription = self._text.observe(self._note_delta)

    def close(self) -> None:
        """Let go of the library's objects."""
        self._text.unobserve(self._subscription)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Go on with the log.

        All that somebody did within a minute in a row is one transaction: what a change of the text
        costs to observe grows with the document, and here it is observed once for all of them.
        """
        for (user_id, minute), together in groupby(edits, key=_author):
            self._mark = self._number(user_id, minute)
            with self._doc.transaction():
                for edit in together:
                    self._doc.apply_update(edit.content)

    def checkpoint(self, update_id: int) -> Checkpoint:
        """Return the document as it is now, after this update."""
        return Checkpoint(update_id, self._doc.get_update(), tuple(self._written()))

    def passages(self) -> Iterator[Passage]:
        """Yield the text in parts, from its start to its end."""
        text = str(self._text).encode()
        at = 0
        for written in self._written():
            part = text[at : at + written.length_bytes]
            at += written.length_bytes
            yield Passage(
                # An edit can cut a character in two; then its halves may have two authors.
                part.decode(errors="replace"),
                written.user_id,
                datetime.fromtimestamp(written.minute * _MINUTE_S, UTC),
            )

    def _written(self) -> Iterator[Written]:
        for mark, run in groupby(self._marks):
            user_id, minute = self._authors[mark]
            yield Written(sum(1 for _ in run), user_id, minute)

    def _number(self, user_id: int | None, minute: int) -> int:
        author = (user_id, minute)
        number = self._numbers.get(author)
        if number is None:
            number = self._numbers[author] = len(self._authors)
            self._authors.append(author)
        return number

    def _note_delta(self, event: TextEvent) -> None:
        at = 0
        for step in event.delta:  # type: ignore[attr-defined]  # set in C, not declared
            if "retain" in step:
                at += step["retain"]
            elif "delete" in step:
                del self._marks[at : at + step["delete"]]
            else:
                length = len(step["insert"].encode())
                self._marks[at:at] = array(_MARK, [self._mark]) * length
                at += length


def _author(edit: Edit) -> tuple[int | None, int]:
    return edit.user_id, int(edit.made_at.timestamp()) // _MINUTE_S
