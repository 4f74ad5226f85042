"""Where a suggestion's lines are while the text around them moves.

An anchor is two UTF-8 byte offsets: pycrdt counts bytes, its deltas are consistently in bytes, and
its own sticky indexes are wrong as soon as the text is not ASCII. `start` is the first byte of the
first line, `end` the byte after the last line's last character, before its line break. Text put in
exactly at `start` pushes the anchor on (a new line above), text put in exactly at `end` stays
outside (a new line below). Why so: docs/decisions/0004-documents.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from errors import BadRequest

_BREAK = b"\n"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A range of bytes in a document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The whole lines that an anchor touches: their numbers, from 1, and where they stand."""

    first: int
    last: int
    span: Anchor
    """From the first byte of the first line to the end of the last, without its line break."""


def moved(anchor: Anchor, delta: Iterable[Mapping[str, Any]]) -> Anchor:
    """Return `anchor` after the edit that `delta` describes, in UTF-8 bytes."""
    start, end, at = anchor.start, anchor.end, 0
    for change in delta:
        if "retain" in change:
            at += change["retain"]
        elif "insert" in change:
            length = _length(change["insert"])
            if at <= start:
                start += length
            if at < end:
                end += length
            at += length
        else:
            gone = change["delete"]
            start = _without(start, at, gone)
            end = _without(end, at, gone)
    # An empty line's two ends are one place, and text put in there parts them the wrong way round.
    return Anchor(start, max(start, end))


def _length(inserted: object) -> int:
    # Anything but text is an embedded object, which counts as one.
    return len(inserted.encode()) if isinstance(inserted, str) else 1


def _without(offset: int, at: int, gone: int) -> int:
    return offset if offset <= at else max(at, offset - gone)


def anchor_of_lines(text: bytes, first: int, last: int) -> Anchor:
    """Return the anchor of the lines `first` to `last`, from 1. Raises BadRequest."""
    breaks = text.count(_BREAK)
    if not 1 <= first <= last <= breaks + 1:
        raise BadRequest(f"There are no lines {first} to {last}: the code has {breaks + 1}.")
    start = _start_of_line(text, first, 0)
    last_start = start if first == last else _start_of_line(text, last - first + 1, start)
    return Anchor(start, _end_of_line(text, last_start))


def _start_of_line(text: bytes, number: int, at: int) -> int:
    for _ in range(number - 1):
        at = text.index(_BREAK, at) + 1
    return at


def _end_of_line(text: bytes, at: int) -> int:
    end = text.find(_BREAK, at)
    return len(text) if end < 0 else end


def lines_at(text: bytes, anchor: Anchor, original: str) -> Lines | None:
    """Return the lines that `anchor` is on now, or None when all of them are gone.

    `original` is what the lines were when the anchor was made.
    """
    start = min(anchor.start, len(text))
    end = min(anchor.end, len(text))
    if start == end and original:
        return None
    # The last line was cut off with its break: `end` now stands at the start of a line that was
    # never meant. (Where the last line was empty, it stands at the start of just that line.)
    if end > start and text[end - 1 : end] == _BREAK and not _ends_in_empty_line(original):
        end -= 1
    first_start = text.rfind(_BREAK, 0, start) + 1
    first = text.count(_BREAK, 0, start) + 1
    last = first + text.count(_BREAK, start, end)
    return Lines(first, last, Anchor(first_start, _end_of_line(text, end)))


def stands_at(text: bytes, lines: Lines, original: str) -> bool:
    """Tell whether `lines` are still what they were when somebody chose them."""
    standing = text[lines.span.start : lines.span.end]
    # As storage keeps it: PostgreSQL's text cannot hold NUL.
    return standing.replace(b"\x00", b"\x1a") == original.replace("\x00", "\x1a").encode()


def _ends_in_empty_line(original: str) -> bool:
    return original == "" or original.endswith("\n")


def found_again(text: bytes, original: str) -> Anchor | None:
    """Return where `original` stands as whole lines, if at exactly one place.

    This is how an anchor that was lost is made again: after an undo brought deleted lines back, or
    after a restart that lost the last anchors.
    """
    if not original:
        return None
    quote = _BREAK + original.encode() + _BREAK
    padded = _BREAK + text + _BREAK
    at = padded.find(quote)
    if at < 0 or padded.find(quote, at + 1) >= 0:
        return None
    return Anchor(at, at + len(quote) - 2)


@dataclass(frozen=True, slots=True)
class Replacement:
    """One edit: the bytes of `span` become `content`."""

    span: Anchor
    content: str


def replacement(text: bytes, lines: Lines, content: str) -> Replacement:
    """Return the smallest edit that makes `lines` into `content`.

    A line break at the end of `content` is not needed and not doubled; an empty `content` takes the
    lines away. What stays the same at both ends is left alone, so that cursors and other
    suggestions beside the change are not disturbed.
    """
    start, end = lines.span.start, lines.span.end
    if not content:
        if end < len(text):
            end += 1
        elif start > 0:
            start -= 2 if text[start - 2 : start] == b"\r\n" else 1
        return Replacement(Anchor(start, end), "")
    old = text[start:end].decode()
    new = content.removesuffix("\n")
    before = _common(old, new)
    after = _common(old[before:][::-1], new[before:][::-1])
    head = len(old[:before].encode())
    tail = len(old[len(old) - after :].encode())
    return Replacement(Anchor(start + head, end - tail), new[before : len(new) - after])


def with_endings_of(original: str, content: str) -> str:
    """Return `content` with line endings as `original` has them.

    A browser's text area knows only line feeds, whatever the document is written with.
    """
    if not content or not ("\r\n" in original or original.endswith("\r")):
        return content
    content = re.sub("\r?\n", "\r\n", content).removesuffix("\r\n").removesuffix("\r")
    # The last line's break is not part of `original`, but its carriage return is.
    return content + "\r" if original.endswith("\r") else content


def _common(left: str, right: str) -> int:
    """Return how many characters both begin with."""
    shortest = min(len(left), len(right))
    for at in range(shortest):
        if left[at] != right[at]:
            return at
    return shortest
