"""What one write to one of many connections costs: the floor under every fan-out.

The same bytes to the same connections with the same pauses, by a system call, by our line, and by
the event loop's transport. What a room or a document costs beyond its line is its own; what Node
costs below the system call is nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import uvloop

from bench.report import Bar, Table
from rooms.line import Line

CONNECTIONS = 500
FRAME_BYTES = 220
TICKS = 100
TICK_S = 0.05
# Beside the system call.
LINE_US = 1.0

_READER = """
import asyncio, sys, uvloop

async def read(port, count):
    loop = asyncio.get_running_loop()
    for _ in range(count):
        await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
    await asyncio.to_thread(sys.stdin.read)

uvloop.run(read(int(sys.argv[1]), int(sys.argv[2])))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of this process for a write."""

    way: str
    us: float


class _Accepted(asyncio.Protocol):
    def __init__(self, transports: asyncio.Queue[asyncio.Transport]) -> None:
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not instances of the class that they implement.
        self._transports.put_nowait(cast(asyncio.Transport, transport))


def measure_writes() -> Table:
    """Write in every way in turn."""
    system, line, loop = uvloop.run(_measure())
    return Table(
        title="One write to one of many",
        setting=(
            f"{CONNECTIONS} connections on loopback, {TICKS} times {FRAME_BYTES} bytes to each, a "
            f"tick every {TICK_S * 1e3:.0f} ms, read by another process. CPU of the writing "
            "process."
        ),
        columns=("way", "CPU us/write"),
        rows=[(cost.way, f"{cost.us:.2f}") for cost in (system, line, loop)],
        bars=[
            Bar(
                f"a line costs at most {LINE_US:.0f} us beside the system call "
                f"({line.us - system.us:.2f}; the transport {loop.us - system.us:.2f})",
                line.us - system.us <= LINE_US,
            )
        ],
    )


async def _measure() -> Sequence[Cost]:
    frame = bytes(FRAME_BYTES)
    async with _open_connections() as transports:
        sockets = [transport.get_extra_info("socket").fileno() for transport in transports]
        lines = [Line(transport).write for transport in transports]
        writes = [transport.write for transport in transports]

        def call() -> None:
            for socket in sockets:
                os.write(socket, frame)

        def tell(tellers: Sequence[Callable[[bytes], None]]) -> None:
            for teller in tellers:
                teller(frame)

        ways = [
            ("a system call", call),
            ("a line", lambda: tell(lines)),
            ("the transport", lambda: tell(writes)),
        ]
        spent = dict.fromkeys((name for name, _ in ways), 0.0)
        # In turn, so that whatever else the machine does meets all of them.
        for _ in range(TICKS):
            for name, write in ways:
                begun = time.process_time()
                write()
                spent[name] += time.process_time() - begun
                await asyncio.sleep(TICK_S)
    return [Cost(name, each / TICKS / CONNECTIONS * 1e6) for name, each in spent.items()]


@asynccontextmanager
async def _open_connections() -> AsyncIterator[Sequence[asyncio.Transport]]:
    """Yield the writing ends; the reading ones are another process's."""
    accepted: asyncio.Queue[asyncio.Transport] = asyncio.Queue()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Accepted(accepted), "127.0.0.1", 0, backlog=CONNECTIONS
    )
    port = server.sockets[0].getsockname()[1]
    command = [sys.executable, "-c", _READER, str(port), str(CONNECTIONS)]
    reader = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    assert reader.stdin is not None
    transports: list[asyncio.Transport] = []
    try:
        while len(transports) < CONNECTIONS:
            transports.append(await accepted.get())
        yield transports
    finally:
        for transport in transports:
            transport.abort()
        server.close()
        reader.stdin.close()
        await reader.wait()
