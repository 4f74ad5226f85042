"""The stage of a stream: its feeds, its guests, and which step each of them may take next.

The streamer publishes a camera and a screen, and so does everybody on stage. Whoever wants to come
asks, or is invited; it needs both. Rules only: who may be there at all is a question to the disk,
answered in the transaction that makes the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from errors import Blocked, Conflict, StageFull, StreamEnded, Unprocessable, VibecastError
from media.ports import FeedKind
from rooms.chat import Author

GuestStatus = Literal["requested", "invited", "accepted"]

# Each is two more pictures for every viewer; more than a browser decodes at once helps nobody.
CAPACITY = 6
# A streamer chooses among so many; more wait in vain.
REQUESTS = 100
INVITATIONS = 50


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is on stage, or on the way there."""

    user: Author
    status: GuestStatus
    at: datetime
    """Since when they are on stage; of the others, when they asked or were invited."""


@dataclass(frozen=True, slots=True)
class StageFeed:
    """What somebody on stage publishes, or has published."""

    id: int
    user: Author
    kind: FeedKind
    is_publishing: bool
    is_stopped: bool
    """Its publisher ended it; who is only away comes back."""
    has_audio: bool
    has_video: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage at one moment. Of two states the one with the higher version is newer."""

    stream_id: int
    owner_id: int
    version: int
    feeds: Sequence[StageFeed]
    guests: Sequence[Guest]

    def guests_seen_by(self, user_id: int | None) -> list[Guest]:
        """Return whom somebody sees: the streamer all, others who is on stage and themselves."""
        if user_id == self.owner_id:
            return list(self.guests)
        return [
            each for each in self.guests if each.status == "accepted" or each.user.id == user_id
        ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides on somebody's next step towards a stage, as the disk knows it."""

    user: Author
    owner_id: int
    is_ended: bool
    is_private: bool
    is_blocked: bool
    """Whether the streamer has blocked them, or they the streamer."""
    exclusion: VibecastError | None
    """Why they may not take part in the channel at all."""
    may_be: bool
    """Whether nothing else keeps them from the stage, such as a suspension."""
    status: GuestStatus | None
    on_stage: int
    requested: int
    invited: int


def next_status(standing: Standing, *, by_owner: bool) -> GuestStatus:
    """Return what somebody is once the streamer, or they themselves, wants them on stage.

    Raises why that cannot be.
    """
    if standing.user.id == standing.owner_id:
        raise Unprocessable("You are the streamer.")
    if standing.is_ended:
        raise StreamEnded()
    if standing.is_private:
        raise Unprocessable("Nobody else sees a private stream.")
    if standing.is_blocked:
        raise Blocked()
    if standing.exclusion is not None:
        raise standing.exclusion if not by_owner else Unprocessable("Let them in again first.")
    if not standing.may_be:
        raise Unprocessable("They cannot come on stage just now.")
    wanted = _STEPS[standing.status, by_owner]
    if wanted != standing.status:
        _check_room(standing, wanted)
    return wanted


_STEPS: dict[tuple[GuestStatus | None, bool], GuestStatus] = {
    (None, True): "invited",
    ("invited", True): "invited",
    ("requested", True): "accepted",
    ("accepted", True): "accepted",
    (None, False): "requested",
    ("requested", False): "requested",
    ("invited", False): "accepted",
    ("accepted", False): "accepted",
}


def _check_room(standing: Standing, wanted: GuestStatus) -> None:
    if wanted == "accepted" and standing.on_stage >= CAPACITY:
        raise StageFull()
    if wanted == "requested" and standing.requested >= REQUESTS:
        raise Conflict("Too many people wait to come on stage.")
    if wanted == "invited" and standing.invited >= INVITATIONS:
        raise Conflict("Too many invitations wait for an answer.")
