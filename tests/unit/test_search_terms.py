"""What somebody typed, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.search_terms import Terms, end_of, holding, read_terms


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("rust", Terms("rust", "", "'rust':*", "rust", "rust")),
        ("Rust Asy", Terms("Rust Asy", "rust", "'asy':*", None, None)),
        ("@ann_b", Terms("@ann_b", "", "'ann_b':*", "ann_b", None)),
        ("#web", Terms("#web", "", "'web':*", None, "web")),
        ("c++", Terms("c++", "", None, None, "c++")),
        ('"exact words"', Terms('"exact words"', "", None, None, None)),
        ("rust -async", Terms("rust -async", "", None, None, None)),
        ("größe", Terms("größe", "", "'größe':*", None, None)),
        ("a\x00b", Terms("a b", "a", "'b':*", None, None)),
        ("", Terms("", "", None, None, None)),
    ],
)
def test_typed_text_is_taken_apart(typed: str, terms: Terms) -> None:
    assert read_terms(typed) == terms


@given(st.text(max_size=200))
def test_beginning_of_a_word_never_leaves_its_quotes(typed: str) -> None:
    begun = read_terms(typed).begun
    assert begun is None or (begun.startswith("'") and begun.endswith("':*"))
    assert begun is None or not set("'\\") & set(begun[1:-3])


def test_pattern_takes_wildcards_as_letters() -> None:
    assert holding("a_b%c\\") == "%a\\_b\\%c\\\\%"
    assert holding(None) is None


def test_end_of_a_prefix_is_behind_all_that_begin_with_it() -> None:
    end = end_of("ann")
    assert end is not None and "annzzz" < end < "ano"
