"""A line over a real connection: past the event loop and through it, and the order holds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop

from rooms.line import Line

WAIT_S = 10.0
FRAME_BYTES = 10_000


@asynccontextmanager
async def open_line() -> AsyncIterator[tuple[Line, asyncio.Transport, socket.socket]]:
    """A line, its transport, and the end of whoever is to read."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
    try:
        yield Line(transport), transport, theirs
    finally:
        transport.abort()
        theirs.close()


def frame(number: int) -> bytes:
    return number.to_bytes(4) * (FRAME_BYTES // 4)


def write_until_full(line: Line, transport: asyncio.Transport, *, start: int) -> int:
    """Write frames until the transport has to keep some; return the number of the next."""
    number = start
    while transport.get_write_buffer_size() == 0:
        line.write(frame(number))
        number += 1
    return number


async def read(reader: socket.socket, frames: range) -> None:
    """Read exactly these frames."""
    loop = asyncio.get_running_loop()
    expected = b"".join(map(frame, frames))
    received = b""
    async with asyncio.timeout(WAIT_S):
        while len(received) < len(expected):
            received += await loop.sock_recv(reader, 1 << 20)
    assert received == expected


async def keeps_the_order() -> None:
    async with open_line() as (line, transport, reader):
        line.write(frame(0))
        assert transport.get_write_buffer_size() == 0, "a socket with room takes it at once"
        await read(reader, range(1))
        behind = write_until_full(line, transport, start=1)
        line.write(frame(behind))
        assert transport.get_write_buffer_size() > FRAME_BYTES, "what waits is counted"
        await read(reader, range(1, behind + 1))
        again = write_until_full(line, transport, start=behind + 1)
        await read(reader, range(behind + 1, again))


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_reader_that_falls_behind_and_catches_up_gets_everything_in_order(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(keeps_the_order())


async def test_an_ended_line_leaves_the_socket_to_the_transport() -> None:
    async with open_line() as (line, transport, reader):
        line.end()
        transport.abort()
        line.write(frame(0))
        with pytest.raises(BlockingIOError):
            reader.recv(1)


async def test_a_line_whose_reader_is_gone_ends_the_connection() -> None:
    class Told(asyncio.Protocol):
        def __init__(self) -> None:
            self.is_lost = asyncio.Event()

        def connection_lost(self, _error: Exception | None) -> None:
            self.is_lost.set()

    async with open_line() as (line, transport, reader):
        told = Told()
        transport.set_protocol(told)
        transport.pause_reading()  # so that nothing but the write can tell
        reader.close()
        line.write(frame(0))
        line.write(frame(1))
        async with asyncio.timeout(WAIT_S):
            await told.is_lost.wait()
