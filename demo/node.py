"""A node for the demonstration: `run.py` in a process of its own, as anybody would run it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_TIMEOUT_S = 90.0
_READY = b"Vibecast is ready at "


class NodeDidNotStart(Exception):
    """The node ended before it was ready; its own words are on standard error."""


@asynccontextmanager
async def open_node(*, data_dir: Path, port: int, media_port: int) -> AsyncIterator[str]:
    """Run a node on `data_dir`, for this machine alone, and yield its address."""
    node = await asyncio.create_subprocess_exec(
        sys.executable,
        "run.py",
        cwd=ROOT,
        env={
            **_plain_environment(),
            "VIBECAST_HOST": "127.0.0.1",
            "VIBECAST_PORT": str(port),
            "VIBECAST_MEDIA_PORT": str(media_port),
            "VIBECAST_DATA_DIR": str(data_dir),
            "VIBECAST_LOG_LEVEL": "warning",
            "VIBECAST_SIGN_UPS_PER_HALF_HOUR": "1000",
        },
        stdout=PIPE,
        # Ctrl-C is for the demonstration, which then ends the node after its people have left.
        start_new_session=True,
    )
    try:
        yield await _address(node)
    finally:
        if node.returncode is None:
            node.send_signal(signal.SIGTERM)
            await node.wait()


def _plain_environment() -> dict[str, str]:
    """Return the environment without settings: somebody's real site is not to be filled."""
    ours = ("VIBECAST_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


async def _address(node: Process) -> str:
    assert node.stdout is not None
    async with asyncio.timeout(START_TIMEOUT_S):
        async for line in node.stdout:
            if line.startswith(_READY):
                return line.removeprefix(_READY).decode().strip()
    raise NodeDidNotStart
