"""The past of documents on disk: archived pieces of the log, its newest part, named versions.

The log's rows become pieces once a snapshot covers them and they are a minute old; nothing reads
them for anything but the past then. A reader looks at both in one moment of the database, so that
what is being moved is seen once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from collab.archive import Edit, Piece, unpack
from collab.history import BEGINNING, Moment, Past, Version
from errors import NotFound, TooManyVersions
from persistence.database import Connection, Database
from persistence.sql import load_queries

_SQL = load_queries("history")

VERSIONS_PER_SESSION = 50
_LAST_OF_ALL = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ArchiveEnd:
    """Where a session's archive ends."""

    last_id: int
    since_checkpoint_bytes: int
    """What came after the last checkpoint, unpacked."""
    document_bytes: int
    """The newest snapshot of the document."""


class HistoryStore:
    """The table code_archive, code_updates for reading, and code_versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- reading the past --------------------------------------------------------------------------

    async def moment(self, session_id: int, at: int | datetime | None) -> Moment:
        """Return the update with this id, the last one not after a time, or the last of all.

        Raises NotFound for an id that is none of the session's.
        """
        if at == 0:
            return BEGINNING
        by_id = isinstance(at, int)
        through = _last_of_millisecond(at) if isinstance(at, datetime) else at
        async with self._database.moment() as connection:
            row = await connection.fetchrow(
                _SQL["row_by_id" if by_id else "row_at_time"], session_id, through
            )
            # The log's last update is always a row.
            piece = None
            if row is None and through is not None:
                piece = await connection.fetchrow(
                    _SQL["piece_with" if by_id else "piece_at_time"], session_id, through
                )
        if row is not None:
            return Moment(row["id"], row["created_at"], row["user_id"])
        found = await _moment_in(piece, through) if piece is not None else None
        if found is None and by_id:
            raise NotFound("The history has no such moment.")
        return found or BEGINNING

    async def past(self, session_id: int, update_id: int) -> Past:
        """Return what brings the document back as it was after an update."""
        async with self._database.moment() as connection:
            checkpoint = await connection.fetchrow(_SQL["checkpoint_before"], session_id, update_id)
            after = checkpoint["last_id"] if checkpoint else 0
            pieces = await connection.fetch(
                _SQL["pieces_between"], session_id, after, update_id, None
            )
            rows = await connection.fetch(_SQL["rows_between"], session_id, after, update_id, None)
            begun_with = ""
            if update_id == 0:
                begun_with = await _begun_with(connection, session_id)
        return Past(
            update_id,
            after,
            packed_checkpoint=checkpoint["checkpoint"] if checkpoint else None,
            packed_pieces=[piece["content"] for piece in pieces],
            rows=[_edit(row) for row in rows],
            begun_with=begun_with,
        )

    async def next_edits(
        self, session_id: int, *, after_id: int, through_id: int, limit: int
    ) -> Past:
        """Return the piece that holds the first update after one, or else rows."""
        async with self._database.moment() as connection:
            pieces = await connection.fetch(
                _SQL["pieces_between"], session_id, after_id, through_id, 1
            )
            rows = []
            if not pieces:
                rows = await connection.fetch(
                    _SQL["rows_between"], session_id, after_id, through_id, limit
                )
        return Past(
            through_id,
            after_id,
            packed_checkpoint=None,
            packed_pieces=[piece["content"] for piece in pieces],
            rows=[_edit(row) for row in rows],
        )

    async def span(self, session_id: int) -> tuple[datetime, datetime] | None:
        """Return when a session's log begins and ends; None when it is empty."""
        row = await self._database.fetchrow(_SQL["span"], session_id)
        if row is None or row["ended_at"] is None:
            return None
        return row["began_at"], row["ended_at"]

    async def usernames(self, user_ids: Collection[int]) -> dict[int, str]:
        """Return the names of those who still have an account."""
        rows = await self._database.fetch(_SQL["usernames"], list(user_ids))
        return {row["id"]: row["username"] for row in rows}

    # -- archiving ---------------------------------------------------------------------------------

    async def archive_end(self, session_id: int) -> ArchiveEnd:
        """Return where the archive ends; 0 when there is none."""
        row = await self._database.fetchrow(_SQL["newest_piece"], session_id)
        assert row is not None  # sums have a row of nothing too
        return ArchiveEnd(row["last_id"] or 0, row["since_checkpoint"], row["document_bytes"] or 0)

    async def edits_to_archive(
        self, session_id: int, *, made_before: datetime, limit: int, limit_bytes: int
    ) -> list[Edit]:
        """Return the oldest rows that are not needed as rows any more."""
        async with self._database.moment() as connection:
            snapshot_id = await connection.fetchval(_SQL["newest_snapshot_id"], session_id)
            if snapshot_id is None:
                return []
            rows = await connection.fetch(
                _SQL["rows_to_archive"], session_id, snapshot_id, made_before, limit, limit_bytes
            )
        return [_edit(row) for row in rows]

    async def archive(self, session_id: int, piece: Piece) -> bool:
        """Move updates from the log into a piece. False when another node was quicker."""
        async with self._database.transaction() as connection:
            added = await connection.fetchval(
                _SQL["add_piece"],
                session_id,
                piece.after_id,
                piece.last_id,
                piece.first_at,
                piece.last_at,
                piece.updates,
                piece.updates_bytes,
                piece.content,
                piece.checkpoint,
            )
            if added is None:
                return False
            await connection.execute(
                _SQL["remove_archived"], session_id, piece.after_id, piece.last_id
            )
        return True

    async def shorten(self, session_id: int, *, limit_bytes: int) -> bool:
        """Have the archive begin later when it weighs more than it may. True if it now does."""
        async with self._database.transaction() as connection:
            # Half of it goes at once: the next edit must not find it full again.
            begins_at = await connection.fetchval(
                _SQL["archive_overflow"], session_id, limit_bytes, limit_bytes // 2
            )
            if begins_at is None:
                return False
            await connection.execute(_SQL["drop_pieces_before"], session_id, begins_at)
            await connection.execute(_SQL["empty_piece"], session_id, begins_at)
        return True

    # -- named versions ----------------------------------------------------------------------------

    async def add_version(
        self, session_id: int, *, user_id: int, name: str, moment: Moment, text: str
    ) -> Version:
        """Keep a moment under a name. Raises TooManyVersions."""
        async with self._database.transaction() as connection:
            await connection.execute(_SQL["lock_session"], session_id)
            if await connection.fetchval(_SQL["count_versions"], session_id) >= (
                VERSIONS_PER_SESSION
            ):
                raise TooManyVersions()
            version_id = await connection.fetchval(
                _SQL["add_version"],
                session_id,
                user_id,
                name,
                moment.update_id,
                moment.made_at,
                # PostgreSQL's text cannot hold NUL; SUBSTITUTE takes its place, as in projections.
                text.replace("\x00", "\x1a"),
            )
            row = await connection.fetchrow(_SQL["version"], session_id, version_id)
        assert row is not None  # added in the same transaction
        return _version(row)

    async def versions(self, session_id: int) -> list[Version]:
        """Return a session's versions, the newest first."""
        return [_version(row) for row in await self._database.fetch(_SQL["versions"], session_id)]

    async def version(self, session_id: int, version_id: int) -> tuple[Version, str]:
        """Return a version and its text. Raises NotFound."""
        async with self._database.moment() as connection:
            row = await connection.fetchrow(_SQL["version"], session_id, version_id)
            text = await connection.fetchval(_SQL["version_text"], session_id, version_id)
        if row is None:
            raise NotFound("There is no such version.")
        return _version(row), text

    async def remove_version(self, session_id: int, version_id: int) -> None:
        """Forget a version. Raises NotFound."""
        removed = await self._database.fetchval(_SQL["remove_version"], session_id, version_id)
        if removed is None:
            raise NotFound("There is no such version.")


async def _begun_with(connection: Connection, session_id: int) -> str:
    """Return the text that a document without a log has from before there were documents."""
    last = await connection.fetchrow(_SQL["row_at_time"], session_id, None)
    if last is not None:
        return ""
    return str(await connection.fetchval(_SQL["begun_with"], session_id) or "")


async def _moment_in(piece: asyncpg.Record, through: int | datetime | None) -> Moment | None:
    if piece["updates"] == 0:
        # Only its end is kept.
        is_its_end = through == piece["last_id"] or isinstance(through, datetime)
        return Moment(piece["last_id"], piece["last_at"], None) if is_its_end else None
    edits = await asyncio.to_thread(unpack, piece["content"])
    for edit in reversed(edits):
        if through == edit.update_id or (isinstance(through, datetime) and edit.made_at <= through):
            return Moment(edit.update_id, edit.made_at, edit.user_id)
    return None


def _edit(row: asyncpg.Record) -> Edit:
    return Edit(row["id"], row["user_id"], row["created_at"], row["content"])


def _version(row: asyncpg.Record) -> Version:
    return Version(
        row["id"],
        row["name"],
        row["update_id"],
        row["made_at"],
        user_id=row["user_id"],
        username=row["username"],
        created_at=row["created_at"],
    )


def _last_of_millisecond(at: datetime) -> datetime:
    """Return the last instant that is told as `at`: clients know times to the millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000 + 999)
