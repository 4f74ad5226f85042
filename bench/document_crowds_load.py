"""Loads of bench/document_crowds.py that are no typing: presence, and many who join at once.

Runs as a process of its own and prints one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

from bench.documents_load import CONNECTING_AT_ONCE, SETTLE_S, Client, cpu_s, percentile
from collab import protocol
from collab.protocol import PresenceEntry


@dataclass(frozen=True, slots=True)
class CrowdResult:
    """What the clients saw."""

    p50_ms: float
    p99_ms: float
    server_cpu_s: float
    seconds: float


def handshake(arguments: argparse.Namespace) -> bytes:
    """Return the request that opens a document's WebSocket."""
    return (
        f"GET {arguments.path} HTTP/1.1\r\nHost: 127.0.0.1:{arguments.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


async def show_everybody(arguments: argparse.Namespace) -> CrowdResult:
    """Have everybody show a cursor once a second."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def connect() -> Client:
        client = Client({}, handshake(arguments), samples=False)
        async with gate:
            await loop.create_connection(lambda: client, "127.0.0.1", arguments.port)
            await client.is_open
        return client

    clients = await asyncio.gather(*(connect() for _ in range(arguments.clients)))
    await asyncio.sleep(SETTLE_S)
    server_cpu, begun = cpu_s(arguments.pid), time.monotonic()
    late: list[float] = []
    for clock in range(1, int(arguments.seconds) + 1):
        for number, client in enumerate(clients):
            due = begun + clock - 1 + number / len(clients)
            if (wait_s := due - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
            late.append(max(time.monotonic() - due, 0.0))
            state = json.dumps({"user": {"name": "x", "color": "#123456"}, "cursor": clock * 7})
            client.send(protocol.awareness([PresenceEntry(number + 1, clock, state.encode())]))
    seconds = time.monotonic() - begun
    return CrowdResult(
        p50_ms=percentile(late, 0.5) * 1e3,
        p99_ms=percentile(late, 0.99) * 1e3,
        server_cpu_s=cpu_s(arguments.pid) - server_cpu,
        seconds=seconds,
    )


class Joiner(asyncio.Protocol):
    """Connects, asks for everything, and is done when as many bytes have come."""

    def __init__(self, request: bytes, expected_bytes: int) -> None:
        self.joined: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._request = request
        self._left = expected_bytes
        self._begun = time.monotonic()
        self._transport: asyncio.Transport | None = None
        self._has_asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        if not self._has_asked:
            self._has_asked = True
            message = protocol.sync_step_1(b"\x00")
            self._transport.write(bytes((0x82, 0x80 | len(message))) + bytes(4) + message)
        self._left -= len(data)
        if self._left <= 0 and not self.joined.done():
            self.joined.set_result(time.monotonic() - self._begun)


async def join_all(arguments: argparse.Namespace) -> CrowdResult:
    """Have everybody join at the same moment."""
    loop = asyncio.get_running_loop()
    server_cpu, begun = cpu_s(arguments.pid), time.monotonic()
    joiners = [Joiner(handshake(arguments), arguments.bytes) for _ in range(arguments.clients)]
    await asyncio.gather(
        *(loop.create_connection(lambda j=j: j, "127.0.0.1", arguments.port) for j in joiners)  # type: ignore[misc]
    )
    times = await asyncio.gather(*(joiner.joined for joiner in joiners))
    return CrowdResult(
        p50_ms=percentile(times, 0.5) * 1e3,
        p99_ms=percentile(times, 0.99) * 1e3,
        server_cpu_s=cpu_s(arguments.pid) - server_cpu,
        seconds=time.monotonic() - begun,
    )


LOADS = {"presence": show_everybody, "join": join_all}


def main() -> None:
    """Run one load and print what was seen."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.document_crowds_load", description=__doc__
    )
    parser.add_argument("load", choices=LOADS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--bytes", type=int, default=0)
    arguments = parser.parse_args()
    result = uvloop.run(LOADS[arguments.load](arguments))
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # hundreds of connections need no farewell


if __name__ == "__main__":
    main()
