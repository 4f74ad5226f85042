"""Whoever has left, in whatever way, leaves nothing behind: no task, no session, no object.

`python -m bench media-soak` looks at the same for ten minutes, from outside.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from media.feed import Feed
from media.peer import Peer
from media.ports import MediaOptions
from media.sessions import PublishSession, WatchSession
from media.viewer import Viewer
from tests.runtime.light_peer import H264, OPUS, open_light_peer
from tests.runtime.media_clients import (
    HandPublisher,
    certificate,
    open_publisher,
    open_viewer,
    post_offer,
)
from tests.runtime.media_server import STREAM_ID, MediaServer, open_media_server

_OF_A_SESSION = (Feed, Peer, PublishSession, Viewer, WatchSession)
_OPTIONS = MediaOptions(
    port=0,
    addresses=("127.0.0.1",),
    handshake_limit_s=5.0,
    consent_limit_s=5.0,
    # It says something as seldom as it must, and shares its process with all the others.
    publisher_silence_s=60.0,
)


def _what_there_is(*, collects: bool = True) -> list[str]:
    if collects:
        gc.collect()
    return [type(each).__name__ for each in gc.get_objects() if isinstance(each, _OF_A_SESSION)]


def _tasks() -> set[asyncio.Task[object]]:
    """Return what runs for media: the HTTP server has a task for each connection that it keeps."""
    return {
        task
        for task in asyncio.all_tasks()
        if task is not asyncio.current_task()
        and not getattr(task.get_coro(), "__qualname__", "").startswith("RequestHandler.")
    }


async def _wait_ended(*, but: set[asyncio.Task[object]]) -> None:
    """Return when all tasks have ended by themselves but those."""
    async with asyncio.timeout(60):
        while rest := _tasks() - but:
            await asyncio.wait(rest)


async def _delete(server: MediaServer, session_url: str) -> None:
    async with server.client.delete(session_url) as response:
        # On a machine that is busy the session may have been given up before.
        assert response.status in (200, 404)


async def _come_and_go(server: MediaServer, publisher: HandPublisher, way: str) -> None:
    async with open_viewer(server) as viewer:
        publisher.send_keyframe()
        await viewer.peer.wait_until(lambda: len(viewer.video()) > 0, limit_s=60)
        if way == "deletes":
            await _delete(server, viewer.session_url)
        elif way == "says nothing":
            viewer.peer.is_asleep = True


async def _only_ask(server: MediaServer) -> None:
    async with open_light_peer(certificate()) as peer:
        await post_offer(
            server, f"/whep/{STREAM_ID}", peer.write_offer("recvonly", OPUS, H264), None
        )


async def test_an_audience_that_has_gone_leaves_nothing_behind() -> None:
    async with open_media_server(_OPTIONS) as server:
        alone = _tasks()
        async with open_publisher(server) as publisher:
            publisher.send_keyframe()
            await server.house.wait_told("started")
            before, tasks = sorted(_what_there_is()), _tasks()
            for way in 2 * ("deletes", "closes", "says nothing"):
                await _come_and_go(server, publisher, way)
            await _only_ask(server)
            await _wait_ended(but=tasks)
            assert sorted(_what_there_is()) == before
            statistics = server.media.statistics()
            assert (statistics.viewers, statistics.half_open) == (0, 0)
        await server.house.wait_told("started", "stopped")
        await _wait_ended(but=alone)
        assert _what_there_is() == []
        assert server.media.statistics().feeds == 0


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Run without the garbage collector: it looks at old objects only now and then."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
async def test_who_has_gone_is_let_go_of_at_once() -> None:
    async with open_media_server(_OPTIONS) as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        before, tasks = sorted(_what_there_is(collects=False)), _tasks()
        for way in ("deletes", "closes"):
            await _come_and_go(server, publisher, way)
            await _wait_ended(but=tasks)
        assert sorted(_what_there_is(collects=False)) == before
