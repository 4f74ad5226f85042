"""What a poll is, who wins between two states of one, and what may be asked. Rules only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from errors import BadMessage
from rooms.chat import clean_content

QUESTION_CHARACTERS = 200
OPTION_CHARACTERS = 100
OPTIONS = range(2, 11)
SECONDS = range(15, 1_801)

Results = Literal["always", "after_vote", "at_close"]
"""When others than the staff see the counts of an open poll."""


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer and how many gave it."""

    id: int
    option_text: str
    votes_count: int


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as of one moment; its counts are committed ones."""

    id: int
    stream_id: int
    owner_id: int
    question: str
    options: tuple[PollOption, ...]
    ends_at: datetime | None
    is_closed: bool
    created_at: datetime
    results: Results = "always"

    @property
    def total_votes(self) -> int:
        """How many have voted."""
        return sum(option.votes_count for option in self.options)

    def is_due(self, now: datetime) -> bool:
        """Tell whether time has closed it, announced or not."""
        return self.ends_at is not None and self.ends_at <= now


def supersedes(new: Poll, old: Poll | None) -> bool:
    """Tell whether `new` is the later state of the two, whichever way they came here.

    Votes are never taken back while a poll is open, so the counts themselves are the clock.
    """
    if old is None or new.id != old.id:
        return old is None or new.id > old.id
    if old.is_closed:
        return False
    return new.is_closed or new.total_votes > old.total_votes


def winner(poll: Poll) -> PollOption | None:
    """Return the option that most have voted for; None without votes, or when several have most."""
    first, second, *_ = sorted(poll.options, key=lambda option: -option.votes_count)
    return first if first.votes_count > second.votes_count else None


def sees_counts(poll: Poll, *, is_staff: bool, has_voted: bool) -> bool:
    """Tell whether somebody may see how many gave each answer."""
    if poll.is_closed or poll.results == "always" or is_staff:
        return True
    return poll.results == "after_vote" and has_voted


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to ask."""

    text: str
    options: tuple[str, ...]
    seconds: int | None
    results: Results = "always"


def check_question(
    text: str, options: Sequence[str], seconds: int | None, *, results: Results = "always"
) -> Question:
    """Return what is stored of a question, or raise BadMessage."""
    if len(options) not in OPTIONS:
        raise BadMessage(f"A poll has {OPTIONS[0]} to {OPTIONS[-1]} options.")
    cleaned = tuple(clean_content(option, limit=OPTION_CHARACTERS) for option in options)
    if len({option.casefold() for option in cleaned}) < len(cleaned):
        raise BadMessage("Two options are the same.")
    if seconds is not None and seconds not in SECONDS:
        raise BadMessage(f"A poll runs for {SECONDS[0]} to {SECONDS[-1]} seconds, or until closed.")
    return Question(clean_content(text, limit=QUESTION_CHARACTERS), cleaned, seconds, results)
