"""Anchors stay on their text, on any text, against a model that marks every character."""

from __future__ import annotations

import random

import pytest
from pycrdt import Doc, Text

from collab.anchors import (
    Anchor,
    anchor_of_lines,
    found_again,
    lines_at,
    moved,
    replacement,
)
from collab.document import SharedDocument
from errors import BadRequest

ALPHABET = "ab\nZé😀\u0301界 \t👩‍💻"


class Model:
    """A text whose characters know whether they were in the anchored range."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.characters = [(c, start <= i < end) for i, c in enumerate(text)]
        self.start, self.end = start, end

    def insert(self, at: int, text: str) -> None:
        is_inside = self.start < at < self.end
        self.characters[at:at] = [(c, is_inside) for c in text]
        if at <= self.start:
            self.start += len(text)
        if at < self.end:
            self.end += len(text)
        self.end = max(self.start, self.end)

    def delete(self, at: int, count: int) -> None:
        del self.characters[at : at + count]
        self.start -= max(0, min(self.start, at + count) - at) if at < self.start else 0
        self.end -= max(0, min(self.end, at + count) - at) if at < self.end else 0

    @property
    def text(self) -> str:
        return "".join(c for c, _ in self.characters)

    @property
    def marked(self) -> str:
        return "".join(c for c, is_inside in self.characters if is_inside)


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def test_two_thousand_edits_in_any_script_leave_no_anchor_beside_its_text() -> None:
    chance = random.Random(7)
    writer: Doc[Text] = Doc()
    text = writer.get("code", type=Text)
    first = "".join(chance.choice(ALPHABET) for _ in range(200))
    text.insert(0, first)
    document = SharedDocument()
    document.load(writer.get_update())
    model = Model(first, 60, 140)
    document.set_anchor(1, Anchor(_bytes(first, 60), _bytes(first, 140)))
    updates: list[bytes] = []
    subscription = writer.observe(lambda event: updates.append(event.update))
    for _ in range(2000):
        current = model.text
        at = chance.randint(0, len(current))
        if chance.random() < 0.52:
            added = "".join(chance.choice(ALPHABET) for _ in range(chance.randint(1, 4)))
            text.insert(_bytes(current, at), added)
            model.insert(at, added)
        else:
            count = min(chance.randint(1, 3), len(current) - at)
            if count:
                del text[_bytes(current, at) : _bytes(current, at + count)]
                model.delete(at, count)
        for update in updates:
            document.integrate(update, origin="test")
        updates.clear()
        anchor = document.anchors[1]
        whole = document.text.encode()
        assert whole.decode() == model.text
        assert whole[anchor.start : anchor.end].decode() == model.marked
        assert anchor == Anchor(_bytes(model.text, model.start), _bytes(model.text, model.end))
    writer.unobserve(subscription)
    document.close()


def test_lines_are_counted_from_one_and_end_before_their_break() -> None:
    text = "one\ntwo é\n\nfour".encode()
    assert anchor_of_lines(text, 1, 1) == Anchor(0, 3)
    assert anchor_of_lines(text, 2, 3) == Anchor(4, 11)
    assert anchor_of_lines(text, 4, 4) == Anchor(12, 16)
    assert anchor_of_lines(b"", 1, 1) == Anchor(0, 0)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 5), (5, 5)])
def test_lines_that_are_not_there_are_refused(first: int, last: int) -> None:
    with pytest.raises(BadRequest):
        anchor_of_lines(b"a\nb\nc\nd", first, last)


def _lines(text: str, anchor: Anchor, original: str) -> tuple[int, int] | None:
    lines = lines_at(text.encode(), anchor, original)
    return (lines.first, lines.last) if lines else None


def _after_cutting(text: str, anchor: Anchor, start: int, end: int) -> tuple[str, Anchor]:
    cut = moved(anchor, [{"retain": start}, {"delete": end - start}])
    return text[:start] + text[end:], cut


def test_line_put_in_above_pushes_the_range_down() -> None:
    anchor = moved(Anchor(4, 7), [{"retain": 4}, {"insert": "new\n"}])
    assert _lines("one\nnew\ntwo\nthree", anchor, "two") == (3, 3)


def test_line_put_in_below_is_not_in_the_range() -> None:
    anchor = moved(Anchor(4, 7), [{"retain": 7}, {"insert": "\nnew"}])
    assert _lines("one\ntwo\nnew\nthree", anchor, "two") == (2, 2)


def test_line_broken_in_two_is_two_lines_of_the_range() -> None:
    anchor = moved(Anchor(4, 7), [{"retain": 5}, {"insert": "\n"}])
    assert _lines("one\nt\nwo\nthree", anchor, "two") == (2, 3)


def test_last_line_cut_off_does_not_draw_the_next_one_in() -> None:
    text, anchor = _after_cutting("one\ntwo\nthree\nfour", Anchor(4, 13), 8, 14)
    assert text == "one\ntwo\nfour"
    assert _lines(text, anchor, "two\nthree") == (2, 2)


def test_first_line_cut_off_leaves_the_others() -> None:
    text, anchor = _after_cutting("one\ntwo\nthree\nfour", Anchor(4, 13), 4, 8)
    assert _lines(text, anchor, "two\nthree") == (2, 2)


def test_range_whose_lines_are_all_gone_is_nowhere() -> None:
    text, anchor = _after_cutting("one\ntwo\nthree", Anchor(4, 7), 4, 8)
    assert _lines(text, anchor, "two") is None


def test_empty_line_is_still_a_line() -> None:
    assert _lines("one\n\nthree", Anchor(4, 4), "") == (2, 2)
    anchor = moved(Anchor(4, 4), [{"retain": 4}, {"insert": "two"}])
    assert _lines("one\ntwo\nthree", anchor, "") == (2, 2)


def test_lost_text_is_found_again_only_where_it_is_alone() -> None:
    assert found_again("a\nzwö\nc".encode(), "zwö") == Anchor(2, 6)
    assert found_again(b"two\ntwo", "two") is None
    assert found_again(b"xtwo\ntwo x", "two") is None
    assert found_again(b"one", "") is None


def _replaced(text: str, first: int, last: int, content: str) -> str:
    encoded = text.encode()
    anchor = anchor_of_lines(encoded, first, last)
    original = encoded[anchor.start : anchor.end].decode()
    lines = lines_at(encoded, anchor, original)
    assert lines is not None
    edit = replacement(encoded, lines, content)
    return (encoded[: edit.span.start] + edit.content.encode() + encoded[edit.span.end :]).decode()


@pytest.mark.parametrize(
    ("text", "first", "last", "content", "expected"),
    [
        ("a\nb\nc", 2, 2, "B", "a\nB\nc"),
        ("a\nb\nc", 2, 2, "B\n", "a\nB\nc"),
        ("a\nb\nc", 2, 2, "", "a\nc"),
        ("a\nb\nc", 3, 3, "", "a\nb"),
        ("a", 1, 1, "", ""),
        ("a\nb\nc", 1, 3, "x\ny", "x\ny"),
        ("a\nb\nc", 2, 2, "\n", "a\n\nc"),
        ("", 1, 1, "first", "first"),
        ("é😀é\nb", 1, 1, "é😁é", "é😁é\nb"),
        ("aaa\nb", 1, 1, "aa", "aa\nb"),
    ],
)
def test_content_replaces_whole_lines(
    text: str, first: int, last: int, content: str, expected: str
) -> None:
    assert _replaced(text, first, last, content) == expected


def test_what_stays_the_same_is_left_alone() -> None:
    text = "return héllo()".encode()
    lines = lines_at(text, Anchor(0, len(text)), text.decode())
    assert lines is not None
    edit = replacement(text, lines, "return hello()")
    assert edit.content == "e"
    assert text[edit.span.start : edit.span.end].decode() == "é"
