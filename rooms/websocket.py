"""A WebSocket of our own: taken over from aiohttp once its request is answered.

aiohttp keeps the request, its headers, a parser, a queue and a task for as long as a WebSocket
lives, which is most of what an idle connection costs. Here a connection is its transport and one
small object, nothing waits for anything, and whoever writes holds the transport itself.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from typing import Any, Protocol

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from errors import BadRequest
from rooms.frames import close_frame, pong_frame
from rooms.line import Line
from rooms.websocket_frames import BINARY, CLOSE, NOT_UTF8, PING, TEXT, FrameReader, Message

# RFC 6455 section 1.3: what a server proves with that it has read the key.
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY_BYTES = 16
NORMAL_CLOSURE = 1000
# How long a client may take to read our last words and to answer.
FAREWELL_S = 5.0


class Listener(Protocol):
    """Whoever a WebSocket belongs to."""

    def frame_came(self, websocket: WebSocket, message: str | bytes) -> None:
        """The client has sent one message."""

    def wire_lost(self, websocket: WebSocket) -> None:
        """The connection is gone. Called once, whoever ended it."""


class WebSocket(asyncio.Protocol):
    """One client's WebSocket. Made by `take_over`."""

    __slots__ = ("_is_closing", "_line", "_reader", "_transport", "listener", "was_heard", "write")

    def __init__(
        self, transport: asyncio.Transport, listener: Listener, *, limit_bytes: int
    ) -> None:
        self.listener = listener
        self._line = Line(transport)
        self.write = self._line.write
        """Send ready frames: the line's own method, which is as quick as it gets."""
        self.was_heard = True
        """Set with whatever the client sends, pongs too; who pings unsets it."""
        self._transport = transport
        self._reader = FrameReader(limit_bytes=limit_bytes)
        self._is_closing = False

    def data_received(self, data: bytes) -> None:
        """Pass on the messages that `data` completes."""
        self.was_heard = True
        for message in self._reader.feed(data):
            if message.opcode == CLOSE:
                self._answer_close()
            elif not self.is_closing():
                self._take(message)
        if self._reader.failure is not None:
            self.close(self._reader.failure)
            self._line.end()
            self._transport.close()

    def eof_received(self) -> bool:
        """Let the transport close: a half-open WebSocket is of no use."""
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the owner."""
        self._line.end()
        self.listener.wire_lost(self)

    def get_write_buffer_size(self) -> int:
        """Return how many bytes the client has yet to take."""
        return self._transport.get_write_buffer_size()

    def is_closing(self) -> bool:
        """Tell whether nothing more is to be said."""
        return self._is_closing or self._transport.is_closing()

    def pause_reading(self) -> None:
        """Leave on the line what the client sends. Safe to call twice."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on. Safe to call twice."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """Drop the connection and what waits in it."""
        self._line.end()
        self._transport.abort()

    def close(
        self, code: int = NORMAL_CLOSURE, last_words: bytes = b"", *, reason: str = ""
    ) -> None:
        """Say `last_words` and close in order: the connection ends when the client has answered.

        Ending it at once would reset a client that is writing, before it has read why.
        """
        if self.is_closing():
            return
        self._is_closing = True
        self.write(last_words + close_frame(code, reason))
        self._line.end()
        # A client that is stalled, or gone without a word, never answers.
        asyncio.get_running_loop().call_later(FAREWELL_S, self._transport.abort)

    def _answer_close(self) -> None:
        if not self.is_closing():
            self._is_closing = True
            self.write(close_frame(NORMAL_CLOSURE))
        self._line.end()
        self._transport.close()

    def _take(self, message: Message) -> None:
        if message.opcode == TEXT:
            try:
                text = message.payload.decode()
            except UnicodeDecodeError:
                self.close(NOT_UTF8)
            else:
                self.listener.frame_came(self, text)
        elif message.opcode == BINARY:
            self.listener.frame_came(self, message.payload)
        elif message.opcode == PING:
            self.write(pong_frame(message.payload))


class TakenOver(web.StreamResponse):
    """Tells aiohttp that the answer was given and that the connection is no longer its own."""

    def __init__(self) -> None:
        super().__init__(status=101)

    async def prepare(self, _request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Do nothing: the headers are out."""
        return None

    async def write_eof(self, _data: bytes | bytearray | memoryview = b"") -> None:
        """Do nothing: what follows is not HTTP."""


def accept_value(request: web.Request) -> str:
    """Return the answer to the key of an opening handshake, or raise BadRequest."""
    headers = request.headers
    key = headers.get(hdrs.SEC_WEBSOCKET_KEY, "")
    is_upgrade = (
        request.method == "GET"
        and headers.get(hdrs.UPGRADE, "").lower() == "websocket"
        and "upgrade" in headers.get(hdrs.CONNECTION, "").lower()
        and headers.get(hdrs.SEC_WEBSOCKET_VERSION) == "13"
    )
    if not is_upgrade or not _is_key(key):
        raise BadRequest("This is not the opening handshake of a WebSocket.")
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def take_over(
    request: web.Request, listener: Listener, *, limit_bytes: int
) -> tuple[WebSocket, TakenOver]:
    """Answer an opening handshake and make the connection a WebSocket of `listener`.

    What comes back second is for aiohttp. Raises BadRequest for another request, ConnectionError
    when the client is gone.
    """
    accept = accept_value(request)
    http: Any = request.protocol
    transport = http.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client is gone")
    websocket = WebSocket(transport, listener, limit_bytes=limit_bytes)
    transport.set_protocol(websocket)
    websocket.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept.encode()
    )
    # To aiohttp the connection has ended; without its transport it has nothing to close. A client
    # waits for our answer before it sends its first frame, so nothing has been read too far.
    http.transport = None
    http.connection_lost(None)
    return websocket, TakenOver()
