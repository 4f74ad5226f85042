"""Atom feeds of tags and people: valid, and not sent twice to a reader that has them."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from community.feed_files import read_feed
from tests.writing import Writing, post

ATOM = "{http://www.w3.org/2005/Atom}"
TYPE = "application/atom+xml; charset=utf-8"


def check_valid(feed: Element) -> None:
    """What RFC 4287 asks of a feed and of its entries."""
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert (element.findtext(f"{ATOM}id") or "").startswith("http://")
        assert (element.findtext(f"{ATOM}updated") or "").endswith("Z")
        assert element.find(f"{ATOM}link[@rel='alternate']") is not None
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name")


@pytest.mark.parametrize("path", ["/tags/rust/feed.atom", "/users/Ann/feed.atom"])
async def test_feed_tells_posts(writing: Writing, path: str) -> None:
    ann, nobody = await writing.person("ann"), writing.edge.nobody
    await post(ann, "# One & <only>\n\nsee #rust")
    await post(ann, "\n> **two**\ufffe #rust")
    gone = await post(ann, "gone #rust")
    await ann.ask("DELETE", f"/api/v1/posts/{gone['id']}")
    answer = await nobody.ask("GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, TYPE)
    feed = fromstring(answer.body)
    check_valid(feed)
    read = read_feed(answer.body.encode(), url=writing.edge.url)
    assert read.title == ("#rust" if "tags" in path else "ann")
    assert [entry.title for entry in read.entries] == ["two #rust", "One &"]
    content = feed.findall(f"{ATOM}entry")[1].find(f"{ATOM}content")
    assert content is not None and content.get("type") == "html"
    assert f'href="{writing.edge.url}/tags/rust"' in (content.text or "")
    assert "&lt;only&gt;" in (content.text or "")


async def test_reader_that_has_the_feed_is_told_so(writing: Writing) -> None:
    ann, nobody = await writing.person("ann"), writing.edge.nobody
    made = await post(ann, "#rust")
    path = "/tags/rust/feed.atom"
    first = await nobody.ask("GET", path)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If-None-Match": etag},
        {"If-Modified-Since": changed},
        {"If-None-Match": etag, "If-Modified-Since": "Sun, 01 Nov 2020 00:00:00 GMT"},
    ):
        again = await nobody.ask("GET", path, headers=headers)
        assert (again.status, again.body) == (304, "")
    await ann.ask("DELETE", f"/api/v1/posts/{made['id']}")
    after = await nobody.ask("GET", path, headers={"If-None-Match": etag})
    assert after.status == 200
    check_valid(fromstring(after.body))


@pytest.mark.parametrize(
    "path",
    [
        "/tags/none/feed.atom",
        "/users/none/feed.atom",
        "/users/%00/feed.atom",
        "/tags/%00/feed.atom",
    ],
)
async def test_there_is_no_feed_of_nothing(writing: Writing, path: str) -> None:
    answer = await writing.edge.nobody.ask("GET", path + "/feed.atom")
    assert (answer.status, answer.body["code"]) == (404, "not-found")
