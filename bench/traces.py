"""Editing sessions, keystroke by keystroke, as Yjs updates: real ones where there are any.

Real ones are read from the folder that VIBECAST_TRACES names, in the format of the editing-traces
collection: `automerge-paper.json.gz` (one author, 259,778 edits) and `friendsforever.json.gz` (two
who type at once). Else they are made up, with the same habits: runs of typing, some of it taken
back, and jumps to elsewhere.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pycrdt import Doc, Text

FOLDER = "VIBECAST_TRACES"

Patch = tuple[int, int, str]
"""A place, how many characters go there, and what comes; in characters."""


@dataclass(frozen=True, slots=True)
class TracedEdit:
    """One edit: who made it, what it knew of, and the update."""

    author: int
    needs: Sequence[int]
    """Edits by others, by number, without which it cannot be."""
    update: bytes


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole session."""

    name: str
    edits: Sequence[TracedEdit]
    text: str
    """What it led to."""

    @property
    def authors(self) -> int:
        """How many took part."""
        return max(edit.author for edit in self.edits) + 1


@dataclass(frozen=True, slots=True)
class _Step:
    author: int
    parents: Sequence[int]
    patches: Sequence[Patch]


def read_trace(name: str, *, edits: int) -> Trace:
    """Return the trace of that name, or `edits` made-up ones where there is no folder of traces."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return made_up_trace(edits)
    with gzip.open(Path(folder) / f"{name}.json.gz") as file:
        told: dict[str, Any] = json.load(file)
    trace = _trace(name, list(_steps(told["txns"])))
    if told.get("kind") != "concurrent":
        assert trace.text == told["endContent"]
    return trace


def made_up_trace(edits: int, *, seed: int = 1) -> Trace:
    """Return a session of one author."""
    return _trace("made up", list(_habits(edits, random.Random(seed))))


def _steps(transactions: Sequence[dict[str, Any]]) -> Iterator[_Step]:
    for number, told in enumerate(transactions):
        patches = [(at, gone, come) for at, gone, come in told["patches"]]
        # In a trace of one author each edit follows the one before it.
        parents = told.get("parents", [number - 1] if number else [])
        yield _Step(told.get("agent", 0), parents, patches)


def _habits(edits: int, chance: random.Random) -> Iterator[_Step]:
    length = at = 0
    for number in range(edits):
        if chance.random() < 0.02:
            at = chance.randrange(length + 1)
        if chance.random() < 0.2 and at:
            patch: Patch = (at - 1, 1, "")
            at, length = at - 1, length - 1
        else:
            patch = (at, 0, chance.choice("etaoin shrdlu\n"))
            at, length = at + 1, length + 1
        yield _Step(0, [number - 1] if number else [], [patch])


class _Author:
    """One who takes part, with a document that has what its next edit builds on."""

    def __init__(self, number: int) -> None:
        self.doc: Doc[Text] = Doc(client_id=1000 + number)
        self.text = self.doc.get("code", type=Text)
        self.known: set[int] = set()
        self._updates: list[bytes] = []
        self._subscription = self.doc.observe(lambda event: self._updates.append(event.update))

    def learn(self, numbers: Sequence[int], edits: Sequence[TracedEdit]) -> None:
        """Take over others' edits."""
        for number in numbers:
            self.doc.apply_update(edits[number].update)
            self.known.add(number)
        self._updates.clear()

    def make(self, patches: Sequence[Patch]) -> bytes:
        """Return the update of an edit made here."""
        with self.doc.transaction():
            for at, gone, come in patches:
                # The library counts bytes and traces count characters: all of it is ASCII.
                assert come.isascii()
                if gone:
                    del self.text[at : at + gone]
                if come:
                    self.text.insert(at, come)
        update = self._updates[-1]
        self._updates.clear()
        return update

    def close(self) -> None:
        """Let go of the library's objects."""
        self.doc.unobserve(self._subscription)


def _trace(name: str, steps: Sequence[_Step]) -> Trace:
    authors = [_Author(number) for number in range(max(step.author for step in steps) + 1)]
    edits: list[TracedEdit] = []
    for number, step in enumerate(steps):
        author = authors[step.author]
        unknown = _unknown(step.parents, author.known, steps)
        author.learn(unknown, edits)
        needs = [each for each in unknown if steps[each].author != step.author]
        edits.append(TracedEdit(step.author, needs, author.make(step.patches)))
        author.known.add(number)
    whole = authors[0]
    whole.learn([n for n in range(len(edits)) if n not in whole.known], edits)
    text = str(whole.text)
    for author in authors:
        author.close()
    return Trace(name, edits, text)


def _unknown(parents: Sequence[int], known: set[int], steps: Sequence[_Step]) -> list[int]:
    """Return, in order, what an edit builds on and its author's document does not have."""
    found: set[int] = set()
    waiting = [parent for parent in parents if parent not in known]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += [parent for parent in steps[number].parents if parent not in known]
    return sorted(found)
