"""Which encoding of a simulcast a viewer gets.

Rules only: from what the publisher sends at the moment, what the viewer's line carries and what the
viewer has chosen, to one encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from media.picture_size import Size

# What a larger encoding needs above its measured rate: the meter is two seconds behind a scene that
# begins to move, and sound and retransmissions take some.
_HEADROOM = 1.15


@dataclass(frozen=True, slots=True)
class Rung:
    """One encoding as it is sent now."""

    encoding: str
    size: Size | None
    bitrate_bps: int
    frames_per_second: float
    is_active: bool
    """Whether packets of it come: browsers leave out what their own line does not carry."""


def sort_ladder(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Return the encodings, smallest first."""
    return tuple(sorted(rungs, key=lambda rung: (rung.size or (0, 0), rung.bitrate_bps)))


def choose_encoding(
    ladder: Sequence[Rung], *, limit_bps: float, current: str | None, chosen: str | None
) -> str | None:
    """Return the encoding to send; None if there is none at all.

    `limit_bps` is what the line carries, `current` what is sent now. What the viewer has `chosen`
    holds even where the line is too small for it, but not where nothing of it comes.
    """
    active = [rung for rung in ladder if rung.is_active] or list(ladder)
    if not active:
        return None
    if any(rung.encoding == chosen for rung in active):
        return chosen
    fitting = [rung for rung in active if _fits(rung, limit_bps, rung.encoding == current)]
    return (fitting or active[:1])[-1].encoding


def _fits(rung: Rung, limit_bps: float, is_current: bool) -> bool:
    # What is there already stays as long as the line carries it: no flapping around one rate.
    return rung.bitrate_bps * (1.0 if is_current else _HEADROOM) <= limit_bps


def next_above(ladder: Sequence[Rung], current: str | None) -> Rung | None:
    """Return the next larger encoding that is sent, None if `current` is the largest."""
    active = [rung for rung in ladder if rung.is_active]
    place = next((i for i, rung in enumerate(active) if rung.encoding == current), None)
    if place is None or place + 1 == len(active):
        return None
    return active[place + 1]
