"""RSS and Atom files of others: what they say, whichever of the two they speak.

Rules only. Strangers wrote them: a document type, and with it every entity, is refused; titles and
summaries come out as plain text; links other than http and https are left out.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

ENTRIES = 100
TITLE_MAX_CHARS = 200
SUMMARY_MAX_CHARS = 500
# Enough to make a summary of, and little enough to be parsed in no time.
_HTML_MAX_CHARS = 20_000
_LINK_MAX_CHARS = 2048
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


class NoFeed(Exception):
    """What was read is no RSS or Atom feed; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed."""

    guid: str
    """What tells it from the feed's other entries, whatever is changed in it later."""
    title: str
    link: str | None
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries in its own order, which is the newest first as a rule."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(content: bytes, *, url: str) -> Feed:
    """Return what the feed at `url` says. Raises NoFeed."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        # The last two come of an encoding that is none.
        raise NoFeed("that is no feed: it cannot be read as XML") from error
    if root.tag == f"{_ATOM}feed":
        entries = [_atom_entry(each, url) for each in root.findall(f"{_ATOM}entry")[:ENTRIES]]
        return _feed(_text(root, f"{_ATOM}title"), entries)
    channel = root.find("channel")
    if root.tag == "rss" and channel is not None:
        entries = [_rss_item(each, url) for each in channel.findall("item")[:ENTRIES]]
        return _feed(_text(channel, "title"), entries)
    raise NoFeed("that is no feed: neither RSS 2.0 nor Atom")


def _feed(title: str, entries: list[Entry]) -> Feed:
    # Without a guid, a link or a title there is nothing to tell an entry by.
    return Feed(_plain(title, TITLE_MAX_CHARS), tuple(each for each in entries if each.guid))


def _atom_entry(entry: Element, url: str) -> Entry:
    title = _plain(_text(entry, f"{_ATOM}title"), TITLE_MAX_CHARS)
    links = [
        each.get("href", "")
        for each in entry.findall(f"{_ATOM}link")
        if each.get("rel", "alternate") == "alternate"
    ]
    link = _link(links[0] if links else "", url)
    summary = _text(entry, f"{_ATOM}summary") or _text(entry, f"{_ATOM}content")
    guid = _text(entry, f"{_ATOM}id") or link or title
    return Entry(guid, title, link, _plain(summary, SUMMARY_MAX_CHARS))


def _rss_item(item: Element, url: str) -> Entry:
    title = _plain(_text(item, "title"), TITLE_MAX_CHARS)
    link = _link(_text(item, "link"), url)
    summary = _text(item, "description") or _text(item, _CONTENT)
    guid = _text(item, "guid") or link or title
    return Entry(guid, title, link, _plain(summary, SUMMARY_MAX_CHARS))


def _text(parent: Element, tag: str) -> str:
    """Return all text of the first child of that name; XHTML inside counts for its words."""
    child = parent.find(tag)
    return "" if child is None else "".join(child.itertext()).strip()


def _plain(markup: str, limit_chars: int) -> str:
    """Return the words of HTML, or of plain text, on one line and not too many."""
    without_tags = nh3.clean(
        markup[:_HTML_MAX_CHARS], tags=set(), clean_content_tags={"script", "style"}
    )
    line = " ".join(html.unescape(without_tags).split())
    return line if len(line) <= limit_chars else line[: limit_chars - 1].rstrip() + "…"


def _link(address: str, url: str) -> str | None:
    try:
        absolute = urljoin(url, address) if address else ""
    except ValueError:
        return None
    fits = absolute.startswith(("http://", "https://")) and len(absolute) <= _LINK_MAX_CHARS
    return absolute if fits else None
