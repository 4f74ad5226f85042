"""Clients that make trouble for bench/faults.py, as a process of their own.

They say on standard output when all of them are in the room, wait for a line, and do what `--kind`
says until standard input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from bench.chat_load import Client, Tally

# Of each address, as many as one may have.
PER_ADDRESS = 100
RECEIVE_BUFFER_BYTES = 4096
# Each join is answered with the room's recent messages.
JOINS, JOIN_S = 40, 0.1
FLOOD_EVENTS, FLOOD_S = 20, 0.1
GARBAGE_S = 0.01
RETURN_S = 2.0
# Whoever was hung up on knocks again after so long.
KNOCK_S = 0.5

_GARBAGE = (b"", b"9", b"42[[[[", b'42["x"', b"4" + b"9" * 60_000)


class Troublemaker:
    """One client, which comes back whenever it is cut."""

    def __init__(self, arguments: argparse.Namespace, number: int) -> None:
        self._arguments = arguments
        self._port: int = arguments.port
        self._address = f"127.0.2.{1 + number // PER_ADDRESS}"
        self._number = number
        self._transport: asyncio.Transport | None = None
        self._client: Client | None = None

    async def enter(self) -> None:
        """Be in the room."""
        arguments = self._arguments
        end = socket.socket()
        if arguments.kind == "stalled":
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        end.bind((self._address, 0))
        end.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(end, ("127.0.0.1", self._port))
        client = Client(Tally(), f"127.0.0.1:{self._port}", None)
        client.join(arguments.stream_id)
        transport, _ = await loop.create_connection(lambda: client, sock=end)
        self._transport, self._client = transport, client
        await client.joined

    async def stall(self) -> None:
        """Ask for much and read nothing."""
        transport, client = self._open()
        transport.pause_reading()
        for _ in range(JOINS):
            client.ask_to_join()
            await asyncio.sleep(JOIN_S)
        await asyncio.Event().wait()

    async def flood(self) -> None:
        """Send what is allowed, far more often than it is."""
        while True:
            transport, client = self._open()
            while not transport.is_closing():
                for n in range(FLOOD_EVENTS):
                    client.send(b'42%d["room:leave",{"stream_id":"1000000"}]' % (n + 1))
                await asyncio.sleep(FLOOD_S)
            await self._return()

    async def send_garbage(self) -> None:
        """Send what nobody can understand."""
        while True:
            transport, client = self._open()
            while not transport.is_closing():
                client.send(_GARBAGE[self._number % len(_GARBAGE)])
                await asyncio.sleep(GARBAGE_S)
            await self._return()

    async def come_and_go(self) -> None:
        """Be cut, and return at once, with everybody else."""
        while True:
            self._open()[0].abort()
            await self._return()
            await asyncio.sleep(RETURN_S)

    async def flee(self) -> None:
        """Go to another node."""
        self._port = self._arguments.refuge
        await self._return()
        await asyncio.Event().wait()

    def _open(self) -> tuple[asyncio.Transport, Client]:
        assert self._transport is not None and self._client is not None, "enter was called"
        return self._transport, self._client

    async def _return(self) -> None:
        while True:
            try:
                await self.enter()
            except OSError:
                await asyncio.sleep(KNOCK_S)
            else:
                return


KINDS: dict[str, Callable[[Troublemaker], Awaitable[None]]] = {
    "stalled": Troublemaker.stall,
    "flood": Troublemaker.flood,
    "garbage": Troublemaker.send_garbage,
    "return": Troublemaker.come_and_go,
    "refugees": Troublemaker.flee,
}


async def make_trouble(arguments: argparse.Namespace) -> None:
    """Enter, say so, wait for the word, make trouble until standard input ends."""
    crowd = [Troublemaker(arguments, number) for number in range(arguments.clients)]
    for each in crowd:
        await each.enter()
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    trouble: list[Any] = [asyncio.ensure_future(KINDS[arguments.kind](each)) for each in crowd]
    await asyncio.to_thread(sys.stdin.read)
    for task in trouble:
        task.cancel()


def main() -> None:
    """Make trouble as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults_trouble", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--refuge", type=int)
    parser.add_argument("--stream-id", required=True)
    parser.add_argument("--clients", type=int, required=True)
    uvloop.run(make_trouble(parser.parse_args()))
    os._exit(0)  # hundreds of connections need no farewell


if __name__ == "__main__":
    main()
