"""If-Match lets only the named version pass, and keys of retries are read one way."""

from __future__ import annotations

import string

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from errors import BadRequest, PreconditionFailed, PreconditionRequired
from server.idempotency import read_key
from server.routing import etag_of, require_match
from server.wire import Told


class Thing(Told):
    """Something that can be changed."""

    name: str


# What may stand in an entity tag (RFC 9110, section 8.8.3). An empty one, which names no version of
# ours, ends the list for the library that reads it.
MARKS = "!#$%&'()*+-./:;<=>?@[]^_`{|}~"
tags = st.text(string.ascii_letters + string.digits + MARKS, min_size=1, max_size=40)
names = st.text(max_size=20)


def check(if_match: str | None, thing: Thing) -> None:
    headers = {} if if_match is None else {"If-Match": if_match}
    require_match(make_mocked_request("PUT", "/", headers=headers), thing)


@given(names, st.lists(tags, max_size=3), st.booleans())
def test_named_version_passes_wherever_it_stands(name: str, others: list[str], last: bool) -> None:
    tag = f'"{etag_of(Thing(name=name))}"'
    listed = [f'"{each}"' for each in others]
    given_tags = [*listed, tag] if last else [tag, *listed]
    check(", ".join(given_tags), Thing(name=name))
    check("*", Thing(name=name))


@given(names, names, st.lists(tags, min_size=1, max_size=3), st.booleans())
def test_nothing_else_passes(name: str, other: str, others: list[str], is_weak: bool) -> None:
    thing = Thing(name=name)
    wrong = [f'{"W/" if is_weak else ""}"{each}"' for each in others]
    if is_weak:
        # Equal in meaning is not the same: a weak tag names no version, not even its own.
        wrong.append(f'W/"{etag_of(thing)}"')
    if other != name:
        wrong.append(f'"{etag_of(Thing(name=other))}"')
    with pytest.raises(PreconditionFailed):
        check(", ".join(wrong), thing)


def test_change_without_a_version_is_told_to_name_one() -> None:
    with pytest.raises(PreconditionRequired):
        check(None, Thing(name="x"))


printable = st.text(
    [each for each in string.printable if "\x21" <= each <= "\x7e" and each not in '"\\'],
    min_size=1,
    max_size=64,
)


@given(printable)
def test_key_is_the_same_in_quotes_and_without(key: str) -> None:
    assert read_key(key) == read_key(f'"{key}"') == read_key(f"  {key} ") == key


@given(st.text(max_size=80))
def test_what_is_no_key_is_refused_and_nothing_is_cut(text: str) -> None:
    try:
        key = read_key(text)
    except BadRequest:
        return
    assert key is not None and 1 <= len(key) <= 64
    assert text.strip() in (key, f'"{key}"')


def test_without_a_header_there_is_no_key() -> None:
    assert read_key(None) is None
