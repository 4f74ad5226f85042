"""S3 for tests: moto's server in its own process, one a run, a bucket of its own for each test."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

import aiohttp
import pytest
import pytest_asyncio

from tests.node import free_port

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0
_numbers = itertools.count(1)


@dataclass(frozen=True)
class S3:
    """A running server that speaks S3."""

    url: str

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client of it needs in its environment."""
        return {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    def bucket_url(self, bucket: str) -> str:
        """Return the setting for a bucket of this server."""
        return f"s3://{bucket}/some/prefix?endpoint={self.url}&region=us-east-1"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    """The server, when it answers."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        # Read to the end, so that the server never waits for a full pipe.
        running = threading.Event()
        reader = threading.Thread(target=_read_log, args=(process.stderr, running))
        reader.start()
        try:
            assert running.wait(START_TIMEOUT_S), "moto's server did not start"
            yield S3(f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.wait(STOP_TIMEOUT_S)
            reader.join(STOP_TIMEOUT_S)


def _read_log(log: IO[bytes], running: threading.Event) -> None:
    for line in log:
        if b"Running on" in line:
            running.set()


@pytest_asyncio.fixture
async def s3_url(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """The setting for a new, empty bucket; its credentials are in the environment."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{next(_numbers)}"
    async with (
        aiohttp.ClientSession() as http,
        http.put(f"{s3_server.url}/{bucket}") as response,
    ):
        assert response.status == 200, await response.text()
    return s3_server.bucket_url(bucket)
