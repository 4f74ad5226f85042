"""The past of a document: packing it, comparing two texts, counting edits by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collab.archive import (
    Checkpoint,
    Edit,
    Written,
    pack,
    pack_checkpoint,
    unpack,
    unpack_checkpoint,
)
from collab.differences import differences, replacements
from collab.timeline import Timeline

_START = datetime(2026, 11, 22, 14, tzinfo=UTC)
_texts = st.lists(st.sampled_from(["a\n", "b\n", "é😀\n", "\n", "c"]), max_size=12).map("".join)


def _edit(number: int, user_id: int | None, after_ms: int, content: bytes) -> Edit:
    return Edit(number, user_id, _START + timedelta(milliseconds=after_ms), content)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 50),
            st.none() | st.integers(1, 2**62),
            st.integers(-(10**9), 10**9),
            st.binary(max_size=40),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_was_packed_is_unpacked(rows: list[tuple[int, int | None, int, bytes]]) -> None:
    edits, number = [], 0
    for step, user_id, after_ms, content in rows:
        number += step
        edits.append(_edit(number, user_id, after_ms, content))
    assert unpack(pack(edits)) == edits


def test_a_checkpoint_is_unpacked_as_it_was() -> None:
    checkpoint = Checkpoint(7, b"state", (Written(5, None, 1), Written(2, 2**62, 29_000_000)))
    assert unpack_checkpoint(7, pack_checkpoint(checkpoint)) == checkpoint


@given(_texts, _texts)
def test_replacements_make_one_text_of_the_other(before: str, after: str) -> None:
    text = before.encode()
    for edit in replacements(before, after):
        text = text[: edit.span.start] + edit.content.encode() + text[edit.span.end :]
    assert text.decode() == after


@given(_texts, _texts)
def test_differences_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    lines, shift = before.splitlines(keepends=True), 0
    for each in differences(before, after):
        assert each.removed != each.added
        at = each.from_line - 1 + shift
        assert at == each.to_line - 1
        gone, come = each.removed.splitlines(keepends=True), each.added.splitlines(keepends=True)
        assert lines[at : at + len(gone)] == gone
        lines[at : at + len(gone)] = come
        shift += len(come) - len(gone)
    assert "".join(lines) == after


def test_lines_that_stay_are_left_alone() -> None:
    before = "".join(f"{number}\n" for number in range(100))
    after = before.replace("50\n", "fifty\n").replace("70\n", "")
    assert [(each.removed, each.added) for each in differences(before, after)] == [
        ("50\n", "fifty\n"),
        ("70\n", ""),
    ]


def test_texts_without_much_in_common_are_one_difference() -> None:
    before = "".join(f"{number}\n" for number in range(3000))
    after = "".join(f"{-number}\n" for number in range(1, 3001))
    assert len(differences(before, after)) == 1


def test_edits_are_counted_where_they_belong_whatever_the_clocks_say() -> None:
    timeline = Timeline(_START, _START + timedelta(seconds=10), steps=5)
    timeline.count(
        [
            _edit(1, 4, -500, b""),  # a node whose clock is behind
            _edit(2, 5, 1_999, b""),
            _edit(3, None, 9_000, b""),
            _edit(4, 4, 10_000, b""),
        ]
    )
    first, last = timeline.steps
    assert (first.updates, first.user_ids, first.last_id) == (2, {4, 5}, 2)
    assert (last.updates, last.user_ids, last.last_id) == (2, {4}, 4)
    assert last.ended_at == _START + timedelta(seconds=10)
