"""Feeds of others, read."""

from __future__ import annotations

import pytest

from community.feed_files import NoFeed, read_feed
from community.markdown import Renderer
from community.news import post_text

URL = "https://news.example/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Rust &amp; friends</title>
<item><title>One &lt;b&gt;bold&lt;/b&gt; step</title><link>https://news.example/1</link>
  <guid isPermaLink="false">id-1</guid>
  <description>&lt;p&gt;Some &lt;i&gt;words&lt;/i&gt;&lt;script&gt;alert(1)&lt;/script&gt;.
  </description>
</item>
<item><title>Two</title><link>/2</link>
  <content:encoded><![CDATA[<h1>Long</h1> text]]></content:encoded></item>
<item><title>Three</title><link>javascript:alert(1)</link></item>
<item><description>nothing to tell it by</description></item>
</channel></rss>
"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">
<title type="html">A &lt;i&gt;feed&lt;/i&gt;</title>
<entry><id>urn:1</id><title>First</title><link rel="enclosure" href="https://news.example/1.mp3"/>
  <link href="1.html"/><content type="xhtml">
  <div xmlns="http://www.w3.org/1999/xhtml">some <b>words</b></div></content></entry>
<entry><id>urn:2</id><title>Second</title><link rel="alternate" href="https://news.example/2"/>
  <summary>short</summary><content>long</content></entry>
</feed>
"""


def test_rss_is_read() -> None:
    feed = read_feed(RSS.encode(), url=URL)
    assert feed.title == "Rust & friends"
    one, two, three = feed.entries
    assert (one.guid, one.title, one.link) == ("id-1", "One bold step", "https://news.example/1")
    assert one.summary == "Some words."
    assert (two.guid, two.link, two.summary) == (
        "https://news.example/2",
        "https://news.example/2",
        "Long text",
    )
    assert (three.guid, three.link) == ("Three", None)


def test_atom_is_read() -> None:
    feed = read_feed(ATOM.encode(), url=URL)
    assert feed.title == "A feed"
    first, second = feed.entries
    assert (first.guid, first.link) == ("urn:1", "https://news.example/feeds/1.html")
    assert first.summary == "some words"
    assert (second.link, second.summary) == ("https://news.example/2", "short")


BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<rss version="2.0"><channel><title>&c;</title></channel></rss>"""


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss version="2.0"><channel/></rss>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>',
        "<rss version='2.0'><title>no channel</title></rss>",
        "<html><body>not a feed</body></html>",
        "<rss><channel>",
        '<?xml version="1.0" encoding="klingon"?><rss><channel/></rss>',
        "",
        "\x00",
        "<a>" * 100_000,
    ],
)
def test_what_is_no_feed_is_refused(content: str) -> None:
    with pytest.raises(NoFeed):
        read_feed(content.encode(), url=URL)


def test_only_so_many_entries_are_read() -> None:
    items = "".join(f"<item><guid>{n}</guid></item>" for n in range(500))
    feed = read_feed(f"<rss><channel>{items}</channel></rss>".encode(), url=URL)
    assert len(feed.entries) == 100


def test_strangers_words_are_neither_markup_nor_tags_nor_mentions() -> None:
    hostile = (
        "*a* `b` #tag @ann [x](https://evil.example) https://evil.example &lt;b&gt; 1. \\ | ~~c~~"
    )
    content = f"""<rss><channel><item><title>{hostile}</title><guid>1</guid>
        <link>https://news.example/a)(&lt;b&gt; c\\</link>
        <description>{hostile}</description></item></channel></rss>"""
    (entry,) = read_feed(content.encode(), url=URL).entries
    rendered = Renderer().render(post_text(entry), people=["ann"])
    assert (rendered.tags, rendered.mentions) == ((), ())
    assert rendered.html.count("<a ") == 1
    for element in ("<em>", "<code>", "<del>", "<ol>", "<strong>"):
        assert element not in rendered.html
    assert "#tag @ann [x](https://evil.example)" in rendered.html
