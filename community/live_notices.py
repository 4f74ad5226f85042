"""Telling followers that somebody went live, in batches: a hundred thousand followers neither hold
up the one who goes live nor another streamer's followers.

`on_live` only wakes: which streams went live, and how far each has got, stands in the database.
Only public streams are told of; one that ended meanwhile is told to nobody more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from community.notifications import Inbox
from errors import VibecastError
from persistence.database import Database
from persistence.live_fanouts import (
    Fanout,
    advance_fanout,
    finish_fanout,
    next_followers,
    take_fanout,
    unfinished_fanouts,
)
from persistence.notifications import Notice, Notifications
from tasks import open_tasks

logger = structlog.get_logger(__name__)

FOLLOWERS_AT_ONCE = 500
SWEEP_EVERY_S = 30.0


class LiveNotices:
    """The news that streams are live. Made by `open_live_notices`."""

    def __init__(
        self,
        database: Database,
        *,
        notifications: Notifications,
        inbox: Inbox,
        followers_at_once: int = FOLLOWERS_AT_ONCE,
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._inbox = inbox
        self._followers_at_once = followers_at_once
        self._went_live = asyncio.Event()

    def on_live(self, _stream_id: int, _user_id: int) -> None:
        """A stream went live just now: begin without waiting for the next sweep."""
        self._went_live.set()

    async def tell_followers(self) -> None:
        """Tell the followers of everybody who went live. One batch of each stream in turn."""
        waiting = await unfinished_fanouts(self._database)
        while waiting:
            waiting = [each for each in waiting if await self._tell_some(each)]

    async def run(self) -> None:
        """Tell as streams go live, and look for what was left over, until cancelled."""
        while True:
            try:
                await self.tell_followers()
            except VibecastError as error:
                logger.warning("followers could not be told", error=error.code)
            try:
                async with asyncio.timeout(SWEEP_EVERY_S):
                    await self._went_live.wait()
            except TimeoutError:
                continue
            self._went_live.clear()

    async def _tell_some(self, stream_id: int) -> bool:
        """Tell one batch, and return whether there may be another."""
        async with self._database.transaction() as connection:
            fanout = await take_fanout(connection, stream_id)
            if fanout is None:
                return False
            followers = (
                await next_followers(connection, fanout, limit=self._followers_at_once)
                if fanout.is_live
                else []
            )
            woken = await self._notifications.add(
                connection, [_notice(fanout, follower) for follower in followers]
            )
            is_last = len(followers) < self._followers_at_once
            if is_last:
                await finish_fanout(connection, stream_id)
            else:
                await advance_fanout(connection, stream_id, after=followers[-1])
        self._inbox.wake(woken)
        return not is_last


def _notice(fanout: Fanout, follower_id: int) -> Notice:
    return Notice(
        user_id=follower_id,
        actor_id=fanout.user_id,
        type="live",
        related_type="stream",
        related_id=fanout.stream_id,
        data={"title": fanout.title},
    )


@asynccontextmanager
async def open_live_notices(
    database: Database, *, notifications: Notifications, inbox: Inbox
) -> AsyncIterator[LiveNotices]:
    """Tell followers for the length of the block."""
    notices = LiveNotices(database, notifications=notifications, inbox=inbox)
    async with open_tasks(notices.run()):
        yield notices
