"""What may stand in a message, a client id and a question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from errors import BadMessage
from rooms.chat import check_client_id, clean_content, clean_message, excerpt, named_people
from rooms.polls import Poll, PollOption, check_question, supersedes

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("  hello ", "hello"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("e\u0301", "\u00e9"),  # one character, however it was typed
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),  # joiners make emoji
        ("x" * 500, "x" * 500),
    ],
)
def test_content_is_stored_trimmed_and_composed(said: str, stored: str) -> None:
    assert clean_content(said) == stored


@pytest.mark.parametrize(
    "said", ["", " \n ", "x" * 501, "nul\x00", "bell\x07", "\ud83d", "turn\u202earound", "c1\x85x"]
)
def test_content_that_would_do_harm_is_refused(said: str) -> None:
    with pytest.raises(BadMessage):
        clean_content(said)


def test_code_keeps_the_indentation_of_its_first_line() -> None:
    assert clean_message("\n    if x:\r\n        y()\n\n", kind="code") == "    if x:\n        y()"
    assert len(clean_message("x" * 2_000, kind="code")) == 2_000


@pytest.mark.parametrize(
    ("said", "kind"),
    [("x" * 2_001, "code"), (" \n\t", "code"), ("hi", "system"), ("a\x00", "code")],
)
def test_message_that_is_neither_text_nor_code_is_refused(said: str, kind: str) -> None:
    with pytest.raises(BadMessage):
        clean_message(said, kind=kind)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("@Ann and (@bob), @ann again", ("ann", "bob")),
        ("mail me@example.org or @@ann or @annotate!", ("annotate",)),
        ("@ab is too short, @" + "x" * 51 + " too long", ()),
        (" ".join(f"@person{n}" for n in range(20)), tuple(f"person{n}" for n in range(10))),
    ],
)
def test_names_are_found_where_people_mean_somebody(said: str, named: tuple[str, ...]) -> None:
    assert named_people(said, kind="text") == named
    assert named_people(said, kind="code") == ()


def test_excerpt_is_one_line_and_says_that_it_goes_on() -> None:
    assert excerpt("a\n  b") == "a b"
    long = excerpt("word " * 40)
    assert len(long) <= 100 and long.endswith("word…")


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a\nb", "\x00"])
def test_client_id_is_short_and_printable(client_id: str) -> None:
    with pytest.raises(BadMessage):
        check_client_id(client_id)


@pytest.mark.parametrize(
    ("text", "options", "seconds"),
    [
        ("", ["a", "b"], None),
        ("x" * 201, ["a", "b"], None),
        ("q", ["a"], None),
        ("q", [str(n) for n in range(11)], None),
        ("q", ["a", " "], None),
        ("q", ["a", "x" * 101], None),
        ("q", ["same", "SAME "], None),
        ("q", ["a", "b"], 14),
        ("q", ["a", "b"], 1_801),
    ],
)
def test_question_that_cannot_be_asked_is_refused(
    text: str, options: list[str], seconds: int | None
) -> None:
    with pytest.raises(BadMessage):
        check_question(text, options, seconds)


def poll(number: int, votes: int, *, is_closed: bool = False) -> Poll:
    options = (PollOption(1, "a", votes), PollOption(2, "b", 0))
    return Poll(number, 7, 1, "q", options, None, is_closed, NOON)


def test_later_state_of_a_poll_wins_however_it_travelled() -> None:
    assert supersedes(poll(1, 0), None)
    assert supersedes(poll(1, 2), poll(1, 1))
    assert not supersedes(poll(1, 1), poll(1, 2))
    assert not supersedes(poll(1, 2), poll(1, 2))
    assert supersedes(poll(1, 2, is_closed=True), poll(1, 2))
    assert not supersedes(poll(1, 3), poll(1, 2, is_closed=True))
    assert supersedes(poll(2, 0), poll(1, 9, is_closed=True))
    assert not supersedes(poll(1, 9), poll(2, 0))
