"""The rules of a room, without loop or clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.chat import Author, ChatMessage
from rooms.people import LINGER_S
from rooms.room import (
    RING_MESSAGES,
    Member,
    Room,
    StreamFacts,
    may_enter,
    role_in,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN = Author(1, "ann")
STREAM = StreamFacts(
    id=7,
    title="live",
    status="live",
    visibility="public",
    publishing=True,
    started_at=NOON,
    ended_at=None,
    owner=ANN,
)


def message(seq: int) -> ChatMessage:
    return ChatMessage(1_000 + seq, 7, seq, ANN, f"line {seq}", f"c{seq}", NOON)


def room(*, last_seq: int = 0, recent: Iterable[int] = ()) -> Room[str]:
    messages = [message(seq) for seq in recent]
    return Room(STREAM, epoch="e", last_seq=last_seq, recent=messages)


def told(room: Room[str]) -> list[int]:
    return [each.seq for each in room.untold()]


def test_early_message_waits_for_those_before_it() -> None:
    live = room()
    live.take([message(2), message(3)])
    assert live.has_gap()
    assert told(live) == []
    live.take([message(1)])
    assert not live.has_gap()
    assert told(live) == [1, 2, 3]


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)), st.integers(1, 8))
def test_any_order_of_arrival_is_told_in_one_order_and_once(
    order: list[int], repeated: list[int], pause_after: int
) -> None:
    live = room()
    heard: list[int] = []
    for n, seq in enumerate([*order, *repeated]):
        live.take([message(seq)])
        if n % pause_after == 0:
            heard += told(live)
    heard += told(live)
    assert heard == list(range(1, 9))


def test_joiner_starts_where_the_others_have_been_told() -> None:
    live = room()
    live.take([message(1), message(2)])
    live.untold()
    live.take([message(3)])
    # 3 goes out with the next tick, which the joiner hears too.
    assert [each.seq for each in live.recent(100)] == [1, 2]
    assert live.told_seq == 2
    assert told(live) == [3]


def test_memory_says_when_it_does_not_reach_back() -> None:
    live = room(last_seq=10, recent=range(6, 11))
    assert live.since(4) is None
    missed = live.since(5)
    assert missed is not None
    assert [each.seq for each in missed] == [6, 7, 8, 9, 10]
    live.take(message(seq) for seq in range(11, 11 + RING_MESSAGES))
    live.untold()
    assert live.since(9) is None
    assert live.ring_after == 10
    assert len(live.since(10) or ()) == RING_MESSAGES


def test_deleted_message_leaves_no_wait_behind() -> None:
    live = room()
    live.take([message(1), message(3)])
    live.skip_to(2)
    assert told(live) == [1, 3]
    live.skip_to(1)
    assert live.seq == 3


def test_guest_is_known_by_their_page_or_else_by_their_connection() -> None:
    live = room()
    for connection_id, visitor in (("a", "page"), ("b", "page"), ("c", None), ("d", None)):
        live.join(connection_id, Member("outlet", None, visitor=visitor))
    live.join("a", Member("outlet", None, visitor="page"))
    assert live.viewers == 3
    assert live.leave("c", now=0)
    assert not live.leave("c", now=0)
    assert live.viewers == 2
    for connection_id in ("a", "b"):
        live.leave(connection_id, now=0)
    assert live.viewers == 2
    live.people.expire(now=LINGER_S)
    assert (live.viewers, live.people.peak) == (1, 3)


def test_guest_who_signs_in_is_not_counted_twice() -> None:
    live = room()
    live.join("a", Member("outlet", None))
    live.join("a", Member("outlet", 2))
    assert live.viewers == 1


def test_restored_backup_begins_a_new_order() -> None:
    live = room(last_seq=10, recent=range(1, 11))
    live.take([message(12)])
    live.restart("f", 4, [message(seq) for seq in range(1, 5)])
    assert (live.epoch, live.seq, live.told_seq, live.has_gap()) == ("f", 4, 4, False)
    live.take([message(5)])
    assert told(live) == [5]


@pytest.mark.parametrize(
    ("user_id", "collaborates", "role"),
    [(None, False, "guest"), (1, False, "owner"), (2, True, "collaborator"), (2, False, "member")],
)
def test_role(user_id: int | None, collaborates: bool, role: str) -> None:
    assert role_in(STREAM, user_id, collaborates=collaborates) == role
    assert may_enter(STREAM, user_id, collaborates=collaborates)


def test_staff_is_called_moderator_and_sees_no_private_room() -> None:
    assert role_in(STREAM, 2, collaborates=True, is_staff=True) == "moderator"
    assert role_in(STREAM, 1, collaborates=False, is_staff=True) == "owner"
    private = replace(STREAM, visibility="private")
    assert not may_enter(private, 2, collaborates=False)
    assert may_enter(private, 2, collaborates=True)
    assert may_enter(private, 1, collaborates=False)


def test_what_is_not_told_yet_stays_whatever_comes() -> None:
    live = room()
    live.take(message(seq) for seq in range(1, RING_MESSAGES + 51))
    assert [each.seq for each in live.untold(upto=20)] == list(range(1, 21))
    assert live.told_seq == 20
    assert live.recent(100)[-1].seq == 20
    assert [each.seq for each in live.upcoming()] == list(range(21, RING_MESSAGES + 51))
    assert told(live) == list(range(21, RING_MESSAGES + 51))
    assert live.ring_after == 50


def test_what_is_taken_away_before_it_is_told_is_told_without_its_words() -> None:
    live = room()
    live.take([message(1), message(2), message(3)])
    live.untold(upto=1)
    live.forget({message(1).id, message(2).id})
    assert [(each.seq, each.content == "") for each in live.untold()] == [(2, True), (3, False)]
