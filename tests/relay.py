"""A bad line: a UDP relay that loses, delays and narrows what passes, each way on its own.

Real packets through real sockets, where no kernel can be told to damage them. Clients send to the
relay's port; the server sees each from a port of its own.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

_READS_LIMIT = 64
_BUFFER_BYTES = 4 << 20

Address = tuple[Any, ...]


@dataclass(slots=True)
class Way:
    """One direction, as bad as it is told to be; it may change at any time."""

    loss: float = 0.0
    """Share of the datagrams that are lost."""
    rate_bps: float | None = None
    """What it carries; None for everything."""
    queue_s: float = 0.3
    """What waits longer than this for its turn is lost."""
    delay_s: float = 0.0
    passed: int = 0
    lost: int = 0
    free_at: float = 0.0

    def admit(self, size: int, now: float, dice: random.Random) -> float | None:
        """Return when a datagram of `size` octets comes out, None if it is lost."""
        if self.loss and dice.random() < self.loss:
            self.lost += 1
            return None
        at = now
        if self.rate_bps is not None:
            starts_at = max(now, self.free_at)
            if starts_at - now > self.queue_s:
                self.lost += 1
                return None
            self.free_at = at = starts_at + 8 * size / self.rate_bps
        self.passed += 1
        return at + self.delay_s


class Relay:
    """Made by `open_relay`."""

    def __init__(self, front: socket.socket, server: Address, *, seed: int) -> None:
        self.host, self.port = front.getsockname()[:2]
        self.down, self.up = Way(), Way()
        self._front = front
        self._server = server
        self._dice = random.Random(seed)
        self._backs: dict[Address, socket.socket] = {}
        self._loop = asyncio.get_running_loop()

    def redirect(self, answer: str) -> str:
        """Return an SDP answer whose candidates lead through here."""
        return re.sub(
            r"(a=candidate:\S+ 1 udp \d+) \S+ \d+ typ",
            rf"\1 {self.host} {self.port} typ",
            answer,
        )

    def read_front(self) -> None:
        """Take what clients sent; the loop calls this."""
        for _ in range(_READS_LIMIT):
            try:
                datagram, client = self._front.recvfrom(2048)
            except BlockingIOError:
                return
            back = self._backs.get(client)
            if back is None:
                back = self._open_back(client)
            self._pass(self.up, datagram, back, self._server)

    def _open_back(self, client: Address) -> socket.socket:
        back = _open_socket(self.host)
        self._backs[client] = back
        self._loop.add_reader(back.fileno(), self._read_back, back, client)
        return back

    def _read_back(self, back: socket.socket, client: Address) -> None:
        for _ in range(_READS_LIMIT):
            try:
                datagram = back.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._pass(self.down, datagram, self._front, client)

    def _pass(self, way: Way, datagram: bytes, to: socket.socket, address: Address) -> None:
        now = self._loop.time()
        at = way.admit(len(datagram), now, self._dice)
        if at is None:
            return
        if at <= now:
            _send(to, datagram, address)
        else:
            self._loop.call_at(at, _send, to, datagram, address)

    def move(self) -> None:
        """Let the server see every client at another address from now on, as a new network does."""
        self.close()
        self._backs.clear()

    def close(self) -> None:
        """Stop reading; what is still on its way is lost."""
        for back in self._backs.values():
            self._loop.remove_reader(back.fileno())
            back.close()


def _send(to: socket.socket, datagram: bytes, address: Address) -> None:
    if to.fileno() < 0:
        return
    try:
        to.sendto(datagram, address)
    except (BlockingIOError, ConnectionRefusedError):
        return  # a full socket loses, as lines do


def _open_socket(host: str) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        opened.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
    opened.bind((host, 0))
    return opened


@asynccontextmanager
async def open_relay(
    server: Address, *, host: str = "127.0.0.1", seed: int = 1
) -> AsyncIterator[Relay]:
    """Open a relay to `server`; at first it damages nothing."""
    loop = asyncio.get_running_loop()
    with _open_socket(host) as front:
        relay = Relay(front, server, seed=seed)
        loop.add_reader(front.fileno(), relay.read_front)
        try:
            yield relay
        finally:
            loop.remove_reader(front.fileno())
            relay.close()
