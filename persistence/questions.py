"""Questions of viewers on disk: asked once, voted for once by each, ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from errors import (
    Forbidden,
    NotFound,
    QuestionClosed,
    StreamEnded,
    TooManyRequests,
    VibecastError,
)
from persistence.channels import exclusions
from persistence.database import Database, Queryable
from persistence.sql import load_queries
from rooms.chat import Author
from rooms.questions import OPEN_PER_PERSON, OPEN_PER_ROOM, Status, ViewerQuestion
from server.paging import Start

_QUERIES = load_queries("questions")


@dataclass(frozen=True, slots=True)
class NewQuestionVote:
    """What somebody wants: to vote for a question, or to take that back."""

    question_id: int
    user_id: int
    is_for: bool


class QuestionStore:
    """Reads and writes the questions of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(
        self, stream_id: int, user_id: int, *, owner_id: int, content: str, client_id: str
    ) -> tuple[ViewerQuestion, bool]:
        """Store a question and return it, and whether it is new: a retry is the first one.

        Raises Banned, TimedOut, StreamEnded, TooManyRequests, NotFound.
        """
        async with self._database.transaction() as connection:
            room = await connection.fetchrow(_QUERIES["lock_room"], stream_id)
            if room is None:
                raise NotFound("There is no such stream.")
            known = await connection.fetchval(
                _QUERIES["by_client_id"], stream_id, user_id, client_id
            )
            if known is not None:
                return (await _by_ids(connection, [known]))[known], False
            pair = (owner_id, user_id)
            if error := (await exclusions(connection, [pair])).get(pair):
                raise error
            if room["status"] == "ended":
                raise StreamEnded()
            counts = await connection.fetchrow(_QUERIES["count_open"], stream_id, user_id)
            if counts is None or counts["of_person"] >= OPEN_PER_PERSON:
                raise TooManyRequests(f"{OPEN_PER_PERSON} of your questions wait for an answer.")
            if counts["of_room"] >= OPEN_PER_ROOM:
                raise TooManyRequests("Too many questions wait for an answer in this room.")
            question_id = await connection.fetchval(
                _QUERIES["ask"], stream_id, user_id, client_id, content
            )
            return (await _by_ids(connection, [question_id]))[question_id], True

    async def by_id(self, question_id: int) -> ViewerQuestion:
        """Return one question. Raises NotFound."""
        found = await _by_ids(self._database, [question_id])
        if question_id not in found:
            raise NotFound("There is no such question.")
        return found[question_id]

    async def ranked(
        self, stream_id: int, *, start: Start[tuple[int, int]], seen_by: int | None
    ) -> list[ViewerQuestion]:
        """Return the open questions, the most wanted first."""
        votes, question_id = start.key or (None, None)
        rows = await self._database.fetch(
            _QUERIES[start.way("ranked")], stream_id, votes, question_id, start.limit, seen_by
        )
        return await self._in_order(rows)

    async def settled(
        self,
        stream_id: int,
        status: Status,
        *,
        start: Start[int],
        seen_by: int | None,
    ) -> list[ViewerQuestion]:
        """Return those that were answered or dismissed, the latest first."""
        rows = await self._database.fetch(
            _QUERIES[start.way("settled")], stream_id, status, start.key, start.limit, seen_by
        )
        return await self._in_order(rows)

    async def highlighted(self, stream_id: int) -> ViewerQuestion | None:
        """Return the question on the screen of a room, if there is one."""
        question_id = await self._database.fetchval(_QUERIES["highlighted"], stream_id)
        return None if question_id is None else await self.by_id(question_id)

    async def voted(self, user_id: int | None, question_ids: Sequence[int]) -> frozenset[int]:
        """Return which of these questions somebody has voted for."""
        if user_id is None or not question_ids:
            return frozenset()
        rows = await self._database.fetch(_QUERIES["voted"], user_id, list(question_ids))
        return frozenset(row["question_id"] for row in rows)

    async def vote(
        self, batch: Sequence[NewQuestionVote]
    ) -> Sequence[ViewerQuestion | VibecastError]:
        """Store a batch of votes and return, for each, the question as of its commit.

        A vote that says the same again changes nothing.
        """
        async with self._database.transaction() as connection:
            question_ids = list({each.question_id for each in batch})
            rows = await connection.fetch(_QUERIES["votable"], question_ids)
            questions = {row["id"]: row for row in rows}
            banned = await exclusions(
                connection,
                [
                    (questions[each.question_id]["owner_id"], each.user_id)
                    for each in batch
                    if each.question_id in questions
                ],
            )
            errors = [
                _refusal(questions.get(each.question_id), each.user_id, banned) for each in batch
            ]
            # The last word of a person counts, also within a batch.
            final = {
                (each.question_id, each.user_id): each.is_for
                for each, error in zip(batch, errors, strict=True)
                if error is None
            }
            for query, is_for in (("take_back", False), ("vote", True)):
                keys = [key for key, wanted in final.items() if wanted is is_for]
                if keys:
                    await connection.execute(
                        _QUERIES[query], [key[0] for key in keys], [key[1] for key in keys]
                    )
            after = await _by_ids(connection, question_ids)
        return [error or after[each.question_id] for each, error in zip(batch, errors, strict=True)]

    async def resolve(self, question_id: int, status: Status, *, actor_id: int) -> ViewerQuestion:
        """Let a question be answered, dismissed or open again."""
        await self._database.fetchval(_QUERIES["resolve"], question_id, status, actor_id)
        return await self.by_id(question_id)

    async def highlight(
        self, question: ViewerQuestion, *, is_on: bool
    ) -> tuple[ViewerQuestion, ViewerQuestion | None]:
        """Put a question on everybody's screen, or take it off; return it and the one before it.

        Raises QuestionClosed.
        """
        async with self._database.transaction() as connection:
            await connection.fetchrow(_QUERIES["lock_room"], question.stream_id)
            before = None
            if is_on:
                before = await connection.fetchval(
                    _QUERIES["darken"], question.stream_id, question.id
                )
            await connection.fetchval(_QUERIES["highlight"], question.id, is_on)
            ids = [question.id] if before is None else [question.id, before]
            found = await _by_ids(connection, ids)
        after = found[question.id]
        if after.is_highlighted is not is_on:
            raise QuestionClosed()
        return after, None if before is None else found[before]

    async def _in_order(self, rows: Sequence[asyncpg.Record]) -> list[ViewerQuestion]:
        ids = [row["id"] for row in rows]
        found = await _by_ids(self._database, ids)
        return [found[each] for each in ids if each in found]


def _refusal(
    row: asyncpg.Record | None, user_id: int, banned: Mapping[tuple[int, int], VibecastError]
) -> VibecastError | None:
    if row is None or (row["visibility"] == "private" and row["owner_id"] != user_id):
        return NotFound("There is no such question.")
    if row["status"] != "open":
        return QuestionClosed()
    if row["user_id"] == user_id:
        return Forbidden("This is your own question.")
    return banned.get((row["owner_id"], user_id))


async def _by_ids(db: Queryable, question_ids: Sequence[int]) -> dict[int, ViewerQuestion]:
    rows = await db.fetch(_QUERIES["by_ids"], list(question_ids))
    return {
        row["id"]: ViewerQuestion(
            id=row["id"],
            stream_id=row["stream_id"],
            owner_id=row["owner_id"],
            author=Author(row["user_id"], row["username"]),
            content=row["content"],
            client_id=row["client_id"],
            status=row["status"],
            is_highlighted=row["is_highlighted"],
            votes_count=row["votes_count"],
            created_at=row["created_at"],
            resolved_at=row["resolved_at"],
        )
        for row in rows
    }
