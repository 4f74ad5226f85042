"""One connected client, from its first message to its close.

A session is an object, not a task: a message is taken in the call that brings it, the way out needs
nobody (see `connection.py`), and it ends when the WebSocket is gone. A client that sends faster
than its edits can be saved, or than anybody types, is read more slowly; nothing of it is lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from collab.connection import BAD_MESSAGE, Connection
from collab.document import DocumentBroken
from collab.live_document import LiveDocument
from collab.protocol import read_message
from errors import BadMessage
from rooms.websocket import WebSocket
from server.identity import Identity

logger = structlog.get_logger(__name__)

# The largest honest message is a client's whole offline work in one step 2.
MESSAGE_LIMIT_BYTES = 2 * 1024 * 1024
# A thousand keystrokes a second, or a megabyte: ten times what pasting all day comes to. The first
# seconds are free, for those who come back with much.
MESSAGES_PER_S = 1000.0
FREE_S = 8.0
_MESSAGE_OF_BYTES = 1024
# Data that is there already is taken without a turn of the loop: others must have theirs.
MESSAGES_A_TURN = 32


class Session:
    """A client of one document. `begin` when its WebSocket is open."""

    def __init__(
        self,
        live: LiveDocument,
        *,
        messages_per_s: float = MESSAGES_PER_S,
        on_gone: Callable[[], None],
    ) -> None:
        """`on_gone` is called once, when the connection is no more."""
        self._live = live
        self._on_gone = on_gone
        self._message_s = 1 / messages_per_s
        # When everything sent so far would have come at the allowed rate.
        self._due_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._next: asyncio.Handle | None = None
        self._connection: Connection | None = None
        self._websocket: WebSocket | None = None

    def begin(self, websocket: WebSocket, connection_id: int, *, identity: Identity | None) -> None:
        """Let the client in."""
        connection = Connection(connection_id, websocket, identity=identity, resume=self._resume)
        self._websocket, self._connection = websocket, connection
        self._live.join(connection)

    def frame_came(self, websocket: WebSocket, message: str | bytes) -> None:
        """Take a message, now or when it is its turn."""
        if isinstance(message, str):
            self._refuse(BadMessage("Messages are binary."))
            return
        self._waiting.append(message)
        if self._next is None and len(self._waiting) == 1:
            self._work()

    def wire_lost(self, websocket: WebSocket) -> None:
        """Let the client out."""
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
        if self._connection is not None:
            self._connection.left()
            self._live.leave(self._connection)
        self._on_gone()

    def _resume(self) -> None:
        """Go on: what the client's messages had to wait for may have come."""
        if self._next is None and self._waiting:
            self._next = self._loop.call_soon(self._work)

    def _work(self) -> None:
        """Take what waits, a turn's worth of it."""
        self._next = None
        for _ in range(MESSAGES_A_TURN):
            if not self._waiting or not self._may_go_on():
                break
            message = self._waiting.popleft()
            self._due_at += self._message_s * (1 + len(message) // _MESSAGE_OF_BYTES)
            self._take(message)
        else:
            self._resume()
        assert self._websocket is not None, "messages come after begin"
        if self._waiting:
            self._websocket.pause_reading()
        else:
            self._websocket.resume_reading()

    def _may_go_on(self) -> bool:
        """Tell whether the next message may be taken; else somebody will call `_resume`."""
        assert self._connection is not None
        if not self._live.is_ready or self._connection.is_behind:
            return False
        now = self._loop.time()
        self._due_at = max(self._due_at, now)
        if self._due_at > now + FREE_S:
            self._next = self._loop.call_at(self._due_at - FREE_S, self._work)
            return False
        return True

    def _take(self, message: bytes) -> None:
        connection = self._connection
        assert connection is not None
        if connection.closed is not None:
            return
        try:
            self._live.receive(connection, read_message(message))
        except (BadMessage, DocumentBroken) as error:
            self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """End a client that does not speak the protocol, and nobody else."""
        assert self._connection is not None
        logger.info(
            "a client sent a bad message", connection_id=self._connection.id, error=str(error)
        )
        self._waiting.clear()
        self._connection.end(BAD_MESSAGE)
