"""A whole node for tests: `run.py` in its own process, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def open_node(**environment: str) -> AsyncIterator[NodeProcess]:
    """Run a node on a folder of its own for the length of the block.

    Not under pytest's temporary folder: each run of pytest closes that to other users again, and
    as root PostgreSQL runs as one.
    """
    with TemporaryDirectory(prefix="vibecast-node-") as folder:
        node = NodeProcess(Path(folder) / "data", **environment)
        await node.start()
        try:
            yield node
        finally:
            await node.stop()


class NodeProcess:
    """One node on loopback with its own data folder. Ports stay the same over restarts."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.port = free_port()
        self.media_port = free_port(socket.SOCK_DGRAM)
        self.url = f"http://localhost:{self.port}"
        self.data_dir = data_dir
        self.log_path = data_dir.parent / f"{data_dir.name}.log"
        self._environment = {
            **os.environ,
            "VIBECAST_HOST": "127.0.0.1",
            "VIBECAST_PORT": str(self.port),
            "VIBECAST_MEDIA_PORT": str(self.media_port),
            "VIBECAST_DATA_DIR": str(data_dir),
            "VIBECAST_SIGN_UPS_PER_HALF_HOUR": "1000",
            **environment,
        }
        self._process: Process | None = None
        self._log: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running node."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start the node and wait until it says that it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "run.py",
            cwd=ROOT,
            env=self._environment,
            stdout=PIPE,
            stderr=STDOUT,
        )
        assert self._process.stdout is not None
        ready = asyncio.Event()
        self._log = asyncio.create_task(self._keep_log(self._process.stdout, ready))
        waiting = asyncio.create_task(ready.wait())
        async with asyncio.timeout(START_TIMEOUT_S):
            # The log ends with the process: one that could not start says so at once.
            await asyncio.wait({waiting, self._log}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"no node: {self.log_path.read_text()[-4000:]}")
        async with aiohttp.ClientSession() as http, http.get(self.url + "/healthz") as response:
            assert response.status == 200

    async def _keep_log(self, output: asyncio.StreamReader, ready: asyncio.Event) -> None:
        with self.log_path.open("ab") as log:
            async for line in output:
                log.write(line)
                log.flush()
                if b"Vibecast is ready" in line:
                    ready.set()

    async def stop(self) -> int:
        """Ask the node to close in order and return its exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End the node as a power cut would."""
        await self._end(signal.SIGKILL)

    async def _end(self, signal_number: signal.Signals) -> int:
        assert self._process is not None and self._log is not None
        if self._process.returncode is None:
            self._process.send_signal(signal_number)
        async with asyncio.timeout(STOP_TIMEOUT_S):
            status = await self._process.wait()
            await self._log
        return status
