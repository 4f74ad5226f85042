"""Real packets on loopback: what is lost comes again, and keyframes are asked for once."""

from __future__ import annotations

from media.rtcp import (
    Nack,
    parse_rtcp,
    write_nack,
    write_pli,
)
from tests.runtime.arrivals import Received
from tests.runtime.light_peer import H264, H264_WITHOUT_RTX, OPUS, LightPeer
from tests.runtime.media_clients import (
    open_publisher,
    open_viewer,
    requests_for_keyframes,
    start,
)
from tests.runtime.media_server import open_media_server


def _asked_again(peer: LightPeer) -> set[int]:
    return {
        sequence
        for data in peer.arrivals.reports
        for report in parse_rtcp(data)
        if isinstance(report, Nack)
        for sequence in report.sequences
    }


async def test_a_lost_packet_is_sent_again_on_its_own_stream() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            publisher.send_keyframe()
            await viewer.wait_for_packets(5)
            lost = viewer.video()[-2]
            for _ in range(3):
                viewer.peer.send_rtcp(write_nack(1, lost.ssrc, [lost.sequence]))
            await viewer.peer.wait_until(lambda: len(_repairs_of(viewer.peer)) > 0)
            publisher.send_audio()
            await viewer.peer.wait_until(lambda: len(viewer.audio()) > 0)
            repairs = _repairs_of(viewer.peer)
        assert len(repairs) == 1  # what is asked for again within a round trip is on its way
        assert repairs[0].payload[:2] == lost.sequence.to_bytes(2, "big")
        assert repairs[0].payload[2:] == lost.payload
        assert repairs[0].timestamp == lost.timestamp


def _repairs_of(peer: LightPeer) -> list[Received]:
    return [p for p in peer.arrivals.packets if p.payload_type == H264.rtx_payload_type]


async def test_without_a_repair_stream_the_very_same_bytes_come_again() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server, OPUS, H264_WITHOUT_RTX) as viewer:
            await viewer.wait_for(publisher.send_keyframe()[-1])
            damaged: list[bytes] = []

            def lose_the_first(datagram: bytes) -> bool:
                # Taken once, the replay window would refuse it the second time.
                damaged.append(datagram)
                return len(damaged) == 1

            viewer.peer.drop = lose_the_first
            publisher.send_delta(packets=1)
            await viewer.peer.wait_until(lambda: len(damaged) == 1)
            lost = int.from_bytes(damaged[0][2:4], "big")
            viewer.peer.send_rtcp(write_nack(1, viewer.video()[0].ssrc, [lost]))
            await viewer.peer.wait_until(lambda: viewer.video()[-1].sequence == lost)
        assert damaged[1] == damaged[0]


async def test_a_packet_the_publisher_lost_is_asked_for_and_reaches_the_viewers() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        async with open_viewer(server) as viewer:
            await viewer.wait_for_packets(5)
            sent = publisher.send_delta(packets=6, lose=frozenset({2}))
            missing = (publisher.video_sequence - 3) & 0xFFFF
            await publisher.peer.wait_until(lambda: missing in _asked_again(publisher.peer))
            publisher.send_video(0, missing, sent[2])
            await viewer.wait_for_packets(5 + len(sent))
        ordered = sorted(viewer.video()[5:], key=lambda p: p.sequence)
        assert [packet.payload for packet in ordered] == sent


async def test_many_wishes_for_a_keyframe_are_one_request() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        await start(server, publisher)
        publisher.send_keyframe()
        async with open_viewer(server) as first, open_viewer(server) as second:
            viewers = (first, second)
            for viewer in viewers:
                await viewer.wait_for_packets(5)
            for _ in range(5):
                for viewer in viewers:
                    viewer.peer.send_rtcp(write_pli(1, viewer.video()[0].ssrc))
            await publisher.peer.wait_until(lambda: requests_for_keyframes(publisher.peer) == 1)
            publisher.send_keyframe()
            sent = publisher.send_delta()
            await first.wait_for(sent[-1])
        assert requests_for_keyframes(publisher.peer) == 1


async def test_a_request_for_a_keyframe_is_repeated_until_one_comes() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_audio()
        await server.house.wait_told("started")
        publisher.send_delta()
        await publisher.peer.wait_until(lambda: requests_for_keyframes(publisher.peer) >= 2)
