"""Telling people's open pages what they were notified of, after it was committed.

`Inbox.wake` is called by whoever caused a notification and never waits. The rows themselves say
what was not told yet, so of several nodes one tells it, and what a node that died had left is told
by another some seconds later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import structlog

from community.notification_json import notification_json
from errors import VibecastError
from persistence.notifications import Group, Notifications
from tasks import open_tasks

logger = structlog.get_logger(__name__)

TellUser: TypeAlias = Callable[[int, str, Mapping[str, Any]], None]
"""Sends an event to every connection of a user, on every node: (user id, event, payload)."""

PushGroup: TypeAlias = Callable[[int, Group], None]
"""Sends it to where no page is open; never waits: (user id, what was told)."""

# Past this many woken at once the names are let go: the sweep finds everybody's rows.
WOKEN_LIMIT = 10_000
USERS_AT_ONCE = 200
TOLD_AT_ONCE = 500
SWEEP_EVERY_S = 10.0
FORGET_EVERY_SWEEPS = 360


class Inbox:
    """The way from stored notifications to open pages. Made by `open_inbox`."""

    def __init__(
        self, notifications: Notifications, *, tell_user: TellUser, push: PushGroup | None = None
    ) -> None:
        self._notifications = notifications
        self._tell_user = tell_user
        self._push = push
        self._woken: set[int] = set()
        self._wakes = asyncio.Event()

    def wake(self, user_ids: Iterable[int]) -> None:
        """Tell these users soon what they were notified of. Call it after the commit."""
        self._woken.update(user_ids)
        if len(self._woken) > WOKEN_LIMIT:
            self._woken.clear()
        if self._woken:
            self._wakes.set()

    async def tell_woken(self) -> None:
        """Tell everybody who was woken until now."""
        while self._woken:
            some = [self._woken.pop() for _ in range(min(USERS_AT_ONCE, len(self._woken)))]
            while await self._tell(some):
                pass

    async def sweep(self) -> None:
        """Tell what nobody was woken for: its node died, or too many were woken at once."""
        while await self._tell(None):
            pass

    async def run(self) -> None:
        """Tell and sweep until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_as_woken())
            tasks.create_task(self._sweep_regularly())

    async def _tell_as_woken(self) -> None:
        while True:
            await self._wakes.wait()
            self._wakes.clear()
            try:
                await self.tell_woken()
            except VibecastError as error:
                # The rows still say that they were not told; the sweep comes back to them.
                logger.warning("notifications could not be told", error=error.code)

    async def _sweep_regularly(self) -> None:
        sweeps = 0
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            sweeps += 1
            try:
                await self.sweep()
                if sweeps % FORGET_EVERY_SWEEPS == 0:
                    await self._notifications.forget_old()
            except VibecastError as error:
                logger.warning("notifications could not be looked after", error=error.code)

    async def _tell(self, user_ids: Collection[int] | None) -> bool:
        """Tell some, and return whether there may be more."""
        taken = await self._notifications.take_untold(
            list(user_ids) if user_ids is not None else None, limit=TOLD_AT_ONCE
        )
        for user_id, ids in taken.items():
            unread = await self._notifications.unread(user_id)
            for group in await self._notifications.groups_of(user_id, ids):
                told = notification_json(group).model_dump(mode="json")
                self._tell_user(
                    user_id, "notification:new", {"notification": told, "unread": unread}
                )
                if self._push is not None:
                    self._push(user_id, group)
        return sum(map(len, taken.values())) == TOLD_AT_ONCE


@asynccontextmanager
async def open_inbox(
    notifications: Notifications, *, tell_user: TellUser, push: PushGroup | None = None
) -> AsyncIterator[Inbox]:
    """Tell people's pages for the length of the block."""
    inbox = Inbox(notifications, tell_user=tell_user, push=push)
    async with open_tasks(inbox.run()):
        yield inbox
