"""`make demo`: somebody who has just cloned the project finds a community and a live stream."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from demo.story import CHAT, POSTS, STREAMER
from tests.node import ROOT, free_port

FILLED_WITHIN_S = 120.0


@pytest.fixture
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


async def test_newcomer_finds_a_community_and_somebody_live(demo_folder: Path) -> None:
    ports = ["--port", str(free_port()), "--media-port", str(free_port())]
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo",
        *ports,
        "--data-dir",
        str(demo_folder),
        cwd=ROOT,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        assert demo.stdout is not None
        async with asyncio.timeout(FILLED_WITHIN_S):
            async for line in demo.stdout:
                if line.startswith(b"Look around at "):
                    break
            url = line.split()[-1].decode()
            async with aiohttp.ClientSession(base_url=url) as http:
                posts = await _items(http, "/feeds/latest?limit=50")
                assert len(posts) == len(POSTS) + 1, "the story's, and one that was reported"
                assert len({post["created_at"][:10] for post in posts}) > 1, "all of one day"
                [live] = await _items(http, "/streams?status=live")
                assert live["user"]["username"] == STREAMER
                said = await _items(http, f"/streams/{live['id']}/messages")
                assert CHAT[0][1] in [message["content"] for message in said]
        demo.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            assert await demo.wait() == 0
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()


async def _items(http: aiohttp.ClientSession, path: str) -> list[dict[str, Any]]:
    async with http.get(f"/api/v1{path}") as answer:
        assert answer.status == 200
        return list((await answer.json())["items"])
