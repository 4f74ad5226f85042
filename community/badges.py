"""Awarding badges: by hand, and by the rules of `community/badge_rules.py`.

Whoever causes something that a rule counts calls `wake` after the commit; what nobody woke for is
caught up with every few minutes. Badge, points and notification are one transaction, and a badge is
one row per person, so nothing is paid twice whoever evaluates at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager

import structlog

from community.badge_rules import RULES
from community.boards import Leaderboards
from community.notifications import Inbox
from errors import NotFound, VibecastError
from persistence.badges import (
    award_badge,
    badge_by_id,
    badges_by_rule,
    deserving,
    ensure_rule_badges,
)
from persistence.database import Database
from persistence.moderation import log_action
from persistence.notifications import Notice, Notifications
from persistence.points import award
from tasks import open_tasks

logger = structlog.get_logger(__name__)

AWARDS_AT_ONCE = 200
CATCH_UP_EVERY_S = 600.0
# Past this many woken at once the names are let go: catching up finds them.
WOKEN_LIMIT = 10_000


class Badges:
    """Every badge of the site. Made by `open_badges`."""

    def __init__(
        self,
        database: Database,
        *,
        notifications: Notifications,
        inbox: Inbox,
        leaderboards: Leaderboards,
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._inbox = inbox
        self._leaderboards = leaderboards
        self._woken: set[int] = set()
        self._wakes = asyncio.Event()

    def wake(self, user_ids: Iterable[int]) -> None:
        """These people did something that a rule may count. Never waits."""
        self._woken.update(user_ids)
        if len(self._woken) > WOKEN_LIMIT:
            self._woken.clear()
        self._wakes.set()

    async def award(self, badge_id: int, user_id: int, *, awarded_by: int) -> bool:
        """Award a badge by hand; False if the user has it already. Raises NotFound."""
        badge = await badge_by_id(self._database, badge_id)
        if badge is None:
            raise NotFound()
        awarded = await self._award(
            badge.id, [user_id], name=badge.name, points=badge.points, awarded_by=awarded_by
        )
        return bool(awarded)

    async def evaluate(self, user_ids: Collection[int] | None = None) -> None:
        """Award what these people, or everybody, deserve by rule."""
        badges = await badges_by_rule(self._database)
        for rule in RULES:
            badge = badges.get(rule.key)
            if badge is None:
                # An admin had given this rule's name to another rule's badge when it was made.
                continue
            full = True
            while full:
                found = await deserving(
                    self._database, rule, badge.id, of=user_ids, limit=AWARDS_AT_ONCE
                )
                await self._award(
                    badge.id, found, name=badge.name, points=badge.points, awarded_by=None
                )
                full = len(found) == AWARDS_AT_ONCE

    async def evaluate_woken(self) -> None:
        """Award what everybody who was woken until now deserves."""
        woken, self._woken = self._woken, set()
        if woken:
            await self.evaluate(woken)

    async def run(self) -> None:
        """Evaluate as people are woken, and everybody now and then, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._evaluate_as_woken())
            tasks.create_task(self._catch_up())

    async def _evaluate_as_woken(self) -> None:
        while True:
            await self._wakes.wait()
            self._wakes.clear()
            try:
                await self.evaluate_woken()
            except VibecastError as error:
                logger.warning("badges could not be awarded", error=error.code)

    async def _catch_up(self) -> None:
        while True:
            try:
                await self.evaluate()
            except VibecastError as error:
                logger.warning("badges could not be caught up with", error=error.code)
            await asyncio.sleep(CATCH_UP_EVERY_S)

    async def _award(
        self,
        badge_id: int,
        user_ids: Collection[int],
        *,
        name: str,
        points: int,
        awarded_by: int | None,
    ) -> list[int]:
        if not user_ids:
            return []
        async with self._database.transaction() as connection:
            awarded = await award_badge(connection, badge_id, user_ids, awarded_by=awarded_by)
            for user_id in awarded:
                await award(connection, user_id, points, source_type="badge", source_id=badge_id)
                if awarded_by is not None:
                    detail = {"badge_id": str(badge_id), "name": name}
                    await log_action(
                        connection, awarded_by, "award_badge", target_user_id=user_id, detail=detail
                    )
            woken = await self._notifications.add(
                connection,
                [_notice(user_id, badge_id, name=name, points=points) for user_id in awarded],
            )
        self._inbox.wake(woken)
        self._leaderboards.touch(awarded)
        if awarded:
            logger.info("badge awarded", badge_id=badge_id, people=len(awarded), by=awarded_by)
        return awarded


def _notice(user_id: int, badge_id: int, *, name: str, points: int) -> Notice:
    return Notice(
        user_id=user_id,
        type="badge",
        related_type="badge",
        related_id=badge_id,
        data={"name": name, "points": points},
    )


@asynccontextmanager
async def open_badges(
    database: Database,
    *,
    notifications: Notifications,
    inbox: Inbox,
    leaderboards: Leaderboards,
) -> AsyncIterator[Badges]:
    """Award badges for the length of the block. Raises StorageAway or Overloaded at the start."""
    badges = Badges(database, notifications=notifications, inbox=inbox, leaderboards=leaderboards)
    await ensure_rule_badges(database, RULES)
    async with open_tasks(badges.run()):
        yield badges
