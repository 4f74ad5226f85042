"""What every part of a node stands on: where it keeps things, what joins it to other nodes, and who
may pass.

Each has two ways: the server that the operator named (PostgreSQL, Redis, S3), or what this node
brings along. Nobody above knows which it is.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from community.boards import Leaderboards
from community.community import utc_now
from community.views import WINDOW_S, Views
from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.leaderboards import SqlLeaderboards
from persistence.migrations import migrate
from persistence.objects import Objects, open_objects
from persistence.redis_bus import open_redis_bus
from persistence.redis_leaderboards import open_redis_leaderboards
from persistence.redis_limits import open_redis_limiter
from persistence.redis_views import open_redis_views
from persistence.site_secrets import site_secret
from persistence.video_views import open_sql_views
from rooms.bus import Bus
from rooms.memory_bus import MemoryHub
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter
from server.session_news import SessionNews
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """What every part may be built on."""

    database: Database
    bus: Bus
    objects: Objects
    leaderboards: Leaderboards
    views: Views
    sessions: AuthSessions
    forwarded: Forwarded
    gate: Gate
    cursors: Cursors


@asynccontextmanager
async def open_ground(settings: Settings) -> AsyncIterator[Ground]:
    """Be joined to what the settings name for the length of the block."""
    async with AsyncExitStack() as stack:
        database = await _open_database(stack, settings)
        bus = await _open_bus(stack, settings)
        sessions = AuthSessions(database, clock=time.monotonic)
        stack.callback(SessionNews(sessions, bus=bus).close)
        forwarded = Forwarded(
            trusted_proxies=settings.trusted_proxies, public_url=settings.public_url
        )
        limiter = await _open_limiter(stack, settings)
        yield Ground(
            database=database,
            bus=bus,
            objects=open_objects(settings.object_store_url, data_dir=settings.data_dir),
            leaderboards=await _open_leaderboards(stack, settings, database),
            views=await _open_views(stack, settings, database),
            sessions=sessions,
            forwarded=forwarded,
            gate=Gate(sessions, limiter=limiter, limits=_limits(settings), forwarded=forwarded),
            cursors=Cursors(await site_secret(database, "cursors")),
        )


async def _open_database(stack: AsyncExitStack, settings: Settings) -> Database:
    url = settings.database_url
    if url is None:
        url = await stack.enter_async_context(open_embedded_postgres(settings.data_dir))
    await migrate(url)
    return await stack.enter_async_context(open_database(url))


async def _open_bus(stack: AsyncExitStack, settings: Settings) -> Bus:
    if settings.redis_url is None:
        return MemoryHub().member()
    return await stack.enter_async_context(open_redis_bus(settings.redis_url))


async def _open_limiter(stack: AsyncExitStack, settings: Settings) -> Limiter:
    own = MemoryLimiter(clock=time.time)
    if settings.redis_url is None:
        return own
    return await stack.enter_async_context(
        open_redis_limiter(settings.redis_url, fallback=own, clock=time.time)
    )


async def _open_leaderboards(
    stack: AsyncExitStack, settings: Settings, database: Database
) -> Leaderboards:
    own = SqlLeaderboards(database)
    if settings.redis_url is None:
        return own
    return await stack.enter_async_context(
        open_redis_leaderboards(settings.redis_url, database=database, sql=own, clock=utc_now)
    )


async def _open_views(stack: AsyncExitStack, settings: Settings, database: Database) -> Views:
    if settings.redis_url is None:
        return await stack.enter_async_context(open_sql_views(database, window_s=WINDOW_S))
    return await stack.enter_async_context(
        open_redis_views(settings.redis_url, database=database, window_s=WINDOW_S)
    )


def _limits(settings: Settings) -> Limits:
    sign_ups = replace(Limits().sign_up_per_address, quota=settings.sign_ups_per_half_hour)
    return Limits(sign_up_per_address=sign_ups)
