"""Leaderboards answered by Redis, which knows a rank without counting; by SQL while it cannot.

Each board is a sorted set: the score is the negative of the points, and the member spells when they
were reached and by whom in fixed width, so Redis' own order, by score and then by member, is ours.
A hash finds a user's member. Absolute values are written, after the commit, and never one that was
reached earlier than what stands there, so retries and races change nothing.

A board without its `built` key is not whole (Redis is new, or was emptied, or the week has turned):
SQL answers until one node has built it. It expires daily, so a board is built anew once a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import get_args

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import LockNotOwnedError, RedisError

from community.boards import ALL_TIME, Leaderboards, Period, Place, Standing, board_of
from errors import VibecastError
from persistence.database import Database
from persistence.leaderboards import (
    Score,
    changed_since,
    every_score,
    scores_of,
    standings_at,
)
from server.paging import Start
from tasks import open_tasks

logger = structlog.get_logger(__name__)

TIMEOUT_S = 0.5
LEFT_ALONE_S = 1.0
REFRESH_EVERY_S = 5.0
# A transaction commits later than the `now()` it stamped its ledger rows with.
OVERLAP = timedelta(seconds=60)
BUILT_FOR_S = 24 * 3600
DATED_BOARD_KEPT_S = 40 * 24 * 3600
LOCK_S = 30.0
# Past this many the names are let go: the refresh finds them in the ledger.
TOUCHED_LIMIT = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# KEYS: scores, members. ARGV: user, score, member, and so on in threes. Score 0 takes somebody off.
_PUT = """
for i = 1, #ARGV, 3 do
    local user, score, member = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local standing = redis.call('HGET', KEYS[2], user)
    if score == '0' then
        if standing then
            redis.call('ZREM', KEYS[1], standing)
            redis.call('HDEL', KEYS[2], user)
        end
    elseif not standing or standing <= member then
        if standing and standing ~= member then
            redis.call('ZREM', KEYS[1], standing)
        end
        redis.call('ZADD', KEYS[1], '-' .. score, member)
        redis.call('HSET', KEYS[2], user, member)
    end
end
"""
# KEYS: scores, built. ARGV: score and member of the place to begin behind, or empty ones; limit.
# A member that sorts just behind the place, put there for a moment, tells where that is also when
# nobody stands at the place any more.
_PAGE = """
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
local start = 0
if ARGV[2] ~= '' then
    local marker = ARGV[2] .. '~'
    redis.call('ZADD', KEYS[1], '-' .. ARGV[1], marker)
    start = redis.call('ZRANK', KEYS[1], marker)
    redis.call('ZREM', KEYS[1], marker)
end
return redis.call('ZRANGE', KEYS[1], start, start + ARGV[3] - 1, 'WITHSCORES')
"""
# The same the other way: how many stand before the place, and the last of them, the nearest first.
_PAGE_BEFORE = """
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
local ahead = redis.call('ZCARD', KEYS[1])
if ARGV[2] ~= '' then
    local marker = ARGV[2] .. '~'
    redis.call('ZADD', KEYS[1], '-' .. ARGV[1], marker)
    ahead = redis.call('ZRANK', KEYS[1], marker)
    redis.call('ZREM', KEYS[1], marker)
    local standing = redis.call('ZSCORE', KEYS[1], ARGV[2])
    if standing and tonumber(standing) == -tonumber(ARGV[1]) then ahead = ahead - 1 end
end
local first = math.max(ahead - ARGV[3], 0)
local found = {}
if ahead > 0 then found = redis.call('ZRANGE', KEYS[1], first, ahead - 1, 'WITHSCORES') end
local turned = {}
for i = #found - 1, 1, -2 do
    turned[#turned + 1] = found[i]
    turned[#turned + 1] = found[i + 1]
end
return {ahead, turned}
"""
# KEYS: scores, members, built. ARGV: user.
_STANDING = """
if redis.call('EXISTS', KEYS[3]) == 0 then return false end
local member = redis.call('HGET', KEYS[2], ARGV[1])
if not member then return {} end
return {redis.call('ZRANK', KEYS[1], member), member, redis.call('ZSCORE', KEYS[1], member)}
"""


class NotBuilt(Exception):
    """The board is not whole in Redis."""


class RedisLeaderboards:
    """Every board, from Redis where it can. Made by `open_redis_leaderboards`."""

    def __init__(
        self,
        redis: Redis,
        *,
        database: Database,
        sql: Leaderboards,
        clock: Callable[[], datetime],
    ) -> None:
        self._redis = redis
        self._put = redis.register_script(_PUT)
        self._page = redis.register_script(_PAGE)
        self._page_before = redis.register_script(_PAGE_BEFORE)
        self._standing = redis.register_script(_STANDING)
        self._database = database
        self._sql = sql
        self._clock = clock
        self._left_alone_until = datetime.min.replace(tzinfo=UTC)
        self._refreshed_at: datetime | None = None
        self._touched: set[int] = set()
        self._touches = asyncio.Event()

    async def page(self, board: str, start: Start[Place]) -> list[Standing]:
        """Return who stands behind a place, or before it."""
        if self._clock() < self._left_alone_until:
            return await self._sql.page(board, start)
        try:
            places = await self._places(board, start)
        except (RedisError, OSError, NotBuilt) as error:
            self._leave_alone(error)
            return await self._sql.page(board, start)
        standings = await standings_at(self._database, places)
        if len(standings) < len(places):
            # Somebody was suspended a moment ago and Redis has not heard: SQL has.
            shown = {standing.place for standing in standings}
            self.touch(place.user_id for place in places if place not in shown)
            return await self._sql.page(board, start)
        return standings

    async def standing(self, board: str, user_id: int) -> Standing | None:
        """Return where the user stands, or None."""
        if self._clock() < self._left_alone_until:
            return await self._sql.standing(board, user_id)
        try:
            place = await self._place(board, user_id)
        except (RedisError, OSError, NotBuilt) as error:
            self._leave_alone(error)
            return await self._sql.standing(board, user_id)
        if place is None:
            return None
        return next(iter(await standings_at(self._database, [place])), None)

    def touch(self, user_ids: Iterable[int]) -> None:
        """Write these people's scores anew, soon."""
        self._touched.update(user_ids)
        if len(self._touched) > TOUCHED_LIMIT:
            self._touched.clear()
        self._touches.set()

    async def run(self) -> None:
        """Build the boards and keep them with the ledger until cancelled."""
        while not _is_cancelled():
            try:
                await self.refresh()
            except (RedisError, OSError, VibecastError) as error:
                # `_refreshed_at` stays, so the next round looks as far back as it must.
                logger.warning("leaderboards could not be refreshed", error=repr(error))
            await self._put_touched_until(asyncio.get_running_loop().time() + REFRESH_EVERY_S)

    async def refresh(self) -> None:
        """Write what may have changed since the last time, and build what is not whole."""
        now = self._clock()
        since = self._refreshed_at
        changed = await changed_since(self._database, since - OVERLAP) if since else []
        for period in get_args(Period):
            board = board_of(period, now)
            if since is None or not await self._redis.exists(_key(board, "built")):
                await self._build(board)
            else:
                await self._write(board, await scores_of(self._database, board, changed))
        self._refreshed_at = now

    async def put_touched(self) -> None:
        """Write the scores of everybody who was touched until now."""
        touched, self._touched = sorted(self._touched), set()
        now = self._clock()
        for period in get_args(Period):
            board = board_of(period, now)
            await self._write(board, await scores_of(self._database, board, touched))

    async def _put_touched_until(self, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                while not _is_cancelled():
                    await self._touches.wait()
                    self._touches.clear()
                    await self.put_touched()
        except TimeoutError:
            return
        except (RedisError, OSError, VibecastError) as error:
            # The next refresh finds them in the ledger.
            logger.warning("leaderboards could not be written", error=repr(error))

    async def _build(self, board: str) -> None:
        """Write a whole board, unless another node is just doing so. SQL answers meanwhile."""
        lock = self._redis.lock(_key(board, "lock"), timeout=LOCK_S, blocking=False)
        if not await lock.acquire():
            return
        await self._redis.delete(
            _key(board, "built"), _key(board, "scores"), _key(board, "members")
        )
        written = 0
        async for scores in every_score(self._database, board):
            await self._write(board, scores)
            await lock.reacquire()
            written += len(scores)
        if board != ALL_TIME:
            for part in ("scores", "members"):
                await self._redis.expire(_key(board, part), DATED_BOARD_KEPT_S)
        await self._redis.set(_key(board, "built"), "1", ex=BUILT_FOR_S)
        try:
            await lock.release()
        except LockNotOwnedError:
            # It took so long that another node has begun; its `built` is as good.
            return
        logger.info("leaderboard built", board=board, people=written)

    async def _write(self, board: str, scores: Sequence[Score]) -> None:
        if not scores:
            return
        await self._put(
            keys=[_key(board, "scores"), _key(board, "members")],
            args=[
                part
                for each in scores
                for part in (each.user_id, each.score, _member(each.reached_at, each.user_id))
            ],
        )

    async def _places(self, board: str, start: Start[Place]) -> list[Place]:
        at = start.key
        begin = (at.score, _member(at.reached_at, at.user_id)) if at is not None else ("", "")
        page = self._page_before if start.is_backwards else self._page
        found = await page(
            keys=[_key(board, "scores"), _key(board, "built")], args=[*begin, start.limit]
        )
        if found is None:
            raise NotBuilt(board)
        if start.is_backwards:
            ahead, found = found
            ranks = count(ahead, -1)
        else:
            ranks = count(at.rank + 1 if at is not None else 1)
        pairs = zip(found[::2], found[1::2], strict=True)
        return [
            _read(rank, member, score) for rank, (member, score) in zip(ranks, pairs, strict=False)
        ]

    async def _place(self, board: str, user_id: int) -> Place | None:
        found = await self._standing(
            keys=[_key(board, "scores"), _key(board, "members"), _key(board, "built")],
            args=[user_id],
        )
        if found is None:
            raise NotBuilt(board)
        if not found:
            return None
        ahead, member, score = found
        return _read(ahead + 1, member, score)

    def _leave_alone(self, error: Exception) -> None:
        if not isinstance(error, NotBuilt):
            logger.warning("leaderboards are answered by SQL", error=repr(error))
            self._left_alone_until = self._clock() + timedelta(seconds=LEFT_ALONE_S)


def _is_cancelled() -> bool:
    """Tell whether this task was told to end: the library can take that for an error of its
    connection, and swallow it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _key(board: str, part: str) -> str:
    return f"leaderboard:{{{board}}}:{part}"


def _member(reached_at: datetime, user_id: int) -> str:
    microseconds = (reached_at - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds:016x}:{user_id:016x}"


def _read(rank: int, member: bytes, score: bytes) -> Place:
    microseconds, user_id = (int(part, 16) for part in member.decode().split(":"))
    reached_at = EPOCH + timedelta(microseconds=microseconds)
    return Place(rank, -int(float(score)), reached_at, user_id)


@asynccontextmanager
async def open_redis_leaderboards(
    url: str, *, database: Database, sql: Leaderboards, clock: Callable[[], datetime]
) -> AsyncIterator[RedisLeaderboards]:
    """Keep the boards in Redis for the length of the block."""
    redis = Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        # One try: SQL is better than waiting.
        retry=Retry(NoBackoff(), 0),
    )
    leaderboards = RedisLeaderboards(redis, database=database, sql=sql, clock=clock)
    try:
        async with open_tasks(leaderboards.run()):
            yield leaderboards
    finally:
        await redis.aclose()
