"""Excerpts: the words of a rendered text, whatever it was written with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.markdown import Renderer
from community.plain_text import READ_CHARS, plain_text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**bold** and `code` #rust", "bold and code #rust"),
        ("# Title\n\nand *words*", "Title and words"),
        ("- one\n- two", "one two"),
        ("[a link](https://a.example)", "a link"),
        ("```python\nprint(1 < 2)\n```", "print(1 < 2)"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("> quoted\n\nanswer", "quoted answer"),
        ("half**way**there", "halfwaythere"),
    ],
)
def test_marks_go_and_words_stay(written: str, said: str) -> None:
    assert plain_text(Renderer().render(written, people=[]).html) == said


@given(st.text(max_size=200), st.integers(0, 400))
def test_html_that_was_cut_anywhere_holds_no_markup(written: str, length: int) -> None:
    whole = plain_text(f"<p>{written.replace('<', '').replace('&', '')}</p>")
    cut = plain_text("<p><strong>x</strong> y</p>"[:length])
    assert "<" not in cut and "strong" not in cut
    assert "\n" not in whole


def test_long_text_costs_no_more_than_its_beginning() -> None:
    assert len(plain_text("<p>" + "word " * 100_000)) <= READ_CHARS
