"""What becomes of messages is told in one order, each message once and as it is by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Conflict, Forbidden, NotFound
from rooms.chat import Author, ChatMessage, Quote
from rooms.chat_changes import Delete, Edit, React, check_deletion, edited, find
from rooms.room import Room
from rooms.room_changes import RECENT_CHANGES, RoomChanges
from tests.unit.test_room import STREAM

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BOB = Author(1, "ann"), Author(2, "bob")


def message(message_id: int, *, change: int = 0, content: str = "as it was") -> ChatMessage:
    return ChatMessage(message_id, 7, message_id, BOB, content, "c", NOON, change=change)


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)))
def test_changes_in_any_order_of_arrival_are_told_in_theirs(
    order: list[int], repeated: list[int]
) -> None:
    changes = RoomChanges(0)
    told: list[int] = []
    for number in [*order, *repeated]:
        changes.take([message(100 + number, change=number)])
        told += [each.change for each in changes.untold()]
    assert told == list(range(1, 9))
    assert changes.taken == changes.told == 8
    assert not changes.has_gap()


def test_message_that_changes_often_in_a_tick_is_told_once() -> None:
    changes = RoomChanges(0)
    changes.take([message(5, change=number) for number in (1, 3)])
    changes.take([message(6, change=2)])
    assert [(each.id, each.change) for each in changes.untold()] == [(6, 2), (5, 3)]
    assert changes.untold() == []


def test_hole_is_filled_from_disk_where_a_number_may_be_missing() -> None:
    changes = RoomChanges(4)
    changes.take([message(5, change=7)])
    assert changes.has_gap()
    # 5 was of a message that changed again: the disk knows only the last number of each.
    assert [each.change for each in changes.skip_to(6, [message(6, change=6)])] == [6, 7]
    assert not changes.has_gap()
    assert [each.change for each in changes.untold()] == [6, 7]


def test_who_joins_meanwhile_hears_what_was_told_or_that_it_is_too_long_ago() -> None:
    changes = RoomChanges(0)
    for number in range(1, RECENT_CHANGES + 11):
        changes.take([message(number, change=number)])
        changes.untold()
    since = changes.since(RECENT_CHANGES)
    assert since is not None
    assert [each.change for each in since] == list(range(RECENT_CHANGES + 1, RECENT_CHANGES + 11))
    assert changes.since(9) is None


def test_room_shows_a_message_and_its_quotes_as_they_are_now() -> None:
    answer = replace(message(2), reply_to=Quote(1, 1, BOB, "as it was"))
    room = Room[str](STREAM, epoch="e", last_seq=2, recent=[message(1), answer])
    room.take_changes([message(1, change=1, content="as it is")])
    first, second = room.recent(10)
    assert first.content == "as it is"
    assert second.reply_to is not None and second.reply_to.excerpt == "as it is"
    room.take_changes([message(1, change=1, content="told twice")])
    assert room.recent(1) == [second]


def test_change_that_comes_before_its_message_is_not_lost() -> None:
    room = Room[str](STREAM, epoch="e", last_seq=0, recent=[])
    room.take_changes([message(1, change=1, content="edited")])
    room.take([message(1)])
    assert [each.content for each in room.untold()] == ["edited"]


def test_message_is_edited_by_its_author_for_a_minute() -> None:
    later = NOON + timedelta(seconds=59)
    after = edited(message(1), Edit(7, 1, BOB.id, " better "), now=later)
    assert (after.content, after.edited_at) == ("better", later)
    with pytest.raises(Forbidden):
        edited(message(1), Edit(7, 1, ANN.id, "forged"), now=later)
    with pytest.raises(Conflict):
        edited(message(1), Edit(7, 1, BOB.id, "late"), now=NOON + timedelta(seconds=90))
    same = message(1)
    retry = Edit(7, 1, BOB.id, same.content)
    assert edited(same, retry, now=NOON + timedelta(days=1)) is same


@pytest.mark.parametrize(
    ("user_id", "author", "moderates", "may"),
    [
        (2, BOB, False, True),
        (3, BOB, False, False),
        (3, BOB, True, True),
        (1, BOB, False, True),
        (3, ANN, True, False),
        (3, None, False, False),
    ],
)
def test_message_is_deleted_by_its_author_the_streamer_or_a_moderator(
    user_id: int, author: Author | None, moderates: bool, may: bool
) -> None:
    said = replace(message(1), author=author)
    delete = Delete(7, 1, user_id)
    if may:
        check_deletion(said, delete, owner_id=ANN.id, moderates=moderates)
    else:
        with pytest.raises(Forbidden):
            check_deletion(said, delete, owner_id=ANN.id, moderates=moderates)


def test_deleted_message_takes_no_more_and_may_be_deleted_again() -> None:
    gone = {1: replace(message(1), is_deleted=True)}
    with pytest.raises(NotFound):
        find(gone, React(7, 1, 3, "👍", is_on=True))
    assert find(gone, Delete(7, 1, 2)).is_deleted
    with pytest.raises(NotFound):
        find(gone, Delete(8, 1, 2))
