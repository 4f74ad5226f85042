"""The load of bench/chat.py: N raw Engine.IO clients in one room, some of which write.

Frames are taken apart by hand, so that a delivery costs the load less than either server. Runs as
a process of its own and prints one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

CONNECTING_AT_ONCE = 50
SETTLE_S = 1.0
# One delivery in so many is looked at for its latency.
SAMPLE = 37
_TEXT = "hello world, this is a chat message of ordinary length"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What the clients saw."""

    clients: int
    sent: int
    acked: int
    delivered: int
    expected: int
    seconds: float
    p50_ms: float
    p99_ms: float
    ack_p99_ms: float
    connection_bytes: int
    server_cpu_s: float
    others_cpu_s: float
    load_cpu_s: float


class Tally:
    """What all clients together have seen."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.delivered = 0
        self.latencies: list[float] = []
        self.acks: list[float] = []


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally, host: str, token: str | None) -> None:
        self._tally = tally
        self._host = host
        self._token = token
        self._buffer = b""
        self._is_open = False
        self._sent_at: dict[int, float] = {}
        self._transport: asyncio.Transport | None = None
        self.stream_id = ""
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not instances of the class that they implement.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._is_open:
            head, separator, buffer = buffer.partition(b"\r\n\r\n")
            if not separator:
                self._buffer = head
                return
            self._is_open = True
            self.send(b"40" + (json.dumps({"token": self._token}).encode() if self._token else b""))
        position = 0
        while len(buffer) - position >= 2:
            start, length = position + 2, buffer[position + 1]
            if length == 126:
                if len(buffer) < position + 4:
                    break
                start, length = position + 4, int.from_bytes(buffer[position + 2 : position + 4])
            elif length == 127:
                if len(buffer) < position + 10:
                    break
                start, length = position + 10, int.from_bytes(buffer[position + 2 : position + 10])
            if len(buffer) < start + length:
                break
            self.packet_came(buffer[start : start + length])
            position = start + length
        self._buffer = buffer[position:]

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.joined.done():
            self.joined.set_exception(ConnectionError("the server hung up"))

    def join(self, stream_id: str) -> None:
        """Enter the room; `joined` ends when the server has said so."""
        self.stream_id = stream_id

    def ask_to_join(self) -> None:
        """Ask to be let in, or to be told once more what stands in the room."""
        self.send(b"420" + json.dumps(["room:join", {"stream_id": self.stream_id}]).encode())

    def hang_up(self) -> None:
        """Lose the connection."""
        if self._transport is not None:
            self._transport.abort()

    def say(self, number: int) -> None:
        """Send one message that tells when it was sent."""
        now = time.monotonic()
        self._sent_at[number + 1] = now
        content = f"~{now:.6f} {_TEXT}"
        payload = {"stream_id": self.stream_id, "content": content, "client_id": str(number)}
        self.send(b"42%d" % (number + 1) + json.dumps(["chat:send", payload]).encode())

    def send(self, packet: bytes) -> None:
        """Send one frame; the mask is zero, which leaves the payload as it is."""
        assert self._transport is not None
        if len(packet) < 126:
            header = bytes((0x81, 0x80 | len(packet)))
        else:
            header = struct.pack("!BBH", 0x81, 0x80 | 126, len(packet))
        self._transport.write(header + bytes(4) + packet)

    def packet_came(self, packet: bytes) -> None:
        """Take one packet."""
        if packet.startswith(b'42["chat:messages"'):
            tally = self._tally
            messages = packet.count(b'"content":"~')
            before, tally.delivered = tally.delivered, tally.delivered + messages
            if before // SAMPLE != tally.delivered // SAMPLE:
                sent_at = packet.partition(b'"content":"~')[2].partition(b" ")[0]
                tally.latencies.append(time.monotonic() - float(sent_at))
        elif packet == b"2":
            self.send(b"3")
        elif packet.startswith(b"40"):
            self.ask_to_join()
        elif packet.startswith(b"430"):
            if not self.joined.done():
                self.joined.set_result(None)
        elif packet.startswith(b"43"):
            number = int(packet[2 : packet.index(b"[")])
            self._tally.acks.append(time.monotonic() - self._sent_at.pop(number))


async def load(arguments: argparse.Namespace) -> LoadResult:
    """Connect, let it settle, write for a while, count."""
    tally = Tally()
    tokens: Sequence[str] = arguments.tokens.split(",") if arguments.tokens else []
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    memory_before = memory_bytes(arguments.pid)
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def connect(number: int) -> None:
        token = tokens[number] if number < len(tokens) else None
        client = Client(tally, f"127.0.0.1:{arguments.port}", token)
        client.join(arguments.stream_id)
        async with gate:
            await loop.create_connection(lambda: client, "127.0.0.1", arguments.port)
            await client.joined
        clients.append(client)

    senders = max(len(tokens), 1)
    await asyncio.gather(*(connect(number) for number in range(senders)))
    await asyncio.gather(*(connect(number) for number in range(senders, arguments.clients)))
    await asyncio.sleep(SETTLE_S)
    memory = memory_bytes(arguments.pid) - memory_before
    tally.clear()
    cpu = cpu_s([arguments.pid])
    others_cpu = cpu_s(arguments.other or [])
    own = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.monotonic()
    sent = 0
    while (elapsed := time.monotonic() - begun) < arguments.seconds:
        if sent <= elapsed * arguments.rate:
            clients[sent % senders].say(sent)
            sent += 1
        else:
            await asyncio.sleep(begun + sent / arguments.rate - time.monotonic())
    await asyncio.sleep(SETTLE_S)
    seconds = time.monotonic() - begun
    own_after = resource.getrusage(resource.RUSAGE_SELF)
    return LoadResult(
        clients=len(clients),
        sent=sent,
        acked=len(tally.acks),
        delivered=tally.delivered,
        expected=sent * len(clients),
        seconds=seconds,
        p50_ms=percentile(tally.latencies, 0.5) * 1e3,
        p99_ms=percentile(tally.latencies, 0.99) * 1e3,
        ack_p99_ms=percentile(tally.acks, 0.99) * 1e3,
        connection_bytes=memory // len(clients),
        server_cpu_s=cpu_s([arguments.pid]) - cpu,
        others_cpu_s=cpu_s(arguments.other or []) - others_cpu,
        load_cpu_s=own_after.ru_utime + own_after.ru_stime - own.ru_utime - own.ru_stime,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of them lie; 0 for none."""
    ordered = sorted(values)
    return ordered[int(len(ordered) * share)] if ordered else 0.0


def cpu_s(pids: Sequence[int]) -> float:
    """Return the CPU that processes and their living children have used."""
    ticks = sum(int(fields[11]) + int(fields[12]) for _, fields in _family(pids))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int:
    """Return the resident memory of a process and its children."""
    # Node from a wheel is started by a small Python process.
    return sum(int(fields[21]) for _, fields in _family([pid])) * os.sysconf("SC_PAGE_SIZE")


def _family(pids: Sequence[int]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield each process and child with the fields of its stat, the third one (state) first."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(entry) in pids or int(fields[1]) in pids:
            yield int(entry), fields


def main() -> None:
    """Run one load and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.chat_load", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--other", type=int, action="append")
    parser.add_argument("--stream-id", default="1")
    parser.add_argument("--tokens", default="")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    result = uvloop.run(load(parser.parse_args()))
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # thousands of connections need no farewell


if __name__ == "__main__":
    main()
