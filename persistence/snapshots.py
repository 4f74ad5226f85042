"""What live streams looked like a moment ago: a few small pictures each, shown while it is live for
everybody and to nobody otherwise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from persistence.database import Database
from persistence.sql import load_queries

_QUERIES = load_queries("snapshots")

# A publisher that has gone quiet is not shown as if it were on air.
FRESH_FOR = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Unpictured:
    """A live stream of which nobody sends pictures, and whose it is."""

    stream_id: int
    user_id: int


class Snapshots:
    """Everybody's snapshots."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, stream_id: int, content: bytes, *, user_id: int, is_still: bool = False
    ) -> bool:
        """Keep a picture. False: the user has no such stream that is live for everybody.

        `is_still`: the publisher did not send it, it was taken from what is streamed.
        """
        await self._database.execute(_QUERIES["forget"], user_id)
        kept = await self._database.fetchval(
            _QUERIES["keep"], stream_id, user_id, content, is_still
        )
        return kept is not None

    async def unpictured(
        self,
        stream_ids: Collection[int],
        *,
        first_after: timedelta,
        publisher_quiet_for: timedelta,
        limit: int,
    ) -> list[Unpictured]:
        """Return which of these streams are shown to everybody and have no publisher that sends
        pictures, the longest without one first."""
        if not stream_ids:
            return []
        rows = await self._database.fetch(
            _QUERIES["unpictured"], list(stream_ids), first_after, publisher_quiet_for, limit
        )
        return [Unpictured(row["id"], row["user_id"]) for row in rows]

    async def fresh(self, stream_id: int) -> list[datetime]:
        """Return when those that are shown were taken, the oldest first."""
        rows = await self._database.fetch(_QUERIES["fresh"], stream_id, FRESH_FOR)
        return [row["taken_at"] for row in rows]

    async def content(self, stream_id: int, taken_at: datetime) -> bytes | None:
        """Return one picture, or None."""
        content = await self._database.fetchval(_QUERIES["content"], stream_id, taken_at)
        return None if content is None else bytes(content)
