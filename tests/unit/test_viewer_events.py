"""What a viewer's event stream says, and what it leaves out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from errors import BadRequest, Unprocessable
from media.layer_choice import Rung
from media.viewer_events import EVENTS, EventStream, Watched, read_events, write_layers

SMALL = Rung("q", (320, 180), 111_600, 30.0, True)
LARGE = Rung("f", (1280, 720), 1_500_000, 30.0, True)
PAUSED = Rung("f", (1280, 720), 0, 0.0, False)


def _watched(
    *rungs: Rung, is_published: bool = True, section: int | None = 1, viewers: int = 1
) -> Watched:
    return Watched(is_published=is_published, section=section, ladder=rungs, viewers=viewers)


def _told(news: bytes) -> list[tuple[str, Any]]:
    messages = news.decode().split("\n\n")[:-1]
    lines = [message.split("\n") for message in messages]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in lines
    ]


def test_a_reader_who_begins_is_told_how_it_stands() -> None:
    stream = EventStream(EVENTS)
    told = _told(stream.take_news(_watched(SMALL, LARGE, viewers=3), 0.0))
    assert [name for name, _ in told] == ["active", "layers", "viewercount"]
    assert told[0][1] == {}
    assert told[2][1] == {"viewercount": 3}


def test_what_has_not_changed_is_not_told_again() -> None:
    stream = EventStream(EVENTS)
    stream.take_news(_watched(SMALL), 0.0)
    busier = Rung("q", (320, 180), 222_000, 29.9, True)
    assert stream.take_news(_watched(busier), 1.0) == b""


def test_bitrates_are_told_now_and_then() -> None:
    stream = EventStream(EVENTS)
    stream.take_news(_watched(SMALL), 0.0)
    assert [name for name, _ in _told(stream.take_news(_watched(SMALL), 10.0))] == ["layers"]


def test_of_two_changes_between_two_looks_the_later_counts() -> None:
    stream = EventStream(EVENTS)
    stream.take_news(_watched(SMALL, viewers=1), 0.0)
    assert _told(stream.take_news(_watched(SMALL, viewers=9), 0.5)) == [
        ("viewercount", {"viewercount": 9})
    ]


def test_a_publisher_that_goes_and_comes_back_is_told() -> None:
    stream = EventStream({"active", "inactive"})
    looks = (True, True, False, False, True)
    told = [_told(stream.take_news(_watched(is_published=each), 0.0)) for each in looks]
    assert told == [[("active", {})], [], [("inactive", {})], [], [("active", {})]]


def test_nobody_is_told_that_nothing_has_begun() -> None:
    stream = EventStream({"active", "inactive"})
    assert stream.take_news(_watched(is_published=False), 0.0) == b""
    assert _told(stream.take_news(_watched(is_published=True), 0.5)) == [("active", {})]


def test_a_reader_who_comes_back_is_told_everything_anew() -> None:
    stream = EventStream(EVENTS)
    first = stream.take_news(_watched(SMALL), 0.0)
    stream.begin()
    assert stream.take_news(_watched(SMALL), 0.5) == first


def test_only_what_was_asked_for_is_told() -> None:
    stream = EventStream({"viewercount"})
    assert [name for name, _ in _told(stream.take_news(_watched(SMALL), 0.0))] == ["viewercount"]


def test_each_message_is_one_line_of_data() -> None:
    news = EventStream(EVENTS).take_news(_watched(SMALL, LARGE), 0.0).decode()
    assert all(message.count("\ndata: ") == 1 for message in news.split("\n\n")[:-1])


def test_layers_are_told_largest_first_with_what_can_be_chosen() -> None:
    assert write_layers(_watched(SMALL, LARGE)) == {
        "1": {
            "active": [
                {"id": "f", "simulcastIdx": 1, "bitrate": 1_500_000, "width": 1280, "height": 720},
                {"id": "q", "simulcastIdx": 0, "bitrate": 111_600, "width": 320, "height": 180},
            ],
            "inactive": [],
            "layers": [
                {
                    "encodingId": "f",
                    "simulcastIdx": 1,
                    "bitrate": 1_500_000,
                    "width": 1280,
                    "height": 720,
                },
                {
                    "encodingId": "q",
                    "simulcastIdx": 0,
                    "bitrate": 111_600,
                    "width": 320,
                    "height": 180,
                },
            ],
        }
    }


def test_a_layer_that_is_not_sent_cannot_be_chosen() -> None:
    layers = write_layers(_watched(SMALL, PAUSED))["1"]
    assert [each["id"] for each in layers["active"]] == ["q"]
    assert layers["inactive"] == [{"id": "f", "simulcastIdx": 1, "width": 1280, "height": 720}]
    assert [each["encodingId"] for each in layers["layers"]] == ["q"]


def test_without_a_simulcast_there_is_nothing_to_choose() -> None:
    [section] = write_layers(_watched(Rung("", None, 900_000, 30.0, True))).values()
    assert section["active"] == [{"id": "", "simulcastIdx": 0, "bitrate": 900_000}]
    assert section["layers"] == []


def test_sound_alone_has_no_layers() -> None:
    assert write_layers(_watched(section=None)) == {}


def test_a_subscription_names_events_or_means_all() -> None:
    assert read_events(["layers", "viewercount"]) == {"layers", "viewercount"}
    assert read_events(None) == read_events([]) == set(EVENTS)


@pytest.mark.parametrize("body", [{}, "layers", 3, [3], [["layers"]], [None]])
def test_what_is_no_list_of_names_is_refused(body: Any) -> None:
    with pytest.raises(BadRequest):
        read_events(body)


def test_an_event_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(Unprocessable, match="viewercount"):
        read_events(["layers", "weather"])
