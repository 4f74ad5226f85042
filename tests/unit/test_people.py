"""Who is counted in a room, and for how long."""

from __future__ import annotations

from rooms.people import LINGER_S, PRESENCE_LIFE_S, People, Presence, guest_number

OWNER, ANN, BOB = 1, 2, 3
GUEST = guest_number("a page")


def room() -> People:
    return People(OWNER)


def test_tabs_of_a_person_count_once() -> None:
    people = room()
    for person in (ANN, ANN, GUEST, GUEST, BOB, OWNER):
        people.join(person)
    assert (people.viewers, people.guests, people.peak) == (3, 1, 3)
    people.leave(ANN, now=0)
    people.expire(now=LINGER_S)
    assert people.viewers == 3


def test_who_comes_straight_back_was_never_gone() -> None:
    people = room()
    people.join(ANN)
    people.leave(ANN, now=0)
    assert (people.viewers, people.has(ANN)) == (1, False)
    people.join(ANN)
    people.expire(now=100)
    assert (people.viewers, people.peak) == (1, 1)
    people.leave(ANN, now=100)
    people.expire(now=100 + LINGER_S)
    assert people.viewers == 0


def test_guest_without_a_name_is_gone_at_once() -> None:
    people = room()
    people.join(GUEST)
    people.leave(GUEST, now=0, lingers=False)
    assert people.viewers == 0


def test_person_on_two_nodes_is_one_until_both_are_left() -> None:
    people = room()
    people.join(ANN)
    people.hear(b"n", Presence(frozenset({ANN, BOB, GUEST}), heard_at=0))
    assert people.viewers == 3
    people.hear(b"n", Presence(frozenset({ANN}), heard_at=1))
    assert people.viewers == 1
    people.leave(ANN, now=1)
    people.expire(now=1 + LINGER_S)
    assert people.users == {ANN}
    people.hear(b"n", Presence(frozenset(), heard_at=2))
    assert people.viewers == 0


def test_silent_node_is_forgotten_with_its_people() -> None:
    people = room()
    people.hear(b"n", Presence(frozenset({ANN, GUEST}), heard_at=100))
    people.expire(now=100 + PRESENCE_LIFE_S)
    assert people.viewers == 2
    people.expire(now=101 + PRESENCE_LIFE_S)
    assert (people.viewers, people.peak) == (0, 2)


def test_node_that_says_it_is_at_work_keeps_its_people() -> None:
    people = room()
    people.hear(b"n", Presence(frozenset({ANN}), heard_at=100))
    assert people.hear_alive(b"n", now=100 + PRESENCE_LIFE_S)
    people.expire(now=101 + PRESENCE_LIFE_S)
    assert people.viewers == 1
    people.expire(now=101 + 2 * PRESENCE_LIFE_S)
    assert people.viewers == 0
    # Forgotten is forgotten: it has to be asked who is there.
    assert not people.hear_alive(b"n", now=102 + 2 * PRESENCE_LIFE_S)


def test_guests_are_numbers_that_no_user_has() -> None:
    numbers = {guest_number(f"page {n}") for n in range(1_000)}
    assert len(numbers) == 1_000
    assert all(number < 0 and number >= -(2**63) for number in numbers)


def test_each_who_has_gone_is_counted_no_longer_in_their_own_time() -> None:
    people = People(owner_id=1)
    for person in (2, 3):
        people.join(person)
    people.leave(2, now=0.0)
    people.leave(3, now=1.0)
    people.join(2)
    people.leave(2, now=2.0)
    assert people.goes_next_at == 1.0 + LINGER_S
    people.expire(now=1.0 + LINGER_S)
    assert (people.viewers, people.goes_next_at) == (1, 2.0 + LINGER_S)
