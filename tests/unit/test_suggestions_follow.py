"""Whatever is typed and accepted, an open suggestion is on the text it was made for, or stale."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from collab.anchors import Anchor, Replacement, anchor_of_lines, replacement, with_endings_of
from collab.document import SharedDocument
from collab.followed import FollowedSuggestions

# Two, three and four bytes, a pair of UTF-16 units, a mark that joins what is before it, and both
# kinds of line ending; few letters, so that lines are often equal.
PIECES = ("a", "b", "é", "😀", "e\u0301", "界", "👩‍💻", "\n", "\n", "\r\n", " ")

texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
places = st.floats(0, 1)
edits = st.one_of(
    st.tuples(st.just("insert"), places, texts),
    st.tuples(st.just("delete"), places, st.integers(1, 8)),
    st.tuples(st.just("suggest"), places, places, texts),
    st.tuples(st.just("accept"), places),
)


@dataclass(frozen=True)
class Proposal:
    """A suggestion, and which characters its lines were: each has a number of its own."""

    original: str
    content: str
    numbers: tuple[int, ...]


class Desk:
    """A document with suggestions, beside a model in which every character is known."""

    def __init__(self, text: str) -> None:
        self._fresh = itertools.count()
        self.document = SharedDocument()
        self.document.begin_with(text)
        self.characters = [(c, next(self._fresh)) for c in text]
        self.followed = FollowedSuggestions()
        self.open: dict[int, Proposal] = {}

    @property
    def text(self) -> str:
        return "".join(c for c, _ in self.characters)

    def _offset(self, index: int) -> int:
        return len(self.text[:index].encode())

    def _index(self, offset: int) -> int:
        return len(self.text.encode()[:offset].decode())

    def replace(self, first: int, last: int, content: str) -> None:
        span = Anchor(self._offset(first), self._offset(last))
        draft = self.document.draft([Replacement(span, content)])
        self.document.integrate(draft, origin="test")
        self.characters[first:last] = [(c, next(self._fresh)) for c in content]

    def insert(self, place: float, text: str) -> None:
        at = round(place * len(self.characters))
        self.replace(at, at, text)

    def delete(self, place: float, count: int) -> None:
        at = round(place * len(self.characters))
        self.replace(at, min(at + count, len(self.characters)), "")

    def suggest(self, start: float, end: float, content: str) -> None:
        text = self.text
        last_line = text.count("\n")
        lines = sorted(1 + round(each * last_line) for each in (start, end))
        anchor = anchor_of_lines(text.encode(), *lines)
        first, last = self._index(anchor.start), self._index(anchor.end)
        original = text[first:last]
        suggestion_id = next(self._fresh)
        self.open[suggestion_id] = Proposal(
            original,
            with_endings_of(original, content),
            tuple(number for _, number in self.characters[first:last]),
        )
        self.followed.follow(
            self.document,
            suggestion_id,
            anchor,
            original=original,
            lines=(lines[0], lines[1]),
        )

    def accept(self, place: float) -> None:
        if not self.open:
            return
        suggestion_id = sorted(self.open)[round(place * (len(self.open) - 1))]
        text = self.text.encode()
        lines = self.followed.lines_of(self.document, text, suggestion_id)
        if lines is None or not self.followed.is_untouched(text, lines, suggestion_id):
            return
        proposal = self.open.pop(suggestion_id)
        self.followed.unfollow(self.document, suggestion_id)
        before = self.text.split("\n")
        edit = replacement(text, lines, proposal.content)
        self.replace(self._index(edit.span.start), self._index(edit.span.end), edit.content)
        new = proposal.content.removesuffix("\n").split("\n") if proposal.content else []
        expected = "\n".join(before[: lines.first - 1] + new + before[lines.last :])
        if proposal.content or lines.last < len(before):
            assert self.text == expected
        else:  # the text's last lines go with the break before them
            assert self.text == expected.removesuffix("\r")

    def check(self) -> None:
        text = self.text.encode()
        assert self.document.text == self.text
        for suggestion_id, proposal in self.open.items():
            lines = self.followed.lines_of(self.document, text, suggestion_id)
            stands = lines is not None and self.followed.is_untouched(text, lines, suggestion_id)
            survives = self._survives(proposal)
            # Never stale without a reason, and never beside its own characters while these stand.
            assert stands or not survives
            if lines is not None and stands:
                first, last = self._index(lines.span.start), self._index(lines.span.end)
                assert self.text[first:last] == proposal.original
                assert first == 0 or self.text[first - 1] == "\n"
                assert last == len(self.text) or self.text[last] == "\n"
                numbers = tuple(number for _, number in self.characters[first:last])
                assert numbers == proposal.numbers or not survives

    def _survives(self, proposal: Proposal) -> bool:
        """Tell whether the very characters it was made for still are whole lines."""
        numbers = [number for _, number in self.characters]
        if not proposal.numbers or proposal.numbers[0] not in numbers:
            return False
        first = numbers.index(proposal.numbers[0])
        last = first + len(proposal.numbers)
        return (
            tuple(numbers[first:last]) == proposal.numbers
            and (first == 0 or self.text[first - 1] == "\n")
            and (last == len(self.text) or self.text[last] == "\n")
        )


@settings(max_examples=300, deadline=None)
@given(texts.map(lambda text: text * 3), st.lists(edits, max_size=25))
def test_open_suggestions_are_on_their_text_or_stale(
    text: str,
    steps: list[
        tuple[str, float, str]
        | tuple[str, float, int]
        | tuple[str, float, float, str]
        | tuple[str, float]
    ],
) -> None:
    desk = Desk(text)
    try:
        for name, *arguments in steps:
            getattr(desk, name)(*arguments)
            desk.check()
    finally:
        desk.document.close()


def test_proposal_takes_the_line_endings_of_what_it_replaces() -> None:
    assert with_endings_of("one\r", "two") == "two\r"
    assert with_endings_of("one\r", "two\n") == "two\r"
    assert with_endings_of("one\r\ntwo", "x\ny\n") == "x\r\ny"
    assert with_endings_of("one\r\ntwo\r", "x\r\ny\r") == "x\r\ny\r"
    assert with_endings_of("one\ntwo", "x\ny\n") == "x\ny\n"
    assert with_endings_of("one\r", "") == ""
