"""The chat panel in Chromium: ten thousand messages at fifty a second.

The page follows the newest for one half and somebody reads further up for the other. Nothing stands
beside it: what is measured is whether a page that has been open all evening is still a quick one.
The messages go the whole way, from senders' sockets over the disk into the page.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import socketio
from playwright.async_api import CDPSession, Page, async_playwright

from bench.report import Bar, Table
from persistence.database import open_database
from persistence.embedded import reach_embedded_postgres
from tests.browser.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.browser.person import PASSWORD, Person
from tests.node import NodeProcess

MESSAGES = 10_000
MESSAGES_PER_S = 50
# Whoever moderates may write as fast as a user's limit of events: twenty a second.
SENDERS = 6
IDLE_S = 10.0

FPS_BAR = 50.0
# Of the page's main thread. Frames are also lost to a machine that is busy with other things; this
# counts the thread's own time.
BUSY_BAR = 0.4
HEAP_GROWTH_BAR_BYTES = 2_000_000
ELEMENTS_BAR = 6_000

# Counts the frames that the page was given, and the longest time without one.
_COUNT_FRAMES = """
() => {
    const frames = { count: 0, longest: 0, from: performance.now(), last: performance.now() };
    window.frames_ = frames;
    const tick = (now) => {
        frames.count += 1;
        frames.longest = Math.max(frames.longest, now - frames.last);
        frames.last = now;
        requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}
"""
_TAKE_FRAMES = """
() => {
    const { count, longest, from } = window.frames_;
    const seconds = (performance.now() - from) / 1000;
    Object.assign(window.frames_, { count: 0, longest: 0, from: performance.now() });
    return { fps: count / seconds, longest };
}
"""
_HELD = """
() => ({
    rows: document.querySelectorAll('[data-testid="chat-message"]').length,
    elements: document.querySelectorAll('*').length,
})
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the page was like while so many messages came."""

    messages: int
    fps: float
    longest_ms: float
    busy: float
    """Which part of its time the page's main thread worked."""
    heap_bytes: int
    rows: int
    elements: int


def measure_chat_page() -> Table:
    """Measure and return the figures."""
    idle, followed, read = asyncio.run(_measure())
    stages = [*followed, *read]
    growth = max(
        stages_of[-1].heap_bytes - stages_of[0].heap_bytes for stages_of in (followed, read)
    )
    fps = min(stage.fps for stage in stages)
    busy = max(stage.busy for stage in stages)
    elements = max(stage.elements for stage in stages)
    half = MESSAGES // 2
    return Table(
        title=f"Chromium: {MESSAGES:,} chat messages at {MESSAGES_PER_S} a second",
        setting=(
            "One page in headless Chromium without a graphics card, node and senders on the same"
            f" machine. For {half:,} messages the page follows the newest, for {half:,} somebody"
            " reads further up. The heap is what is left after a collection. The first row says"
            " what this machine draws while nothing is said."
        ),
        columns=(
            "after",
            "frames a second",
            "longest frame",
            "main thread",
            "heap",
            "rows",
            "elements",
        ),
        rows=[
            (
                f"{stage.messages:,}, {how}",
                f"{stage.fps:.1f}",
                f"{stage.longest_ms:.0f} ms",
                f"{stage.busy:.0%} busy",
                f"{stage.heap_bytes / 1e6:.1f} MB",
                str(stage.rows),
                str(stage.elements),
            )
            for how, stages_of in (
                ("nothing said", [idle]),
                ("followed", followed),
                ("reading", read),
            )
            for stage in stages_of
        ],
        bars=(
            Bar(f"never under {FPS_BAR:.0f} frames a second ({fps:.1f})", fps >= FPS_BAR),
            Bar(
                f"the main thread is busy for less than {BUSY_BAR:.0%} ({busy:.0%})",
                busy < BUSY_BAR,
            ),
            Bar(
                f"the heap grows by less than {HEAP_GROWTH_BAR_BYTES / 1e6:.0f} MB while messages"
                f" come ({growth / 1e6:+.1f} MB)",
                growth < HEAP_GROWTH_BAR_BYTES,
            ),
            Bar(
                f"never more than {ELEMENTS_BAR:,} elements ({elements:,})", elements < ELEMENTS_BAR
            ),
        ),
    )


async def _measure() -> tuple[Stage, list[Stage], list[Stage]]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vibecast-bench-"))
        node = NodeProcess(Path(folder) / "data")
        await node.start()
        stack.push_async_callback(node.stop)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", CHROMIUM),
            args=[*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        stack.push_async_callback(browser.close)
        context = await browser.new_context(
            base_url=node.url, viewport={"width": 1366, "height": 860}
        )
        page = await context.new_page()
        streamer = Person("streamer", page)
        await streamer.sign_up()
        stream_id = (await streamer.ask_server("POST", "/streams", {"title": "Measured"}))["id"]
        tokens = [await _sign_up(node, n) for n in range(SENDERS)]
        async with (
            reach_embedded_postgres(node.data_dir) as url,
            open_database(url) as database,
        ):
            await database.execute("UPDATE users SET role = 'moderator'")
        senders = [
            await stack.enter_async_context(_sender(node, stream_id, token)) for token in tokens
        ]
        await page.goto(f"/streams/{stream_id}")
        await streamer.part("chat-input").wait_for()
        tools = await context.new_cdp_session(page)
        await tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.evaluate(_COUNT_FRAMES)
        idle = await _send_and_look([], stream_id, page, tools)
        # What is loaded and compiled once is no growth.
        await _send(senders, stream_id, MESSAGES // 10)
        followed = [await _send_and_look(senders, stream_id, page, tools) for _ in range(4)]
        await streamer.part("chat-log").hover()
        await page.mouse.wheel(0, -900)
        await _send(senders, stream_id, MESSAGES // 10)
        read = [await _send_and_look(senders, stream_id, page, tools) for _ in range(4)]
        return (
            idle,
            [_numbered(stage, n + 1) for n, stage in enumerate(followed)],
            [_numbered(stage, n + 6) for n, stage in enumerate(read)],
        )


def _numbered(stage: Stage, tenths_before: int) -> Stage:
    return replace(stage, messages=stage.messages * (tenths_before + 1))


async def _sign_up(node: NodeProcess, number: int) -> str:
    name = f"sender_{number}"
    form = {"username": name, "email": f"{name}@mail.example", "password": PASSWORD}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{node.url}/api/v1/users", json=form) as answer,
    ):
        return str((await answer.json())["token"])


@asynccontextmanager
async def _sender(
    node: NodeProcess, stream_id: str, token: str
) -> AsyncIterator[socketio.AsyncClient]:
    async with aiohttp.ClientSession() as http:
        client = socketio.AsyncClient(reconnection=False, http_session=http)
        await client.connect(node.url, transports=["websocket"], auth={"token": token})
        await client.call("room:join", {"stream_id": stream_id})
        try:
            yield client
        finally:
            await client.disconnect()
            await client.shutdown()


async def _send(senders: list[socketio.AsyncClient], stream_id: str, count: int) -> None:
    """Send so many messages at the rate, whatever the answers take."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as sending:
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / MESSAGES_PER_S - time.monotonic()))
            client_id = f"{began}-{n}"
            content = (
                f"message {n}: the tokenizer skips spaces, and so does https://vibecast.example/{n}"
            )
            payload = {"stream_id": stream_id, "content": content, "client_id": client_id}
            sending.create_task(_say(senders[n % len(senders)], payload))


async def _say(sender: socketio.AsyncClient, payload: dict[str, str]) -> None:
    answer = await sender.call("chat:send", payload, timeout=30)
    assert answer["ok"], answer


async def _send_and_look(
    senders: list[socketio.AsyncClient], stream_id: str, page: Page, tools: CDPSession
) -> Stage:
    worked_s, began = await _worked_s(tools), time.monotonic()
    await page.evaluate(_TAKE_FRAMES)
    if senders:
        await _send(senders, stream_id, MESSAGES // 10)
    else:
        await asyncio.sleep(IDLE_S)
    frames = await page.evaluate(_TAKE_FRAMES)
    busy = (await _worked_s(tools) - worked_s) / (time.monotonic() - began)
    await tools.send("HeapProfiler.collectGarbage")
    heap = await tools.send("Runtime.getHeapUsage")
    held = await page.evaluate(_HELD)
    return Stage(
        MESSAGES // 10 if senders else 0,
        frames["fps"],
        frames["longest"],
        busy,
        int(heap["usedSize"]),
        held["rows"],
        held["elements"],
    )


async def _worked_s(tools: CDPSession) -> float:
    metrics = (await tools.send("Performance.getMetrics"))["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
