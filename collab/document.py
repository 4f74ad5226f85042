"""The text itself: a Yjs document that takes clients' updates and moves anchors with them.

Only `stored.py` and `replay.py`, which work on what is on disk, import pycrdt too. Every method is
a plain `def`, so each update is applied whole or not at all. Knows nothing of sockets, people or
storage; `live_document.py` decides who may edit.

Bad bytes raise BadMessage, text over the limit raises DocumentFull and changes nothing, a library
that failed inside (its panics are BaseException) raises DocumentBroken: the document must then be
loaded again from the log, because nobody knows how much of the update it holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pycrdt import Doc, Subscription, Text, TextEvent, TransactionEvent, get_update

from collab.anchors import Anchor, Replacement, moved
from collab.protocol import Reader
from errors import BadMessage, DocumentFull

TEXT_LIMIT_BYTES = 1024 * 1024
# Updates that wait for others they build on. An honest client never leaves many: it sends in order
# and answers at once when asked for what is missing.
PENDING_LIMIT_BYTES = 512 * 1024
# A joiner gets the whole document as it was a moment ago and the few updates since: encoding it
# again for every joiner while somebody types is what made joining slow elsewhere.
_RECENT_LIMIT_BYTES = 64 * 1024
_DIFFERENCES_KEPT = 16

_TEXT = "code"
_EMPTY_STATE = b"\x00"
_EMPTY_UPDATE = b"\x00\x00"
# The author of text that stood in the database before there was a log. Fixed, so that two nodes
# that load such a session at once make the same update of it.
_FIRST_AUTHOR = 1


class DocumentBroken(Exception):
    """The document failed inside and must be loaded again."""


@dataclass(frozen=True, slots=True)
class Integrated:
    """What an update did to the document."""

    update: bytes | None
    """What is new in it, to be logged and passed on; None when nothing was."""
    is_complete: bool
    """False when parts of it wait for updates that this document has not seen."""


class SharedDocument:
    """One document in memory. Call `close` when done with it: observers keep it alive otherwise."""

    def __init__(self, *, text_limit_bytes: int = TEXT_LIMIT_BYTES) -> None:
        # 32 bits: ids are written with every insertion, and 53-bit ones take three bytes more.
        self._doc: Doc[Text] = Doc(client_id=secrets.randbits(32))
        self._text = self._doc.get(_TEXT, type=Text)
        self._text_limit_bytes = text_limit_bytes
        self._size_at_most = 0
        self._pending_bytes = 0
        self._anchors: dict[int, Anchor] = {}
        self._events: list[bytes] = []
        self._base: bytes | None = None
        self._recent: list[bytes] = []
        self._recent_bytes = 0
        self._differences: dict[bytes, bytes] = {}
        self._updates: Subscription | None = self._doc.observe(self._note_update)
        # Only while there are anchors: an observer costs more than the update it observes.
        self._deltas: Subscription | None = None

    def close(self) -> None:
        """Let go of the library's objects. Safe to call twice."""
        if self._updates is not None:
            self._doc.unobserve(self._updates)
            self._updates = None
        self._anchors.clear()
        self._stop_watching_deltas()

    @property
    def text(self) -> str:
        """The text."""
        return str(self._text)

    @property
    def state(self) -> bytes:
        """The state vector: what this document has of every client."""
        return self._doc.get_state()

    def load(self, update: bytes) -> None:
        """Apply what storage kept: not limited, not passed on. Raises DocumentBroken."""
        with _failures():
            self._doc.apply_update(update)
        self._forget_encodings()
        self._size_at_most += len(update)

    def begin_with(self, content: str) -> bytes:
        """Put `content` into an empty document and return the update that did it."""
        first: Doc[Text] = Doc(client_id=_FIRST_AUTHOR)
        first.get(_TEXT, type=Text).insert(0, content)
        update = first.get_update()
        self.load(update)
        return update

    def integrate(self, update: bytes, *, origin: str, is_answer: bool = False) -> Integrated:
        """Apply a client's update. Raises BadMessage, DocumentFull or DocumentBroken.

        `is_answer` tells a sync step 2, which holds everything that its own deletions refer to.
        """
        if update == _EMPTY_UPDATE:
            return Integrated(None, True)
        self._check_size(update)
        integrated = self._apply(update, origin)
        is_complete = integrated == update or self._has_all_of(update, is_answer=is_answer)
        if is_complete:
            self._pending_bytes = 0 if is_answer else self._pending_bytes
        else:
            self._pending_bytes += len(update)
            if self._pending_bytes > PENDING_LIMIT_BYTES:
                raise DocumentBroken("too much waits for updates that never came")
        return Integrated(integrated, is_complete)

    def take(self, update: bytes) -> bytes | None:
        """Apply what is in the log already, whatever its size, and return what was new in it."""
        return self._apply(update, "log")

    def _apply(self, update: bytes, origin: str) -> bytes | None:
        self._events.clear()
        with _failures(), self._doc.transaction(origin=origin):
            self._doc.apply_update(update)
        if not self._events:
            return None
        # One transaction, one event.
        (integrated,) = self._events
        self._note_recent(integrated)
        return integrated

    def _check_size(self, update: bytes) -> None:
        """Raise DocumentFull when `update` would make the text too long.

        Text cannot grow by more than the bytes that bring it, those that wait included; only when
        that sum passes the limit is it tried out, on a copy.
        """
        self._size_at_most += len(update)
        if self._size_at_most + self._pending_bytes <= self._text_limit_bytes:
            return
        size = len(self._text)
        self._size_at_most = size + len(update)
        if self._size_at_most + self._pending_bytes <= self._text_limit_bytes:
            return
        trial = self._copy()
        with _failures():
            trial.apply_update(update)
        grown = len(trial.get(_TEXT, type=Text))
        if grown > self._text_limit_bytes and grown > size:
            self._size_at_most = size
            raise DocumentFull()

    def _has_all_of(self, update: bytes, *, is_answer: bool) -> bool:
        """Tell whether the document now holds all of `update`: nothing of it waits."""
        rest = get_update(update, self._doc.get_state())
        if rest == _EMPTY_UPDATE:
            return True
        if rest[0] != 0:
            return False
        if is_answer:
            return True
        known = _state_by_client(self._doc.get_state())
        return all(end <= known.get(client, 0) for client, end in _deletions(rest[1:]))

    def missing_from(self, state: bytes) -> list[bytes]:
        """Return the updates that bring a client with state vector `state` up to date, in order.

        Raises BadMessage for a state vector that is none.
        """
        if state in (b"", _EMPTY_STATE):
            return [self._whole(), *self._recent]
        known = self._differences.get(state)
        if known is None:
            with _failures():
                known = self._doc.get_update(state)
            if len(self._differences) >= _DIFFERENCES_KEPT:
                self._differences.clear()
            self._differences[state] = known
        return [known]

    def _whole(self) -> bytes:
        if self._base is None:
            self._base = self._doc.get_update()
            self._recent.clear()
            self._recent_bytes = 0
        return self._base

    def snapshot(self) -> bytes:
        """Return the whole document as one update."""
        return self._doc.get_update()

    def draft(self, edits: Sequence[Replacement]) -> bytes:
        """Return the update that would make `edits`, one after the other, without making it.

        Made on a copy, so that an edit whose commit fails never was.
        """
        copy = self._copy()
        text = copy.get(_TEXT, type=Text)
        updates: list[bytes] = []
        subscription = copy.observe(lambda event: updates.append(event.update))
        with copy.transaction():
            for edit in edits:
                if edit.span.start < edit.span.end:
                    del text[edit.span.start : edit.span.end]
                if edit.content:
                    text.insert(edit.span.start, edit.content)
        copy.unobserve(subscription)
        if len(text) > self._text_limit_bytes:
            raise DocumentFull()
        return updates[0] if updates else _EMPTY_UPDATE

    def _copy(self) -> Doc[Text]:
        copy: Doc[Text] = Doc(client_id=secrets.randbits(32))
        copy.apply_update(self._doc.get_update())
        return copy

    @property
    def anchors(self) -> Mapping[int, Anchor]:
        """Every anchor where it is now, by the id of what it belongs to."""
        return self._anchors

    def set_anchor(self, key: int, anchor: Anchor) -> None:
        """Have `anchor` move with the text from now on."""
        self._anchors[key] = anchor
        if self._deltas is None:
            self._deltas = self._text.observe(self._note_delta)

    def drop_anchor(self, key: int) -> None:
        """Forget an anchor. Safe to call twice."""
        self._anchors.pop(key, None)
        if not self._anchors:
            self._stop_watching_deltas()

    def _stop_watching_deltas(self) -> None:
        if self._deltas is not None:
            self._text.unobserve(self._deltas)
            self._deltas = None

    def _note_update(self, event: TransactionEvent) -> None:
        self._events.append(event.update)

    def _note_delta(self, event: TextEvent) -> None:
        delta = event.delta  # type: ignore[attr-defined]  # set in C, not declared
        for key, anchor in self._anchors.items():
            self._anchors[key] = moved(anchor, delta)

    def _note_recent(self, update: bytes) -> None:
        self._differences.clear()
        if self._base is None:
            return
        self._recent.append(update)
        self._recent_bytes += len(update)
        if self._recent_bytes > _RECENT_LIMIT_BYTES:
            self._forget_encodings()

    def _forget_encodings(self) -> None:
        self._base = None
        self._recent.clear()
        self._recent_bytes = 0
        self._differences.clear()


@contextmanager
def _failures() -> Iterator[None]:
    """Translate what the library raises: bytes that are no update, and failures inside it."""
    try:
        yield
    except ValueError as error:
        raise BadMessage("The update cannot be read.") from error
    except (RuntimeError, MemoryError) as error:
        raise DocumentBroken(str(error)) from error
    except BaseException as error:
        # A Rust panic is a BaseException, so that it passes every `except Exception`; its class
        # cannot be imported. Anything else goes on unchanged.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise DocumentBroken(str(error)) from error


def _state_by_client(state: bytes) -> dict[int, int]:
    reader = Reader(state)
    return {reader.varuint(): reader.varuint() for _ in range(reader.varuint())}


def _deletions(delete_set: bytes) -> Iterator[tuple[int, int]]:
    """Yield the client and the end of every deleted range."""
    reader = Reader(delete_set)
    for _ in range(reader.varuint()):
        client = reader.varuint()
        for _ in range(reader.varuint()):
            start, length = reader.varuint(), reader.varuint()
            yield client, start + length
