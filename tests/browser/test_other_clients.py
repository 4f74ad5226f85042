"""Web clients of others, on a page of another site: they publish here and watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from tests.node import ROOT
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer, open_media_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

_NODE = Path(__file__).parents[2] / "node_modules"
_PATIENCE_S = 60.0

_PAGE = """<!doctype html><title>Another site</title><video muted autoplay playsinline></video>
<script type="module">
import { WHIPClient } from "./whip-whep-whip.js";
import { WHEPClient } from "./whip-whep-whep.js";
import { WHIPClient as WebClient } from "./whip-web-client.js";
Object.assign(window, { WHIPClient, WHEPClient, WebClient });
window.film = () => navigator.mediaDevices.getUserMedia({ audio: true, video: true });
window.isReady = true;
</script>"""

_PUBLISH = """async ([url, key]) => {
    window.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    for (const track of (await film()).getTracks())
        peer.addTransceiver(track, { direction: "sendonly" });
    window.client = new WHIPClient();
    await client.publish(peer, url, key);
}"""

_WATCH = """async ([url]) => {
    window.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const media = new MediaStream();
    peer.addEventListener("track", ({ track }) => media.addTrack(track));
    for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });
    document.querySelector("video").srcObject = media;
    window.client = new WHEPClient();
    await client.view(peer, url);
}"""

_PUBLISH_WITH_WEB_CLIENT = """async ([url, key]) => {
    window.client = new WebClient({ endpoint: url, opts: { authkey: key, iceServers: [] } });
    await client.setIceServersFromEndpoint();
    await client.ingest(await film());
}"""

_FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"


@asynccontextmanager
async def _another_site(folder: Path) -> AsyncIterator[str]:
    """Serve a page that has the clients, and yield its address."""
    bundles = {
        "whip-whep-whip.js": _NODE / "whip-whep" / "whip.js",
        "whip-whep-whep.js": _NODE / "whip-whep" / "whep.js",
        "whip-web-client.js": _NODE / "@eyevinn" / "whip-web-client" / "dist" / "whip-client.m.js",
    }
    for name, source in bundles.items():
        process = await asyncio.create_subprocess_exec(
            *(_NODE / ".bin" / "esbuild", source, "--bundle", "--format=esm"),
            *("--log-level=error", f"--outfile={folder / name}"),
            cwd=ROOT,
        )
        assert await process.wait() == 0
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    app = web.Application()
    app.router.add_static("/", folder)
    async with TestServer(app) as server:
        yield str(server.make_url("/index.html"))


@asynccontextmanager
async def _pages(browser: Browser, address: str) -> AsyncIterator[tuple[Page, Page]]:
    """Open the page twice: for who publishes, and for who watches."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    pages = await context.new_page(), await context.new_page()
    for page in pages:
        await page.goto(address)
        await page.wait_for_function("window.isReady")
    yield pages
    await context.close()


async def _see_the_picture_move(page: Page, *, frames: int = 15) -> None:
    before = await page.evaluate(_FRAMES)
    await page.wait_for_function(
        f"before => {_FRAMES} >= before", arg=before + frames, timeout=_PATIENCE_S * 1000
    )


def _whip(server: MediaServer) -> list[str]:
    return [f"{server.url}/whip/{STREAM_ID}", KEY]


def _whep(server: MediaServer) -> list[str]:
    return [f"{server.url}/whep/{STREAM_ID}"]


async def test_whip_whep_publishes_and_watches_and_restarts_ice(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        open_media_server() as server,
        _another_site(tmp_path) as address,
        _pages(chromium, address) as (publisher, viewer),
    ):
        await publisher.evaluate(_PUBLISH, _whip(server))
        await server.house.wait_told("started", limit_s=_PATIENCE_S)
        await viewer.evaluate(_WATCH, _whep(server))
        await _see_the_picture_move(viewer)
        await publisher.evaluate("client.restart()")
        await viewer.evaluate("client.restart()")
        await _see_the_picture_move(viewer)
        await viewer.evaluate("client.stop()")
        await publisher.evaluate("client.stop()")
        await server.house.wait_told("started", "stopped", limit_s=_PATIENCE_S)


async def test_whip_web_client_publishes_and_its_trickling_is_understood(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        open_media_server() as server,
        _another_site(tmp_path) as address,
        _pages(chromium, address) as (publisher, viewer),
    ):
        trickled: list[int] = []
        failed: list[str] = []
        publisher.on(
            "response",
            lambda r: trickled.append(r.status) if r.request.method == "PATCH" else None,
        )
        publisher.on("pageerror", lambda error: failed.append(str(error)))
        await publisher.evaluate(_PUBLISH_WITH_WEB_CLIENT, _whip(server))
        await server.house.wait_told("started", limit_s=_PATIENCE_S)
        await viewer.evaluate(_WATCH, _whep(server))
        await _see_the_picture_move(viewer)
        assert (set(trickled), failed) == ({204}, [])
        await publisher.evaluate("client.destroy()")
        await server.house.wait_told("started", "stopped", limit_s=_PATIENCE_S)
