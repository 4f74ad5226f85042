"""Which texts a channel's list catches, however they are written."""

from __future__ import annotations

import pytest

from errors import BadMessage
from rooms.terms import BlockedTerms, Term, clean_term

LIST = BlockedTerms(
    [
        Term("spam", "block"),
        Term("buy followers", "block"),
        Term("giveaway*", "hold"),
        Term("*scam", "hold"),
        Term("脏话", "block"),
        Term("leet1", "block"),
    ]
)


def found(content: str) -> str | None:
    term = LIST.find(content)
    return None if term is None else term.text


@pytest.mark.parametrize(
    "content",
    [
        "spam",
        "no SPAM please",
        "ｓｐａｍ",
        "spám",
        "s\u0336p\u0336a\u0336m",
        "sраm",  # two Cyrillic letters
        "sp\u200bam",
        "s p a m",
        "s.p.a.m",
        "sp-am",
        "(spam)",
        "sp4m",
        "$pam",
        "sp@m",
        "spaaaaam",
        "now: s p a m !",
    ],
)
def test_word_is_found_however_it_is_written(content: str) -> None:
    assert found(content) == "spam"


@pytest.mark.parametrize(
    "content", ["spammer", "pam", "spa meeting", "5 4 3", "span", "", "...", "@sam"]
)
def test_other_words_are_left_alone(content: str) -> None:
    assert found(content) is None


def test_words_of_a_phrase_stand_together() -> None:
    assert found("please Buy  FOLLOWERS now") == "buy followers"
    assert found("buy my followers") is None


def test_star_says_where_a_word_goes_on() -> None:
    assert found("big giveaways today") == "giveaway*"
    assert found("a cryptoscam") == "*scam"
    assert found("scams") is None


def test_script_without_spaces_is_found_inside_of_a_line() -> None:
    assert found("这是脏话吗") == "脏话"


def test_digits_of_a_term_are_read_as_they_are_and_as_letters() -> None:
    assert found("leet1") == "leet1"
    assert found("l33ti") == "leet1"


def test_term_that_blocks_counts_before_one_that_holds() -> None:
    assert found("giveaway spam") == "spam"


def test_empty_list_finds_nothing() -> None:
    assert BlockedTerms().find("anything") is None


@pytest.mark.parametrize("text", ["", "  ", "***", "-", "x" * 101])
def test_term_that_could_stand_for_anything_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        clean_term(text)


def test_term_keeps_its_spelling() -> None:
    assert clean_term("  Buy   followers ") == "Buy followers"
