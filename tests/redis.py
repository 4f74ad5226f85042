"""A real Redis for tests: a fresh server a test, on a socket of its own, which a test may stop."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

STOP_TIMEOUT_S = 5.0


class RedisServer:
    """One redis-server that keeps nothing on disk. Starting again gives an empty one, same URL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens, for `redis.asyncio.from_url`."""
        return f"unix://{self._folder}/redis.sock"

    def start(self) -> None:
        """Start and return when it accepts connections (about 20 ms)."""
        assert self._process is None, "it runs already"
        self._process = subprocess.Popen(
            [
                *("redis-server", "--port", "0", "--unixsocket", f"{self._folder}/redis.sock"),
                *("--dir", str(self._folder), "--save", "", "--appendonly", "no"),
                *("--daemonize", "no", "--logfile", ""),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        said = b""
        for line in self._process.stdout:
            said += line
            if b"eady to accept connections" in line:
                return
        raise RuntimeError(f"redis-server did not start:\n{said.decode(errors='replace')}")

    def stop(self) -> None:
        """Kill it as a crash would: its clients see their connections break. Safe to call twice."""
        if self._process is None:
            return
        with self._process as process:  # also closes the pipe
            process.kill()
            process.wait(STOP_TIMEOUT_S)
        self._process = None


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A running, empty Redis."""
    # Not tmp_path: the address of a Unix socket may have only 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of a running, empty Redis."""
    return redis_server.url
