"""Who is shown in a document, and as whom."""

from __future__ import annotations

import json

import pytest

from collab.presence import RETURN_GRACE_S, STATE_LIMIT_BYTES, Presence
from collab.protocol import PresenceEntry
from errors import BadMessage


def _show(
    presence: Presence,
    connection_id: int,
    entry: PresenceEntry,
    username: str | None = "ann",
) -> None:
    own = presence.own_entry(connection_id, [entry])
    if own is not None:
        presence.show(connection_id, own, username=username, now=0.0)


def _entry(client_id: int, clock: int = 1, state: object = None) -> PresenceEntry:
    return PresenceEntry(client_id, clock, json.dumps(state or {"cursor": 1}).encode())


def _here(presence: Presence) -> set[int]:
    return {entry.client_id for entry in presence.everybody()}


def test_connection_shows_one_client_and_nobody_else() -> None:
    presence = Presence()
    presence.join(1, 10)
    presence.join(2, 20)
    _show(presence, 1, _entry(100))
    _show(presence, 2, _entry(100, 5))
    _show(presence, 1, _entry(101))
    assert _here(presence) == {100}
    _show(presence, 2, _entry(200))
    assert _here(presence) == {100, 200}
    own = presence.own_entry(1, [_entry(200, 9), _entry(100, 2)])
    assert own is not None and own.client_id == 100


def test_name_is_the_one_signed_in_with() -> None:
    presence = Presence()
    presence.join(1, 10)
    presence.join(2, None)
    claim = {"user": {"name": "the streamer", "color": "#fff"}}
    _show(presence, 1, _entry(100, 1, claim), "bob")
    _show(presence, 2, _entry(200, 1, claim), None)
    states = {entry.client_id: json.loads(entry.state) for entry in presence.everybody()}
    assert states[100]["user"] == {"name": "bob", "color": "#fff"}
    assert states[200]["user"]["name"] == "Guest"


def test_leaving_takes_the_client_away_once() -> None:
    presence = Presence()
    presence.join(1, 10)
    _show(presence, 1, _entry(100, 4))
    presence.take_changes()
    presence.leave(1, now=5.0)
    presence.leave(1, now=5.5)
    assert presence.goes_next_at == 5.0 + RETURN_GRACE_S
    presence.expire(now=5.0)
    assert not presence.has_changes
    presence.expire(now=5.0 + RETURN_GRACE_S)
    changed, changed_here = presence.take_changes()
    assert changed == changed_here == [PresenceEntry(100, 4, b"null")]
    assert presence.goes_next_at is None


def test_client_that_is_back_soon_was_never_gone() -> None:
    presence = Presence()
    presence.join(1, None)
    _show(presence, 1, _entry(100, 4), None)
    presence.leave(1, now=0.0)
    presence.join(2, 10)
    _show(presence, 2, _entry(100, 4))
    presence.take_changes()
    presence.expire(now=60.0)
    assert _here(presence) == {100}


def test_client_that_says_it_goes_is_gone_and_may_return() -> None:
    presence = Presence()
    presence.join(1, 10)
    _show(presence, 1, _entry(100, 4))
    _show(presence, 1, PresenceEntry(100, 5, b"null"))
    assert _here(presence) == set()
    _show(presence, 1, _entry(100, 6))
    assert _here(presence) == {100}
    _show(presence, 1, PresenceEntry(100, 7, b"null"))
    presence.leave(1, now=0.0)
    assert presence.goes_next_at is None


def test_many_states_between_two_ticks_go_out_once() -> None:
    presence = Presence()
    presence.join(1, 10)
    for clock in range(1, 20):
        _show(presence, 1, _entry(100, clock))
    changed, _ = presence.take_changes()
    assert [entry.clock for entry in changed] == [19]


def test_older_state_does_not_replace_a_newer_one() -> None:
    presence = Presence()
    presence.join(1, 10)
    _show(presence, 1, _entry(100, 5))
    _show(presence, 1, _entry(100, 4))
    assert [entry.clock for entry in presence.everybody()] == [5]


def test_same_person_takes_the_client_over_from_a_dead_connection() -> None:
    presence = Presence()
    presence.join(1, 10)
    _show(presence, 1, _entry(100, 5))
    presence.join(2, 10)
    _show(presence, 2, _entry(100, 5))
    presence.leave(1, now=0.0)
    presence.expire(now=60.0)
    assert _here(presence) == {100}


@pytest.mark.parametrize(
    "state", [b"", b"[]", b"1", b"{", b'"x"', b"\xff", b'{"a":"' + b"x" * STATE_LIMIT_BYTES + b'"}']
)
def test_state_that_is_none_is_refused(state: bytes) -> None:
    presence = Presence()
    presence.join(1, 10)
    with pytest.raises(BadMessage):
        presence.show(1, PresenceEntry(100, 1, state), username="ann", now=0.0)
    assert _here(presence) == set()


def test_beyond_the_limit_newcomers_are_not_shown() -> None:
    presence = Presence(clients_limit=2)
    for number in range(1, 5):
        presence.join(number, number)
        _show(presence, number, _entry(100 + number))
    assert _here(presence) == {101, 102}


def test_clients_of_a_silent_node_expire() -> None:
    presence = Presence()
    presence.show_from(b"othernod", [_entry(100)], now=0.0)
    presence.expire(now=29.0)
    assert _here(presence) == {100}
    presence.expire(now=31.0)
    assert _here(presence) == set()


def test_other_node_cannot_take_away_a_client_that_is_here() -> None:
    presence = Presence()
    presence.join(1, 10)
    _show(presence, 1, _entry(100, 2))
    presence.show_from(b"othernod", [PresenceEntry(100, 3, b"null")], now=0.0)
    assert _here(presence) == {100}
