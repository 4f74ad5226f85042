"""One client's way out: frames straight into its WebSocket, bounded, and how it is ended.

The transport's own buffer is the queue and the transport its writer, so a document never waits for
a client. One that falls too far behind is ended, not skipped: a missing update shows wrong text
until the next full sync, and reconnecting does that sync anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rooms.websocket import WebSocket
from server.identity import Identity

OUTBOX_LIMIT_BYTES = 1024 * 1024
# Edits of one client that wait for their commit. Beyond this its socket is not read: a client that
# types faster than the disk writes is slowed down, alone.
UNSAVED_LIMIT = 1000
# RFC 6455, section 5.5.2: every WebSocket answers it by itself.
PING_FRAME = b"\x89\x00"


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


class Connection:
    """A client of one document."""

    def __init__(
        self,
        connection_id: int,
        wire: WebSocket,
        *,
        identity: Identity | None,
        resume: Callable[[], None],
        outbox_limit_bytes: int = OUTBOX_LIMIT_BYTES,
    ) -> None:
        """`resume` is called when messages of the client that had to wait may be taken."""
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
        self.write: Callable[[bytes], None] = wire.write
        """Send whole frames without a look at how far behind the client is: whoever uses it must
        use `offer` now and then."""
        self.resume = resume
        self._wire = wire
        self._outbox_limit_bytes = outbox_limit_bytes
        self._sync_bytes = 0
        self._unsaved = 0
        self.is_behind = False
        """So many of its edits wait for their commit that no more are taken for now."""

    @property
    def user_id(self) -> int | None:
        """Who it is; None for a guest."""
        return self.identity.user_id if self.identity else None

    def offer(self, frames: bytes) -> None:
        """Send whole frames, or end the client when it is too far behind."""
        wire = self._wire
        if self.closed is not None or wire.is_closing():
            return
        waiting = wire.get_write_buffer_size()
        if waiting == 0:
            self._sync_bytes = 0
        # What a joiner was sent at once does not count: a large document over a thin line takes its
        # time, and ending that client would only start it again.
        if waiting > self._outbox_limit_bytes + self._sync_bytes:
            self.end(TOO_SLOW)
            return
        self.write(frames)

    def offer_sync(self, frames: bytes) -> None:
        """Send an answer to step 1, which may be large."""
        self._sync_bytes += len(frames)
        self.offer(frames)

    def end(self, close: Close) -> None:
        """End the client; the first reason counts."""
        if self.closed is None:
            self.closed = close
            self.write = _write_nowhere
            self._wire.close(close.code, reason=close.reason)

    def ping(self) -> None:
        """Drop the client if nothing came since the last ping; else ask it to say something."""
        if not self._wire.was_heard:
            self._wire.abort()
            return
        self._wire.was_heard = False
        self.write(PING_FRAME)

    def abort(self) -> None:
        """Drop the client's connection."""
        self._wire.abort()

    def left(self) -> None:
        """Note that the connection is gone."""
        self.write = _write_nowhere

    def note_unsaved(self) -> None:
        """Count an edit that waits for its commit."""
        self._unsaved += 1
        if self._unsaved >= UNSAVED_LIMIT:
            self.is_behind = True

    def note_saved(self) -> None:
        """Count an edit that is committed."""
        self._unsaved -= 1
        if self.is_behind and self._unsaved <= UNSAVED_LIMIT // 2:
            self.is_behind = False
            self.resume()


def _write_nowhere(_frames: bytes) -> None:
    """What is written to a client that has gone."""
