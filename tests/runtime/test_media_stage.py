"""Several feeds of one stream at once, each with its own publisher, picture and viewers."""

from __future__ import annotations

import asyncio

import pytest

from media.ports import Slot
from tests.runtime.light_peer import H264, OPUS, open_light_peer
from tests.runtime.media_clients import (
    HandPublisher,
    HandViewer,
    certificate,
    open_publisher,
    open_viewer,
)
from tests.runtime.media_server import (
    CAMERA,
    FEEDS,
    GUEST_CAMERA,
    GUEST_KEY,
    KEY,
    SCREEN,
    STREAM_ID,
    MediaServer,
    open_media_server,
)

ID_OF = {slot: feed_id for feed_id, slot in FEEDS.items()}


async def _on_air(server: MediaServer, slot: Slot, publisher: HandPublisher) -> None:
    """Return when the room has been told of the publisher's first media."""
    publisher.send_keyframe()
    async with asyncio.timeout(10):
        while ("started", slot) not in server.house.told:
            server.house.changed.clear()
            await server.house.changed.wait()


async def _sees_only(viewer: HandViewer, own: HandPublisher, others: list[HandPublisher]) -> None:
    # The first payload of a keyframe is the same of everybody.
    foreign = {payload for other in others for payload in other.send_keyframe()[1:]}
    wanted = own.send_keyframe()
    await viewer.wait_for(wanted[-1])
    assert not {packet.payload for packet in viewer.video()} & foreign


async def test_each_feed_reaches_those_who_watch_it_and_nobody_else() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as camera,
        open_publisher(server, feed="screen") as screen,
        open_publisher(server, key=GUEST_KEY) as guest,
    ):
        publishers = {CAMERA: camera, SCREEN: screen, GUEST_CAMERA: guest}
        for slot, publisher in publishers.items():
            await _on_air(server, slot, publisher)
        async with (
            open_viewer(server, feed=ID_OF[CAMERA]) as first,
            open_viewer(server, feed=ID_OF[SCREEN]) as second,
            open_viewer(server, feed=ID_OF[GUEST_CAMERA]) as third,
        ):
            for viewer, slot in ((first, CAMERA), (second, SCREEN), (third, GUEST_CAMERA)):
                others = [each for at, each in publishers.items() if at != slot]
                await _sees_only(viewer, publishers[slot], others)
            sound = guest.send_audio()
            await third.peer.wait_until(lambda: len(third.audio()) == 1)
            assert third.audio()[0].payload == sound
            assert first.audio() == []
        statistics = server.media.statistics()
        assert (statistics.feeds, statistics.publishers) == (3, 3)
        assert set(server.media.health(STREAM_ID)) == {CAMERA, SCREEN, GUEST_CAMERA}
        assert list(server.media.streams()) == [STREAM_ID]


async def test_without_a_feed_the_camera_is_watched_before_the_screen() -> None:
    async with open_media_server() as server, open_publisher(server, feed="screen") as screen:
        await _on_air(server, SCREEN, screen)
        async with open_viewer(server) as viewer:
            await viewer.wait_for(screen.send_keyframe()[-1])
            async with open_publisher(server) as camera:
                await _on_air(server, CAMERA, camera)
                async with open_viewer(server) as later:
                    await later.wait_for(camera.send_keyframe()[-1])
                # Who watches the screen stays with it.
                await viewer.wait_for(screen.send_keyframe()[-1])


async def test_taking_over_one_feed_leaves_the_others_alone() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as ghost,
        open_publisher(server, feed="screen") as screen,
    ):
        await _on_air(server, CAMERA, ghost)
        await _on_air(server, SCREEN, screen)
        async with (
            open_viewer(server, feed=ID_OF[SCREEN]) as viewer,
            open_publisher(server) as camera,
        ):
            async with asyncio.timeout(10):
                await ghost.peer.closed.wait()
            await viewer.wait_for(screen.send_keyframe()[-1])
            assert not screen.peer.closed.is_set()
            assert not camera.peer.closed.is_set()


async def test_who_leaves_the_stage_is_cut_with_those_who_watch_them() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as camera,
        open_publisher(server, key=GUEST_KEY) as guest,
    ):
        await _on_air(server, CAMERA, camera)
        await _on_air(server, GUEST_CAMERA, guest)
        async with (
            open_viewer(server) as staying,
            open_viewer(server, feed=ID_OF[GUEST_CAMERA]) as leaving,
        ):
            server.media.end_guest(STREAM_ID, GUEST_CAMERA.user_id)
            async with asyncio.timeout(10):
                await guest.peer.closed.wait()
                await leaving.peer.closed.wait()
            await staying.wait_for(camera.send_keyframe()[-1])
        async with asyncio.timeout(10):
            while ("stopped", GUEST_CAMERA) not in server.house.told:
                server.house.changed.clear()
                await server.house.changed.wait()
        assert ("stopped", CAMERA) not in server.house.told


async def test_a_sign_in_that_ends_takes_what_is_published_with_it() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as camera,
        open_publisher(server, key=GUEST_KEY) as guest,
    ):
        await _on_air(server, CAMERA, camera)
        await _on_air(server, GUEST_CAMERA, guest)
        server.media.end_login(GUEST_KEY.encode())
        async with asyncio.timeout(10):
            await guest.peer.closed.wait()
        assert not camera.peer.closed.is_set()


@pytest.mark.parametrize(
    ("path", "key", "status", "code"),
    [
        ("/whip/7?feed=window", KEY, 400, "bad-request"),
        ("/whep/7?feed=99", None, 404, "not-found"),
        ("/whep/7?feed=camera", None, 404, "not-found"),
        ("/whep/7?feed=32", None, 409, "no-publisher"),
    ],
)
async def test_a_feed_that_cannot_be_is_refused(
    path: str, key: str | None, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/sdp"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    async with (
        open_media_server() as server,
        open_light_peer(certificate()) as peer,
        open_publisher(server) as camera,
    ):
        await _on_air(server, CAMERA, camera)
        direction = "recvonly" if path.startswith("/whep") else "sendonly"
        offer = peer.write_offer(direction, OPUS, H264)
        async with server.client.post(server.url + path, data=offer, headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (status, code)
