"""Which documents are loaded on this node: loading, unloading, saving, and the other nodes.

`open_documents` owns every task that works for a document; nothing here outlives its block. A task
that fails unforeseen costs its document, whose clients come back to one loaded from the log.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from collab.archiving import Archiving
from collab.connection import RESTARTING, SESSION_GONE, Close, Connection
from collab.document import SharedDocument
from collab.live_document import LiveDocument
from collab.loading import catch_up, fill, follow_again
from collab.replication import (
    NODE_ID_BYTES,
    AccessChanged,
    NodeMessage,
    SuggestionChanged,
    WhoIsHere,
    read_node_message,
    write_node_message,
)
from collab.sign_outs import SignOuts
from collab.upkeep import COMPACT_AFTER_UPDATES, Upkeep
from collab.work import LiveWork, Work
from errors import BadMessage, NotFound, Overloaded, VibecastError
from persistence.database import Database
from persistence.documents import Appended, DocumentStore, NewUpdate
from persistence.group_commit import GroupCommit, open_group_commit
from persistence.history import HistoryStore
from rooms.bus import Bus, Subscription
from server.identity import Identities

logger = structlog.get_logger(__name__)

IDLE_S = 30.0
# Nobody waits for a commit to go on typing. A lone edit is committed at once.
COMMIT_REST_S = 0.02
PRESENCE_CHECK_S = 10.0
CLOSE_DEADLINE_S = 5.0
# How long clients may take to answer the close.
QUIET_DEADLINE_S = 2.0
# Between two pings; who has said nothing in between is gone.
PING_S = 25.0


class _Slot:
    """A document that is loaded or being loaded, and how many use it."""

    def __init__(self) -> None:
        self.loaded: asyncio.Future[LiveDocument] = asyncio.get_running_loop().create_future()
        # Whoever waited may be gone when loading fails.
        self.loaded.add_done_callback(lambda loaded: loaded.cancelled() or loaded.exception())
        self.leases = 0
        self.subscription: Subscription | None = None
        self.unload: asyncio.TimerHandle | None = None

    @property
    def live(self) -> LiveDocument | None:
        """The document, once it is loaded."""
        if self.loaded.done() and not self.loaded.cancelled() and not self.loaded.exception():
            return self.loaded.result()
        return None


class Documents:
    """The documents of this node. Made by `open_documents`."""

    def __init__(
        self,
        store: DocumentStore,
        commits: GroupCommit[NewUpdate, Appended],
        *,
        bus: Bus,
        identities: Identities,
        upkeep: Upkeep,
        tasks: asyncio.TaskGroup,
        idle_s: float,
    ) -> None:
        self.node_id = secrets.token_bytes(NODE_ID_BYTES)
        self.store = store
        self.upkeep = upkeep
        self._commits = commits
        self._bus = bus
        self._work = Work(tasks, on_failed=self._fail)
        self._idle_s = idle_s
        self._slots: dict[int, _Slot] = {}
        self._connected = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._is_closing = False
        self._sign_outs = SignOuts(self._everybody, bus=bus, identities=identities)

    # -- using a document --------------------------------------------------------------------------

    @asynccontextmanager
    async def lease(self, session_id: int) -> AsyncIterator[LiveDocument]:
        """Lend a document, loaded for as long as the block lasts. Raises NotFound, Unavailable."""
        if self._is_closing:
            raise Overloaded("The server is restarting; try again in a moment.")
        slot = self._slots.get(session_id)
        if slot is None:
            slot = self._slots[session_id] = _Slot()
            self._work.start(self._load(session_id, slot), session_id)
        slot.leases += 1
        if slot.unload is not None:
            slot.unload.cancel()
            slot.unload = None
        try:
            yield await asyncio.shield(slot.loaded)
        finally:
            self._give_back(session_id, slot)

    def lend_on(self, session_id: int) -> Callable[[], None]:
        """Lend a document that is lent at this moment for longer: until what comes back is called.

        For connections, which belong to no task. Raises Overloaded for one that has just failed.
        """
        slot = self._slots.get(session_id)
        if slot is None:
            raise Overloaded()
        slot.leases += 1
        self._connected += 1
        self._quiet.clear()

        def give_back() -> None:
            self._connected -= 1
            if self._connected == 0:
                self._quiet.set()
            self._give_back(session_id, slot)

        return give_back

    def _give_back(self, session_id: int, slot: _Slot) -> None:
        slot.leases -= 1
        if slot.leases == 0 and self._slots.get(session_id) is slot and slot.live:
            self._unload_later(session_id, slot)

    async def access_changed(self, session_id: int) -> None:
        """Have new rights count at once on open connections, on every node."""
        self.tell_nodes(session_id, AccessChanged())
        await self._read_access(session_id)

    def end_session(self, session_hash: bytes) -> None:
        """Close the sockets of a session that was signed out, on every node."""
        self._sign_outs.end(session_hash)

    def suggestion_changed(self, session_id: int, suggestion_id: int) -> None:
        """Tell the other nodes to look at a suggestion again."""
        self.tell_nodes(session_id, SuggestionChanged(suggestion_id))

    def end_clients(self, close: Close = RESTARTING) -> None:
        """End every client of every document; new ones are refused. For a server that stops."""
        self._is_closing = True
        for live in self._loaded():
            live.end_clients(close)

    def is_loaded(self, session_id: int) -> bool:
        """Tell whether a document is in memory."""
        return session_id in self._slots

    def _loaded(self) -> list[LiveDocument]:
        return [live for slot in self._slots.values() if (live := slot.live) is not None]

    def _everybody(self) -> list[Connection]:
        return [connection for live in self._loaded() for connection in live.connections]

    # -- loading and unloading ---------------------------------------------------------------------

    async def _load(self, session_id: int, slot: _Slot) -> None:
        try:
            # Subscribed first: what is committed while we read arrives one way or the other.
            slot.subscription = self._subscribe(session_id, slot)
            access = await self.store.access(session_id)
            live = LiveDocument(SharedDocument(), access, commits=self._commits, keeper=self)
            await fill(live, self.store)
            slot.loaded.set_result(live)
        except VibecastError as error:
            slot.loaded.set_exception(error)
            return
        finally:
            if slot.live is None:
                self._drop(session_id, slot)
            if not slot.loaded.done():
                slot.loaded.set_exception(Overloaded())
        self.tell_nodes(session_id, WhoIsHere())
        if slot.leases == 0:
            self._unload_later(session_id, slot)

    def _drop(self, session_id: int, slot: _Slot) -> None:
        """Take a slot out of the table."""
        if slot.subscription is not None:
            slot.subscription.close()
            slot.subscription = None
        if slot.unload is not None:
            slot.unload.cancel()
        if self._slots.get(session_id) is slot:
            del self._slots[session_id]

    def _unload_later(self, session_id: int, slot: _Slot) -> None:
        if not self._is_closing:
            slot.unload = asyncio.get_running_loop().call_later(
                self._idle_s, lambda: self._work.start(self._unload(session_id, slot), session_id)
            )

    async def _unload(self, session_id: int, slot: _Slot) -> None:
        live = slot.live
        if live is None:
            return
        await self.upkeep.project(live)
        # Somebody may have come while we wrote.
        if slot.leases == 0 and live.is_projected:
            self._drop(session_id, slot)
            live.close()
        elif slot.leases == 0:
            self._unload_later(session_id, slot)

    async def close(self) -> None:
        """Write what is not written yet and let every document go."""
        self.end_clients()
        self._sign_outs.close()
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_S), asyncio.TaskGroup() as writing:
                for live in self._loaded():
                    writing.create_task(
                        self._work.supervised(self.upkeep.project(live), live.session_id)
                    )
        except TimeoutError:
            logger.warning("a document's readable text was not written before the close")
        self._work.close()
        for session_id, slot in list(self._slots.items()):
            self._drop(session_id, slot)
            if slot.live is not None:
                slot.live.close()

    async def wait_quiet(self) -> None:
        """Wait until everybody has gone; drop those who do not answer the close."""
        try:
            async with asyncio.timeout(QUIET_DEADLINE_S):
                await self._quiet.wait()
        except TimeoutError:
            for connection in self._everybody():
                connection.abort()
            await self._quiet.wait()

    # -- what a document asks for (see Keeper) -----------------------------------------------------

    def tell_nodes(self, session_id: int, message: NodeMessage) -> None:
        """Tell the other nodes that have the document."""
        self._bus.publish_nowait(
            f"document:{session_id}", write_node_message(self.node_id, message)
        )

    def project_soon(self, live: LiveDocument) -> None:
        """Write the readable text, and compact the log when it is time."""
        self._start_once("project", live, self.upkeep.project_and_compact)

    def catch_up_soon(self, live: LiveDocument) -> None:
        """Read the log from where this node knows it."""
        self._start_once("catch up", live, partial(catch_up, store=self.store))

    def reload_soon(self, live: LiveDocument) -> None:
        """Load a broken document again."""
        self._start_once("reload", live, partial(fill, store=self.store))

    def forget(self, live: LiveDocument) -> None:
        """Hand a document out no more: it has failed."""
        slot = self._slots.get(live.session_id)
        if slot is not None and slot.live is live:
            self._drop(live.session_id, slot)
            live.close()

    async def _read_access(self, session_id: int) -> None:
        slot = self._slots.get(session_id)
        live = slot.live if slot else None
        if live is None:
            return
        try:
            live.change_access(await self.store.access(session_id))
        except NotFound:
            live.end_clients(SESSION_GONE)

    # -- other nodes -------------------------------------------------------------------------------

    def _subscribe(self, session_id: int, slot: _Slot) -> Subscription:
        return self._bus.subscribe(
            f"document:{session_id}",
            partial(self._hear, session_id, slot),
            on_gap=partial(self._close_gap, slot),
        )

    def _hear(self, session_id: int, slot: _Slot, raw: bytes) -> None:
        try:
            node_id, message = read_node_message(raw)
        except BadMessage:
            logger.warning("another node was not understood", session_id=session_id)
            return
        live = slot.live
        if live is None:
            # Being loaded: what this tells of is in the log that will be read.
            slot.loaded.add_done_callback(lambda _: self._close_gap(slot))
            return
        match message:
            case AccessChanged():
                self._work.start(self._read_access(session_id), session_id)
            case SuggestionChanged(suggestion_id):
                self._work.start(follow_again(live, suggestion_id, store=self.store), session_id)
            case _:
                live.hear(node_id, message)

    def _close_gap(self, slot: _Slot) -> None:
        """Messages of other nodes may have been lost: read what they told of."""
        live = slot.live
        if live is None:
            return
        self.catch_up_soon(live)
        self._work.start(self._read_access(live.session_id), live.session_id)
        live.showing.tell_who_is_here()
        self.tell_nodes(live.session_id, WhoIsHere())

    # -- sessions and presence ---------------------------------------------------------------------

    async def watch_sessions(self) -> None:
        """Check the sessions of open sockets until cancelled."""
        while True:
            await self._sign_outs.wait_check_due()
            await self._work.supervised(self._sign_outs.check(), None)

    async def watch_presence(self) -> None:
        """Take away what silent nodes showed, until cancelled."""
        while True:
            await asyncio.sleep(PRESENCE_CHECK_S)
            for live in self._loaded():
                live.showing.expire()

    async def watch_lines(self) -> None:
        """Find clients that are gone without a word, until cancelled."""
        while True:
            await asyncio.sleep(PING_S)
            for live in self._loaded():
                live.ping()

    def _start_once(self, what: str, live: LiveDocument, work: LiveWork) -> None:
        if live.session_id in self._slots:
            self._work.start_once(what, live, work)

    def _fail(self, session_id: int, error: BaseException) -> None:
        slot = self._slots.get(session_id)
        if slot is not None and (live := slot.live) is not None:
            live.fail(error)


@asynccontextmanager
async def open_documents(
    database: Database,
    *,
    bus: Bus,
    identities: Identities,
    idle_s: float = IDLE_S,
    compact_after_updates: int = COMPACT_AFTER_UPDATES,
    archiving: Archiving | None = None,
) -> AsyncIterator[Documents]:
    """Serve documents for the length of the block; at its end flush them and end their clients."""
    store = DocumentStore(database)
    async with (
        open_group_commit(store.append, rest_s=COMMIT_REST_S) as commits,
        asyncio.TaskGroup() as tasks,
    ):
        documents = Documents(
            store,
            commits,
            bus=bus,
            identities=identities,
            upkeep=Upkeep(
                store,
                archiving=archiving or Archiving(HistoryStore(database)),
                compact_after_updates=compact_after_updates,
            ),
            tasks=tasks,
            idle_s=idle_s,
        )
        watchers = [
            tasks.create_task(documents.watch_sessions()),
            tasks.create_task(documents.watch_presence()),
            tasks.create_task(documents.watch_lines()),
        ]
        try:
            yield documents
        finally:
            await documents.close()
            for watcher in watchers:
                watcher.cancel()
