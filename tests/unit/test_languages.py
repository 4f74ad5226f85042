"""Which language somebody is answered in."""

from __future__ import annotations

import pytest

from server.languages import Language, chosen_language


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("en;q=0.1,de;q=0.9", "de"),
        ("de;q=0,en;q=0.1", "en"),
        ("de;q=much", "en"),
        ("fr, *;q=0.5", "en"),
        (",;,;q=", "en"),
    ],
)
def test_browser_is_answered_in_the_first_language_there_is(
    accept: str, language: Language
) -> None:
    assert chosen_language({}, accept) == language


def test_choice_goes_before_what_the_browser_asks_for() -> None:
    assert chosen_language({"language": "de"}, "en") == "de"
    assert chosen_language({"language": "en"}, "de") == "en"


def test_choice_that_is_none_is_as_if_there_were_none() -> None:
    assert chosen_language({"language": "tlh"}, "de") == "de"
