"""The sites of bench/faults.py, and what happens to them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import psutil

from bench.chat import ROOT, Server, open_ours

OUTAGE_S = 3.0
STOP_S = 10.0


class Redis:
    """A redis-server that keeps nothing on disk, on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise FileNotFoundError("redis-server is missing: the faults of several nodes need it")
        self._command = [
            *(program, "--port", "0", "--unixsocket", f"{folder}/redis.sock"),
            *("--dir", str(folder), "--save", "", "--appendonly", "no", "--logfile", ""),
        ]
        self.url = f"unix://{folder}/redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it accepts connections a moment later."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_S)


@dataclass(frozen=True, slots=True)
class Site:
    """What a fault happens to: nodes of one room, their PostgreSQL and, for several, a Redis."""

    nodes: Sequence[Server]
    stream_id: str
    postgres_pid: int
    redis: Redis | None


class Trouble(Protocol):
    """What happens, from `begin` to `end`."""

    async def begin(self) -> None: ...
    async def end(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble."""

    name: str
    open_trouble: Callable[[Site], AbstractAsyncContextManager[Trouble]]
    nodes: int = 1
    crowd_nodes: int = 1
    """On how many of the nodes the others are."""
    waits_for_disk: bool = False
    """Whether messages cannot be told meanwhile, as none is before it is on disk."""


@contextmanager
def open_site(*, nodes: int) -> Iterator[Site]:
    """Start everything, and end it with the block."""
    with ExitStack() as stack:
        redis = None
        further: list[str] = []
        if nodes > 1:
            redis = Redis(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            redis.start()
            stack.callback(redis.kill)
            further = ["--redis", redis.url]
        first = stack.enter_context(open_ours("--limited", *further))
        ready = first.ready
        servers = [first]
        for _ in range(nodes - 1):
            options = ("--limited", *further, "--database", str(ready["database"]))
            servers.append(stack.enter_context(open_ours(*options)))
        yield Site(servers, str(ready["stream_id"]), int(ready["postgres_pid"]), redis)


class _Troublemakers:
    """Clients in a process of their own; they are in the room from the start, and go at the end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()

    async def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(STOP_S):
            await self._process.wait()


@asynccontextmanager
async def _open_troublemakers(site: Site, *, kind: str, clients: int) -> AsyncIterator[Trouble]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.faults_trouble", "--kind", kind),
        *("--port", str(site.nodes[-1].ready["port"]), "--stream-id", site.stream_id),
        *("--clients", str(clients)),
        *(("--refuge", str(site.nodes[0].ready["port"])) if len(site.nodes) > 1 else ()),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        yield _Troublemakers(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class _Outage:
    """Something goes away and comes back."""

    def __init__(self, go: Callable[[], None], come: Callable[[], None]) -> None:
        self._go = go
        self._come = come

    async def begin(self) -> None:
        self._go()
        await asyncio.sleep(OUTAGE_S)
        self._come()

    async def end(self) -> None:
        """It is back already."""


@asynccontextmanager
async def _open_redis_outage(site: Site) -> AsyncIterator[Trouble]:
    assert site.redis is not None, "the fault asks for two nodes"
    yield _Outage(site.redis.kill, site.redis.start)


@asynccontextmanager
async def _open_frozen_postgres(site: Site) -> AsyncIterator[Trouble]:
    postmaster = psutil.Process(site.postgres_pid)
    frozen: list[psutil.Process] = []

    def freeze() -> None:
        frozen.extend([postmaster, *postmaster.children()])
        for process in frozen:
            process.suspend()

    def thaw() -> None:
        for process in frozen:
            process.resume()
        frozen.clear()

    try:
        yield _Outage(freeze, thaw)
    finally:
        thaw()  # or it could not be stopped


@asynccontextmanager
async def _open_crashed_postgres(site: Site) -> AsyncIterator[Trouble]:
    def crash() -> None:
        # One of its processes dies; the postmaster ends the others and recovers from the log.
        backends = psutil.Process(site.postgres_pid).children()
        os.kill(max(backend.pid for backend in backends), signal.SIGKILL)

    yield _Outage(crash, lambda: None)


class _NodeDies:
    """A node is killed, and its clients come to another."""

    def __init__(self, node: Server, clients: Trouble) -> None:
        self._node = node
        self._clients = clients

    async def begin(self) -> None:
        os.kill(self._node.pid, signal.SIGKILL)
        await self._clients.begin()

    async def end(self) -> None:
        await self._clients.end()


@asynccontextmanager
async def _open_dying_node(site: Site) -> AsyncIterator[Trouble]:
    async with _open_troublemakers(site, kind="refugees", clients=200) as clients:
        yield _NodeDies(site.nodes[-1], clients)


FAULTS = (
    Fault(
        "40 ask for much and read nothing", partial(_open_troublemakers, kind="stalled", clients=40)
    ),
    Fault("20 flood with good events", partial(_open_troublemakers, kind="flood", clients=20)),
    Fault("20 send garbage", partial(_open_troublemakers, kind="garbage", clients=20)),
    Fault(
        "200 are cut and return at once", partial(_open_troublemakers, kind="return", clients=200)
    ),
    Fault("a second node is killed, its 200 come over", _open_dying_node, nodes=2),
    Fault("Redis is killed and comes back", _open_redis_outage, nodes=2, crowd_nodes=2),
    Fault("PostgreSQL crashes and recovers", _open_crashed_postgres, waits_for_disk=True),
    Fault("PostgreSQL says nothing for 3 s", _open_frozen_postgres, waits_for_disk=True),
)
