"""Polls on disk: one vote each, counted exactly, and a result that no later vote can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from errors import (
    Conflict,
    NotFound,
    PollAlreadyOpen,
    PollClosed,
    StreamEnded,
    VibecastError,
)
from persistence.channels import exclusions
from persistence.database import Connection, Database
from persistence.sql import load_queries
from rooms.polls import Poll, PollOption, Question

_SQL = load_queries("polls")
_ONE_OPEN = "uq_stream_polls_one_open"
_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewVote:
    """What somebody wants to vote for."""

    poll_id: int
    user_id: int
    option_id: int


@dataclass(frozen=True, slots=True)
class VoteResult:
    """The vote stands; the poll as of its commit."""

    poll: Poll
    option_id: int


class PollStore:
    """Reads and writes the polls of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, stream_id: int, user_id: int, question: Question) -> Poll:
        """Open a poll. Raises PollAlreadyOpen, or StreamEnded."""
        try:
            async with self._database.transaction() as connection:
                poll_id = await connection.fetchval(
                    _SQL["insert_poll"],
                    stream_id,
                    user_id,
                    question.text,
                    question.seconds,
                    question.results,
                )
                if poll_id is None:
                    raise StreamEnded
                await connection.execute(_SQL["insert_options"], poll_id, list(question.options))
                return (await _polls(connection, [poll_id]))[poll_id]
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != _ONE_OPEN:
                raise
            raise PollAlreadyOpen from error

    async def poll(self, poll_id: int) -> Poll:
        """Return one poll. Raises NotFound."""
        async with self._database.connection() as connection:
            polls = await _polls(connection, [poll_id])
        if poll_id not in polls:
            raise NotFound("There is no such poll.")
        return polls[poll_id]

    async def open_poll(self, stream_id: int) -> Poll | None:
        """Return the stream's open poll, if it has one."""
        async with self._database.connection() as connection:
            poll_id = await connection.fetchval(_SQL["open_poll_id"], stream_id)
            return None if poll_id is None else (await _polls(connection, [poll_id]))[poll_id]

    async def past(self, stream_id: int, before: int | None = None, *, limit: int) -> list[Poll]:
        """Return the stream's polls before one (None: the newest), newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_SQL["past_poll_ids"], stream_id, before or _END, limit)
            polls = await _polls(connection, [row["id"] for row in rows])
        return list(polls.values())

    async def due(self) -> list[int]:
        """Return polls that are over and that nobody has announced."""
        return [row["id"] for row in await self._database.fetch(_SQL["due_poll_ids"])]

    async def due_of(self, stream_id: int) -> int | None:
        """Return the stream's poll that time has closed and nobody has announced."""
        poll_id: int | None = await self._database.fetchval(_SQL["due_poll_id_of"], stream_id)
        return poll_id

    async def next_due_s(self) -> float | None:
        """Return in how many seconds the next poll falls due, None when none will."""
        seconds: float | None = await self._database.fetchval(_SQL["next_due"])
        return seconds

    async def close(self, poll_id: int) -> tuple[Poll, bool]:
        """Close a poll and return its final state, and whether it was this call that closed it.

        Raises NotFound.
        """
        async with self._database.transaction() as connection:
            await connection.execute(_SQL["lock_closing"], poll_id)
            closed_now = await connection.fetchval(_SQL["close_poll"], poll_id) is not None
            polls = await _polls(connection, [poll_id])
        if poll_id not in polls:
            raise NotFound("There is no such poll.")
        return polls[poll_id], closed_now

    async def votes_of(self, poll_ids: Sequence[int], user_id: int) -> Mapping[int, int]:
        """Return the options somebody has voted for, by poll."""
        rows = await self._database.fetch(_SQL["votes"], list(poll_ids), [user_id] * len(poll_ids))
        return {row["poll_id"]: row["option_id"] for row in rows}

    async def vote_of(self, poll_id: int, user_id: int) -> int | None:
        """Return the option somebody has voted for."""
        rows = await self._database.fetch(_SQL["votes"], [poll_id], [user_id])
        return rows[0]["option_id"] if rows else None

    async def add_votes(
        self, batch: Sequence[NewVote]
    ) -> tuple[Sequence[VoteResult | VibecastError], Sequence[Poll]]:
        """Store a batch in one transaction; return what became of each vote, and the polls' states.

        A vote that stands already is the same vote. Conflict: another option has the user's vote;
        PollClosed; NotFound: no such poll, or not an option of it.
        """
        try:
            async with self._database.transaction() as connection:
                return await _add_votes(connection, batch)
        except asyncpg.ForeignKeyViolationError:
            # A voter was erased between our look and the insert.
            if len(batch) == 1:
                return [NotFound("This poll or this account is gone.")], []
            singles = [await self.add_votes([each]) for each in batch]
            return (
                [result for results, _ in singles for result in results],
                [poll for _, polls in singles for poll in polls],
            )


async def _add_votes(
    connection: Connection, batch: Sequence[NewVote]
) -> tuple[Sequence[VoteResult | VibecastError], Sequence[Poll]]:
    poll_ids = [each.poll_id for each in batch]
    await connection.execute(_SQL["lock_votes"], list(set(poll_ids)))
    standing = _by_voter(
        await connection.fetch(
            _SQL["add_votes"],
            poll_ids,
            [each.user_id for each in batch],
            [each.option_id for each in batch],
        )
    )
    # Votes that stood before, and those that nobody may give: few, if any.
    others = [each for each in batch if (each.poll_id, each.user_id) not in standing]
    if others:
        standing |= _by_voter(
            await connection.fetch(
                _SQL["votes"],
                [each.poll_id for each in others],
                [each.user_id for each in others],
            )
        )
    polls = await _polls(connection, list(set(poll_ids)))
    results = [
        _result(each, polls.get(each.poll_id), standing.get((each.poll_id, each.user_id)))
        for each in batch
    ]
    owners = {poll.id: poll.owner_id for poll in polls.values()}
    banned = await exclusions(
        connection,
        [
            (owners[each.poll_id], each.user_id)
            for each, result in zip(batch, results, strict=True)
            if isinstance(result, PollClosed)
        ],
    )
    results = [
        banned.get((owners[each.poll_id], each.user_id), result)
        if isinstance(result, PollClosed)
        else result
        for each, result in zip(batch, results, strict=True)
    ]
    return results, list(polls.values())


def _by_voter(rows: Sequence[asyncpg.Record]) -> dict[tuple[int, int], int]:
    return {(row["poll_id"], row["user_id"]): row["option_id"] for row in rows}


def _result(
    vote: NewVote, poll: Poll | None, standing_option_id: int | None
) -> VoteResult | VibecastError:
    if poll is None or vote.option_id not in {option.id for option in poll.options}:
        return NotFound("There is no such poll, or it has no such option.")
    if standing_option_id == vote.option_id:
        return VoteResult(poll, vote.option_id)
    if standing_option_id is not None:
        return Conflict("You have voted for another option already.")
    return PollClosed()


async def _polls(connection: Connection, poll_ids: Sequence[int]) -> Mapping[int, Poll]:
    rows = await connection.fetch(_SQL["polls"], list(poll_ids))
    options: dict[int, list[PollOption]] = {}
    for row in rows:
        option = PollOption(row["option_id"], row["option_text"], row["votes_count"])
        options.setdefault(row["id"], []).append(option)
    return {
        row["id"]: Poll(
            id=row["id"],
            stream_id=row["stream_id"],
            owner_id=row["owner_id"],
            question=row["question"],
            options=tuple(options[row["id"]]),
            ends_at=row["ends_at"],
            is_closed=row["is_closed"],
            created_at=row["created_at"],
            results=row["results"],
        )
        for row in rows
    }
