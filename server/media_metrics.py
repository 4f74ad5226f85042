"""Feeds and their audiences as Prometheus metrics.

A feed has a few lines under its own name, but only so many feeds: names come and go with every
stream, and a store keeps each for good. Viewers have no names at all, only places in a histogram.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from prometheus_client.metrics_core import (
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from media.health import FeedHealth
from media.ports import Slot

# Those with the largest audiences; all together are in the node's sums.
FEEDS_SHOWN = 50
_FEED_LABELS = ("stream", "user", "kind")
_RTT_STEPS_S = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
_LOSS_STEPS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25)
# Pictures have any height; a store has a line for each of these.
_HEIGHTS = (180, 240, 360, 480, 720, 1080, 1440, 2160)


class LiveMedia(Protocol):
    """What is asked of media: the feeds of this node."""

    def health(self, stream_id: int) -> Mapping[Slot, FeedHealth]:
        """Return the health of a stream's feeds that are here."""

    def streams(self) -> Iterable[int]:
        """Return the streams that have a feed here."""


class MediaNumbers(Collector):
    """Registered by node/live.py; read when somebody asks for /metrics."""

    def __init__(self, media: LiveMedia) -> None:
        self._media = media

    def collect(self) -> Iterator[Metric]:
        """Read the numbers as of now."""
        feeds = list(chain.from_iterable(self._media.health(i).items() for i in self._streams()))
        yield from _write_feeds(feeds)
        viewers = [viewer for _, health in feeds for viewer in health.viewers.each]
        round_trips = [viewer.rtt_s for viewer in viewers if viewer.rtt_s is not None]
        losses = [viewer.fraction_lost for viewer in viewers]
        yield _histogram("rtt_seconds", "Viewers by their round trip.", round_trips, _RTT_STEPS_S)
        yield _histogram("loss", "Viewers by the share that is missing.", losses, _LOSS_STEPS)
        yield _write_heights(feeds)

    def _streams(self) -> tuple[int, ...]:
        return tuple(self._media.streams())


def _write_feeds(feeds: Sequence[tuple[Slot, FeedHealth]]) -> Iterator[Metric]:
    families = {
        name: GaugeMetricFamily(f"vibecast_media_feed_{name}", words, labels=_FEED_LABELS)
        for name, words in {
            "bitrate_bps": "What a feed's publisher sends.",
            "frames_per_second": "Frames of its largest picture.",
            "loss": "Share of its packets that never came.",
            "rtt_seconds": "Its publisher's round trip.",
            "keyframe_age_seconds": "How old its last keyframe is.",
            "viewers": "Who watches it here.",
            "viewers_troubled": "Of those, who lose more than two percent.",
        }.items()
    }
    shown = sorted(feeds, key=lambda each: each[1].viewers.count, reverse=True)[:FEEDS_SHOWN]
    for slot, health in shown:
        labels = (str(slot.stream_id), str(slot.user_id), slot.kind)
        feed, viewers = health.feed, health.viewers
        numbers = {
            "bitrate_bps": feed.bitrate_bps,
            "frames_per_second": feed.frames_per_second,
            "loss": feed.packet_loss,
            "rtt_seconds": feed.rtt_s,
            "keyframe_age_seconds": feed.keyframe_age_s,
            "viewers": viewers.count,
            "viewers_troubled": viewers.troubled,
        }
        for name, number in numbers.items():
            if number is not None:
                families[name].add_metric(labels, float(number))
    yield from families.values()


def _write_heights(feeds: Sequence[tuple[Slot, FeedHealth]]) -> Metric:
    counted: Counter[str] = Counter()
    for _, health in feeds:
        heights = {each.encoding: each.size[1] for each in health.feed.encodings if each.size}
        for encoding, count in health.viewers.encodings.items():
            counted[_nearest(heights.get(encoding))] += count
    family = GaugeMetricFamily(
        "vibecast_media_viewers_by_height", "Viewers by the picture they get.", labels=("height",)
    )
    for name, count in sorted(counted.items()):
        family.add_metric((name,), count)
    return family


def _nearest(height: int | None) -> str:
    if height is None:
        return "unknown"
    return str(min(_HEIGHTS, key=lambda each: abs(each - height)))


def _histogram(
    name: str, words: str, values: Sequence[float], steps: Sequence[float]
) -> GaugeHistogramMetricFamily:
    buckets = [(str(step), float(sum(value <= step for value in values))) for step in steps]
    buckets.append(("+Inf", float(len(values))))
    return GaugeHistogramMetricFamily(
        f"vibecast_media_viewer_{name}", words, buckets=buckets, gsum_value=sum(values)
    )
