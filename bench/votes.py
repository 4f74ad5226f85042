"""Votes in one poll: through the batch, and beside it one commit for each vote.

Both go through the same storage to the same PostgreSQL with fsync, and both acknowledge what is on
disk. What Python does for the events before is part of bench/chat.py's load, not of this one.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.chat_load import cpu_s, percentile
from bench.report import Bar, Table
from errors import VibecastError
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.group_commit import GroupCommit, open_group_commit
from persistence.migrations import migrate
from persistence.polls import NewVote, PollStore, VoteResult
from rooms.polls import Poll, check_question

OPTIONS = ["tabs", "spaces", "both", "neither"]
SECONDS = 5
# People who vote as fast as they are answered; with one commit each, as many as the pool carries.
VOTERS_AT_ONCE, COMMITS_AT_ONCE = 2_000, 8
PEOPLE = 250_000
PACE_S = 0.001
SHARE_OF_PEER = 10
VOTES_PER_S = 20_000
ACK_P99_MS = 100


@dataclass(frozen=True, slots=True)
class Count:
    """What came of one way to store votes."""

    votes: int
    seconds: float
    acks_s: Sequence[float]
    stored: int
    """The poll's total at the end."""
    own_cpu_s: float
    postgres_cpu_s: float

    @property
    def per_s(self) -> float:
        """Votes a second."""
        return self.votes / self.seconds


def measure_votes() -> Table:
    """Store votes both ways, and at half of the batch's rate."""
    with tempfile.TemporaryDirectory(prefix="vibecast-bench-") as folder:
        alone, batch, half = uvloop.run(_measure(Path(folder)))
    ratio = batch.per_s / alone.per_s
    half_p99_ms = percentile(half.acks_s, 0.99) * 1e3
    return Table(
        title="Votes, each on disk before it is acknowledged",
        setting=(
            f"One poll, {SECONDS} s each, embedded PostgreSQL with fsync, node and server on the "
            f"same cores. One commit a vote on {COMMITS_AT_ONCE} connections at once; the batch "
            f"with {VOTERS_AT_ONCE:,} voters who wait for their answers; then half as many a "
            "second, evenly."
        ),
        columns=(
            *("way", "votes/s", "ratio", "ack p50 ms", "ack p99 ms", "in the tally"),
            *("CPU us/vote", "PostgreSQL us"),
        ),
        rows=[
            _row("one commit a vote", alone, alone),
            _row("group commit", batch, alone),
            _row("group commit, half the load", half, alone),
        ],
        bars=[
            Bar(
                f"at least {SHARE_OF_PEER} times one commit a vote ({ratio:.1f})",
                ratio >= SHARE_OF_PEER,
            ),
            Bar(
                f"at least {VOTES_PER_S:,} votes a second ({batch.per_s:,.0f})",
                batch.per_s >= VOTES_PER_S,
            ),
            Bar(
                f"p99 of the ack under {ACK_P99_MS} ms at half that load ({half_p99_ms:.0f} ms)",
                half_p99_ms < ACK_P99_MS,
            ),
            Bar(
                "every vote acknowledged is in the tally, once",
                all(count.votes == count.stored for count in (alone, batch, half)),
            ),
        ],
    )


def _row(way: str, count: Count, peer: Count) -> list[str]:
    return [
        way,
        f"{count.per_s:,.0f}",
        f"{count.per_s / peer.per_s:.1f}",
        f"{percentile(count.acks_s, 0.5) * 1e3:.1f}",
        f"{percentile(count.acks_s, 0.99) * 1e3:.1f}",
        "exact" if count.votes == count.stored else f"{count.stored - count.votes:+}",
        f"{count.own_cpu_s / count.votes * 1e6:.0f}",
        f"{count.postgres_cpu_s / count.votes * 1e6:.0f}",
    ]


async def _measure(folder: Path) -> tuple[Count, Count, Count]:
    async with open_embedded_postgres(folder) as url:
        await migrate(url)
        async with open_database(url) as database:
            polls = PollStore(database)
            await _add_people(database)
            postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])

            async def meter() -> _Meter:
                return _Meter(polls, await _ask(database, polls), postmaster=postmaster)

            alone = await _commit_alone(await meter())
            batch = await _commit_together(await meter())
            half = await _commit_evenly(await meter(), batch.per_s / 2)
            return alone, batch, half


async def _add_people(database: Database) -> None:
    # In parts, as a statement has a time limit.
    for begin in range(1, PEOPLE, 10_000):
        await database.execute(
            "INSERT INTO users (username, email) SELECT 'voter_' || n, n || '@mail.example' "
            "FROM generate_series($1::int, $1::int + 9999) AS n",
            begin,
        )


async def _ask(database: Database, polls: PollStore) -> Poll:
    """Ask a question in a stream of its own."""
    owner_id = await database.fetchval("SELECT min(id) FROM users")
    await database.execute("UPDATE streams SET status = 'ended', ended_at = now()")
    stream_id = await database.fetchval(
        "INSERT INTO streams (user_id, title, status, started_at) "
        "VALUES ($1, 'live coding', 'live', now()) RETURNING id",
        owner_id,
    )
    return await polls.ask(stream_id, owner_id, check_question("Which?", OPTIONS, None))


class _Meter:
    """Counts acknowledged votes, and the CPU that they take."""

    def __init__(self, polls: PollStore, poll: Poll, *, postmaster: int) -> None:
        self.polls = polls
        self.poll = poll
        self.acks_s: list[float] = []
        self._votes = iter(range(1, PEOPLE + 1))
        self._postmaster = postmaster
        self._cpu = (time.process_time(), cpu_s([postmaster]))
        self.begun = time.monotonic()

    def next_vote(self) -> NewVote | None:
        """Return the next person's vote; None when all have voted or the time is over."""
        user_id = next(self._votes, None)
        if user_id is None or time.monotonic() > self.begun + SECONDS:
            return None
        return NewVote(self.poll.id, user_id, self.poll.options[user_id % len(OPTIONS)].id)

    def acked(self, sent_at: float) -> None:
        """Count one."""
        self.acks_s.append(time.monotonic() - sent_at)

    async def count(self) -> Count:
        """Return what came of it."""
        seconds = time.monotonic() - self.begun
        own, postgres = self._cpu
        stored = (await self.polls.poll(self.poll.id)).total_votes
        return Count(
            votes=len(self.acks_s),
            seconds=seconds,
            acks_s=self.acks_s,
            stored=stored,
            own_cpu_s=time.process_time() - own,
            postgres_cpu_s=cpu_s([self._postmaster]) - postgres,
        )


async def _commit_alone(meter: _Meter) -> Count:
    async def voter() -> None:
        while (new := meter.next_vote()) is not None:
            now = time.monotonic()
            (result,), _ = await meter.polls.add_votes([new])
            assert isinstance(result, VoteResult), result
            meter.acked(now)

    await asyncio.gather(*(voter() for _ in range(COMMITS_AT_ONCE)))
    return await meter.count()


async def _commit_together(meter: _Meter) -> Count:
    async def voter(commits: GroupCommit[NewVote, VoteResult]) -> None:
        while (new := meter.next_vote()) is not None:
            now = time.monotonic()
            await commits.submit(new)
            meter.acked(now)

    async with _open_batch(meter.polls) as commits:
        await asyncio.gather(*(voter(commits) for _ in range(VOTERS_AT_ONCE)))
    return await meter.count()


async def _commit_evenly(meter: _Meter, per_s: float) -> Count:
    async def vote(commits: GroupCommit[NewVote, VoteResult], new: NewVote) -> None:
        now = time.monotonic()
        await commits.submit(new)
        meter.acked(now)

    async with _open_batch(meter.polls) as commits, asyncio.TaskGroup() as voting:
        sent = 0
        while (new := meter.next_vote()) is not None:
            voting.create_task(vote(commits, new))
            sent += 1
            if (early_s := meter.begun + sent / per_s - time.monotonic()) > 0:
                await asyncio.sleep(max(early_s, PACE_S))
    return await meter.count()


@asynccontextmanager
async def _open_batch(polls: PollStore) -> AsyncIterator[GroupCommit[NewVote, VoteResult]]:
    async def commit(batch: Sequence[NewVote]) -> Sequence[VoteResult | VibecastError]:
        results, _ = await polls.add_votes(batch)
        return results

    async with open_group_commit(commit) as commits:
        yield commits
