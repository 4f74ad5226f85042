"""One person in a room: as much of Socket.IO (protocol 5) as it takes to say things."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp

from demo.visitor import Refused, Visitor

ADDRESS = "/socket.io/?EIO=4&transport=websocket"
ACK_TIMEOUT_S = 20.0


class RoomClient:
    """Made by `open_room_client`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}

    async def call(self, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send an event and return what it was answered with. Raises Refused."""
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_str(f"42{number}{json.dumps([event, payload])}")
            async with asyncio.timeout(ACK_TIMEOUT_S):
                answer: Mapping[str, Any] = await answered
        finally:
            del self._waiting[number]
        if not answer.get("ok"):
            raise Refused(f"{event}: {answer}")
        return dict(answer)

    async def listen(self) -> None:
        """Answer pings and hand acks to who waits for them, until the connection ends."""
        async for message in self._socket:
            packet = message.data if message.type is aiohttp.WSMsgType.TEXT else ""
            if packet == "2":
                await self._socket.send_str("3")
            elif packet.startswith("43"):
                self._take_ack(packet[2:])

    def _take_ack(self, packet: str) -> None:
        at = packet.index("[")
        waiting = self._waiting.get(int(packet[:at]))
        if waiting is not None and not waiting.done():
            waiting.set_result(json.loads(packet[at:])[0])


@asynccontextmanager
async def open_room_client(
    http: aiohttp.ClientSession, visitor: Visitor
) -> AsyncIterator[RoomClient]:
    """Connect as `visitor` for the length of the block."""
    async with http.ws_connect(ADDRESS) as socket:
        await socket.receive_str()
        await socket.send_str("40" + json.dumps({"token": visitor.token}))
        welcome = await socket.receive_str()
        if not welcome.startswith("40"):
            raise Refused(f"the room says {welcome}")
        client = RoomClient(socket)
        listening = asyncio.create_task(client.listen())
        try:
            yield client
        finally:
            listening.cancel()
            await asyncio.wait({listening})
