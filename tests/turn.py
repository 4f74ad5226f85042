"""A TURN server on loopback that takes TCP only: the way out of a network without UDP."""

from __future__ import annotations

import asyncio
import secrets
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.node import free_port

_START_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class TurnServer:
    """What a node must be told of it."""

    url: str
    secret: str


@asynccontextmanager
async def open_turn_server() -> AsyncIterator[TurnServer]:
    """Run coturn for the length of the block."""
    port, secret = free_port(), secrets.token_hex(16)
    with TemporaryDirectory(prefix="vibecast-turn-") as folder:
        process = await asyncio.create_subprocess_exec(
            *("turnserver", "-n", "--no-cli", "--log-file=stdout", "--simple-log"),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}"),
            *("--no-udp", "--no-tls", "--no-dtls", "--allow-loopback-peers"),
            # Less than two players take: each has a quota of its own.
            "--user-quota=2",
            *("--use-auth-secret", f"--static-auth-secret={secret}", "--realm=vibecast"),
            *(f"--userdb={Path(folder) / 'db'}", f"--pidfile={Path(folder) / 'pid'}"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
        )
        assert process.stdout is not None
        reading = asyncio.create_task(_read_away(process.stdout))
        try:
            await _wait_listening(port)
            yield TurnServer(f"turn:127.0.0.1:{port}?transport=tcp", secret)
        finally:
            process.terminate()
            await process.wait()
            await reading


async def _read_away(output: asyncio.StreamReader) -> None:
    async for _ in output:
        pass


async def _wait_listening(port: int) -> None:
    async with asyncio.timeout(_START_LIMIT_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                continue
            writer.close()
            await writer.wait_closed()
            return
