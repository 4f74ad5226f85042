"""Atom feeds of posts (RFC 4287), as bytes. Rules only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from community.notices import excerpt
from community.plain_text import plain_lines
from community.storing import media_url
from persistence.posts import Post
from server.wire import rfc3339

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def changed_at(post: Post) -> datetime:
    """Return when its author last touched the post."""
    return post.edited_at or post.created_at


def atom_feed(
    posts: Sequence[Post],
    *,
    title: str,
    page_url: str,
    feed_url: str,
    base_url: str,
    began_at: datetime,
) -> bytes:
    """Return the feed of `posts`, newest first, which people read at `page_url`.

    `began_at` is for a feed that has no posts: it must say when it last changed.
    """
    feed = Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", feed_url)
    _add(feed, "title", title)
    _add(feed, "updated", rfc3339(max(map(changed_at, posts), default=began_at)))
    SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=feed_url)
    SubElement(feed, "link", rel="alternate", type="text/html", href=page_url)
    for post in posts:
        feed.append(_entry(post, base_url))
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(post: Post, base_url: str) -> Element:
    address = f"{base_url}/posts/{post.id}"
    entry = Element("entry")
    _add(entry, "id", address)
    _add(entry, "title", excerpt(next(iter(plain_lines(post.content_html)), "Post")))
    _add(entry, "published", rfc3339(post.created_at))
    _add(entry, "updated", rfc3339(changed_at(post)))
    author = SubElement(entry, "author")
    _add(author, "name", post.username)
    _add(author, "uri", f"{base_url}/users/{post.username}")
    SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    for tag in post.tags:
        SubElement(entry, "category", term=tag)
    # Links of ours are written without the site: a feed is read elsewhere.
    html = post.content_html.replace('href="/', f'href="{base_url}/')
    _add(entry, "content", html + _pictures(post, base_url)).set("type", "html")
    return entry


def _pictures(post: Post, base_url: str) -> str:
    """Return the post's pictures as HTML."""
    return "".join(
        f'<p><img src="{base_url}{media_url(each.object_key)}" alt="{escape(each.alt_text or "")}">'
        "</p>"
        for each in post.media
    )


def _add(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = _NOT_XML.sub("", text)
    return child
