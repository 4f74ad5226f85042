"""Cursors: only ours, only for their list, and every change is noticed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidCursor
from server.cursors import Cursors, SortValue

CURSORS = Cursors(b"s" * 32)
LETTERS = string.ascii_letters + string.digits + "-_"


# Names and keys as long as a cursor holds: a letter may take twelve signs in JSON, these take one.
NAMES = st.text(string.ascii_letters + "äßø 東", max_size=12)


@given(
    st.lists(st.one_of(st.integers(-(2**63), 2**63), NAMES, st.none()), max_size=3),
    st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=8), st.none()), max_size=3),
)
def test_cursor_gives_back_what_it_was_made_of(
    values: list[SortValue], filters: dict[str, SortValue]
) -> None:
    cursor = CURSORS.seal(values, of="streams", filters=filters)
    assert CURSORS.open(cursor, of="streams", filters=filters) == values
    assert set(cursor) <= set(LETTERS)


@given(st.data())
def test_changed_cursor_is_refused(data: st.DataObject) -> None:
    cursor = CURSORS.seal([7, "2026-11-22"], of="streams", filters={"status": "live"})
    place = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from(LETTERS).filter(lambda each: each != cursor[place]))
    with pytest.raises(InvalidCursor):
        CURSORS.open(
            cursor[:place] + letter + cursor[place + 1 :], of="streams", filters={"status": "live"}
        )


@pytest.mark.parametrize("cursor", ["", "x", "====", "a b", "é", "A" * 1000, "\udc80"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.open(cursor, of="streams", filters={})


def test_cursor_serves_its_own_list_site_and_filters_only() -> None:
    cursor = CURSORS.seal([7], of="streams", filters={"status": "live"})
    for cursors, of, status in (
        (CURSORS, "posts", "live"),
        (CURSORS, "streams", "ended"),
        (Cursors(b"t" * 32), "streams", "live"),
    ):
        with pytest.raises(InvalidCursor):
            cursors.open(cursor, of=of, filters={"status": status})
