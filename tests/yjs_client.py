"""A Yjs client of our own, for tests: it applies what it hears and sends what it types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
from pycrdt import Doc, Text

from collab import protocol
from collab.protocol import PresenceEntry, Reader, read_entries

TIMEOUT_S = 15.0


async def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until something inside the server is so that no client can hear of."""
    async with asyncio.timeout(TIMEOUT_S):
        while not condition():  # noqa: ASYNC110  # nothing announces it, in production either
            await asyncio.sleep(0)


class YClient:
    """A Yjs client on a plain WebSocket: it applies what it hears and sends what it types."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.doc: Doc[Text] = Doc()
        self.text = self.doc.get("code", type=Text)
        self.sent_updates: list[bytes] = []
        self.saved = 0
        self.denials: list[str] = []
        self.presence: dict[int, PresenceEntry] = {}
        self.presence_messages = 0
        self.is_synced = False
        self.close_code: int | None = None
        self._heard = asyncio.Event()

    async def start(self) -> None:
        """Ask for the document, as a provider does."""
        await self.socket.send_bytes(protocol.sync_step_1(self.doc.get_state()))

    async def listen(self) -> None:
        """Do what the server says until the socket closes."""
        async for frame in self.socket:
            await self._take(frame.data)
            self._heard.set()
        self.close_code = self.socket.close_code
        self._heard.set()

    async def _take(self, message: bytes) -> None:
        reader = Reader(message)
        match reader.varuint():
            case protocol.SYNC:
                await self._take_sync(reader)
            case protocol.AWARENESS:
                self.presence_messages += 1
                for entry in read_entries(reader.varbytes()):
                    self.presence[entry.client_id] = entry
            case protocol.AUTH:
                assert reader.varuint() == 0
                self.denials.append(reader.varbytes().decode())
            case protocol.SAVED:
                self.saved = reader.varuint()
        reader.end()

    async def _take_sync(self, reader: Reader) -> None:
        kind = reader.varuint()
        part = reader.varbytes()
        if kind == 0:
            answer = self.doc.get_update(part)
            self.sent_updates.append(answer)
            await self.socket.send_bytes(protocol.sync_step_2(answer))
            return
        self.doc.apply_update(part)
        if kind == 1:
            self.is_synced = True

    @property
    def sent(self) -> int:
        """How many edits it has sent."""
        return len(self.sent_updates)

    async def edit(self, change: Callable[[Text], None]) -> None:
        """Change the text here and send the update."""
        await self.send_updates(self.make(change))

    def make(self, change: Callable[[Text], None]) -> list[bytes]:
        """Change the text here and return the updates, unsent."""
        updates: list[bytes] = []
        subscription = self.doc.observe(lambda event: updates.append(event.update))
        with self.doc.transaction():
            change(self.text)
        self.doc.unobserve(subscription)
        return updates

    async def send_updates(self, updates: list[bytes]) -> None:
        for update in updates:
            self.sent_updates.append(update)
            await self.socket.send_bytes(protocol.sync_update(update))

    async def type(self, characters: str) -> None:
        """Put text at the end."""
        await self.edit(lambda text: text.insert(len(text), characters))

    async def show(self, client_id: int, clock: int, state: bytes) -> None:
        """Send an awareness state."""
        await self.socket.send_bytes(protocol.awareness([PresenceEntry(client_id, clock, state)]))

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` is true after something was heard."""
        async with asyncio.timeout(TIMEOUT_S):
            while not condition():
                self._heard.clear()
                await self._heard.wait()

    async def wait_text(self, text: str) -> None:
        """Wait until the text is `text`."""
        await self.wait(lambda: str(self.text) == text)

    async def wait_presence(self, client_id: int, clock: int) -> None:
        """Wait until a client's state of that clock has come."""
        await self.wait(
            lambda: client_id in self.presence and self.presence[client_id].clock >= clock
        )

    async def wait_saved(self) -> None:
        """Wait until everything sent so far is on disk."""
        await self.wait(lambda: self.saved >= self.sent)

    async def wait_closed(self) -> int:
        """Wait until the server has closed the socket and return its code."""
        await self.wait(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code
