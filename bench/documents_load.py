"""The load of bench/documents.py: writers and observers of one document, on raw WebSockets.

Updates are made before the clock starts, so that this process spends its time on sockets. Frames
are taken apart by hand: a delivery costs the load less than either server. Runs as a process of its
own and prints one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import uvloop
from pycrdt import Doc, Text

from collab import protocol

CONNECTING_AT_ONCE = 50
SETTLE_S = 1.0
DRAIN_S = 20.0
DRAIN_STEP_S = 0.05


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What the clients saw."""

    sent: int
    delivered: int
    expected: int
    p50_ms: float
    p99_ms: float
    server_cpu_s: float
    database_cpu_s: float


class Client(asyncio.Protocol):
    """One connection: counts the updates that it hears."""

    def __init__(self, sent_at: dict[bytes, float], request: bytes, *, samples: bool) -> None:
        self.delivered = 0
        self.latencies: list[float] = []
        self.is_open = asyncio.get_running_loop().create_future()
        self._sent_at = sent_at
        self._request = request
        self._samples = samples
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self.is_open.done():
            head, separator, buffer = buffer.partition(b"\r\n\r\n")
            if not separator:
                self._buffer = head
                return
            assert b" 101 " in head.partition(b"\r\n")[0], head
            self.is_open.set_result(None)
            self.send(protocol.sync_step_1(b"\x00"))
        at = 0
        while len(buffer) - at >= 2:
            start, length = at + 2, buffer[at + 1]
            if length >= 126:
                size = 2 if length == 126 else 8
                if len(buffer) < start + size:
                    break
                length = int.from_bytes(buffer[start : start + size])
                start += size
            if len(buffer) < start + length:
                break
            if buffer[start : start + 2] == b"\x00\x02":
                self._count(buffer[start : start + length])
            at = start + length
        self._buffer = buffer[at:]

    def _count(self, message: bytes) -> None:
        self.delivered += 1
        if self._samples and (sent_at := self._sent_at.get(message)) is not None:
            self.latencies.append(time.monotonic() - sent_at)

    def send(self, message: bytes) -> None:
        """Send one frame; the mask is zero, which leaves the payload as it is."""
        assert self._transport is not None
        if len(message) < 126:
            header = bytes((0x82, 0x80 | len(message)))
        else:
            header = struct.pack("!BBH", 0x82, 0x80 | 126, len(message))
        self._transport.write(header + bytes(4) + message)


def typed_updates(count: int) -> list[bytes]:
    """Return the messages of one person who types `count` characters."""
    doc: Doc[Text] = Doc()
    text = doc.get("code", type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for number in range(count):
        text.insert(number, "abcdefg\n"[number % 8])
    doc.unobserve(subscription)
    return [protocol.sync_update(update) for update in updates]


async def load(arguments: argparse.Namespace) -> LoadResult:
    """Connect, let it settle, type for a while, count."""
    loop = asyncio.get_running_loop()
    sent_at: dict[bytes, float] = {}
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
    head = (
        f"GET {arguments.path} HTTP/1.1\r\nHost: 127.0.0.1:{arguments.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    )
    bearer = f"Authorization: Bearer {arguments.token}\r\n" if arguments.token else ""

    async def connect(number: int, *, writes: bool) -> Client:
        request = (head + (bearer if writes else "") + "\r\n").encode()
        # One client in four is asked how long it took: the clock must not be the load.
        client = Client(sent_at, request, samples=number % 4 == 0)
        async with gate:
            await loop.create_connection(lambda: client, "127.0.0.1", arguments.port)
            await client.is_open
        return client

    per_writer = int(arguments.rate * arguments.seconds)
    updates = [typed_updates(per_writer) for _ in range(arguments.writers)]
    writers = [await connect(n, writes=True) for n in range(arguments.writers)]
    readers = await asyncio.gather(*(connect(n, writes=False) for n in range(arguments.readers)))
    await asyncio.sleep(SETTLE_S)
    server_cpu, database_cpu = cpu_s(arguments.pid), cpu_s(arguments.database)
    begun = time.monotonic()
    for number in range(per_writer):
        for index, writer in enumerate(writers):
            due = begun + (number + index / len(writers)) / arguments.rate
            if (wait_s := due - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
            message = updates[index][number]
            sent_at[message] = time.monotonic()
            writer.send(message)
    sent = per_writer * len(writers)
    expected = sent * len(readers)
    for _ in range(int(DRAIN_S / DRAIN_STEP_S)):
        if sum(client.delivered for client in readers) >= expected:
            break
        await asyncio.sleep(DRAIN_STEP_S)
    latencies = [latency for client in readers for latency in client.latencies]
    return LoadResult(
        sent=sent,
        delivered=sum(client.delivered for client in readers),
        expected=expected,
        p50_ms=percentile(latencies, 0.5) * 1e3,
        p99_ms=percentile(latencies, 0.99) * 1e3,
        server_cpu_s=cpu_s(arguments.pid) - server_cpu,
        database_cpu_s=cpu_s(arguments.database) - database_cpu,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of them lie; 0 for none."""
    ordered = sorted(values)
    return ordered[int(len(ordered) * share)] if ordered else 0.0


def cpu_s(pid: int) -> float:
    """Return the CPU that a process and its living children have used; 0 for no process.

    Children too: PostgreSQL works in them, and the Node of a Python environment is one.
    """
    ticks = 0
    for entry in os.listdir("/proc"):
        if pid == 0 or not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if pid in (int(entry), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run one load and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.documents_load", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--database", type=int, default=0)
    parser.add_argument("--path", default="/")
    parser.add_argument("--token", default="")
    parser.add_argument("--writers", type=int, default=1)
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    result = uvloop.run(load(parser.parse_args()))
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # thousands of connections need no farewell


if __name__ == "__main__":
    main()
