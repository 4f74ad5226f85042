"""Tasks that work for a document: what one raises costs its document, not the node.

One of the three places that may catch everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import structlog

from collab.live_document import LiveDocument
from errors import VibecastError

logger = structlog.get_logger(__name__)

LiveWork: TypeAlias = Callable[[LiveDocument], Coroutine[Any, Any, None]]


class Work:
    """The tasks of a node's documents; `tasks` owns them."""

    def __init__(
        self, tasks: asyncio.TaskGroup, *, on_failed: Callable[[int, BaseException], None]
    ) -> None:
        """`on_failed` is told of the document whose task has failed, and why."""
        self._tasks = tasks
        self._on_failed = on_failed
        self._under_way: set[tuple[str, LiveDocument]] = set()
        self._wanted_again: set[tuple[str, LiveDocument]] = set()
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, None], session_id: int) -> None:
        """Work for a document."""
        if self._is_closed:
            work.close()
            return
        self._tasks.create_task(self.supervised(work, session_id))

    def start_once(self, what: str, live: LiveDocument, work: LiveWork) -> None:
        """Work for a document, after the same that is under way, if any, and at most once more.

        What is under way may have looked before that happened for which it is asked for again.
        """
        key = (what, live)
        if key in self._under_way:
            self._wanted_again.add(key)
            return
        self._under_way.add(key)

        async def run() -> None:
            try:
                await work(live)
            finally:
                self._under_way.discard(key)
                if key in self._wanted_again:
                    self._wanted_again.discard(key)
                    self.start_once(what, live, work)

        self.start(run(), live.session_id)

    async def supervised(self, work: Awaitable[None], session_id: int | None) -> None:
        """Wait for what works for one document, or for all of them."""
        failure: BaseException
        try:
            await work
        except VibecastError as error:
            logger.warning("a document's task failed", session_id=session_id, error=str(error))
            failure = error
        except Exception as error:
            # The supervisor of tasks.
            logger.exception("a document's task failed", session_id=session_id)
            failure = error
        else:
            return
        if session_id is not None:
            self._on_failed(session_id, failure)

    def close(self) -> None:
        """Start nothing any more."""
        self._is_closed = True
