"""What a client lacks, and what is lacking of a client: sync steps 1 and 2, each way.

A large document that many join at once is framed once, and everybody's connection is handed the
same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from collab import protocol
from collab.audience import Audience
from collab.connection import Connection
from collab.document import SharedDocument

# A client is asked for what is missing, or sent the document again, at most this often.
REPAIR_INTERVAL_S = 0.5
# How long a framed document is kept for the next who joins.
KEPT_S = 2.0


class Answers:
    """The syncs of one document's clients. `document` is the one that holds at the moment."""

    def __init__(self, document: Callable[[], SharedDocument], audience: Audience) -> None:
        self._document = document
        self._audience = audience
        self._loop = asyncio.get_running_loop()
        self._framed = (b"", b"")

    def answer(self, connection: Connection, state: bytes) -> None:
        """Send what a client that has `state` lacks. Raises BadMessage."""
        first, *others = self._document().missing_from(state)
        connection.offer_sync(self._step_2(first))
        if others:
            frames = [protocol.frame_of(protocol.sync_update(update)) for update in others]
            connection.offer_sync(b"".join(frames))

    def _step_2(self, update: bytes) -> bytes:
        # The document gives the same object for as long as it is the answer.
        if self._framed[0] is not update:
            self._framed = (update, protocol.frame_of(protocol.sync_step_2(update)))
            self._loop.call_later(KEPT_S, self._forget, update)
        return self._framed[1]

    def _forget(self, update: bytes) -> None:
        if self._framed[0] is update:
            self._framed = (b"", b"")

    def refresh(self, connection: Connection) -> None:
        """Send the document again to a client whose text has come to differ, now and then."""
        now = self._loop.time()
        if connection.refreshed_at + REPAIR_INTERVAL_S <= now:
            connection.refreshed_at = now
            self.answer(connection, b"")

    def ask(self, connection: Connection) -> None:
        """Send step 1, now or as soon as the last one is long enough ago."""
        if connection.is_ask_due:
            return
        now = self._loop.time()
        due = connection.asked_at + REPAIR_INTERVAL_S
        if due > now:
            connection.is_ask_due = True
            self._loop.call_at(due, self._ask_if_still_missing, connection)
            return
        connection.asked_at = now
        connection.offer(protocol.frame_of(protocol.sync_step_1(self._document().state)))

    def ask_now(self, connection: Connection) -> None:
        """Send step 1, however long ago the last one was."""
        connection.asked_at = float("-inf")
        self.ask(connection)

    def _ask_if_still_missing(self, connection: Connection) -> None:
        connection.is_ask_due = False
        if connection.is_withheld and connection in self._audience:
            self.ask(connection)
