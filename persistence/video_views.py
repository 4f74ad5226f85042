"""Views counted in PostgreSQL: `SqlViews` at once, and batches that were gathered elsewhere, each
of them once however often it is brought.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from errors import VibecastError
from persistence.database import Database, Queryable
from persistence.group_commit import GroupCommit, open_group_commit
from persistence.sql import load_queries

_QUERIES = load_queries("video_views")

# Longer than Redis can have been away, or back from an old copy, with a batch that was added.
BATCHES_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class View:
    """Somebody watched."""

    video_id: int
    viewer: bytes


class SqlViews:
    """Views of a site without Redis. Made by `open_sql_views`."""

    def __init__(self, commits: GroupCommit[View, bool]) -> None:
        self._commits = commits

    async def count(self, video_id: int, viewer: bytes) -> bool:
        """Count a view, unless this viewer's was counted within the hour; return when it stands."""
        return await self._commits.submit(View(video_id, viewer))

    async def flush(self) -> None:
        """Wait until what was told of is counted."""
        await self._commits.wait_idle()


@asynccontextmanager
async def open_sql_views(database: Database, *, window_s: float) -> AsyncIterator[SqlViews]:
    """Count views for the length of the block."""

    async def commit(views: Sequence[View]) -> Sequence[bool | VibecastError]:
        return await count_views(database, views, window_s=window_s)

    async with open_group_commit(commit) as commits:
        yield SqlViews(commits)


async def count_views(database: Database, views: Sequence[View], *, window_s: float) -> list[bool]:
    """Count views in one statement, and tell which of them were not counted already."""
    distinct = list(dict.fromkeys(views))
    rows = await database.fetch(
        _QUERIES["count"],
        [view.video_id for view in distinct],
        [view.viewer for view in distinct],
        timedelta(seconds=window_s),
    )
    counted = {View(row["video_id"], bytes(row["viewer"])) for row in rows}
    told: list[bool] = []
    for view in views:
        told.append(view in counted)
        # The same view twice in one batch is one view.
        counted.discard(view)
    return told


async def add_batch(database: Database, batch_id: uuid.UUID, views: Mapping[int, int]) -> bool:
    """Add counts per video, once: False if this batch was added before."""
    async with database.transaction() as connection:
        if not await connection.fetchval(_QUERIES["begin_batch"], batch_id):
            return False
        await connection.execute(_QUERIES["add_batch"], list(views), list(views.values()))
    return True


async def forget_views(db: Queryable, *, window: timedelta) -> None:
    """Forget who was counted longer ago than matters, and batches that nobody brings again."""
    await db.execute(_QUERIES["forget_viewers"], window)
    await db.execute(_QUERIES["forget_batches"], BATCHES_KEPT)
