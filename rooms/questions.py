"""What viewers ask: who may ask how much, and what may become of a question. Rules only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rooms.chat import Author, clean_content

QUESTION_CHARACTERS = 300
# Open at a time, of one person in one room: who has more to ask waits for an answer.
OPEN_PER_PERSON = 5
OPEN_PER_ROOM = 500

Status = Literal["open", "answered", "dismissed"]


@dataclass(frozen=True, slots=True)
class ViewerQuestion:
    """A question that is on disk, as of one moment."""

    id: int
    stream_id: int
    owner_id: int
    """Of the stream."""
    author: Author
    content: str
    client_id: str
    """The asker's own; unique per room and person, so that a retry is the same question."""
    status: Status
    is_highlighted: bool
    """It stands on everybody's screen."""
    votes_count: int
    created_at: datetime
    resolved_at: datetime | None


def clean_question(text: str) -> str:
    """Return a question as it is stored. Raises BadMessage."""
    return clean_content(text, limit=QUESTION_CHARACTERS)
