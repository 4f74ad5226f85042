"""One client's way out: frames straight into its transport, bounded, and how it is ended.

The transport's own buffer is the queue and the transport its writer, so a document never waits for
a client. One that falls too far behind is ended, not skipped: a missing update shows wrong text
until the next full sync, and reconnecting does that sync anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from server.identity import Identity

OUTBOX_LIMIT_BYTES = 1024 * 1024
# Edits of one client that wait for their commit. Beyond this its socket is not read: a client that
# types faster than the disk writes is slowed down, alone.
UNSAVED_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Close:
    """Why a socket is closed. 4400 to 4499 tell a Yjs provider not to try again."""

    code: int
    reason: str


BAD_MESSAGE = Close(4400, "bad-message")
SIGNED_OUT = Close(4401, "signed-out")
NO_ACCESS = Close(4403, "no-access")
SESSION_GONE = Close(4404, "not-found")
RESTARTING = Close(1012, "restarting")
TOO_SLOW = Close(1013, "too-slow")
STORAGE_AWAY = Close(1013, "storage-away")


class Transport(Protocol):
    """The part of an asyncio transport that a connection uses."""

    def write(self, data: bytes) -> None:
        """Queue bytes; never waits."""

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait."""

    def is_closing(self) -> bool:
        """Tell whether writing is still of use."""

    def abort(self) -> None:
        """Drop the connection and what waits in it."""


class Connection:
    """A client of one document."""

    def __init__(
        self,
        connection_id: int,
        transport: Transport,
        *,
        identity: Identity | None,
        outbox_limit_bytes: int = OUTBOX_LIMIT_BYTES,
    ) -> None:
        self.id = connection_id
        self.identity = identity
        self.received = 0
        """Edits it has sent."""
        self.saved = 0
        """How many of the first of them are on disk, as far as it was told."""
        self.is_withheld = False
        """Some of its edits wait for others or were refused: nothing more is reported saved until
        an answer to step 1 brought everything."""
        self.asked_at = float("-inf")
        """When it was last asked for what is missing here."""
        self.is_ask_due = False
        """It will be asked again in a moment."""
        self.refreshed_at = float("-inf")
        """When it was last sent the document because an edit was refused."""
        self.closed: Close | None = None
        self.write: Callable[[bytes], None] = transport.write
        """Send whole frames without a look at how far behind the client is: whoever uses it must
        use `offer` now and then."""
        self._transport = transport
        self._outbox_limit_bytes = outbox_limit_bytes
        self._sync_bytes = 0
        self._deadline: asyncio.Timeout | None = None
        self._unsaved = 0
        self._caught_up = asyncio.Event()
        self._caught_up.set()

    @property
    def user_id(self) -> int | None:
        """Who it is; None for a guest."""
        return self.identity.user_id if self.identity else None

    def offer(self, frames: bytes) -> None:
        """Send whole frames, or end the client when it is too far behind."""
        transport = self._transport
        if self.closed is not None or transport.is_closing():
            return
        waiting = transport.get_write_buffer_size()
        if waiting == 0:
            self._sync_bytes = 0
        # What a joiner was sent at once does not count: a large document over a thin line takes its
        # time, and ending that client would only start it again.
        if waiting > self._outbox_limit_bytes + self._sync_bytes:
            self.end(TOO_SLOW)
            return
        transport.write(frames)

    def offer_sync(self, frames: bytes) -> None:
        """Send an answer to step 1, which may be large."""
        self._sync_bytes += len(frames)
        self.offer(frames)

    def end_within(self, deadline: asyncio.Timeout) -> None:
        """Give the deadline that `end` brings forward; it bounds the client's read loop."""
        self._deadline = deadline
        if self.closed is not None:
            deadline.reschedule(0)

    def end(self, close: Close) -> None:
        """End the client; the first reason counts. Its own task closes the socket."""
        if self.closed is None:
            self.closed = close
            self.write = _write_nowhere
            self._caught_up.set()
            if self._deadline is not None:
                self._deadline.reschedule(0)

    def abort(self) -> None:
        """Drop the client's connection."""
        self._transport.abort()

    def left(self) -> None:
        """Note that the read loop is over: there is nothing left to bring forward."""
        self.write = _write_nowhere
        self._deadline = None

    def note_unsaved(self) -> None:
        """Count an edit that waits for its commit."""
        self._unsaved += 1
        if self._unsaved >= UNSAVED_LIMIT:
            self._caught_up.clear()

    def note_saved(self) -> None:
        """Count an edit that is committed."""
        self._unsaved -= 1
        if self._unsaved <= UNSAVED_LIMIT // 2:
            self._caught_up.set()

    async def wait_caught_up(self) -> None:
        """Wait until few enough of its edits wait for their commit."""
        await self._caught_up.wait()


def _write_nowhere(_frames: bytes) -> None:
    """What is written to a client that has gone."""
