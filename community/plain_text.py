"""What a rendered text says without its markup: for lists, notifications and other sites' cards.

Made of the HTML that `community/markdown.py` wrote and cleaned, not of the Markdown: only a
renderer knows what is a mark and what is a word.
"""

from __future__ import annotations

from html.parser import HTMLParser

# The beginning of a text is enough for any excerpt, and a long one costs no more.
READ_CHARS = 4_000
_INLINE = frozenset({"a", "abbr", "b", "code", "del", "em", "i", "kbd", "s", "span", "strong"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        alt = dict(attrs).get("alt") if tag == "img" else None
        self.parts.append(alt or ("" if tag in _INLINE else "\n"))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append("" if tag in _INLINE else "\n")


def plain_text(html: str) -> str:
    """Return the words of cleaned HTML on one line, as far as its beginning has them."""
    return " ".join(plain_lines(html))


def plain_lines(html: str) -> list[str]:
    """Return the words of each line and paragraph that says something.

    HTML that was cut somewhere is as good: what is left of a tag at its end is no word.
    """
    begun = html[:READ_CHARS]
    cut = begun.rfind("<")
    if cut > begun.rfind(">"):
        begun = begun[:cut]
    words = _Words()
    words.feed(begun)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return [line for line in lines if line]
