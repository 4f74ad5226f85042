"""A loaded document and everybody who has it open: edits in, edits out, what waits for the disk.

An edit is applied and passed on at once, all edits of one turn of the event loop in one write per
client; it is reported saved after its commit. Other nodes hear of it then too. Every method is a
plain `def` on one event loop, so a document needs no lock. Loading, unloading and the database
belong to `documents.py`, the sockets to `routes.py`, edits that nobody types to `made_edits.py`.

A document that cannot be saved is not kept open: its clients are ended with a transient code, still
hold what they typed, and bring it again when they come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from collab import protocol
from collab.access import Access
from collab.anchors import Anchor
from collab.answers import Answers
from collab.audience import Audience
from collab.calm import Calm
from collab.connection import NO_ACCESS, SESSION_GONE, STORAGE_AWAY, Close, Connection
from collab.document import DocumentBroken, SharedDocument
from collab.followed import FollowedSuggestions
from collab.replication import (
    CommittedUpdate,
    CommittedUpdates,
    LogPosition,
    NodeMessage,
    PresenceChanged,
    WhoIsHere,
)
from collab.saving import Commits, Saving, Unsaved
from collab.showing import Showing
from collab.stored import LoggedUpdate, PlacedSuggestion
from errors import BadMessage, DocumentFull, NotFound, VibecastError
from persistence.documents import Acceptance, Appended, NewUpdate

logger = structlog.get_logger(__name__)

# How long a hole in the log may be another node's message that is still on its way.
HOLE_PATIENCE_S = 1.0
READ_ONLY, DOCUMENT_FULL = "read-only", "document-full"


class Keeper(Protocol):
    """What a document asks of the one who loaded it."""

    def tell_nodes(self, session_id: int, message: NodeMessage) -> None:
        """Tell the other nodes."""

    def project_soon(self, live: LiveDocument) -> None:
        """Write the readable text."""

    def catch_up_soon(self, live: LiveDocument) -> None:
        """Read the log from `live.position` on."""

    def reload_soon(self, live: LiveDocument) -> None:
        """Load the document again: it is broken."""

    def forget(self, live: LiveDocument) -> None:
        """Give this document to nobody any more: it has failed."""


class LiveDocument:
    """One document, its clients, its suggestions' places, and its way to the disk."""

    def __init__(
        self, document: SharedDocument, access: Access, *, commits: Commits, keeper: Keeper
    ) -> None:
        self.access = access
        self.document = document
        self.position = LogPosition(0)
        self.followed = FollowedSuggestions()
        self.tail_updates = 0
        """Updates in the log that no snapshot covers, roughly."""
        self.has_failed = False
        self.projecting = asyncio.Lock()
        """Held by who writes the readable text."""
        self._audience = Audience(after_tick=self._after_tick)
        self._answers = Answers(lambda: self.document, self._audience)
        self.showing = Showing(self._audience, tell_nodes=self._tell_presence)
        self._calm = Calm(self._project_soon)
        self._saving = Saving(
            commits,
            on_committed=self._note_committed,
            on_settled=self._audience.wake,
            on_lost=self.fail,
        )
        self._keeper = keeper
        self._loop = asyncio.get_running_loop()
        self._has_missed = False
        self.is_ready = True
        """False while it is being loaded again."""
        self._to_publish: list[CommittedUpdate] = []
        self._hole_check: asyncio.TimerHandle | None = None

    @property
    def session_id(self) -> int:
        """The code session whose document this is."""
        return self.access.session_id

    @property
    def connections(self) -> Sequence[Connection]:
        """Everybody who has the document open on this node."""
        return self._audience.connections

    # -- clients ---------------------------------------------------------------------------------

    def join(self, connection: Connection) -> None:
        """Let a client in: ask for what it has, show it who is here."""
        self._audience.join(connection)
        self._answers.ask(connection)
        self.showing.join(connection)

    def leave(self, connection: Connection) -> None:
        """Let a client out. Safe to call twice."""
        self._audience.leave(connection)
        self.showing.leave(connection)

    def ping(self) -> None:
        """Find out who is gone without a word."""
        for connection in self.connections:
            connection.ping()

    def receive(self, connection: Connection, message: protocol.Message) -> None:
        """Do what a client's message says. Raises BadMessage or DocumentBroken: end that client."""
        match message:
            case protocol.Update(update):
                self._edit(connection, update, is_answer=False)
            case protocol.SyncStep2(update):
                self._edit(connection, update, is_answer=True)
            case protocol.SyncStep1(state):
                self._answers.answer(connection, state)
            case protocol.Awareness(entries):
                self.showing.show(connection, entries)
            case protocol.QueryAwareness():
                self.showing.answer(connection)
            case protocol.Unknown():
                pass

    def _edit(self, connection: Connection, update: bytes, *, is_answer: bool) -> None:
        if self.has_failed:
            return
        connection.received += 1
        if not self.access.may_write(connection.user_id):
            self._refuse_reader(connection, update, is_answer=is_answer)
            return
        try:
            integrated = self.document.integrate(
                update, origin=f"user:{connection.user_id}", is_answer=is_answer
            )
        except DocumentFull:
            connection.is_withheld = True
            connection.offer(protocol.frame_of(protocol.denied(DOCUMENT_FULL)))
            return
        except DocumentBroken as error:
            logger.warning("a document broke", session_id=self.session_id, error=str(error))
            self.is_ready = False
            self._keeper.reload_soon(self)
            raise
        if not integrated.is_complete:
            connection.is_withheld = True
            self._answers.ask(connection)
        elif is_answer:
            connection.is_withheld = False
        if integrated.update is not None:
            self.save(integrated.update, connection.user_id, connection=connection)
            self.spread(integrated.update)
        if not connection.is_withheld:
            self._saving.promise(connection)
            self._audience.wake()

    def _refuse_reader(self, connection: Connection, update: bytes, *, is_answer: bool) -> None:
        # Every provider answers step 1. Without insertions the answer holds but the deletions that
        # the reader has learnt from us, which is no edit.
        if is_answer and update[:1] == b"\x00":
            return
        connection.is_withheld = True
        connection.offer(protocol.frame_of(protocol.denied(READ_ONLY)))
        self._answers.refresh(connection)

    def change_access(self, access: Access) -> None:
        """Take new rights and let them count for everybody who is connected."""
        before, self.access = self.access, access
        for connection in self.connections:
            user_id = connection.user_id
            if not access.may_read(user_id):
                connection.end(NO_ACCESS)
            elif access.may_write(user_id) and not before.may_write(user_id):
                # Whatever it could not send so far is welcome now.
                self._answers.ask_now(connection)

    def end_clients(self, close: Close) -> None:
        """End everybody."""
        self._audience.end(close)

    # -- edits on their way to the disk and to others ----------------------------------------------

    def save(
        self,
        content: bytes,
        user_id: int | None,
        *,
        connection: Connection | None = None,
        accepts: Acceptance | None = None,
    ) -> asyncio.Future[Appended] | None:
        """Have an edit saved. None: it cannot be, and the document has failed."""
        # Whole milliseconds, as everybody is told them.
        now = datetime.now(UTC)
        made_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        new = NewUpdate(self.session_id, user_id, content, made_at, accepts)
        try:
            return self._saving.save(new, connection=connection)
        except VibecastError as error:
            self.fail(error)
            return None

    def _note_committed(self, unsaved: Unsaved, appended: Appended) -> None:
        if not unsaved.is_applied:
            self._apply_committed(unsaved.content)
        self._note_logged(appended.previous_id, appended.update_id)
        self._to_publish.append(
            CommittedUpdate(appended.previous_id, appended.update_id, unsaved.content)
        )

    def _note_logged(self, previous_id: int, update_id: int) -> None:
        self.tail_updates += 1
        self.position.note(previous_id, update_id)
        if self.position.has_hole and self._hole_check is None:
            self._hole_check = self._loop.call_later(HOLE_PATIENCE_S, self._check_hole)

    def _check_hole(self) -> None:
        self._hole_check = None
        if self.position.has_hole:
            self._keeper.catch_up_soon(self)

    def _apply_committed(self, content: bytes) -> None:
        """Apply what is on disk already: from the log, from another node, from an acceptance."""
        if not self.is_ready:
            # Being loaded again, perhaps from a log that was read before this was in it.
            self._has_missed = True
            return
        try:
            update = self.document.take(content)
        except (BadMessage, DocumentBroken) as error:
            # Another node took it, so it is in the log; only loading can tell whether it is sound.
            logger.warning("a document broke", session_id=self.session_id, error=str(error))
            self.is_ready = False
            self._keeper.reload_soon(self)
            return
        if update is not None:
            self.spread(update)

    def spread(self, update: bytes) -> None:
        """Send an edit to every client with the next tick, its author's included.

        The author gets it too because one run of bytes serves everybody, and because some clients
        count an edit as received only when they see it again.
        """
        self._audience.tell(protocol.frame_of(protocol.sync_update(update)))
        self.note_change()

    def _after_tick(self) -> None:
        self._saving.keep_promises()
        if self._to_publish:
            published = CommittedUpdates(tuple(self._to_publish))
            self._to_publish.clear()
            self._keeper.tell_nodes(self.session_id, published)

    def fail(self, error: BaseException) -> None:
        """End everybody: the document cannot be kept or saved. They bring their edits again."""
        if self.has_failed:
            return
        self.has_failed = True
        logger.warning("a document failed", session_id=self.session_id, error=str(error))
        self.end_clients(SESSION_GONE if isinstance(error, NotFound) else STORAGE_AWAY)
        self._saving.give_up()
        self._keeper.forget(self)

    # -- loading again, other nodes ----------------------------------------------------------------

    def replace(self, document: SharedDocument, through: int) -> None:
        """Go on with a document that was loaded again, and with what is not on disk yet."""
        self.document.close()
        self.document = document
        self.position = LogPosition(through)
        for content in self._saving.applied:
            document.load(content)
        self.is_ready = True
        if self._has_missed:
            self._has_missed = False
            self._keeper.catch_up_soon(self)
        for connection in self.connections:
            # Both ways: what clients have of each other's lost edits, and what they lack.
            self._answers.answer(connection, b"")
            self._answers.ask_now(connection)
            connection.resume()

    def begin_with(self, text: str) -> None:
        """Make `text`, which was there before the log, the log's first update."""
        self.save(self.document.begin_with(text), None)

    def take_logged(self, updates: Sequence[LoggedUpdate]) -> None:
        """Apply what was read from the log after `position.through`."""
        for logged in updates:
            self._apply_committed(logged.content)
        self.position.read_through([logged.update_id for logged in updates])

    def hear(self, node_id: bytes, message: NodeMessage) -> None:
        """Take what another node says of this document's text or clients."""
        match message:
            case CommittedUpdates(updates):
                for update in updates:
                    self._apply_committed(update.content)
                    self._note_logged(update.previous_id, update.update_id)
            case PresenceChanged(entries):
                self.showing.hear(node_id, entries)
            case WhoIsHere():
                self.showing.tell_who_is_here()
                # It may have been parted from us, and what it committed then went unheard.
                self._keeper.catch_up_soon(self)

    def _tell_presence(self, entries: Sequence[protocol.PresenceEntry]) -> None:
        self._keeper.tell_nodes(self.session_id, PresenceChanged(tuple(entries)))

    # -- suggestions -------------------------------------------------------------------------------

    def follow(
        self,
        suggestion_id: int,
        anchor: Anchor,
        *,
        original: str,
        lines: tuple[int, int],
        is_stale: bool = False,
    ) -> None:
        """Keep an open suggestion on its lines from now on."""
        self.followed.follow(
            self.document,
            suggestion_id,
            anchor,
            original=original,
            lines=lines,
            is_stale=is_stale,
        )

    def unfollow(self, suggestion_id: int) -> None:
        """Forget a suggestion that is resolved. Safe to call twice."""
        self.followed.unfollow(self.document, suggestion_id)

    # -- the readable projection -------------------------------------------------------------------

    def note_change(self) -> None:
        """Have the readable text written after a while."""
        self._calm.note_change()

    def _project_soon(self) -> None:
        self._keeper.project_soon(self)

    @property
    def is_projected(self) -> bool:
        """Tell whether the readable text in the database is this text."""
        return self._calm.is_clean

    def begin_projection(self) -> tuple[str, list[PlacedSuggestion], list[int]]:
        """Return the text, where the open suggestions stand in it, and which have moved."""
        self._calm.note_written()
        text = self.document.text
        placed = self.followed.place(self.document, text.encode())
        return text, placed, self.followed.take_moved(placed)

    async def wait_saved(self) -> int:
        """Wait until every edit so far is on disk; return the log position that covers them."""
        through = self.position.through
        return max(through, await self._saving.wait_saved())

    def close(self) -> None:
        """Let go of everything. Nobody may use the document any more."""
        if self._hole_check is not None:
            self._hole_check.cancel()
        self._calm.close()
        self.showing.close()
        self._audience.close()
        self.document.close()
