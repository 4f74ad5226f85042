"""Suggestions and votes on disk. Batches in one transaction each; retries change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from collab.anchors import Anchor
from collab.suggestions import OPEN_PER_SESSION, PER_HOUR, Person, Suggestion
from errors import NotFound, SuggestionResolved, TooManyRequests, VibecastError
from persistence.channels import exclusions
from persistence.database import Database, Queryable
from persistence.notifications import Notice, Notifications
from persistence.sql import load_queries
from server.paging import Start

_SQL = load_queries("suggestions")


@dataclass(frozen=True, slots=True)
class NewSuggestion:
    """A suggestion to be added."""

    session_id: int
    user_id: int
    client_id: str
    content: str
    original: str
    anchor: Anchor
    line_start: int
    line_end: int


@dataclass(frozen=True, slots=True)
class NewVote:
    """What somebody thinks of a suggestion: 1, -1, or 0 to take a vote back."""

    suggestion_id: int
    user_id: int
    value: int


class SuggestionStore:
    """The tables code_suggestions and code_suggestion_votes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notifications = Notifications(database)

    async def add(self, suggestions: Sequence[NewSuggestion]) -> list[int | VibecastError]:
        """Add suggestions and return their ids. One that is there already is the same one."""
        async with self._database.transaction() as connection:
            await connection.execute(_SQL["lock_authors"], list({s.user_id for s in suggestions}))
            await connection.execute(
                _SQL["add"],
                [s.session_id for s in suggestions],
                [s.user_id for s in suggestions],
                [s.client_id for s in suggestions],
                [s.content for s in suggestions],
                [s.original for s in suggestions],
                [s.anchor.start for s in suggestions],
                [s.anchor.end for s in suggestions],
                [s.line_start for s in suggestions],
                [s.line_end for s in suggestions],
                PER_HOUR,
                OPEN_PER_SESSION,
            )
            rows = await connection.fetch(
                _SQL["by_client_ids"],
                [s.session_id for s in suggestions],
                [s.user_id for s in suggestions],
                [s.client_id for s in suggestions],
            )
        ids = {(row["session_id"], row["user_id"], row["client_id"]): row["id"] for row in rows}
        return [
            ids.get((s.session_id, s.user_id, s.client_id))
            or TooManyRequests(f"{PER_HOUR} suggestions an hour, and {OPEN_PER_SESSION} open ones.")
            for s in suggestions
        ]

    async def find(self, session_id: int, user_id: int, client_id: str) -> int | None:
        """Return the id of the suggestion that somebody has already made under this client id."""
        row = await self._database.fetchrow(
            _SQL["by_client_ids"], [session_id], [user_id], [client_id]
        )
        return row["id"] if row else None

    async def check_not_banned(self, owner_id: int, user_id: int) -> None:
        """Return if nobody keeps the user out of the owner's channel. Raises Banned, TimedOut."""
        pair = (owner_id, user_id)
        if error := (await exclusions(self._database, [pair])).get(pair):
            raise error

    async def by_id(self, suggestion_id: int, *, seen_by: int | None = None) -> Suggestion:
        """Return a suggestion. Raises NotFound."""
        found = await self.by_ids([suggestion_id], seen_by=seen_by)
        if not found:
            raise NotFound("There is no such suggestion.")
        return found[0]

    async def by_ids(
        self, suggestion_ids: Sequence[int], *, seen_by: int | None = None
    ) -> list[Suggestion]:
        """Return suggestions, the newest first; those that are gone are left out."""
        return await _by_ids(self._database, suggestion_ids, seen_by)

    async def page(
        self, session_id: int, *, status: str | None, start: Start[int], seen_by: int | None
    ) -> list[Suggestion]:
        """Return a session's suggestions, the newest first."""
        query = _SQL[start.way("page")]
        rows = await self._database.fetch(query, session_id, status, start.key, start.limit)
        found = await self.by_ids([row["id"] for row in rows], seen_by=seen_by)
        return found[::-1] if start.is_backwards else found

    async def page_by_votes(
        self,
        session_id: int,
        *,
        status: str | None,
        start: Start[tuple[int, int]],
        seen_by: int | None,
    ) -> list[Suggestion]:
        """Return a session's suggestions, the best first."""
        score, last_id = start.key or (None, None)
        rows = await self._database.fetch(
            _SQL[start.way("page_by_votes")], session_id, status, score, last_id, start.limit
        )
        ids = [row["id"] for row in rows]
        found = {each.id: each for each in await self.by_ids(ids, seen_by=seen_by)}
        return [found[each] for each in ids if each in found]

    async def vote(self, votes: Sequence[NewVote]) -> list[Suggestion | VibecastError]:
        """Count votes and return each one's suggestion as of the commit."""
        async with self._database.transaction() as connection:
            ids = list({vote.suggestion_id for vote in votes})
            rows = {
                row["suggestion_id"]: row for row in await connection.fetch(_SQL["votable"], ids)
            }
            collaborations = {
                (row["session_id"], row["user_id"])
                for row in await connection.fetch(
                    _SQL["collaborations"],
                    list({row["session_id"] for row in rows.values()}),
                    list({vote.user_id for vote in votes}),
                )
            }
            banned = await exclusions(
                connection,
                [
                    (rows[vote.suggestion_id]["owner_id"], vote.user_id)
                    for vote in votes
                    if vote.suggestion_id in rows
                ],
            )
            refusals = [
                _refusal(rows.get(vote.suggestion_id), vote.user_id, collaborations, banned)
                for vote in votes
            ]
            # The last word of a person counts, also within a batch.
            final = {
                (vote.suggestion_id, vote.user_id): vote.value
                for vote, refusal in zip(votes, refusals, strict=True)
                if refusal is None
            }
            withdrawn = [key for key, value in final.items() if value == 0]
            cast = [(*key, value) for key, value in final.items() if value != 0]
            if withdrawn:
                await connection.execute(
                    _SQL["withdraw_votes"], [w[0] for w in withdrawn], [w[1] for w in withdrawn]
                )
            if cast:
                await connection.execute(
                    _SQL["vote"], [c[0] for c in cast], [c[1] for c in cast], [c[2] for c in cast]
                )
            tallied = {s.id: s for s in await _by_ids(connection, ids, None)}
        return [
            refusal or tallied[vote.suggestion_id]
            for vote, refusal in zip(votes, refusals, strict=True)
        ]

    async def reject(self, suggestion_id: int, *, rejected_by: int, note: str | None) -> None:
        """Reject a suggestion and let its author know. Raises SuggestionResolved."""
        async with self._database.transaction() as connection:
            rejected = await connection.fetchval(_SQL["reject"], suggestion_id, rejected_by, note)
            if rejected is None:
                raise SuggestionResolved()
            row = await connection.fetchrow(_SQL["rejected_of_another"], suggestion_id)
            if row is None:
                return
            data = {
                "stream_id": str(row["stream_id"]),
                "session_id": str(row["session_id"]),
                "title": row["title"],
            }
            notice = Notice(
                user_id=row["user_id"],
                actor_id=rejected_by,
                type="suggestion_rejected",
                related_type="suggestion",
                related_id=suggestion_id,
                # Each with its own note.
                group_key=f"suggestion:{suggestion_id}",
                data=data | ({"note": note} if note else {}),
            )
            await self._notifications.add(connection, [notice])

    async def withdraw(self, suggestion_id: int, *, author_id: int) -> None:
        """Take back a suggestion of one's own. Raises SuggestionResolved."""
        if await self._database.fetchval(_SQL["withdraw"], suggestion_id, author_id) is None:
            raise SuggestionResolved()


def _refusal(
    row: asyncpg.Record | None,
    user_id: int,
    collaborations: set[tuple[int, int]],
    banned: Mapping[tuple[int, int], VibecastError],
) -> VibecastError | None:
    if row is None or not (
        row["visibility"] != "private"
        or row["owner_id"] == user_id
        or (row["session_id"], user_id) in collaborations
    ):
        return NotFound("There is no such suggestion.")
    if row["status"] != "pending":
        return SuggestionResolved()
    return banned.get((row["owner_id"], user_id))


async def _by_ids(
    db: Queryable, suggestion_ids: Sequence[int], seen_by: int | None
) -> list[Suggestion]:
    rows = await db.fetch(_SQL["by_ids"], suggestion_ids, seen_by)
    return [
        Suggestion(
            id=row["id"],
            session_id=row["session_id"],
            stream_id=row["stream_id"],
            author=_person(row["user_id"], row["username"]),
            client_id=row["client_id"],
            content=row["content"],
            original=row["original"],
            line_start=row["line_start"],
            line_end=row["line_end"],
            upvotes=row["upvotes"],
            downvotes=row["downvotes"],
            status=row["status"],
            is_stale=row["is_stale"],
            note=row["note"],
            created_at=row["created_at"],
            resolved_by=_person(row["resolved_by"], row["resolved_by_username"]),
            my_vote=row["my_vote"],
        )
        for row in rows
    ]


def _person(user_id: int | None, username: str | None) -> Person | None:
    return Person(user_id, username) if user_id is not None and username is not None else None
