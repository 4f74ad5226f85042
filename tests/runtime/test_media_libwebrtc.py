"""libwebrtc publishes and watches here: what browsers are made of, without a browser around it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from tests.companion import open_companion
from tests.runtime.light_peer import OPUS, VP8
from tests.runtime.media_clients import open_viewer
from tests.runtime.media_server import CAMERA, KEY, STREAM_ID, MediaServer, open_media_server

# Candidates on loopback: the node under test serves nothing else.
_ENVIRONMENT = {"WRTC_ALLOW_LOOPBACK": "1"}

# How soon is measured elsewhere; here it counts that it happens.
_PATIENCE_S = 60.0


def _libwebrtc(*arguments: str) -> AbstractAsyncContextManager[Process]:
    """Run a peer; it says goodbye at the end of the block."""
    return open_companion("tests.runtime.libwebrtc_peer", *arguments, environment=_ENVIRONMENT)


@asynccontextmanager
async def _publishing(server: MediaServer) -> AsyncIterator[Process]:
    async with _libwebrtc("publish", f"{server.url}/whip/{STREAM_ID}", KEY) as publisher:
        await server.house.wait_told("started", limit_s=_PATIENCE_S)
        yield publisher
    await server.house.wait_told("started", "stopped")


async def _see_pictures(player: Process, count: int) -> None:
    """Return when `player` has decoded `count` more pictures."""
    assert player.stdout is not None
    async with asyncio.timeout(_PATIENCE_S):
        while count:
            count -= json.loads(await player.stdout.readline()).get("height", 0) > 0


async def _restart_ice(process: Process) -> None:
    """Return when media takes the path that was found after the restart."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(b"restart\n")
    await process.stdin.drain()
    async with asyncio.timeout(_PATIENCE_S):
        while "restarted" not in json.loads(await process.stdout.readline()):
            pass


async def test_libwebrtc_publishes_and_watches() -> None:
    async with (
        open_media_server() as server,
        _publishing(server),
        _libwebrtc("watch", f"{server.url}/whep/{STREAM_ID}") as player,
    ):
        await _see_pictures(player, 20)
        health = server.media.health(STREAM_ID)[CAMERA]
        assert [rung.encoding for rung in health.feed.encodings] == ["h", "f"]
        assert (health.feed.video_codec, health.feed.audio_codec) == ("VP8", "OPUS")


async def test_libwebrtc_goes_on_after_an_ice_restart_at_either_end() -> None:
    async with (
        open_media_server() as server,
        _publishing(server) as publisher,
        _libwebrtc("watch", f"{server.url}/whep/{STREAM_ID}") as player,
    ):
        await _see_pictures(player, 5)
        await _restart_ice(publisher)
        await _restart_ice(player)
        await _see_pictures(player, 20)


async def test_what_libwebrtc_sends_is_forwarded_without_a_gap() -> None:
    async with (
        open_media_server() as server,
        _publishing(server),
        open_viewer(server, OPUS, VP8) as viewer,
    ):
        await viewer.peer.wait_until(
            lambda: len(viewer.video()) >= 50 and len(viewer.audio()) >= 20, limit_s=_PATIENCE_S
        )
        assert viewer.peer.arrivals.gaps == 0
