"""Suggestions: text that somebody proposes for lines of the code, and what others think of it.

The rules of what may be proposed. Where the lines are while the code moves is `anchors.py`; what
accepting does to the document is `live_document.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errors import BadRequest, TooLarge

CONTENT_LIMIT_BYTES = 64 * 1024
CLIENT_ID_LIMIT_CHARS = 64
PER_HOUR = 30
NOTE_LIMIT_CHARS = 500
# Each is moved with every edit of its document.
OPEN_PER_SESSION = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Who made or resolved a suggestion."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as of the last look at the database."""

    id: int
    session_id: int
    stream_id: int
    author: Person | None
    """None: the account was erased."""
    client_id: str
    content: str
    original: str
    """The lines as they were when it was made."""
    line_start: int
    line_end: int
    upvotes: int
    downvotes: int
    status: str
    """pending, accepted, rejected, or withdrawn by its author."""
    is_stale: bool
    """The lines are not what they were when it was made."""
    note: str | None
    """What the streamer said when resolving it."""
    created_at: datetime
    resolved_by: Person | None
    my_vote: int = 0
    """How the one who asks has voted: 1, -1 or 0."""

    @property
    def score(self) -> int:
        """What suggestions are ranked by."""
        return self.upvotes - self.downvotes


def check_client_id(client_id: str) -> str:
    """Return the sender's own id of a suggestion. Raises BadRequest."""
    if not 1 <= len(client_id) <= CLIENT_ID_LIMIT_CHARS or not _is_storable(client_id):
        raise BadRequest(f"client_id must have 1 to {CLIENT_ID_LIMIT_CHARS} characters.")
    return client_id


def check_content(content: str) -> str:
    """Return the proposed text. Raises BadRequest or TooLarge."""
    if not _is_storable(content):
        raise BadRequest("The text holds characters that cannot be stored.")
    return check_size(content)


def check_note(note: str) -> str | None:
    """Return what is said beside a decision, None for nothing. Raises BadRequest."""
    if len(note) > NOTE_LIMIT_CHARS:
        raise BadRequest(f"A note may have {NOTE_LIMIT_CHARS} characters.")
    if not _is_storable(note):
        raise BadRequest("The note holds characters that cannot be stored.")
    return note.strip() or None


def check_size(text: str) -> str:
    """Return text that a suggestion may hold. Raises TooLarge."""
    if len(text.encode()) > CONTENT_LIMIT_BYTES:
        raise TooLarge("A suggestion may take 64 KiB, and the lines it replaces as much.")
    return text


def _is_storable(text: str) -> bool:
    # NUL is what PostgreSQL cannot hold, half a surrogate pair what UTF-8 cannot.
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
