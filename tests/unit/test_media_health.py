"""What a streamer is told about the stream: numbers of an audience, and what to do about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from media.health import ViewersHealth, advise, viewers_health
from media.ports import FeedStatistics
from media.viewer import Totals, Viewer

GOOD = FeedStatistics(
    is_publishing=True,
    bitrate_bps=2_000_000,
    frames_per_second=30.0,
    packet_loss=0.0,
    rtt_s=0.02,
    viewers=8,
    keyframe_age_s=2.0,
    video_codec="H264",
    audio_codec="OPUS",
)
AUDIENCE = ViewersHealth(count=8, troubled=0, rtt_s=0.04, encodings={"f": 8})


@dataclass(eq=False)
class Told:
    """A viewer as far as its reports go."""

    fraction_lost: float
    rtt_s: float | None
    bitrate_bps: int = 0

    def totals(self) -> Totals:
        return Totals()


def _audience(*told: Told) -> ViewersHealth:
    viewers = cast(list[Viewer], list(told))
    return viewers_health(viewers, lambda viewer: "h" if viewer.fraction_lost else "f")


def test_audience_is_counted_together() -> None:
    health = _audience(Told(0.0, 0.02), Told(0.05, 0.2), Told(0.0, 0.04), Told(0.001, None))
    assert (health.count, health.troubled) == (4, 1)
    assert health.rtt_s == pytest.approx(0.04)
    assert health.encodings == {"f": 2, "h": 2}


def test_nobody_is_an_audience_without_numbers() -> None:
    assert _audience() == ViewersHealth(count=0, troubled=0, rtt_s=None, encodings={})


def test_a_good_stream_needs_no_advice() -> None:
    assert advise(GOOD, AUDIENCE) == ()


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"packet_loss": 0.05}, "publisher-loses"),
        ({"rtt_s": 0.5}, "slow-way"),
        ({"frames_per_second": 7.0}, "few-frames"),
        ({"bitrate_bps": 90_000}, "thin-picture"),
        ({"keyframe_age_s": 20.0}, "old-keyframe"),
        ({"audio_codec": None}, "no-sound"),
        ({"video_codec": None}, "no-picture"),
    ],
)
def test_each_trouble_has_its_advice(trouble: dict[str, Any], code: str) -> None:
    assert advise(replace(GOOD, **trouble), AUDIENCE) == (code,)


def test_one_bad_line_is_its_owners_trouble_and_many_are_the_streamers() -> None:
    assert advise(GOOD, replace(AUDIENCE, troubled=1, count=2)) == ()
    assert advise(GOOD, replace(AUDIENCE, troubled=2, count=20)) == ()
    assert advise(GOOD, replace(AUDIENCE, troubled=5, count=20)) == ("viewers-lose",)


def test_the_most_pressing_advice_comes_first() -> None:
    bad = replace(GOOD, packet_loss=0.2, audio_codec=None, rtt_s=0.9)
    assert advise(bad, AUDIENCE) == ("publisher-loses", "slow-way", "no-sound")
