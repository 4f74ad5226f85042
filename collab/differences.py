"""What differs between two texts, line by line.

Bounded: texts that differ in more than a thousand lines are told as one difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collab.anchors import Anchor, Replacement

# Beyond that the work, which grows with its square, is told from what a reader can use.
_CHANGED_LINES_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines of one text in whose place the other has others. Lines count from 1."""

    from_line: int
    to_line: int
    removed: str
    added: str


def differences(before: str, after: str) -> list[Difference]:
    """Return what differs, from the top down."""
    old, new = _lines(before), _lines(after)
    return [
        Difference(
            old_start + 1,
            new_start + 1,
            "".join(old[old_start:old_end]),
            "".join(new[new_start:new_end]),
        )
        for old_start, old_end, new_start, new_end in _changed(old, new)
    ]


def replacements(before: str, after: str) -> list[Replacement]:
    """Return the edits that make `after` of `before`, from the bottom up.

    So that none moves what the next one is about, and lines that stay keep the cursors and the
    suggestions that stand on them.
    """
    old, new = _lines(before), _lines(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line.encode()))
    edits = [
        Replacement(Anchor(starts[old_start], starts[old_end]), "".join(new[new_start:new_end]))
        for old_start, old_end, new_start, new_end in _changed(old, new)
    ]
    return edits[::-1]


def _lines(text: str) -> list[str]:
    # Only where editors break lines: `splitlines` knows a dozen other places.
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield which lines of `old` have which of `new` in their place, from the top down."""
    head = _common(old, new)
    old_rest, new_rest = old[head:], new[head:]
    tail = _common(old_rest[::-1], new_rest[::-1])
    old_rest, new_rest = old_rest[: len(old_rest) - tail], new_rest[: len(new_rest) - tail]
    if not old_rest and not new_rest:
        return
    last_old, last_new = 0, 0
    for old_at, new_at in _kept(old_rest, new_rest):
        if (old_at, new_at) != (last_old, last_new):
            yield head + last_old, head + old_at, head + last_new, head + new_at
        last_old, last_new = old_at + 1, new_at + 1
    if (last_old, last_new) != (len(old_rest), len(new_rest)):
        yield head + last_old, head + len(old_rest), head + last_new, head + len(new_rest)


def _common(old: list[str], new: list[str]) -> int:
    """Return with how many of the same lines both begin."""
    length = min(len(old), len(new))
    return next((at for at in range(length) if old[at] != new[at]), length)


def _kept(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the places of the lines that both have, as the fewest changes leave them.

    Myers' greedy algorithm: `reach[k]` is how far in `old` one comes with `changed` lines taken
    away or put in on the diagonal k, where k lines more were taken away than put in.
    """
    reach = {1: 0}
    steps: list[dict[int, int]] = []
    for changed in range(min(len(old) + len(new), _CHANGED_LINES_AT_MOST) + 1):
        steps.append(dict(reach))
        for k in range(-changed, changed + 1, 2):
            down = k == -changed or (k != changed and reach[k - 1] < reach[k + 1])
            at = reach[k + 1] if down else reach[k - 1] + 1
            while at < len(old) and at - k < len(new) and old[at] == new[at - k]:
                at += 1
            reach[k] = at
            if at >= len(old) and at - k >= len(new):
                return _walked_back(steps, len(old), len(new))
    return []


def _walked_back(steps: list[dict[int, int]], old_at: int, new_at: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for changed in range(len(steps) - 1, -1, -1):
        reach, k = steps[changed], old_at - new_at
        down = k == -changed or (k != changed and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        old_before = reach[before]
        new_before = old_before - before
        while old_at > max(old_before, 0) and new_at > max(new_before, 0):
            old_at, new_at = old_at - 1, new_at - 1
            kept.append((old_at, new_at))
        old_at, new_at = old_before, new_before
    return kept[::-1]
