"""Documents on disk: the log of Yjs updates, its snapshots, and the readable projection.

The log is in causal order: who appends holds the session's row, so ids are the order of commits,
and a node tells others of an update only when it is committed. A document is therefore its newest
snapshot plus the updates after it, and what was lost before a commit is never built upon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from collab.access import Access
from collab.anchors import Anchor
from collab.document import TEXT_LIMIT_BYTES
from collab.stored import LoggedUpdate, OpenSuggestion, PlacedSuggestion, StoredDocument
from errors import Forbidden, NotFound, SuggestionResolved, VibecastError
from persistence.database import Connection, Database, Queryable
from persistence.notifications import Notice, Notifications
from persistence.points import SUGGESTION_POINTS, award
from persistence.sql import load_queries

_SQL = load_queries("documents")


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to be appended."""

    session_id: int
    user_id: int | None
    content: bytes
    made_at: datetime
    accepts: Acceptance | None = None
    """The suggestion that this update carries out, accepted in the same transaction."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A suggestion and who accepts it."""

    suggestion_id: int
    accepted_by: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an update stands in its session's log, and which one stands before it."""

    previous_id: int
    update_id: int


class DocumentStore:
    """The tables code_updates, code_snapshots and the projection in code_sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notifications = Notifications(database)

    async def access(self, session_id: int) -> Access:
        """Return who may do what. Raises NotFound."""
        row = await self._database.fetchrow(_SQL["access"], session_id)
        if row is None:
            raise NotFound("There is no such code session.")
        return Access(
            session_id=row["id"],
            stream_id=row["stream_id"],
            owner_id=row["owner_id"],
            visibility=row["visibility"],
            collaborator_ids=frozenset(row["collaborator_ids"]),
        )

    async def require_readable(self, session_id: int, user_id: int | None) -> Access:
        """Return the rights in a session that somebody may see. Raises NotFound."""
        access = await self.access(session_id)
        if not access.may_read(user_id):
            raise NotFound("There is no such code session.")
        return access

    async def require_writable(self, session_id: int, user_id: int | None) -> None:
        """Pass for a session that somebody may edit. Raises NotFound or Forbidden."""
        access = await self.require_readable(session_id, user_id)
        if not access.may_write(user_id):
            raise Forbidden("only those who may edit the document may do that")

    async def load(self, session_id: int) -> StoredDocument:
        """Return a document's parts. Raises NotFound."""
        # At one moment: what a snapshot covers may leave the log while we read.
        async with self._database.moment() as connection:
            projection = await connection.fetchrow(_SQL["projection"], session_id)
            if projection is None:
                raise NotFound("There is no such code session.")
            suggestions = await connection.fetch(_SQL["open_suggestions"], session_id)
            snapshot = await connection.fetchrow(_SQL["newest_snapshot"], session_id)
            updates = await connection.fetch(
                _SQL["updates_after"], session_id, snapshot["update_id"] if snapshot else 0
            )
        return StoredDocument(
            snapshot=LoggedUpdate(snapshot["update_id"], snapshot["content"]) if snapshot else None,
            updates=[LoggedUpdate(row["id"], row["content"]) for row in updates],
            projected_text=projection["code_content"],
            projected_at=projection["version"],
            suggestions=[_open_suggestion(row) for row in suggestions],
        )

    async def updates_after(self, session_id: int, update_id: int) -> list[LoggedUpdate]:
        """Return the log from a position on; for what is archived of it, the snapshot."""
        async with self._database.moment() as connection:
            snapshot = None
            if await connection.fetchval(_SQL["archived_through"], session_id) > update_id:
                snapshot = await connection.fetchrow(_SQL["newest_snapshot"], session_id)
            after = snapshot["update_id"] if snapshot else update_id
            rows = await connection.fetch(_SQL["updates_after"], session_id, after)
        logged = [LoggedUpdate(row["id"], row["content"]) for row in rows]
        if snapshot is not None:
            logged.insert(0, LoggedUpdate(snapshot["update_id"], snapshot["content"]))
        return logged

    async def open_suggestion(self, suggestion_id: int) -> OpenSuggestion | None:
        """Return where a suggestion stands, or None when it is resolved."""
        row = await self._database.fetchrow(_SQL["open_suggestion"], suggestion_id)
        return _open_suggestion(row) if row else None

    async def append(self, updates: Sequence[NewUpdate]) -> list[Appended | VibecastError]:
        """Append updates in one transaction and return where each stands, in the same order.

        An update whose session is gone, or whose suggestion is resolved already, costs only itself.
        Trying a batch again whose answer was lost appends its updates twice, which changes nothing:
        a Yjs update applied twice is applied once.
        """
        if all(update.accepts is None for update in updates):
            return await _insert(self._database, updates, {})
        async with self._database.transaction() as connection:
            session_ids = list({update.session_id for update in updates})
            await connection.execute(_SQL["lock_sessions"], session_ids)
            settled = await _accept(connection, updates, notifications=self._notifications)
            return await _insert(connection, updates, settled)

    async def save_projection(
        self, session_id: int, *, text: str, version: int, placed: Sequence[PlacedSuggestion]
    ) -> None:
        """Write the readable text and where the open suggestions stand in it."""
        async with self._database.transaction() as connection:
            await connection.execute(_SQL["project"], session_id, _readable(text), version)
            if placed:
                await connection.execute(
                    _SQL["project_anchors"],
                    [each.suggestion_id for each in placed],
                    [each.anchor.start for each in placed],
                    [each.anchor.end for each in placed],
                    [each.line_start for each in placed],
                    [each.line_end for each in placed],
                    [each.is_stale for each in placed],
                )

    async def snapshot_parts(
        self, session_id: int
    ) -> tuple[LoggedUpdate | None, list[LoggedUpdate]]:
        """Return the newest snapshot and the log from there to the projection.

        No further: a snapshot past the projection would swallow the updates that move the
        projected anchors of suggestions.
        """
        async with self._database.connection() as connection:
            version = await connection.fetchval(_SQL["projected_at"], session_id)
            snapshot = await connection.fetchrow(_SQL["newest_snapshot"], session_id)
            after = snapshot["update_id"] if snapshot else 0
            rows = await connection.fetch(_SQL["updates_between"], session_id, after, version or 0)
        return (
            LoggedUpdate(after, snapshot["content"]) if snapshot else None,
            [LoggedUpdate(row["id"], row["content"]) for row in rows],
        )

    async def save_snapshot(self, session_id: int, snapshot: LoggedUpdate) -> None:
        """Keep a snapshot in place of those before it."""
        async with self._database.transaction() as connection:
            await connection.execute(
                _SQL["save_snapshot"], session_id, snapshot.update_id, snapshot.content
            )
            await connection.execute(_SQL["drop_older_snapshots"], session_id, snapshot.update_id)


def _open_suggestion(row: asyncpg.Record) -> OpenSuggestion:
    return OpenSuggestion(
        row["id"],
        Anchor(row["anchor_start"], row["anchor_end"]),
        row["original"],
        (row["line_start"], row["line_end"]),
        row["is_stale"],
    )


def _readable(text: str) -> str:
    """Return `text` as the column takes it."""
    # PostgreSQL's text cannot hold NUL; SUBSTITUTE takes its place and is as long. Two nodes that
    # both fill a document to its limit at once may end over it; the log has all of it.
    encoded = text.replace("\x00", "\x1a").encode()
    return encoded[:TEXT_LIMIT_BYTES].decode(errors="ignore")


async def _accept(
    connection: Connection, updates: Sequence[NewUpdate], *, notifications: Notifications
) -> dict[int, Appended | VibecastError]:
    """Accept the suggestions that updates carry out; return the results of those that fail, or
    that were appended before, by their place."""
    accepting = {
        place: update.accepts for place, update in enumerate(updates) if update.accepts is not None
    }
    suggestion_ids = [acceptance.suggestion_id for acceptance in accepting.values()]
    await connection.execute(_SQL["lock_suggestions"], suggestion_ids)
    settled: dict[int, Appended | VibecastError] = {}
    for place, acceptance in accepting.items():
        accepted = await connection.fetchval(
            _SQL["accept_suggestion"],
            acceptance.suggestion_id,
            acceptance.accepted_by,
            acceptance.note,
        )
        if accepted is None:
            settled[place] = await _accepted_before(connection, updates[place])
        else:
            await _thank_author(connection, acceptance, notifications=notifications)
    return settled


async def _thank_author(
    connection: Connection, acceptance: Acceptance, *, notifications: Notifications
) -> None:
    """Give the author points and word of it; whoever accepts their own gets neither."""
    suggestion_id = acceptance.suggestion_id
    row = await connection.fetchrow(_SQL["accepted_of_another"], suggestion_id)
    if row is None:
        return
    await award(
        connection,
        row["user_id"],
        SUGGESTION_POINTS,
        source_type="suggestion",
        source_id=suggestion_id,
    )
    notice = Notice(
        user_id=row["user_id"],
        actor_id=acceptance.accepted_by,
        type="suggestion_accepted",
        related_type="suggestion",
        related_id=suggestion_id,
        group_key=f"suggestion:session:{row['session_id']}",
        data={
            "stream_id": str(row["stream_id"]),
            "session_id": str(row["session_id"]),
            "title": row["title"],
            "points": SUGGESTION_POINTS,
        },
    )
    await notifications.add(connection, [notice])


async def _accepted_before(
    connection: Connection, update: NewUpdate
) -> Appended | SuggestionResolved:
    """Tell a batch that is tried again from a suggestion that somebody else resolved.

    The update's bytes are the proof: the client id in them was drawn for this acceptance alone.
    """
    row = await connection.fetchrow(_SQL["find_update"], update.session_id, update.content)
    return Appended(row["previous_id"], row["id"]) if row else SuggestionResolved()


async def _insert(
    db: Queryable, updates: Sequence[NewUpdate], settled: Mapping[int, Appended | VibecastError]
) -> list[Appended | VibecastError]:
    """Append what is not settled yet and return every update's result."""
    places = [place for place in range(len(updates)) if place not in settled]
    inserted = [updates[place] for place in places]
    rows = await db.fetch(
        _SQL["append_updates"],
        [update.session_id for update in inserted],
        [update.user_id for update in inserted],
        [update.content for update in inserted],
        [update.made_at for update in inserted],
    )
    results = dict(settled)
    for row in rows:
        # PostgreSQL counts from one.
        results[places[row["place"] - 1]] = Appended(row["previous_id"], row["update_id"])
    return [
        results.get(place) or NotFound("The code session is gone.") for place in range(len(updates))
    ]
