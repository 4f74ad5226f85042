"""Nodes, PostgreSQL and clients as real processes and sockets, to be killed and to come back.

Clients here do what the page does: they return after every loss, say what they have, and send again
what was not acknowledged. Nothing waits for a length of time; whoever is away says when it is back.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from persistence.database import Database, open_database
from persistence.embedded import start_server
from tests.node import NodeProcess
from tests.raw_client import RawClient

WAIT_S = 30.0
# Below what one connection may send at once.
UNDER_WAY = 5
TOO_FAST = "too-many-requests"
RETRYABLE = {"storage-away", "overloaded", "unavailable"}


class OwnPostgres:
    """A PostgreSQL that keeps its promises (fsync), alone in its folder."""

    def __init__(self, folder: Path) -> None:
        self._server: Any = start_server(folder)
        self.url = str(self._server.get_uri())

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._server.stop()

    def start(self) -> None:
        """Start it again; after a kill it recovers from its log."""
        self._server.ensure_postgres_running()

    def kill(self) -> None:
        """SIGKILL, to the postmaster: its processes notice and go, with what they had in hand."""
        postmaster = psutil.Process(self._server.get_pid())
        workers = postmaster.children()
        os.kill(postmaster.pid, signal.SIGKILL)
        psutil.wait_procs([postmaster, *workers], timeout=WAIT_S)

    def freeze(self) -> None:
        """Let it be there and say nothing."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on where it was."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster, *postmaster.children()]


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server that a test may kill."""
    with TemporaryDirectory(prefix="vibecast-postgres-") as folder:
        server = OwnPostgres(Path(folder) / "postgres")
        try:
            yield server
        finally:
            server.stop()


class Power:
    """Whether a node can be reached: clients wait here instead of knocking all the time."""

    def __init__(self, node: NodeProcess) -> None:
        self.node = node
        self.on = asyncio.Event()
        self.on.set()

    async def cut(self) -> None:
        """SIGKILL."""
        self.on.clear()
        await self.node.kill()

    async def restore(self) -> None:
        """Start the node again."""
        await self.node.start()
        self.on.set()


def resident_bytes(power: Power) -> int:
    """Return the memory that a node holds."""
    resident: int = psutil.Process(power.node.pid).memory_info().rss
    return resident


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as a client heard it."""

    seq: int
    client_id: str


class Member:
    """One client in the room for as long as `run` runs; `say` is heard sooner or later, once."""

    def __init__(
        self, power: Power, stream_id: int, *, token: str | None, address: str = "127.0.0.1"
    ) -> None:
        self._power = power
        self._stream_id = stream_id
        self._token = token
        self._address = address
        self._wire: RawClient | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()
        self._waiting: dict[str, str] = {}  # what is not acknowledged, by client id
        self._asked: dict[int, str] = {}
        self._ack_id = 0
        self._is_patient = False
        self._epoch: str | None = None
        self.is_in = False
        self.visits = 0
        self.heard: list[Heard] = []
        self.acked: dict[str, int] = {}
        self.refused: list[str] = []
        self.answered = 0
        """Acks of `ask`."""

    def say(self, client_id: str) -> None:
        """Say something, now or when there is a connection again."""
        self._waiting[client_id] = f"I am {client_id}"
        self._send_some()

    def ask_to_leave(self, room: int) -> None:
        """Send an event that needs no disk."""
        self._send("room:leave", {"stream_id": str(room)}, "ask")

    def hang_up(self) -> None:
        """Lose the connection, as when the network goes."""
        self.is_in = False
        if self._writer is not None:
            self._writer.transport.abort()

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def run(self) -> None:
        """Be in the room until cancelled."""
        while True:
            await self._power.on.wait()
            try:
                await self._visit()
            except (OSError, EOFError):
                self.is_in = False
                self._wire = None
                await asyncio.sleep(0)

    async def _visit(self) -> None:
        address = urlsplit(self._power.node.url)
        reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", address.port, local_addr=(self._address, 0)
        )
        try:
            self._writer.write(
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address.netloc}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head:
                raise ConnectionRefusedError(head.decode())
            self._wire = RawClient(reader, self._writer)
            await self._wire.receive_until("0")
            self._write("40" + (json.dumps({"token": self._token}) if self._token else ""))
            await self._wire.receive_until("40")
            await self._join(self._wire)
            while True:
                self._take(await self._wire.receive(within_s=None))
                self._news.set()
        finally:
            self._writer.transport.abort()

    async def _join(self, wire: RawClient) -> None:
        join: dict[str, Any] = {"stream_id": str(self._stream_id)}
        if self._epoch is not None:
            join |= {"epoch": self._epoch, "last_seq": self.heard[-1].seq if self.heard else 0}
        self._write(f"420{json.dumps(['room:join', join])}")
        (answer,) = json.loads((await wire.receive_until("430["))[3:])
        if not answer["ok"]:
            raise ConnectionRefusedError(answer["error"]["code"])
        assert self._epoch is None or answer["recovered"], "a return was not recovered"
        self._epoch = answer["epoch"]
        self._hear(answer["messages"])
        self._asked.clear()
        self.is_in = True
        self.visits += 1
        self._news.set()
        self._send_some()

    def _take(self, packet: str) -> None:
        if packet == "2":
            self._write("3")
        elif packet.startswith("43"):
            number, _, answer = packet[2:].partition("[")
            self._take_ack(self._asked.pop(int(number)), json.loads("[" + answer)[0])
        elif packet.startswith('42["chat:messages"'):
            self._hear(json.loads(packet[2:])[1])

    def _take_ack(self, client_id: str, answer: Any) -> None:
        if client_id == "ask":
            self.answered += 1
        elif answer["ok"]:
            self.acked[client_id] = answer["message"]["seq"]
            del self._waiting[client_id]
        else:
            error = answer["error"]
            self.refused.append(error["code"])
            if error["code"] == TOO_FAST:
                self._pause(error["retry_after_s"])
            else:
                assert error["code"] in RETRYABLE, answer
        self._send_some()

    def _pause(self, seconds: float) -> None:
        """Say nothing for so long, as the server asked."""
        self._is_patient = True
        asyncio.get_running_loop().call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        self._is_patient = False
        if self.is_in:
            self._send_some()

    def _hear(self, messages: list[Any]) -> None:
        self.heard += [Heard(message["seq"], message["client_id"]) for message in messages]

    def _send_some(self) -> None:
        if self._is_patient:
            return
        under_way = set(self._asked.values())
        for client_id, content in self._waiting.items():
            if self.is_in and client_id not in under_way and len(self._asked) < UNDER_WAY:
                payload = {"content": content, "client_id": client_id}
                self._send("chat:send", {"stream_id": str(self._stream_id), **payload}, client_id)

    def _send(self, event: str, payload: dict[str, str], about: str) -> None:
        self._ack_id += 1
        self._asked[self._ack_id] = about
        self._write(f"42{self._ack_id}{json.dumps([event, payload])}")

    def _write(self, packet: str) -> None:
        assert self._wire is not None
        self._wire.send_nowait(packet)


@asynccontextmanager
async def open_power(postgres: OwnPostgres, **environment: str) -> AsyncIterator[Power]:
    """Run a node on `postgres` for the length of the block."""
    with TemporaryDirectory(prefix="vibecast-node-") as folder:
        node = NodeProcess(Path(folder) / "data", DATABASE_URL=postgres.url, **environment)
        await node.start()
        try:
            yield Power(node)
        finally:
            await node.stop()


@asynccontextmanager
async def open_members(*members: Member) -> AsyncIterator[None]:
    """Let `members` be in the room for the length of the block, from when all are in."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(member.run()) for member in members]
        try:
            for member in members:
                await member.wait(lambda member=member: member.is_in)  # type: ignore[misc]
            yield
        finally:
            for task in running:
                task.cancel()


async def check_nothing_lost(postgres: OwnPostgres, *members: Member) -> list[Heard]:
    """Hold what members heard and what was acknowledged to what is on disk; return that."""
    async with open_database(postgres.url) as database:
        stored = await stored_messages(database)
    assert [message.seq for message in stored] == list(range(1, len(stored) + 1)), "a hole"
    seqs = {message.client_id: message.seq for message in stored}
    assert len(seqs) == len(stored), "something stands twice"
    for member in members:
        assert member.acked.items() <= seqs.items(), "acknowledged and lost"
        await member.wait(lambda member=member: len(member.heard) >= len(stored))  # type: ignore[misc]
        assert member.heard == stored, "told something else, twice, or in another order"
    return stored


async def stored_messages(database: Database) -> list[Heard]:
    """Return the chat on disk."""
    rows = await database.fetch("SELECT seq, client_id FROM chat_messages ORDER BY seq")
    return [Heard(row["seq"], row["client_id"]) for row in rows]
