"""A WebSocket client made by hand, for what no well-behaved client does: stall, or send garbage."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

WAIT_S = 10.0


class RawClient:
    """One Engine.IO connection over a WebSocket that reads only when asked to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, packet: str | bytes) -> None:
        """Send one frame, and wait while the server reads too slowly."""
        self.send_nowait(packet)
        await self._writer.drain()

    def send_nowait(self, packet: str | bytes) -> None:
        """Send one frame; the mask is zero, which leaves the payload as it is."""
        payload = packet.encode() if isinstance(packet, str) else packet
        opcode = 0x81 if isinstance(packet, str) else 0x82
        if len(payload) < 126:
            header = bytes((opcode, 0x80 | len(payload)))
        else:
            header = struct.pack("!BBH", opcode, 0x80 | 126, len(payload))
        self._writer.write(header + bytes(4) + payload)

    async def receive(self, *, within_s: float | None = WAIT_S) -> str:
        """Return the next text frame; EOFError or ConnectionError when there is none any more."""
        async with asyncio.timeout(within_s):
            first, length = await self._reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", await self._reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
            payload = await self._reader.readexactly(length)
        if first == 0x88:
            raise EOFError(f"closed with {struct.unpack('!H', payload[:2])[0]}")
        return payload.decode()

    async def receive_until(self, prefix: str) -> str:
        """Return the next frame that starts with `prefix`; pings on the way are answered."""
        while not (packet := await self.receive()).startswith(prefix):
            if packet == "2":
                self.send_nowait("3")
        return packet

    async def wait_closed(self) -> str:
        """Read until the connection ends and return what was said last."""
        last = ""
        try:
            while True:
                last = await self.receive()
        except (EOFError, ConnectionError):
            return last


@asynccontextmanager
async def connect_raw(
    url: str, *, token: str | None = None, **headers: str
) -> AsyncIterator[RawClient]:
    """Open an Engine.IO connection and say the Socket.IO "connect"."""
    address = urlsplit(url)
    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Small, so that a client that does not read is soon felt at the other end.
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.setblocking(False)
    await asyncio.get_running_loop().sock_connect(wire, (address.hostname or "", address.port or 0))
    reader, writer = await asyncio.open_connection(sock=wire, limit=4096)
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    writer.write(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address.netloc}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extra}\r\n".encode()
    )
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            raise ConnectionRefusedError(head.split(b"\r\n")[0].decode())
        client = RawClient(reader, writer)
        await client.receive_until("0")
        await client.send("40" if token is None else f'40{{"token":"{token}"}}')
        yield client
    finally:
        writer.transport.abort()
