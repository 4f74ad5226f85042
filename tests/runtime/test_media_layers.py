"""A simulcast, and viewers that each get one encoding of it: real packets on loopback."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from media.picture_ids import read_vp8_picture_ids
from media.rtcp import KeyframeWish, SenderReport, parse_rtcp, write_nack
from tests.runtime.arrivals import Received
from tests.runtime.light_peer import H264, OPUS, VP8, LightPeer, OfferedCodec
from tests.runtime.media_clients import HandViewer, open_publisher, open_viewer
from tests.runtime.media_server import CAMERA, STREAM_ID, MediaServer, open_media_server
from tests.runtime.simulcast_publisher import Encoding, SimulcastPublisher, open_simulcast_publisher


async def _wait_ladder(server: MediaServer, publisher: SimulcastPublisher) -> None:
    """Send frames until every encoding has been measured."""
    async with asyncio.timeout(10):
        while True:
            publisher.send_frame(keyframes=("q", "h", "f"))
            health = server.media.health(STREAM_ID).get(CAMERA)
            if health is not None and [
                rung.encoding for rung in health.feed.encodings if rung.is_active
            ] == ["q", "h", "f"]:
                return
            await _breathe()


async def _breathe() -> None:
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)


async def _choose(server: MediaServer, viewer: HandViewer, encoding: str | None) -> dict[str, Any]:
    url = viewer.session_url + "/layer"
    if encoding is None:
        async with server.client.delete(url) as response:
            assert response.status == 200
            return dict(await response.json())
    async with server.client.post(url, json={"encodingId": encoding}) as response:
        assert response.status == 200
        return dict(await response.json())


def _wishes(peer: LightPeer, publisher: SimulcastPublisher) -> dict[str, int]:
    """Count the requests for keyframes by encoding."""
    names = {each.ssrc: name for name, each in publisher.encodings.items()}
    found = dict.fromkeys(names.values(), 0)
    for data in peer.arrivals.reports:
        for report in parse_rtcp(data):
            if isinstance(report, KeyframeWish):
                found[names[report.media_ssrc]] += 1
    return found


def _plain(packet: Received) -> bytes:
    """Return what a viewer decodes: payload after the header extension."""
    return packet.payload[8:] if packet.raw[0] & 0x10 else packet.payload


def _ends(payloads: list[bytes]) -> list[bytes]:
    """The random ends, which no rewriting touches."""
    return [payload[-800:] for payload in payloads]


@pytest.mark.parametrize("codec", [VP8, H264])
async def test_a_viewer_gets_the_largest_encoding(codec: OfferedCodec) -> None:
    async with open_media_server() as server, open_simulcast_publisher(server, codec) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, codec) as viewer:
            sent = publisher.send_frame()
            await viewer.peer.wait_until(
                lambda: (
                    bool(viewer.video())
                    and viewer.video()[-1].payload[-800:] == _ends(sent["f"])[-1]
                )
            )
        arrived = [_plain(packet) for packet in viewer.video()]
        assert arrived[-5:] == sent["f"]


@pytest.mark.parametrize("codec", [VP8, H264])
async def test_a_switch_is_a_seam_that_nothing_shows(codec: OfferedCodec) -> None:
    async with open_media_server() as server, open_simulcast_publisher(server, codec) as publisher:
        await _wait_ladder(server, publisher)
        publisher.send_sender_reports()
        async with open_viewer(server, OPUS, codec) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            for encoding in ("q", "f", "h"):
                await _switch(server, publisher, viewer, encoding)
            video = sorted(viewer.video(), key=lambda p: (p.sequence - _first(viewer)) & 0xFFFF)
        assert {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(video)} == {1}
        assert len({packet.ssrc for packet in video}) == 1
        live = video[-40:] if len(video) > 40 else video
        steps = {(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(live)}
        # A frame's time, or a millisecond where both encodings of one moment were sent.
        assert all(step in (0, 90) or abs(step - 3000) <= 90 for step in steps), steps
        if codec is VP8:
            ids = [read_vp8_picture_ids(_plain(packet)) for packet in video]
            frames = [each for each in ids if each is not None]
            assert len(frames) == len(video)
            assert {(b.picture - a.picture) & 0x7FFF for a, b in pairwise(frames)} == {0, 1}
            assert {(b.level - a.level) & 0xFF for a, b in pairwise(frames)} == {0, 1}


async def _switch(
    server: MediaServer, publisher: SimulcastPublisher, viewer: HandViewer, encoding: str
) -> None:
    state = await _choose(server, viewer, encoding)
    assert state["encodingId"] == encoding
    # Without a keyframe nothing changes; it is asked for, of this encoding alone.
    await publisher.peer.wait_until(lambda: _wishes(publisher.peer, publisher)[encoding] > 0)
    before = publisher.send_frame()
    after = publisher.send_frame(keyframes=(encoding,))
    last = publisher.send_frame()
    await viewer.peer.wait_until(lambda: _has(viewer, last[encoding][-1]))
    assert not _has(viewer, before[encoding][-1])
    assert _has(viewer, after[encoding][0])


def _first(viewer: HandViewer) -> int:
    """Return the number of the first packet."""
    return viewer.video()[0].sequence


def _has(viewer: HandViewer, payload: bytes) -> bool:
    return any(_plain(packet)[-800:] == payload[-800:] for packet in viewer.video())


async def _send_until_seen(
    publisher: SimulcastPublisher, viewer: HandViewer, encoding: str
) -> None:
    sent = publisher.send_frame()
    await viewer.peer.wait_until(lambda: _has(viewer, sent[encoding][-1]))


async def test_what_was_sent_before_a_switch_is_sent_again_as_it_was() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            await _choose(server, viewer, "h")
            publisher.send_frame(keyframes=("h",))
            sent = publisher.send_frame()
            await viewer.peer.wait_until(lambda: _has(viewer, sent["h"][-1]))
            lost = [viewer.video()[0], viewer.video()[-1]]
            for packet in lost:
                viewer.peer.send_rtcp(write_nack(1, packet.ssrc, [packet.sequence]))
            repairs: list[Received] = []

            def repaired() -> bool:
                repairs[:] = [
                    p
                    for p in viewer.peer.arrivals.packets
                    if p.payload_type == VP8.rtx_payload_type
                ]
                return len(repairs) == len(lost)

            await viewer.peer.wait_until(repaired)
        for repair, packet in zip(repairs, lost, strict=True):
            assert _plain(repair) == packet.sequence.to_bytes(2, "big") + _plain(packet)
            assert repair.timestamp == packet.timestamp


async def test_keyframes_of_an_encoding_that_nobody_watches_are_not_asked_for() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        await publisher.peer.wait_until(lambda: True)
        before = _wishes(publisher.peer, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            await _choose(server, viewer, "h")
            await publisher.peer.wait_until(
                lambda: _wishes(publisher.peer, publisher)["h"] > before["h"]
            )
            assert _wishes(publisher.peer, publisher)["q"] == before["q"]


async def test_an_encoding_that_stops_is_left_for_one_that_goes_on() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            async with asyncio.timeout(10):
                while not any(
                    _has(viewer, each)
                    for each in publisher.send_frame(keyframes=("q", "h"), only=("q", "h"))["h"]
                ):
                    await viewer.peer.wait_until(lambda: True)
                    await _breathe()
                    if (await _layers(server, viewer))["current"] == "h":
                        break
            sent = publisher.send_frame(only=("q", "h"))
            await viewer.peer.wait_until(lambda: _has(viewer, sent["h"][-1]))


async def _layers(server: MediaServer, viewer: HandViewer) -> dict[str, Any]:
    async with server.client.get(viewer.session_url + "/layer") as response:
        assert response.status == 200
        return dict(await response.json())


async def test_a_player_sees_what_there_is_to_choose_from() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            state = await _layers(server, viewer)
            assert [(each["encodingId"], each["height"]) for each in state["layers"]] == [
                ("q", 180),
                ("h", 360),
                ("f", 720),
            ]
            assert (state["current"], state["encodingId"], state["limit"]) == ("f", None, None)
            assert (await _choose(server, viewer, "q"))["encodingId"] == "q"
            assert (await _choose(server, viewer, None))["encodingId"] is None


@pytest.mark.parametrize(
    ("body", "chosen"),
    [
        ('{"mediaId": "1", "encodingId": "h"}', "h"),
        ('{"encodingId": "h", "temporalLayerId": null}', "h"),
        ('{"mediaId": "1"}', None),
        ("{}", None),
    ],
)
async def test_a_choice_is_read_as_the_extension_writes_it(body: str, chosen: str | None) -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _choose(server, viewer, "q")
            async with server.client.post(viewer.session_url + "/layer", data=body) as response:
                assert (await response.json())["encodingId"] == chosen


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"encodingId": "x"}', 422),
        (b'{"encodingId": 7}', 400),
        (b"[]", 400),
        (b"{", 400),
        (b"", 400),
        (b" " * 5000, 413),
        (b'{"encodingId": "q", "mediaId": "7"}', 422),
        (b'{"encodingId": "q", "temporalLayerId": 1}', 422),
        (b'{"maxSpatialLayerId": 0}', 422),
    ],
)
async def test_a_layer_that_cannot_be_had_is_refused(body: bytes, status: int) -> None:
    async with (
        open_media_server() as server,
        open_simulcast_publisher(server),
        open_viewer(server, OPUS, VP8) as viewer,
        server.client.post(viewer.session_url + "/layer", data=body) as response,
    ):
        assert response.status == status


async def test_the_answer_to_a_viewer_names_the_layer_resource() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server):
        async with open_viewer(server, OPUS, VP8) as viewer:
            path = viewer.session_url.removeprefix(server.url)
            async with server.client.get(f"{server.url}{path}/layer") as response:
                assert response.headers["Access-Control-Allow-Origin"] == "*"
        async with server.client.get(viewer.session_url + "/layer") as response:
            assert response.status == 404


async def test_lips_match_on_both_sides_of_a_switch() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        publisher.send_sender_reports()
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            await viewer.peer.wait_until(lambda: len(_clocks(viewer)) == 1)
            await _switch(server, publisher, viewer, "h")
            await viewer.peer.wait_until(lambda: len(_clocks(viewer)) == 2)
            before, after = _clocks(viewer)
        # Where the timestamps' zero lies in the publisher's time: for all encodings at one place.
        apart = (after - before + 2**31) % 2**32 - 2**31
        assert abs(apart) <= 180


def _clocks(viewer: HandViewer) -> list[float]:
    """Return by how much the picture's timestamps are ahead of the publisher's clock."""
    ssrc = viewer.video()[0].ssrc
    return [
        (report.timestamp - report.ntp * 90_000 / 2**32) % 2**32
        for data in viewer.peer.arrivals.reports
        for report in parse_rtcp(data)
        if isinstance(report, SenderReport) and report.ssrc == ssrc
    ]


async def test_a_publisher_that_comes_back_without_a_simulcast_is_watched_on() -> None:
    async with open_media_server() as server:
        async with open_simulcast_publisher(server, H264) as publisher:
            await _wait_ladder(server, publisher)
            viewing = open_viewer(server)
            viewer = await viewing.__aenter__()
            await _send_until_seen(publisher, viewer, "f")
        try:
            await server.house.wait_told("started", "stopped")
            seen = len(viewer.video())
            async with open_publisher(server) as single:
                sent = single.send_keyframe()
                await viewer.wait_for_packets(seen + len(sent))
                assert [_plain(packet) for packet in viewer.video()[seen:]] == sent
                assert len({packet.ssrc for packet in viewer.video()}) == 1
                assert _steps(viewer.video()) == {1}
                elapsed = viewer.video()[-1].timestamp - viewer.video()[seen - 1].timestamp
                assert 0 < elapsed & 0xFFFFFFFF < 90_000 * 10
        finally:
            await viewing.__aexit__(None, None, None)


def _steps(packets: list[Received]) -> set[int]:
    return {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(packets)}


async def test_a_packet_of_an_encoding_that_was_not_agreed_reaches_nobody() -> None:
    async with open_media_server() as server, open_simulcast_publisher(server) as publisher:
        await _wait_ladder(server, publisher)
        async with open_viewer(server, OPUS, VP8) as viewer:
            await _send_until_seen(publisher, viewer, "f")
            stranger = Encoding("x")
            publisher.encodings["x"] = stranger
            unknown = publisher.send_frame(only=("x",), keyframes=("x",))
            await _send_until_seen(publisher, viewer, "f")
            assert not any(_has(viewer, each) for each in unknown["x"])
