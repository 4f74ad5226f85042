"""What a chat message is and what may stand in one. Rules only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from errors import BadMessage

CONTENT_CHARACTERS = 500
CODE_CHARACTERS = 2_000
CLIENT_ID_CHARACTERS = 64
EXCERPT_CHARACTERS = 100
# Who is named after so many others is not told: a list of everybody mentions nobody.
MENTIONS = 10

MessageKind = Literal["text", "code", "system"]

# Controls (but newline and tab), lone surrogates, and the marks that turn the direction of a whole
# line, with which a message can disguise its neighbours. Joiners stay: emoji and scripts need them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9_]{3,50})(?!\w)")
_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#.-]{0,29}")


class Author(NamedTuple):
    """Who wrote something, as others see them."""

    id: int
    username: str


class Quote(NamedTuple):
    """The message that another one answers, as its reader is reminded of it."""

    id: int
    seq: int
    author: Author | None
    excerpt: str
    """Empty when the message is gone."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message that is on disk."""

    id: int
    stream_id: int
    seq: int
    """Its place in the room: gapless, the same for everybody."""
    author: Author | None
    """None: the account was erased. Of a system message: whose doing it tells of."""
    content: str
    client_id: str
    """The sender's own; unique per room and author, so that a retry is the same message."""
    created_at: datetime
    kind: MessageKind = "text"
    language: str | None = None
    """Of code."""
    reply_to: Quote | None = None
    mentions: tuple[str, ...] = ()
    """The people named in it whom there is, as they are called."""
    detail: Mapping[str, Any] | None = None
    """Of a system message: what happened, by which a page can say it in another language."""
    reactions: Mapping[str, int] = field(default_factory=dict)
    """How many people have put each emoji on it."""
    edited_at: datetime | None = None
    is_deleted: bool = False
    """Its author or the room's people took it back: nothing of it is left but its place."""
    change: int = 0
    """The number of its last change in the room's order of changes; 0: it is as it was sent."""


def clean_content(text: str, *, limit: int = CONTENT_CHARACTERS) -> str:
    """Return `text` as it is stored: NFC, trimmed. Raises BadMessage for what may not be said."""
    cleaned = _checked(text.strip(), limit=limit)
    return cleaned.strip()


def clean_code(text: str) -> str:
    """Return a piece of code as it is stored: its first line keeps its indentation.

    Raises BadMessage.
    """
    return _checked(text.rstrip().lstrip("\r\n"), limit=CODE_CHARACTERS)


def _checked(text: str, *, limit: int) -> str:
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if not cleaned.strip():
        raise BadMessage("There is nothing in it.")
    if len(cleaned) > limit:
        raise BadMessage(f"It is longer than {limit} characters.")
    if _FORBIDDEN.search(cleaned):
        raise BadMessage("It has control characters in it.")
    return cleaned


def clean_message(content: str, *, kind: str) -> str:
    """Return what is stored of a message of `kind`. Raises BadMessage."""
    if kind == "text":
        return clean_content(content)
    if kind == "code":
        return clean_code(content)
    raise BadMessage("A message is text or code.")


def check_language(language: str | None, *, kind: str) -> str | None:
    """Return the language that code is in. Raises BadMessage."""
    if language is None or kind != "code":
        return None
    if not _LANGUAGE.fullmatch(language):
        raise BadMessage("A language is a short name such as python.")
    return language


def check_client_id(client_id: str) -> str:
    """Return `client_id`, or raise BadMessage."""
    if not (0 < len(client_id) <= CLIENT_ID_CHARACTERS and client_id.isprintable()):
        raise BadMessage(f"client_id must have 1 to {CLIENT_ID_CHARACTERS} printable characters.")
    return client_id


def named_people(content: str, *, kind: str) -> tuple[str, ...]:
    """Return the names, in lower case, that a message may mention: to look up whom there is.

    An @ in code names nobody.
    """
    if kind != "text" or "@" not in content:
        return ()
    names = dict.fromkeys(name.lower() for name in _MENTION.findall(content))
    return tuple(names)[:MENTIONS]


def excerpt(content: str) -> str:
    """Return how a message begins, on one line."""
    line = " ".join(content.split())
    if len(line) <= EXCERPT_CHARACTERS:
        return line
    return line[: EXCERPT_CHARACTERS - 1].rstrip() + "…"
