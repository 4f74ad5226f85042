"""Real packets on loopback: what a publisher sends is what viewers get, whatever happens."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from struct import pack, unpack_from

import pytest

from media.ports import Departure, MediaOptions
from media.rtcp import (
    SenderReport,
    ntp_of,
    parse_rtcp,
    write_sender_report,
)
from tests.runtime.arrivals import Received
from tests.runtime.light_peer import OPUS, VP8, LightPeer
from tests.runtime.media_clients import (
    open_publisher,
    open_viewer,
    requests_for_keyframes,
    start,
)
from tests.runtime.media_server import CAMERA, STREAM_ID, open_media_server


def _is_contiguous(packets: list[Received]) -> bool:
    steps = {(later.sequence - earlier.sequence) & 0xFFFF for earlier, later in pairwise(packets)}
    return steps == {1}


async def test_a_viewer_gets_the_payload_of_every_packet() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            sent = publisher.send_keyframe() + publisher.send_delta(packets=5)
            sound = publisher.send_audio()
            await viewer.peer.wait_until(lambda: len(viewer.audio()) == 1)
            await viewer.wait_for(sent[-1])
        assert [packet.payload for packet in viewer.video()][-len(sent) :] == sent
        assert viewer.audio()[0].payload == sound
        assert _is_contiguous(viewer.video())


async def test_a_new_viewer_begins_at_the_last_keyframe_without_asking_for_one() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        sent = publisher.send_keyframe(packets=60) + publisher.send_delta()
        async with open_viewer(server) as first, open_viewer(server) as second:
            for viewer in (first, second):
                await viewer.wait_for_packets(len(sent))
                assert [packet.payload for packet in viewer.video()] == sent
                assert _is_contiguous(viewer.video())
                # Shown at once, not at the pace at which it was made.
                times = [packet.timestamp for packet in viewer.video()]
                assert (times[-1] - times[0]) & 0xFFFFFFFF <= 90
        assert requests_for_keyframes(publisher.peer) == 0


async def test_live_continues_the_replay_without_a_seam() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        sent = publisher.send_keyframe(packets=200)
        async with open_viewer(server) as viewer:
            for _ in range(5):
                sent += publisher.send_delta()
            await viewer.wait_for_packets(len(sent))
            sent += publisher.send_delta()
            await viewer.wait_for_packets(len(sent))
        assert sorted(p.payload for p in viewer.video()) == sorted(sent)
        assert _is_contiguous(sorted(viewer.video(), key=lambda p: sent.index(p.payload)))


async def test_every_viewer_has_numbers_of_its_own() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as first, open_viewer(server) as second:
            sent = publisher.send_keyframe()
            for viewer in (first, second):
                await viewer.wait_for(sent[-1])
        assert first.video()[0].ssrc != second.video()[0].ssrc
        assert first.video()[0].timestamp != second.video()[0].timestamp


async def test_a_publisher_that_comes_back_continues_into_the_same_numbers() -> None:
    async with open_media_server() as server:
        async with open_publisher(server) as publisher:
            await start(server, publisher)
            viewing = open_viewer(server)
            viewer = await viewing.__aenter__()
            before = publisher.send_keyframe()
            await viewer.wait_for(before[-1])
        try:
            await server.house.wait_told("started", "stopped")
            seen = len(viewer.video())
            async with open_publisher(server) as publisher:
                publisher.send_delta()  # nobody can decode this: it is not sent on
                after = publisher.send_keyframe()
                await server.house.wait_told("started", "stopped", "started")
                await viewer.wait_for_packets(seen + len(after))
                assert [p.payload for p in viewer.video()[seen:]] == after
                assert _is_contiguous(viewer.video())
                assert len({packet.ssrc for packet in viewer.video()}) == 1
                elapsed = viewer.video()[-1].timestamp - viewer.video()[seen - 1].timestamp
                assert 0 < elapsed & 0xFFFFFFFF < 90_000 * 10
        finally:
            await viewing.__aexit__(None, None, None)


async def test_a_publisher_that_slept_comes_back_to_the_same_viewers() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), publisher_silence_s=3.0)
    async with open_media_server(options) as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            await viewer.wait_for(publisher.send_keyframe()[-1])
            publisher.peer.is_asleep = True
            await server.house.wait_told("started", "stopped", limit_s=60)
            async with open_publisher(server) as awake:
                await viewer.wait_for(awake.send_keyframe()[-1])
                assert _is_contiguous(viewer.video())


async def test_a_viewer_that_cannot_decode_the_new_publisher_is_ended() -> None:
    async with open_media_server() as server:
        async with open_publisher(server) as publisher:
            await start(server, publisher)
            viewing = open_viewer(server)
            viewer = await viewing.__aenter__()
        async with open_publisher(server, OPUS, VP8), asyncio.timeout(10):
            await viewer.peer.closed.wait()
        await viewing.__aexit__(None, None, None)


async def test_a_second_publisher_with_the_key_takes_over() -> None:
    async with open_media_server() as server, open_publisher(server) as ghost:
        await start(server, ghost)
        async with open_viewer(server) as viewer, open_publisher(server) as publisher:
            async with asyncio.timeout(10):
                await ghost.peer.closed.wait()
            sent = publisher.send_keyframe()
            await viewer.wait_for(sent[-1])
            assert _is_contiguous(viewer.video())
            assert server.media.is_publishing(STREAM_ID)
            async with server.client.get(ghost.session_url) as answer:
                assert (answer.status, (await answer.json())["code"]) == (410, "taken-over")
        # For the rooms nobody has gone.
        await server.house.wait_told("started", "stopped")


@pytest.mark.parametrize(
    ("query", "departure"), [("", Departure.STOPPED), ("?returns", Departure.AWAY)]
)
async def test_a_publisher_says_whether_it_comes_back(query: str, departure: Departure) -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with server.client.delete(publisher.session_url + query) as answer:
            assert answer.status == 200
        await server.house.wait_told("started", "stopped")
        assert server.house.departures == [departure]


async def test_a_publisher_is_told_when_its_packets_arrived() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        head = pack("!BBHII", 0x90, OPUS.payload_type, 1, 960, publisher.audio_ssrc)
        extension = pack("!HHBHx", 0xBEDE, 1, 3 << 4 | 1, 777)
        publisher.peer.send_rtp(head + extension + b"sound")
        await publisher.peer.wait_until(lambda: _wide_feedback(publisher.peer) != [])
        feedback = _wide_feedback(publisher.peer)[0]
        assert unpack_from("!HH", feedback, 12) == (777, 1)
        assert server.media.is_publishing(STREAM_ID)


def _wide_feedback(peer: LightPeer) -> list[bytes]:
    return [data for data in peer.arrivals.reports if data[0] & 0x1F == 15 and data[1] == 205]


async def test_viewers_are_told_the_publishers_clock_in_their_own_timestamps() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        ntp = ntp_of(1_700_000_000.0)
        publisher.peer.send_rtcp(
            write_sender_report(
                publisher.video_ssrc,
                ntp=ntp,
                timestamp=publisher.video_timestamp,
                packets=1,
                octets=1,
                cname=b"live",
            )
        )
        publisher.send_keyframe()
        async with open_viewer(server) as viewer:
            sent = publisher.send_delta()
            await viewer.wait_for(sent[-1])
            last = viewer.video()[-1]
            await viewer.peer.wait_until(lambda: _video_reports(viewer.peer, last.ssrc) != [])
            report = _video_reports(viewer.peer, last.ssrc)[0]
        # At the publisher's NTP the third frame before `last` stood; each frame is 3000 ticks.
        passed_s = (report.ntp - ntp) / 2**32
        expected = last.timestamp - 2 * 3000 + round(passed_s * 90_000)
        assert abs(((report.timestamp - expected + 2**31) & 0xFFFFFFFF) - 2**31) <= 90


def _video_reports(peer: LightPeer, ssrc: int) -> list[SenderReport]:
    return [
        report
        for data in peer.arrivals.reports
        for report in parse_rtcp(data)
        if isinstance(report, SenderReport) and report.ssrc == ssrc
    ]


async def test_silence_that_is_not_sent_stays_silence() -> None:
    """Opus DTX: numbers go on by one, timestamps by the length of the silence."""
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            publisher.send_audio()
            await viewer.peer.wait_until(lambda: len(viewer.audio()) == 1)
            publisher.audio_timestamp += 20 * 960
            publisher.send_audio()
            await viewer.peer.wait_until(lambda: len(viewer.audio()) == 2)
        before, after = viewer.audio()
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 21 * 960


async def test_a_forged_check_reaches_nobody() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            received = server.media.statistics().packets_received
            viewer.peer.send_check(pwd="0" * 24)
            while server.media.statistics().packets_received == received:
                publisher.send_audio()
                await viewer.peer.wait_until(lambda: len(viewer.audio()) > 0)
            assert not viewer.peer.closed.is_set()


async def test_a_silent_viewer_loses_consent() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), consent_limit_s=0.1)
    async with open_media_server(options) as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer, asyncio.timeout(10):
            await viewer.peer.closed.wait()
        assert server.media.statistics().viewers == 0


async def test_a_silent_publisher_has_gone() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), publisher_silence_s=0.2)
    async with open_media_server(options) as server, open_publisher(server) as publisher:
        await start(server, publisher)
        await server.house.wait_told("started", "stopped")
        assert not server.media.is_publishing(STREAM_ID)


async def test_an_ended_stream_ends_everybody() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        await start(server, publisher)
        server.media.end_stream(STREAM_ID)
        async with asyncio.timeout(10):
            await publisher.peer.closed.wait()
            await viewer.peer.closed.wait()
        await server.house.wait_told("started", "stopped")
        assert server.media.statistics().feeds == 0


async def test_a_closing_node_tells_everybody() -> None:
    serving = open_media_server()
    server = await serving.__aenter__()
    async with open_publisher(server) as publisher, open_viewer(server) as viewer:
        await start(server, publisher)
        await serving.__aexit__(None, None, None)
        async with asyncio.timeout(10):
            await publisher.peer.closed.wait()
            await viewer.peer.closed.wait()
        assert server.house.told[-1] == ("stopped", CAMERA)


async def test_ipv6_carries_media_too() -> None:
    options = MediaOptions(port=0, addresses=("::1",))
    async with (
        open_media_server(options) as server,
        open_publisher(server, host="::1") as publisher,
        open_viewer(server, host="::1") as viewer,
    ):
        sent = publisher.send_keyframe()
        await viewer.wait_for_packets(len(sent))


async def test_a_studio_sees_what_its_publisher_sends() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server):
            health = server.media.health(STREAM_ID)[CAMERA]
        assert health.feed.is_publishing
        assert health.feed.bitrate_bps > 0
        assert (health.feed.viewers, health.feed.video_codec) == (1, "H264")
        assert health.feed.keyframe_age_s is not None
        assert health.viewers.count == 1
        assert list(server.media.streams()) == [STREAM_ID]
        assert server.media.health(99) == {}
