"""The browser benchmark: Chromium with a fake 720p camera publishes through the page, others watch.

Nothing stands beside it, because what is measured is Chromium's own judgement of us: how much its
congestion control allows a publisher, and how soon a viewer sees the first picture.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bench.report import Bar, Table
from tests.browser.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.browser.person import Person
from tests.node import NodeProcess

ALLOWED_BAR_BPS = 2_000_000
ALLOWED_WITHIN_S = 10
JOINS = 8

# Keeps every connection that the page makes, so that its statistics can be read.
_KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) { super(...options); window.connections.push(this); }
};
"""
_PUBLISHER_NUMBERS = """
async () => {
    const numbers = {};
    for (const connection of window.connections) {
        for (const report of (await connection.getStats()).values()) {
            const allowed = report.availableOutgoingBitrate;
            if (report.type === 'candidate-pair' && allowed && report.bytesSent > 50000)
                numbers.allowed = allowed;
            if (report.type === 'outbound-rtp' && report.kind === 'video')
                Object.assign(numbers, { width: report.frameWidth, fps: report.framesPerSecond });
        }
    }
    return numbers;
}
"""
# From the POST's answer on its way to the first frame that was decoded.
_FIRST_FRAME_MS = """
async () => {
    const video = document.querySelector('[data-testid="player"] video');
    if (!(video.getVideoPlaybackQuality().totalVideoFrames > 0))
        await new Promise((seen) => video.requestVideoFrameCallback(seen));
    const now = performance.now();
    const requests = performance.getEntriesByType('resource');
    const post = requests.find((each) => each.name.includes('/whep/'));
    return now - post.startTime;
}
"""


def measure_browser() -> Table:
    """Measure and return the figures."""
    return asyncio.run(_measure())


async def _measure() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        node = NodeProcess(Path(folder) / "data")
        await node.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM", CHROMIUM),
                    args=[*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
                )
                allowed, first_frames, numbers = await _publish_and_watch(browser, node)
                await browser.close()
        finally:
            await node.stop()
    best_bps = max(bps for _, bps in allowed)
    enough = next((second for second, bps in allowed if bps >= ALLOWED_BAR_BPS), None)
    first_frames.sort()
    reached = f"after {enough:.1f} s" if enough is not None else "not reached"
    return Table(
        title="Chromium: publishing 720p, and joining",
        setting=(
            "Headless Chromium with a fake camera, software H264 and every page on the same"
            f" machine; {JOINS} joins one after the other. A first frame is counted from the page's"
            " POST to the frame's presentation."
        ),
        columns=("", "Vibecast"),
        rows=[
            (f"allowed to a publisher within {ALLOWED_WITHIN_S} s", f"{best_bps / 1e6:.1f} Mb/s"),
            ("2 Mb/s were allowed", reached),
            ("picture sent at the end", f"{numbers.get('width', 0)} wide"),
            ("frames a second at the end", f"{numbers.get('fps', 0):.0f}"),
            ("first frame, median", f"{statistics.median(first_frames):.0f} ms"),
            ("first frame, slowest", f"{first_frames[-1]:.0f} ms"),
        ],
        bars=(
            Bar(
                f"a 720p publisher is allowed 2 Mb/s within {ALLOWED_WITHIN_S} s ({reached})",
                enough is not None,
            ),
        ),
    )


async def _publish_and_watch(
    browser: Browser, node: NodeProcess
) -> tuple[list[tuple[float, float]], list[float], dict[str, Any]]:
    page = await _new_page(browser, node)
    await page.add_init_script(_KEEP_CONNECTIONS)
    streamer = Person("streamer", page)
    await streamer.sign_up()
    stream_id = await streamer.go_live("Measured")
    began = time.monotonic()
    allowed: list[tuple[float, float]] = []
    numbers: dict[str, Any] = {}
    while (elapsed := time.monotonic() - began) < ALLOWED_WITHIN_S:
        numbers = await page.evaluate(_PUBLISHER_NUMBERS)
        allowed.append((elapsed, numbers.get("allowed", 0)))
        await asyncio.sleep(0.25)
    first_frames = []
    for _ in range(JOINS):
        viewer = await _new_page(browser, node)
        await viewer.goto(f"/streams/{stream_id}")
        await viewer.get_by_test_id("player").wait_for()
        first_frames.append(await viewer.evaluate(_FIRST_FRAME_MS))
        await viewer.context.close()
    return allowed, first_frames, numbers


async def _new_page(browser: Browser, node: NodeProcess) -> Page:
    context = await browser.new_context(
        base_url=node.url,
        permissions=["camera", "microphone"],
        viewport={"width": 1366, "height": 860},
    )
    return await context.new_page()
