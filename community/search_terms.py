"""What somebody typed into the search, taken apart. Anything may be typed; nothing is refused.

Words, "phrases", -exclusions and `or` are left to PostgreSQL's websearch syntax. It takes nearly
anything: only dashes that exclude nothing pile up until it fails ("tsquery stack too small", seen
with a hundred of them), so what holds no word is dropped here. While somebody still types, the last
word is taken for the beginning of one, unless what was typed uses that syntax and so is meant as it
stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUERY_MAX_CHARS = 200

# Behind every string that begins with the prefix, in the order of bytes.
LAST_CHARACTER = "\U0010ffff"

_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_TOKEN = re.compile(r'(?P<dash>-*)(?P<meant>"[^"]*"?|[^\s"]+)')
_WORD = re.compile(r"\w")
_PLAIN_WORDS = re.compile(r"(?P<head>(?:[\w.#+@]+\s+)*)[#@]?(?P<last>\w+)")
_NAME = re.compile(r"@?(?P<name>[a-z0-9_]{1,50})")
_TAG = re.compile(r"#?(?P<tag>[a-z0-9][a-z0-9+#.-]{0,49})")


@dataclass(frozen=True, slots=True)
class Terms:
    """A search, taken apart."""

    words: str
    """For websearch_to_tsquery, which takes anything."""
    head: str
    """The words before the one that is still being typed."""
    begun: str | None
    """That word as a tsquery of its beginning; None: nothing is being typed."""
    name: str | None
    """What a user name may begin with; None: no name looks like that."""
    tag: str | None
    """What a tag may begin with; None: no tag looks like that."""


def read_terms(typed: str) -> Terms:
    """Take apart what was typed."""
    words = " ".join(_meant(_UNSTORABLE.sub(" ", typed)))
    lower = words.lower()
    plain = _PLAIN_WORDS.fullmatch(lower)
    name, tag = _NAME.fullmatch(lower), _TAG.fullmatch(lower)
    return Terms(
        words=words,
        head=plain["head"].strip() if plain else "",
        # Quoted: letters, digits and underscores only, so nothing in it ends the quotes.
        begun=f"'{plain['last']}':*" if plain else None,
        name=name["name"] if name else None,
        tag=tag["tag"] if tag else None,
    )


def _meant(typed: str) -> Iterator[str]:
    """Yield the words, phrases and exclusions that hold something to look for."""
    for token in _TOKEN.finditer(typed):
        if _WORD.search(token["meant"]):
            yield ("-" if token["dash"] else "") + token["meant"]


def holding(part: str | None) -> str | None:
    """Return the LIKE pattern of texts that hold `part`."""
    if part is None:
        return None
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def end_of(prefix: str | None) -> str | None:
    """Return what sorts just behind everything that begins with `prefix`."""
    return prefix + LAST_CHARACTER if prefix is not None else None
