"""Blocked terms: what a text is compared as, and whether one stands in it. Rules only.

People write around a list: FULL WIDTH, åccents, Cyrillic letters that look Latin, d1gits,
s.p.a.c.e.s and stuttterrrs. Both sides are therefore compared by their skeleton. A term is words,
not a pattern that somebody's chat could be held up with; only a `*` at an end says that the word
may go on there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from errors import BadMessage

TERM_CHARACTERS = 100
TERMS = 500

Action = Literal["block", "hold"]

# Letters of other scripts that are read as Latin ones. Not all of Unicode's confusables: those that
# a keyboard or a phone has within reach.
_LOOKALIKES = str.maketrans(
    # Cyrillic, Greek, and Latin letters that NFD does not take apart.
    "авекмнорстухіјѕһԁԛԝαβεηικνορτυχγωɑɡıłøđħ",
    "abekmhopctyxijshdqwabenikvoptuxywagilodh",
)
_DIGITS = str.maketrans("0134578@$!|", "oieastbasii")
# Written inside of words they take no place: soft hyphen, joiners, marks of direction.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_WORDS = re.compile(r"[^\W_]+")
_STUTTER = re.compile(r"(.)\1{2,}")
# So many at most: a message of signs alone is looked at once, not once from each of them.
_SIGNS_IN_WORDS = re.compile(r"(?<=[^\W\d_])[@$!|0-9]{1,8}|[@$0-9]{1,8}+(?=[^\W\d_])")
# NFKC makes eighteen letters of some; what nobody could read is not looked through.
_FOLDED_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a channel's list."""

    text: str
    action: Action


def clean_term(text: str) -> str:
    """Return a term as it is stored. Raises BadMessage for one that could stand for anything."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(cleaned) <= TERM_CHARACTERS:
        raise BadMessage(f"A term has 1 to {TERM_CHARACTERS} characters.")
    if not _words(skeleton(cleaned)):
        raise BadMessage("A term has at least one letter or digit.")
    return cleaned


def skeleton(text: str) -> str:
    """Return what is left of `text` when width, case, accents and lookalikes do not count."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = folded[:_FOLDED_CHARACTERS]
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", folded)
        if not unicodedata.combining(letter)
    )
    return bare.translate(_LOOKALIKES)


class BlockedTerms:
    """The list of one channel, ready to be looked for."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._words: dict[str, Term] = {}
        self._phrases: list[tuple[str, Term]] = []
        # A term that blocks counts before one that only holds back.
        for term in sorted(terms, key=lambda each: each.action, reverse=True):
            for variant in _spellings(term.text.strip("*")):
                self._add(variant, term)

    def find(self, content: str) -> Term | None:
        """Return the term that stands in `content`; one that blocks before one that holds."""
        if not self._words and not self._phrases:
            return None
        found = None
        for words in _readings(content):
            for term in self._found_in(words):
                if term.action == "block":
                    return term
                found = term
        return found

    def _add(self, words: Sequence[str], term: Term) -> None:
        is_open = term.text.startswith("*") or term.text.endswith("*")
        # Scripts without spaces between words: anywhere.
        is_unspaced = any(unicodedata.category(c) == "Lo" for word in words for c in word)
        if len(words) == 1 and not is_open and not is_unspaced:
            self._words[words[0]] = term
            return
        before = "" if is_unspaced or term.text.startswith("*") else " "
        after = "" if is_unspaced or term.text.endswith("*") else " "
        self._phrases.append((before + " ".join(words) + after, term))

    def _found_in(self, words: Sequence[str]) -> Iterator[Term]:
        for word in words:
            if (term := self._words.get(word)) is not None:
                yield term
        if self._phrases:
            line = f" {' '.join(words)} "
            for phrase, term in self._phrases:
                if phrase in line:
                    yield term


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _spellings(text: str) -> Iterator[list[str]]:
    """Yield the words of a term: as it stands, and with its digits read as letters."""
    bare = skeleton(text)
    yield _words(bare)
    if (read := _read_signs(bare)) != bare:
        yield _words(read)


def _read_signs(text: str) -> str:
    """Read digits and signs that touch a letter as the letters that they look like."""
    return _SIGNS_IN_WORDS.sub(lambda signs: signs[0].translate(_DIGITS), text)


def _readings(content: str) -> Iterator[list[str]]:
    """Yield the words of a message in every way in which somebody might read it."""
    bare = skeleton(content)
    for text in dict.fromkeys((bare, _read_signs(bare))):
        for line in dict.fromkeys((text, _STUTTER.sub(r"\1\1", text), _STUTTER.sub(r"\1", text))):
            words = _words(line)
            yield words
            # s.p.a.m, and s p a m
            yield [word for chunk in line.split() if (word := "".join(_words(chunk)))]
            yield _join_letters(words)


def _join_letters(words: Sequence[str]) -> list[str]:
    """Join letters that stand alone one after the other."""
    joined: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1:
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(word)
    return [*joined, run] if run else joined
