"""What one node ends or changes of somebody's sessions, the others know at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.redis_bus import open_redis_bus
from persistence.users import User, user_by_id
from server.identity import token_hash
from server.session_news import SessionNews
from tests.people import add_people

WAIT_S = 10.0


class Nodes:
    """Two nodes' sessions over one bus. Their clocks stand still: nothing grows old."""

    def __init__(self, here: AuthSessions, there: AuthSessions, user: User) -> None:
        self.here = here
        self.there = there
        self.user = user

    async def wait_there(self, token: str, role: str | None) -> None:
        """Wait until the other node sees a session with this role, or None."""
        async with asyncio.timeout(WAIT_S):
            while True:
                identity = await self.there.by_token(token)
                if (identity.role if identity else None) == role:
                    return
                await asyncio.sleep(0)


@pytest_asyncio.fixture
async def session_nodes(database: Database, redis_url: str) -> AsyncIterator[Nodes]:
    """Two nodes over a real Redis."""
    (user_id,) = await add_people(database, 1)
    user = await user_by_id(database, user_id)
    assert user is not None
    async with AsyncExitStack() as stack:
        sessions = []
        for _ in range(2):
            bus = await stack.enter_async_context(open_redis_bus(redis_url))
            each = AuthSessions(database, clock=lambda: 0.0)
            stack.callback(SessionNews(each, bus=bus).close)
            sessions.append(each)
        yield Nodes(sessions[0], sessions[1], user)


async def test_session_ended_on_one_node_is_over_on_the_other(
    database: Database, session_nodes: Nodes
) -> None:
    nodes = session_nodes
    opened = await nodes.here.open(database, nodes.user, address=None, user_agent=None)
    await nodes.wait_there(opened.token, "member")
    await nodes.here.revoke(token_hash(opened.token))
    assert await nodes.here.by_token(opened.token) is None
    await nodes.wait_there(opened.token, None)


async def test_role_changed_on_one_node_counts_on_the_other(
    database: Database, session_nodes: Nodes
) -> None:
    nodes = session_nodes
    opened = await nodes.here.open(database, nodes.user, address=None, user_agent=None)
    await nodes.wait_there(opened.token, "member")
    await database.execute("UPDATE users SET role = 'moderator' WHERE id = $1", nodes.user.id)
    nodes.here.reread(nodes.user.id)
    await nodes.wait_there(opened.token, "moderator")


async def test_what_was_missed_is_asked_again(database: Database, session_nodes: Nodes) -> None:
    nodes = session_nodes
    opened = await nodes.here.open(database, nodes.user, address=None, user_agent=None)
    await nodes.wait_there(opened.token, "member")
    # Another node did it while the bus was away.
    await database.execute("UPDATE auth_sessions SET revoked_at = now()")
    assert await nodes.there.by_token(opened.token) is not None
    nodes.there.drop_all()
    assert await nodes.there.by_token(opened.token) is None
