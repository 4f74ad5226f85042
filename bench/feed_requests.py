"""A feed over HTTP, ours beside FastAPI, SQLAlchemy and uvicorn with the same queries on the same
database: requests a second, and the CPU that the server's process spends on one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg

from bench.report import Bar, Table
from community.markdown import RENDERER_VERSION
from persistence.embedded import open_embedded_postgres
from persistence.migrations import migrate
from tests.node import free_port

ROOT = Path(__file__).parent.parent
PATH = "/api/v1/feeds/latest?limit=20"
POSTS = 20_000
CONNECTIONS = 16
SECONDS = 5.0
ROUNDS = 5
START_S = 30.0
FASTER = 2.0
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_SERVERS = {"ours": "bench.feed_server", "FastAPI": "bench.peers.fastapi_feed"}
_SEED = (
    (
        "INSERT INTO users (username, email) "
        "SELECT 'user_' || n, n || '@x.test' FROM generate_series(1, 1000) AS n"
    ),
    (
        "INSERT INTO posts (user_id, content, content_html, html_version) "
        "SELECT 1 + n % 1000, repeat('some words ', 20), '<p>' || repeat('some words ', 20) || "
        "'</p>', $version, FROM generate_series(1, $posts) AS n"
    ),
    "INSERT INTO tags (name) SELECT 'tag' || n FROM generate_series(1, 100) AS n",
    "INSERT INTO post_tags (post_id, tag_id) SELECT id, 1 + id % 100 FROM posts",
    "INSERT INTO post_tags (post_id, tag_id) SELECT id, 1 + (id + 7) % 100 FROM posts",
    "VACUUM ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Round:
    """One load on one server."""

    requests_per_s: float
    cpu_us: float
    """Of the server's process, for one request."""


def measure_feed_requests() -> Table:
    """Return how many feeds a second both serve."""
    return asyncio.run(_measure())


async def _measure() -> Table:
    rounds: dict[str, list[Round]] = {name: [] for name in _SERVERS}
    with tempfile.TemporaryDirectory() as folder:
        async with open_embedded_postgres(Path(folder)) as url:
            await migrate(url)
            await _seed(url)
            # In turns, so that what else the machine does falls on both.
            for _ in range(ROUNDS):
                for name, module in _SERVERS.items():
                    async with _serving(module, url) as (pid, port):
                        rounds[name].append(await _load(pid, port))
    return _table(rounds)


async def _seed(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in _SEED:
            await connection.execute(
                statement.replace("$version,", str(RENDERER_VERSION)).replace("$posts", str(POSTS))
            )
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def _serving(module: str, url: str) -> AsyncIterator[tuple[int, int]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, url, str(port), cwd=ROOT, stdout=DEVNULL
    )
    try:
        await _wait_ready(port)
        yield process.pid, port
    finally:
        process.terminate()
        await process.wait()


async def _wait_ready(port: int) -> None:
    async with asyncio.timeout(START_S), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}{PATH}") as response:
                    assert response.status == 200, await response.text()
                    assert len((await response.json())["items"]) == 20
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


async def _load(pid: int, port: int) -> Round:
    await _ask_for(1.0, port)
    cpu, began = _cpu_s(pid), time.perf_counter()
    answered = await _ask_for(SECONDS, port)
    took = time.perf_counter() - began
    return Round(answered / took, (_cpu_s(pid) - cpu) / answered * 1e6)


async def _ask_for(seconds: float, port: int) -> int:
    until = time.perf_counter() + seconds
    counts = await asyncio.gather(*(_ask(until, port) for _ in range(CONNECTIONS)))
    return sum(counts)


async def _ask(until: float, port: int) -> int:
    """Ask again and again on one connection. By hand: a client library costs more than a server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    answered = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert head.startswith(b"HTTP/1.1 200") and length is not None, head
        await reader.readexactly(int(length[1]))
        answered += 1
    writer.close()
    await writer.wait_closed()
    return answered


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _table(rounds: dict[str, list[Round]]) -> Table:
    rate = {n: statistics.median(r.requests_per_s for r in each) for n, each in rounds.items()}
    cpu = {n: statistics.median(r.cpu_us for r in each) for n, each in rounds.items()}
    ratio, less = rate["ours"] / rate["FastAPI"], cpu["FastAPI"] / cpu["ours"]
    return Table(
        title="A feed over HTTP",
        setting=(
            f"`GET {PATH}` by nobody in particular, {POSTS:,} posts on the embedded PostgreSQL, "
            f"{CONNECTIONS} connections that ask again at once, median of {ROUNDS} rounds of "
            f"{SECONDS:g} s in turns; client, server and database share the machine. The peer is "
            "FastAPI with SQLAlchemy (asyncio, asyncpg) and uvicorn (uvloop, httptools), which "
            "asks the same two queries and tells the same JSON. Ours also looks for a session, "
            "counts the limit, seals cursors, keeps metrics and writes a line of log; the peer "
            "does none of these."
        ),
        columns=("server", "requests a second", "server CPU a request"),
        rows=[(name, f"{rate[name]:,.0f}", f"{cpu[name]:,.0f} us") for name in rounds]
        + [("ratio", f"{ratio:.2f}", f"{less:.2f}")],
        bars=[
            Bar(f"at least {FASTER:g} times the peer's requests a second", ratio >= FASTER),
            Bar(f"at most 1/{FASTER:g} of the peer's CPU a request", less >= FASTER),
        ],
    )
