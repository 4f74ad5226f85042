"""What a chat message is and what may stand in one. Rules only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from errors import BadMessage

CONTENT_CHARACTERS = 500
CLIENT_ID_CHARACTERS = 64

# Controls (but newline and tab), lone surrogates, and the marks that turn the direction of a whole
# line, with which a message can disguise its neighbours. Joiners stay: emoji and scripts need them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Author(NamedTuple):
    """Who wrote something, as others see them."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message that is on disk."""

    id: int
    stream_id: int
    seq: int
    """Its place in the room: gapless, the same for everybody."""
    author: Author | None
    """None: the account was erased."""
    content: str
    client_id: str
    """The sender's own; unique per room and author, so that a retry is the same message."""
    created_at: datetime


def clean_content(text: str, *, limit: int = CONTENT_CHARACTERS) -> str:
    """Return `text` as it is stored: NFC, trimmed. Raises BadMessage for what may not be said."""
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not cleaned:
        raise BadMessage("There is nothing in it.")
    if len(cleaned) > limit:
        raise BadMessage(f"It is longer than {limit} characters.")
    if _FORBIDDEN.search(cleaned):
        raise BadMessage("It has control characters in it.")
    return cleaned


def check_client_id(client_id: str) -> str:
    """Return `client_id`, or raise BadMessage."""
    if not (0 < len(client_id) <= CLIENT_ID_CHARACTERS and client_id.isprintable()):
        raise BadMessage(f"client_id must have 1 to {CLIENT_ID_CHARACTERS} printable characters.")
    return client_id
