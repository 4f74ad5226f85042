"""Leaderboards: SQL and Redis give the same answers, whatever happens to either."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from community.boards import Leaderboards, Place, Standing, board_of
from persistence.database import Database
from persistence.leaderboards import SqlLeaderboards
from persistence.redis_leaderboards import RedisLeaderboards, open_redis_leaderboards
from server.paging import Start
from tests.people import add_people
from tests.redis import RedisServer

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
BOARD = "all-time"


def clock() -> datetime:
    return NOW


class NotAsked:
    """The boards behind Redis, which must not be asked while it is there."""

    async def page(self, board: str, start: Start[Place]) -> list[Standing]:
        raise AssertionError("Redis is there")

    async def standing(self, board: str, user_id: int) -> Standing | None:
        raise AssertionError("Redis is there")

    def touch(self, user_ids: Iterable[int]) -> None:
        raise AssertionError("Redis is there")


@dataclass
class Boards:
    """One implementation, and how to wait until it has heard of what was touched."""

    leaderboards: Leaderboards
    settle: Callable[[], Awaitable[None]]
    database: Database

    async def pay(self, user_id: int, delta: int, at: datetime = NOW) -> None:
        await pay(self.database, user_id, delta, at)
        self.leaderboards.touch([user_id])
        await self.settle()

    async def order(self, board: str = BOARD, *, limit: int = 100) -> list[int]:
        return [
            each.place.user_id for each in await self.leaderboards.page(board, Start(None, limit))
        ]


async def pay(database: Database, user_id: int, delta: int, at: datetime) -> None:
    await database.execute(
        "INSERT INTO point_events (user_id, delta, source_type, source_id, created_at) "
        "VALUES ($1, $2, 'badge', (SELECT count(*) + 1 FROM point_events), $3)",
        user_id,
        delta,
        at,
    )


async def _nothing() -> None:
    return


@pytest_asyncio.fixture(params=["sql", "redis"])
async def boards(
    request: pytest.FixtureRequest, database: Database, redis_url: str
) -> AsyncIterator[Boards]:
    if request.param == "sql":
        yield Boards(SqlLeaderboards(database), _nothing, database)
        return
    async with Redis.from_url(redis_url) as redis:
        kept = RedisLeaderboards(redis, database=database, sql=NotAsked(), clock=clock)
        await kept.refresh()
        yield Boards(kept, kept.put_touched, database)


async def test_most_points_stand_first_then_who_had_them_first(boards: Boards) -> None:
    ann, bob, cid, dan = await add_people(boards.database, 4)
    await boards.pay(dan, 10)
    await boards.pay(ann, 10)
    await boards.pay(bob, 10, NOW - timedelta(microseconds=1))
    await boards.pay(cid, 11)
    assert await boards.order() == [cid, bob, ann, dan]
    ranks = [await boards.leaderboards.standing(BOARD, each) for each in (ann, bob, cid, dan)]
    assert [standing and standing.place.rank for standing in ranks] == [3, 2, 1, 4]


async def test_who_draws_level_later_stands_behind(boards: Boards) -> None:
    ann, bob = await add_people(boards.database, 2)
    await boards.pay(ann, 5, NOW - timedelta(hours=3))
    await boards.pay(bob, 10, NOW - timedelta(hours=2))
    await boards.pay(ann, 5, NOW - timedelta(hours=1))
    assert await boards.order() == [bob, ann]
    await boards.pay(ann, 1)
    assert await boards.order() == [ann, bob]


async def test_boards_count_from_midnight_utc_of_the_first_and_of_monday(boards: Boards) -> None:
    ann, bob, cid = await add_people(boards.database, 3)
    await boards.pay(ann, 1, datetime(2026, 11, 16, tzinfo=UTC))
    await boards.pay(bob, 2, datetime(2026, 11, 15, 23, 59, 59, tzinfo=UTC))
    await boards.pay(cid, 3, datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC))
    assert await boards.order(board_of("weekly", NOW)) == [ann]
    assert await boards.order(board_of("monthly", NOW)) == [bob, ann]
    assert await boards.order(board_of("all-time", NOW)) == [cid, bob, ann]
    assert await boards.leaderboards.standing(board_of("weekly", NOW), cid) is None


async def test_suspended_and_erased_people_stand_on_no_board(boards: Boards) -> None:
    ann, bob, cid, dan = people = await add_people(boards.database, 4)
    for score, person in enumerate(people, start=1):
        await boards.pay(person, score)
    await boards.database.execute(
        "UPDATE users SET banned_until = now() + interval '1 day' WHERE id = $1", dan
    )
    await boards.database.execute("UPDATE users SET deleted_at = now() WHERE id = $1", bob)
    boards.leaderboards.touch([dan, bob])
    await boards.settle()
    assert await boards.order() == [cid, ann]
    assert await boards.leaderboards.standing(BOARD, dan) is None
    standing = await boards.leaderboards.standing(BOARD, ann)
    assert standing is not None and standing.place.rank == 2
    await boards.database.execute("UPDATE users SET banned_until = now() WHERE id = $1", dan)
    boards.leaderboards.touch([dan])
    await boards.settle()
    assert await boards.order() == [dan, cid, ann]


async def test_pages_begin_behind_a_place_even_when_its_holder_has_moved_on(
    boards: Boards,
) -> None:
    people = await add_people(boards.database, 6)
    for number, person in enumerate(people):
        await boards.pay(person, 60 - number * 10)
    first = await boards.leaderboards.page(BOARD, Start(None, 3))
    assert [each.place.user_id for each in first] == people[:3]
    await boards.pay(people[2], 100)
    second = await boards.leaderboards.page(BOARD, Start(first[-1].place, 2))
    assert [(each.place.rank, each.place.user_id) for each in second] == [
        (4, people[3]),
        (5, people[4]),
    ]
    last = await boards.leaderboards.page(BOARD, Start(second[-1].place, 2))
    assert [each.place.user_id for each in last] == people[5:]


async def test_page_before_a_place_counts_its_ranks_anew(boards: Boards) -> None:
    people = await add_people(boards.database, 6)
    for number, person in enumerate(people):
        await boards.pay(person, 60 - number * 10)
    (*_, fourth) = await boards.leaderboards.page(BOARD, Start(None, 4))
    # The last comes to the front, and whoever stood at the place goes with it.
    await boards.pay(people[5], 100)
    await boards.pay(people[3], 100)
    before = await boards.leaderboards.page(BOARD, Start(fourth.place, 2, is_backwards=True))
    assert [(each.place.rank, each.place.user_id) for each in before] == [
        (5, people[2]),
        (4, people[1]),
    ]
    from_the_end = await boards.leaderboards.page(BOARD, Start(None, 9, is_backwards=True))
    assert [each.place.rank for each in from_the_end] == [6, 5, 4, 3, 2, 1]
    first = from_the_end[-1].place
    assert await boards.leaderboards.page(BOARD, Start(first, 3, is_backwards=True)) == []


async def test_who_has_nothing_stands_nowhere(boards: Boards) -> None:
    (ann,) = await add_people(boards.database, 1)
    assert await boards.leaderboards.standing(BOARD, ann) is None
    assert await boards.order() == []


async def test_sql_and_redis_agree_on_a_crowd_with_many_ties(
    database: Database, redis_url: str
) -> None:
    chance = random.Random(7)
    people = await add_people(database, 60)
    for number in range(8):
        # A statement pays a person once at most, as the ledger's rows come in life.
        paid = chance.sample(people, 40)
        await database.executemany(
            "INSERT INTO point_events (user_id, delta, source_type, source_id, created_at) "
            "VALUES ($1, $2, 'badge', $3, $4)",
            [
                (each, chance.choice((5, 10)), number, NOW - timedelta(hours=chance.randrange(40)))
                for each in paid
            ],
        )
    await database.execute(
        "UPDATE users SET banned_until = now() + interval '1 day' WHERE id % 7 = 0"
    )
    sql = SqlLeaderboards(database)
    async with Redis.from_url(redis_url) as redis:
        kept = RedisLeaderboards(redis, database=database, sql=NotAsked(), clock=clock)
        await kept.refresh()
        for period in ("all-time", "monthly", "weekly"):
            board = board_of(period, NOW)
            after = None
            while page := await sql.page(board, Start(after, 7)):
                assert await kept.page(board, Start(after, 7)) == page
                back = Start(page[0].place, 9, is_backwards=True)
                assert await kept.page(board, back) == await sql.page(board, back)
                after = page[-1].place
            for person in people:
                assert await kept.standing(board, person) == await sql.standing(board, person)


async def test_older_value_that_arrives_late_changes_nothing(
    database: Database, redis_url: str
) -> None:
    (ann,) = await add_people(database, 1)
    await pay(database, ann, 5, NOW)
    async with Redis.from_url(redis_url) as redis:
        kept = RedisLeaderboards(redis, database=database, sql=NotAsked(), clock=clock)
        await kept.refresh()
        await pay(database, ann, 5, NOW + timedelta(seconds=1))
        for _ in range(2):
            kept.touch([ann])
            await kept.put_touched()
        standing = await kept.standing(BOARD, ann)
        assert standing is not None and standing.place.score == 10
        assert await redis.zcard("leaderboard:{all-time}:scores") == 1


async def test_what_nobody_touched_is_found_in_the_ledger(
    database: Database, redis_url: str
) -> None:
    (ann,) = await add_people(database, 1)
    async with Redis.from_url(redis_url) as redis:
        kept = RedisLeaderboards(
            redis, database=database, sql=NotAsked(), clock=lambda: datetime.now(UTC)
        )
        await kept.refresh()
        await pay(database, ann, 5, datetime.now(UTC))
        await kept.refresh()
        standing = await kept.standing(BOARD, ann)
        assert standing is not None and standing.place.score == 5


async def test_sql_answers_while_redis_is_away_and_redis_is_built_when_it_is_back(
    database: Database, redis_server: RedisServer
) -> None:
    ann, bob = await add_people(database, 2)
    await pay(database, ann, 5, NOW)
    now = NOW
    async with Redis.from_url(redis_server.url) as redis:
        kept = RedisLeaderboards(
            redis, database=database, sql=SqlLeaderboards(database), clock=lambda: now
        )
        await kept.refresh()
        redis_server.stop()
        await pay(database, bob, 9, NOW)
        assert [each.username for each in await kept.page(BOARD, Start(None, 5))] != []
        standing = await kept.standing(BOARD, bob)
        assert standing is not None and standing.place.rank == 1
        redis_server.start()
        now = NOW + timedelta(minutes=1)
        # Empty, and known to be: it is not asked before it is whole.
        standing = await kept.standing(BOARD, bob)
        assert standing is not None and standing.place.rank == 1
        await kept.refresh()
        kept_only = RedisLeaderboards(redis, database=database, sql=NotAsked(), clock=lambda: now)
        standing = await kept_only.standing(BOARD, bob)
        assert standing is not None and standing.place.rank == 1


async def test_node_builds_the_boards_at_its_start(database: Database, redis_url: str) -> None:
    (ann,) = await add_people(database, 1)
    await pay(database, ann, 5, NOW)
    async with (
        Redis.from_url(redis_url) as redis,
        open_redis_leaderboards(
            redis_url, database=database, sql=SqlLeaderboards(database), clock=clock
        ) as kept,
        asyncio.timeout(5),
    ):
        while not await redis.exists("leaderboard:{2026-W47}:built"):
            pass
        await pay(database, ann, 5, NOW + timedelta(seconds=1))
        kept.touch([ann])
        while await redis.zscore("leaderboard:{all-time}:scores", await _member(redis, ann)) != -10:
            pass


async def _member(redis: Redis, user_id: int) -> bytes:
    member = await redis.hget("leaderboard:{all-time}:members", str(user_id))
    assert isinstance(member, bytes)
    return member


async def test_one_node_builds_a_board_at_a_time(database: Database, redis_url: str) -> None:
    (ann,) = await add_people(database, 1)
    await pay(database, ann, 5, NOW)
    async with Redis.from_url(redis_url) as redis:
        nodes = [
            RedisLeaderboards(redis, database=database, sql=NotAsked(), clock=clock)
            for _ in range(3)
        ]
        await asyncio.gather(*(node.refresh() for node in nodes))
        assert await redis.zcard("leaderboard:{all-time}:scores") == 1
        assert await redis.keys("leaderboard:*:lock") == []
