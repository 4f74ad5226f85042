"""What players tell of their pictures, and what becomes of it in the node's numbers."""

from __future__ import annotations

import pytest

from media.rtcp import write_nack, write_pli
from tests.runtime.media_clients import open_publisher, open_viewer
from tests.runtime.media_server import MediaServer, open_media_server


async def _tell(server: MediaServer, session_url: str, body: object) -> int:
    async with server.client.post(session_url + "/playback", json=body) as response:
        return response.status


async def test_freezes_of_all_players_are_counted_and_outlast_them() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        for freezes in (3, 2):
            async with open_viewer(server) as viewer:
                await viewer.wait_for_packets(1)
                assert await _tell(
                    server, viewer.session_url, {"freezes": freezes, "frozen_ms": 400}
                )
                # A report that was overtaken by a later one takes nothing back.
                assert await _tell(server, viewer.session_url, {"freezes": 1, "frozen_ms": 100})
        statistics = server.media.statistics()
        assert (statistics.freezes, statistics.frozen_ms) == (5, 800)


async def test_what_players_ask_for_is_counted() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer:
            await viewer.wait_for_packets(2)
            first = viewer.video()[0]
            viewer.peer.send_rtcp(write_nack(1, first.ssrc, [first.sequence]))
            viewer.peer.send_rtcp(write_pli(1, first.ssrc))
            payload = publisher.send_delta()[-1]
            await viewer.wait_for(payload)
            await viewer.peer.wait_until(
                lambda: (
                    server.media.statistics().packets_asked_again > 0
                    and server.media.statistics().keyframe_wishes > 0
                ),
                limit_s=60,
            )


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"freezes": 1},
        {"freezes": "1", "frozen_ms": 1},
        {"freezes": -1, "frozen_ms": 1},
        {"freezes": True, "frozen_ms": 1},
        {"freezes": 1.5, "frozen_ms": 1},
    ],
)
async def test_a_report_that_is_none_is_refused(body: object) -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer:
            assert await _tell(server, viewer.session_url, body) == 400


async def test_one_player_cannot_spoil_the_sum_of_all() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        async with open_viewer(server) as viewer:
            await viewer.wait_for_packets(1)
            much = {"freezes": 10**300, "frozen_ms": 10**300}
            assert await _tell(server, viewer.session_url, much) == 204
            assert server.media.statistics().frozen_ms <= 86_400_000
        assert await _tell(server, server.url + "/whep/sessions/nobodys", much) == 404
