"""Pages: whatever comes and goes in between, each is exactly the rows beside its neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidCursor
from persistence.sql import load_queries
from server.cursors import Cursors
from server.paging import Cut, PageQuery, Pages, Start

Place = tuple[datetime, int]

CURSORS = Cursors(b"s" * 32)
PAGES = Pages[Place](CURSORS, of="things", key=(datetime, int))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

# Few moments, so that many rows share one.
places = st.tuples(
    st.integers(0, 4).map(lambda n: NOON + timedelta(microseconds=n)), st.integers(1)
)


def read(rows: set[Place], start: Start[Place]) -> list[Place]:
    """Read as a query does: the newest first, or turned round."""
    ordered = sorted(rows, reverse=not start.is_backwards)
    if start.key is None:
        return ordered[: start.limit]
    key = start.key
    beyond = [row for row in ordered if (row > key if start.is_backwards else row < key)]
    return beyond[: start.limit]


def page(rows: set[Place], cursor: str | None, limit: int) -> Cut[Place]:
    walk = PAGES.walk(PageQuery(cursor=cursor, limit=limit))
    return walk.cut(read(rows, walk.start), lambda row: row)


@given(
    st.sets(places, max_size=20),
    st.integers(1, 5),
    st.lists(st.tuples(st.sampled_from(["next", "prev"]), st.sets(places), st.sets(places))),
)
def test_neighbours_are_exact_whatever_comes_and_goes(
    rows: set[Place], limit: int, steps: Sequence[tuple[str, set[Place], set[Place]]]
) -> None:
    here = page(rows, None, limit)
    assert here.prev is None
    for way, come, gone in steps:
        was = here.rows
        cursor = here.next if way == "next" else here.prev
        rows = (rows | come) - gone
        if cursor is None:
            continue
        here = page(rows, cursor, limit)
        newest_first = sorted(rows, reverse=True)
        if way == "next":
            expected = [row for row in newest_first if not was or row < was[-1]][:limit]
        else:
            expected = [row for row in newest_first if not was or row > was[0]][-limit:]
        assert here.rows == expected
        # Nobody is led astray: each side that has rows has a cursor.
        if here.rows:
            assert here.next is not None or newest_first[-1] == here.rows[-1]
            assert here.prev is not None or newest_first[0] == here.rows[0]


@given(st.sets(places, min_size=1, max_size=30), st.integers(1, 7))
def test_way_back_has_the_same_rows_as_the_way_there(rows: set[Place], limit: int) -> None:
    here = page(rows, None, limit)
    there = [*here.rows]
    while here.next is not None:
        here = page(rows, here.next, limit)
        there += here.rows
    assert there == sorted(rows, reverse=True)
    back = [*here.rows]
    while here.prev is not None:
        here = page(rows, here.prev, limit)
        back = [*here.rows, *back]
    assert back == there


@given(st.floats(allow_nan=False), st.integers(-(2**63), 2**63 - 1))
def test_keys_come_back_to_the_last_bit(rank: float, row_id: int) -> None:
    pages = Pages[tuple[float, int]](CURSORS, of="hot", key=(float, int))
    first = pages.walk(PageQuery(limit=1))
    rows = [(rank, row_id), (rank, row_id - 1)]
    cut = first.cut(rows, lambda row: row)
    start = pages.walk(PageQuery(limit=1, cursor=cut.next)).start
    assert start == Start((rank, row_id), 2)


def test_cursor_of_another_variant_of_the_list_is_refused() -> None:
    walk = PAGES.walk(PageQuery(limit=1), status="live")
    cut = walk.cut([(NOON, 2), (NOON, 1)], lambda row: row)
    with pytest.raises(InvalidCursor):
        PAGES.walk(PageQuery(limit=1, cursor=cut.next), status="ended")


def test_marked_query_is_there_in_both_directions() -> None:
    feeds = load_queries("feeds")
    assert "p.id /*page*/ < $2" in feeds["latest"] and "p.id > $2" in feeds["latest_back"]
    assert "ORDER BY p.id ASC LIMIT $3" in feeds["latest_back"]
    assert "rank_back" not in feeds
