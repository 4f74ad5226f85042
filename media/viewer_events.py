"""What a viewer is told while it watches: WHEP's server-sent events, as text.

Rules only. An event stream remembers what it has told and says what differs: of two changes between
two looks the later one counts, so however slow its reader is, nothing piles up.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from errors import BadRequest, Unprocessable
from media.layer_choice import Rung

EVENTS = ("active", "inactive", "layers", "viewercount")
# Bitrates change with every look; sizes and what is sent at all do not.
_LAYERS_AGAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Watched:
    """How the feed stands that a viewer watches."""

    is_published: bool
    section: int | None
    """Which of the viewer's m-sections has the picture, None if none has."""
    ladder: Sequence[Rung]
    """Smallest first."""
    viewers: int


def read_events(body: Any) -> frozenset[str]:
    """Return the events that a subscription names, all if it names none.

    Raises BadRequest for what is no list of names, Unprocessable for an event that there is not.
    """
    if body is None:
        return frozenset(EVENTS)
    if not isinstance(body, list) or not all(isinstance(each, str) for each in body):
        raise BadRequest("Send a JSON array with the names of events.")
    unknown = [each for each in body if each not in EVENTS]
    if unknown:
        raise Unprocessable(f"The events are {', '.join(EVENTS)}.")
    return frozenset(body) or frozenset(EVENTS)


class EventStream:
    """One subscription of one viewer."""

    def __init__(self, wanted: Collection[str]) -> None:
        # Whoever knows it may read and end the stream: EventSource sends no token.
        self.secret = secrets.token_urlsafe(24)
        self._wanted = wanted
        self.begin()

    def begin(self) -> None:
        """Somebody begins to read, who knows nothing yet."""
        self._is_published: bool | None = None
        self._viewers = -1
        self._shape: object = None
        self._layers_told_at = float("-inf")

    def take_news(self, watched: Watched, now: float) -> bytes:
        """Return what has to be told now, as it goes over the wire; empty if nothing has."""
        return b"".join(
            _write(name, data) for name, data in self._changes(watched, now) if name in self._wanted
        )

    def _changes(self, watched: Watched, now: float) -> Iterator[tuple[str, dict[str, Any]]]:
        if watched.is_published is not self._is_published:
            # Nobody is told that nothing has begun yet.
            if watched.is_published or self._is_published:
                yield "active" if watched.is_published else "inactive", {}
            self._is_published = watched.is_published
        shape = tuple((rung.encoding, rung.size, rung.is_active) for rung in watched.ladder)
        if shape != self._shape or now - self._layers_told_at >= _LAYERS_AGAIN_S:
            self._shape, self._layers_told_at = shape, now
            yield "layers", write_layers(watched)
        if watched.viewers != self._viewers:
            self._viewers = watched.viewers
            yield "viewercount", {"viewercount": watched.viewers}


def write_layers(watched: Watched) -> dict[str, Any]:
    """Return the data of `layers`: by m-section what is sent and what can be chosen."""
    if watched.section is None:
        return {}
    numbered = tuple(enumerate(watched.ladder))
    active = [(index, rung) for index, rung in numbered if rung.is_active]
    return {
        str(watched.section): {
            "active": [_describe(*each, name="id") for each in reversed(active)],
            "inactive": [
                {"id": rung.encoding, "simulcastIdx": index, **_size(rung)}
                for index, rung in reversed(numbered)
                if not rung.is_active
            ],
            "layers": list(_choices(active)),
        }
    }


def _choices(active: Sequence[tuple[int, Rung]]) -> Iterable[dict[str, Any]]:
    # Without a simulcast there is one encoding, which has no name, and nothing to choose.
    named = [(index, rung) for index, rung in active if rung.encoding]
    return (_describe(*each, name="encodingId") for each in reversed(named))


def _describe(index: int, rung: Rung, *, name: str) -> dict[str, Any]:
    return {
        name: rung.encoding,
        "simulcastIdx": index,
        "bitrate": rung.bitrate_bps,
        **_size(rung),
    }


def _size(rung: Rung) -> dict[str, int]:
    return {"width": rung.size[0], "height": rung.size[1]} if rung.size is not None else {}


def _write(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
