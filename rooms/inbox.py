"""One client's events in the order they came, answered one after the other.

Pipelined events (chat) start while earlier pipelined ones still wait for their commit, so that a
client that types fast shares commits with itself. Any other event waits for all before it and holds
up all after it. A client without events costs no task.

Bounded: a client with too many events waiting is told so for each one more; it has not been heard.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rooms.events import ClientEvent

WAITING_EVENTS = 64
PIPELINED_EVENTS = 32


@dataclass(frozen=True, slots=True)
class Request:
    """One event of a client. `ack_id` is None when the client wants no answer."""

    event: ClientEvent[Any]
    payload: Any
    ack_id: int | None


class Inbox:
    """Starts `answer` for each request when its turn has come, in the owner's task group."""

    __slots__ = ("_alone", "_answer", "_running", "_tasks", "_waiting")

    def __init__(
        self, tasks: asyncio.TaskGroup, answer: Callable[[Request], Awaitable[None]]
    ) -> None:
        self._tasks = tasks
        self._answer = answer
        # Made when it is needed: an empty deque takes 600 bytes, and most clients only listen.
        self._waiting: deque[Request] | None = None
        self._running = 0
        self._alone = False

    def offer(self, request: Request) -> bool:
        """Take `request`; False when too many wait already."""
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) >= WAITING_EVENTS:
            return False
        self._waiting.append(request)
        self._start_ready(self._waiting)
        return True

    def drop_waiting(self) -> None:
        """Forget what has not started; what has started goes on, as it may be half committed."""
        self._waiting = None

    def _start_ready(self, waiting: deque[Request]) -> None:
        while waiting and self._may_start(waiting[0]):
            request = waiting.popleft()
            self._running += 1
            self._alone = not request.event.pipelined
            self._tasks.create_task(self._run(request))

    def _may_start(self, request: Request) -> bool:
        if self._running == 0:
            return True
        return request.event.pipelined and not self._alone and self._running < PIPELINED_EVENTS

    async def _run(self, request: Request) -> None:
        # `answer` does not raise; cancelled means that the whole group ends, so nothing follows.
        await self._answer(request)
        self._running -= 1
        if self._waiting:
            self._start_ready(self._waiting)
