"""A document's edits on their way to the disk, and who is told when they are there.

Edits are numbered in the order they are queued, which is the order they are committed in. A client
is promised to be told once a number is committed; several promises kept at once are one message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from collab import protocol
from collab.connection import Connection
from errors import StorageAway
from persistence.documents import Appended, NewUpdate


class Commits(Protocol):
    """Where edits go to be saved."""

    def submit_nowait(self, item: NewUpdate) -> asyncio.Future[Appended]:
        """Queue an edit; order of calls is order in the log. Raises Overloaded."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An edit on its way."""

    number: int
    content: bytes
    connection: Connection | None
    is_applied: bool
    """False for an accepted suggestion, which becomes true only with its commit."""


@dataclass(frozen=True, slots=True)
class _Promise:
    number: int
    connection: Connection
    count: int


class Saving:
    """The edits of one document that this node commits."""

    def __init__(
        self,
        commits: Commits,
        *,
        on_committed: Callable[[Unsaved, Appended], None],
        on_settled: Callable[[], None],
        on_lost: Callable[[BaseException], None],
    ) -> None:
        self._commits = commits
        self._on_committed = on_committed
        self._on_settled = on_settled
        """Called after every answer: there may be promises to keep."""
        self._on_lost = on_lost
        """Called when an edit that is in the document cannot be saved."""
        self._submitted = 0
        self._committed = 0
        self._last_id = 0
        self._unsaved: deque[Unsaved] = deque()
        self._promises: deque[_Promise] = deque()
        self._waiters: deque[tuple[int, asyncio.Future[int]]] = deque()

    def save(
        self, new: NewUpdate, *, connection: Connection | None = None
    ) -> asyncio.Future[Appended]:
        """Queue an edit. Raises Overloaded."""
        answer = self._commits.submit_nowait(new)
        self._submitted += 1
        unsaved = Unsaved(self._submitted, new.content, connection, is_applied=new.accepts is None)
        self._unsaved.append(unsaved)
        if connection is not None:
            connection.note_unsaved()
        answer.add_done_callback(partial(self._note_answer, unsaved))
        return answer

    def _note_answer(self, unsaved: Unsaved, answer: asyncio.Future[Appended]) -> None:
        if self._unsaved and self._unsaved[0] is unsaved:
            self._unsaved.popleft()
        if unsaved.connection is not None:
            unsaved.connection.note_saved()
        error = StorageAway() if answer.cancelled() else answer.exception()
        if error is not None and unsaved.is_applied:
            self._on_lost(error)
            return
        self._committed = unsaved.number
        if error is None:
            appended = answer.result()
            self._last_id = appended.update_id
            self._on_committed(unsaved, appended)
        self._on_settled()

    def promise(self, connection: Connection) -> None:
        """Tell a client, once all edits so far are on disk, that all it has sent so far is.

        Also after an edit that was nothing new: what it repeats may not be on disk yet.
        """
        self._promises.append(_Promise(self._submitted, connection, connection.received))

    def keep_promises(self) -> None:
        """Tell whoever is to be told."""
        told: dict[int, Connection] = {}
        while self._promises and self._promises[0].number <= self._committed:
            promise = self._promises.popleft()
            promise.connection.saved = promise.count
            told[promise.connection.id] = promise.connection
        for connection in told.values():
            connection.offer(protocol.frame_of(protocol.saved(connection.saved)))
        while self._waiters and self._waiters[0][0] <= self._committed:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(self._last_id)

    async def wait_saved(self) -> int:
        """Wait until every edit so far is on disk; return the log position of the last of them."""
        if self._committed >= self._submitted:
            return self._last_id
        waiter: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiters.append((self._submitted, waiter))
        return await waiter

    def give_up(self) -> None:
        """Nothing more will be saved: whoever waits is told so."""
        while self._waiters:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(StorageAway())

    @property
    def applied(self) -> Iterator[bytes]:
        """The edits that are in the document and not on disk."""
        return (unsaved.content for unsaved in self._unsaved if unsaved.is_applied)
