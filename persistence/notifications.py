"""Notifications as they are stored: written in the transaction that makes their cause true, read as
groups ("3 people liked your post"), told once to open pages, forgotten after some months.

Who wants what from whom is decided here, in one statement with the writing: preferences, blocks and
mutes cannot change in between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import asyncpg

from persistence.database import Connection, Database
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("notifications")

NoticeType = Literal[
    "follow",
    "like",
    "comment",
    "mention",
    "reply",
    "suggestion_accepted",
    "suggestion_rejected",
    "badge",
    "challenge_result",
    "live",
    "removal",
    "stage_invitation",
]
# What moderators took away is told to whom it belonged, who cannot choose not to know.
CHOSEN_TYPES: tuple[NoticeType, ...] = tuple(
    each for each in get_args(NoticeType) if each != "removal"
)
# More than this nobody counts; pages show "99+".
UNREAD_LIMIT = 100
FORGOTTEN_AFTER = timedelta(days=180)
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell one user."""

    user_id: int
    """Who is told."""
    type: NoticeType
    actor_id: int | None = None
    """Who did it; None: the site."""
    related_type: str | None = None
    """What it is about: user, post, comment, video, stream, suggestion, badge or challenge."""
    related_id: int | None = None
    group_key: str | None = None
    """Those with the same key are shown as one; None: stands alone."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What a page shows beside, such as a title, as it was then."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One of those who did it."""

    id: int
    username: str
    avatar_small_url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Notifications that are shown as one: the newest of them, and who else."""

    id: int
    user_id: int
    type: NoticeType
    related_type: str | None
    related_id: int | None
    group_key: str | None
    data: Mapping[str, Any]
    created_at: datetime
    is_read: bool
    actors_count: int
    actors: tuple[Actor, ...]
    """The newest three."""


def _group(row: asyncpg.Record) -> Group:
    return Group(
        row["id"],
        row["user_id"],
        row["type"],
        row["related_type"],
        row["related_id"],
        row["group_key"],
        row["data"],
        row["created_at"],
        row["is_read"],
        row["actors_count"],
        tuple(
            Actor(each["id"], each["username"], each["avatar_small_url"]) for each in row["actors"]
        ),
    )


class Notifications:
    """Everybody's notifications."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: Connection, notices: Sequence[Notice]) -> list[int]:
        """Store what its readers want to know, and return who is to be woken after the commit."""
        if not notices:
            return []
        rows = await connection.fetch(
            _QUERIES["add"],
            [notice.user_id for notice in notices],
            [notice.actor_id for notice in notices],
            [notice.type for notice in notices],
            [notice.related_type for notice in notices],
            [notice.related_id for notice in notices],
            [notice.group_key for notice in notices],
            [dict(notice.data) for notice in notices],
        )
        return sorted({row["user_id"] for row in rows})

    async def page(self, user_id: int, start: Start[int]) -> list[Group]:
        """Return the user's groups, newest first."""
        rows = await self._database.fetch(
            _QUERIES[start.way("groups")], user_id, start.key, start.limit, None
        )
        return [_group(row) for row in rows]

    async def groups_of(self, user_id: int, ids: Sequence[int]) -> list[Group]:
        """Return the groups whose newest is one of `ids`, the oldest first."""
        rows = await self._database.fetch(_QUERIES["groups"], user_id, None, len(ids), list(ids))
        return [_group(row) for row in reversed(rows)]

    async def unread(self, user_id: int) -> int:
        """Return how many groups hold something unread, up to UNREAD_LIMIT."""
        return int(await self._database.fetchval(_QUERIES["unread"], user_id, UNREAD_LIMIT))

    async def mark_read(self, user_id: int, ids: Collection[int] | None) -> None:
        """Mark these of the user's with their groups, or all of them, as read."""
        if ids is None:
            await self._database.execute(_QUERIES["mark_all_read"], user_id)
        else:
            await self._database.execute(_QUERIES["mark_read"], user_id, list(ids))

    async def take_untold(
        self, user_ids: Sequence[int] | None, *, limit: int
    ) -> dict[int, list[int]]:
        """Return what was not told yet, ids by user, and note that the caller tells it.

        None asks for everybody's that was left lying by a node that died.
        """
        taken: dict[int, list[int]] = {}
        for row in await self._database.fetch(_QUERIES["take_untold"], user_ids, limit):
            taken.setdefault(row["user_id"], []).append(row["id"])
        return taken

    async def preferences(self, user_id: int) -> dict[NoticeType, bool]:
        """Return of every type that one may choose whether the user wants it."""
        rows = await self._database.fetch(_QUERIES["preferences"], user_id)
        chosen = {row["type"]: row["in_app"] for row in rows}
        return {each: chosen.get(each, True) for each in CHOSEN_TYPES}

    async def set_preferences(self, user_id: int, wanted: Mapping[NoticeType, bool]) -> None:
        """Store of each type in `wanted` whether the user wants it."""
        await self._database.execute(
            _QUERIES["set_preferences"], user_id, list(wanted), list(wanted.values())
        )

    async def forget_old(self) -> int:
        """Delete some of what is older than anybody scrolls, and return how many."""
        return await self._database.execute(
            _QUERIES["forget_old"], FORGOTTEN_AFTER, FORGOTTEN_AT_ONCE
        )
