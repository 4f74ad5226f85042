"""Which bytes of a file are asked for: Range and If-Range (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


class Unsatisfiable(Exception):
    """There is nothing where the range begins."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many they are."""
        return self.end - self.start

    def content_range(self, size: int) -> str:
        """Return them as Content-Range tells it."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


def asked_span(
    range_header: str | None, *, if_range: str | None, etag: str, size: int
) -> Span | None:
    """Return the part that is asked for, or None for the whole. Raises Unsatisfiable.

    What is not understood is ignored, as the RFC allows, and so are several ranges at once: no
    player asks for them. If-Range must name the very same bytes; a date never does.
    """
    if range_header is None or (if_range is not None and if_range.strip() != etag):
        return None
    found = _RANGE.fullmatch(range_header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        last = min(int(found[2]), size)
        if last == 0:
            raise Unsatisfiable
        return Span(size - last, size)
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, end)
