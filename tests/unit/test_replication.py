"""What nodes tell each other, and how each knows that it has missed something."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.protocol import PresenceEntry
from collab.replication import (
    NODE_ID_BYTES,
    AccessChanged,
    CommittedUpdate,
    CommittedUpdates,
    LogPosition,
    NodeMessage,
    PresenceChanged,
    SuggestionChanged,
    WhoIsHere,
    read_node_message,
    write_node_message,
)
from errors import BadMessage

NODE = b"n" * NODE_ID_BYTES


@pytest.mark.parametrize(
    "message",
    [
        CommittedUpdates((CommittedUpdate(1, 2, b"abc"), CommittedUpdate(2, 9, b""))),
        PresenceChanged((PresenceEntry(5, 6, b"{}"),)),
        WhoIsHere(),
        AccessChanged(),
        SuggestionChanged(77),
    ],
)
def test_message_is_read_as_written(message: NodeMessage) -> None:
    assert read_node_message(write_node_message(NODE, message)) == (NODE, message)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    try:
        read_node_message(raw)
    except BadMessage:
        return


def test_position_is_known_through_whatever_order_updates_come_in() -> None:
    chance = random.Random(3)
    ids = [0, *sorted(chance.sample(range(1, 1000), 200))]
    links = list(itertools.pairwise(ids))
    chance.shuffle(links)
    position = LogPosition(0)
    for previous, update in links:
        position.note(previous, update)
    assert position.through == ids[-1]
    assert not position.has_hole


def test_hole_is_seen_until_it_is_read() -> None:
    position = LogPosition(10)
    position.note(12, 15)
    position.note(15, 16)
    assert (position.has_hole, position.through) == (True, 10)
    position.read_through([12])
    assert (position.has_hole, position.through) == (False, 16)


def test_update_that_is_known_already_changes_nothing() -> None:
    position = LogPosition(10)
    position.note(3, 7)
    assert (position.has_hole, position.through) == (False, 10)
