"""How a feed is doing, as its streamer should know it: numbers, and plain advice.

Rules only: what is read off a feed and its viewers, and what follows from it. Advice is a list of
stable codes, the most pressing first; the sentences are the page's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import median

from media.feed import Feed
from media.ports import FeedStatistics
from media.viewer import Totals, Viewer

# What a viewer reports missing before it was sent again. Above this the picture suffers.
TROUBLED_LOSS = 0.02
# Several lines are never bad at once by chance: then the picture is too large for them.
MANY_SHARE = 0.25
MANY_LEAST = 2
PUBLISHER_LOSS = 0.03
SLOW_WAY_S = 0.3
FEW_FRAMES = 12.0
OLD_KEYFRAME_S = 12.0
LITTLE_BPS = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerHealth:
    """One player, without a name."""

    encoding: str | None
    rtt_s: float | None
    fraction_lost: float
    """What was missing at its last report, before anything was sent again."""
    bitrate_bps: int
    totals: Totals
    """Since its session began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewersHealth:
    """The players of one feed on this node, together."""

    count: int
    troubled: int
    """How many lately lost more than 2 % of the packets, before anything was sent again."""
    rtt_s: float | None
    """The median round trip of those that have told one."""
    encodings: Mapping[str, int]
    """How many are being sent which encoding of the picture."""
    each: tuple[ViewerHealth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed on this node."""

    feed: FeedStatistics
    viewers: ViewersHealth
    advice: tuple[str, ...]


def feed_health(feed: Feed, now: float) -> FeedHealth:
    """Return how a feed and those who watch it are doing."""
    numbers = feed.statistics(now)
    viewers = viewers_health(feed.viewers, lambda viewer: _encoding(feed, viewer))
    return FeedHealth(feed=numbers, viewers=viewers, advice=advise(numbers, viewers))


def viewers_health(
    viewers: Collection[Viewer], encoding_of: Callable[[Viewer], str | None]
) -> ViewersHealth:
    """Return the numbers of many viewers as those of one audience."""
    round_trips = [viewer.rtt_s for viewer in viewers if viewer.rtt_s is not None]
    each = tuple(
        ViewerHealth(
            encoding=encoding_of(viewer),
            rtt_s=viewer.rtt_s,
            fraction_lost=viewer.fraction_lost,
            bitrate_bps=viewer.bitrate_bps,
            totals=viewer.totals(),
        )
        for viewer in viewers
    )
    return ViewersHealth(
        count=len(viewers),
        troubled=sum(viewer.fraction_lost > TROUBLED_LOSS for viewer in viewers),
        rtt_s=median(round_trips) if round_trips else None,
        encodings=Counter(one.encoding for one in each if one.encoding is not None),
        each=each,
    )


def _encoding(feed: Feed, viewer: Viewer) -> str | None:
    down = viewer.down_tracks.get("video")
    return None if down is None else feed.encoding_of(down.track)


def advise(feed: FeedStatistics, viewers: ViewersHealth) -> tuple[str, ...]:
    """Return what the streamer had better do something about, as codes.

    `publisher-loses`: packets do not arrive here; `slow-way`: a long round trip to here;
    `no-picture`, `no-sound`: nothing of it is sent; `few-frames`: the picture stutters where it
    is made; `thin-picture`: too few bits for a picture; `old-keyframe`: joining takes long, the
    encoder's interval is too long; `viewers-lose`: many lines do not carry what is sent.
    """
    has_picture = feed.video_codec is not None
    findings = {
        "publisher-loses": feed.packet_loss > PUBLISHER_LOSS,
        "no-picture": not has_picture,
        "few-frames": has_picture and feed.frames_per_second < FEW_FRAMES,
        "thin-picture": has_picture and feed.bitrate_bps < LITTLE_BPS,
        "viewers-lose": viewers.troubled >= max(MANY_LEAST, MANY_SHARE * viewers.count),
        "slow-way": (feed.rtt_s or 0.0) > SLOW_WAY_S,
        "old-keyframe": has_picture and (feed.keyframe_age_s or 0.0) > OLD_KEYFRAME_S,
        "no-sound": feed.audio_codec is None,
    }
    return tuple(code for code, is_so in findings.items() if is_so)
