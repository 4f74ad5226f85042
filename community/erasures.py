"""The end of an account, by its owner. What says who it was goes in one transaction; what hangs on
it is cleared away after the answer, and by any node that finds it unfinished.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from community.avatars import KIND as AVATARS
from errors import Unauthenticated, VibecastError
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.erasures import begin_erasure, finish_erasure, next_unfinished, open_streams
from persistence.media_objects import retire_others
from rooms.houses import LookAt
from tasks import open_tasks

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0


class Erasures:
    """Ends accounts. Made by `open_erasures`, which runs `run`."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: AuthSessions,
        end_stream: Callable[[int], Awaitable[object]],
        look_at_stages: LookAt,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._end_stream = end_stream
        self._look_at_stages = look_at_stages
        self._begun = asyncio.Event()

    async def erase(self, user_id: int, *, erases_content: bool) -> None:
        """Make the account nobody's. Whoever calls has asked again who it is."""
        async with self._database.transaction() as connection:
            ended = await begin_erasure(connection, user_id, erases_content=erases_content)
            if ended is None:
                raise Unauthenticated()
            await retire_others(connection, user_id, kind=AVATARS)
        for session_hash in ended:
            self._sessions.forget(session_hash)
        logger.warning("account erased", user_id=user_id)
        self._begun.set()

    async def finish(self) -> None:
        """Clear away what erased accounts left behind."""
        after = 0
        while (unfinished := await next_unfinished(self._database, after=after)) is not None:
            after = unfinished.user_id
            await self._look_at_stages([after])
            for stream_id in await open_streams(self._database, after):
                await self._end_stream(stream_id)
            done = await finish_erasure(self._database, unfinished)
            logger.info("erasure finished", user_id=after, **done)

    async def run(self) -> None:
        """Finish erasures as they begin, and those that another node left, until cancelled."""
        while True:
            self._begun.clear()
            try:
                await self.finish()
            except VibecastError as error:
                logger.warning("erasure not finished", error=error.code)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._begun.wait()
            except TimeoutError:
                continue


@asynccontextmanager
async def open_erasures(
    database: Database,
    *,
    sessions: AuthSessions,
    end_stream: Callable[[int], Awaitable[object]],
    look_at_stages: LookAt,
) -> AsyncIterator[Erasures]:
    """Finish erasures for the length of the block."""
    erasures = Erasures(
        database, sessions=sessions, end_stream=end_stream, look_at_stages=look_at_stages
    )
    async with open_tasks(erasures.run()):
        yield erasures
