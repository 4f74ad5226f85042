"""The tasks that recognise people: opened together, they act by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from community.badges import Badges, open_badges
from community.challenges import Challenges, open_challenges
from community.live_notices import LiveNotices, open_live_notices
from community.notifications import open_inbox
from persistence.database import Database
from persistence.leaderboards import SqlLeaderboards
from persistence.notifications import Notifications
from tests.people import add_people
from tests.recognition import Clock, Pages


@dataclass
class Running:
    """Everything a node runs of it."""

    pages: Pages
    badges: Badges
    challenges: Challenges
    live_notices: LiveNotices


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[Running]:
    """Run everything as a node does, for the length of the block."""
    async with AsyncExitStack() as node:
        pages, leaderboards = Pages(), SqlLeaderboards(database)
        notifications = Notifications(database)
        inbox = await node.enter_async_context(open_inbox(notifications, tell_user=pages))
        badges = await node.enter_async_context(
            open_badges(
                database, notifications=notifications, inbox=inbox, leaderboards=leaderboards
            )
        )
        challenges = await node.enter_async_context(
            open_challenges(
                database,
                notifications=notifications,
                inbox=inbox,
                leaderboards=leaderboards,
                badges=badges,
                clock=Clock(),
            )
        )
        live_notices = await node.enter_async_context(
            open_live_notices(database, notifications=notifications, inbox=inbox)
        )
        yield Running(pages, badges, challenges, live_notices)


async def test_first_post_is_rewarded_and_told(database: Database) -> None:
    (ann,) = await add_people(database, 1)
    async with running(database) as node, asyncio.timeout(10):
        await database.execute("INSERT INTO posts (user_id, content) VALUES ($1, 'hello')", ann)
        node.badges.wake([ann])
        await node.pages.changed.wait()
    ((user_id, event, payload),) = node.pages.told
    assert (user_id, event) == (ann, "notification:new")
    assert payload["notification"]["data"] == {"name": "First words", "points": 5}


async def test_follower_is_told_when_a_stream_goes_live(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    await database.execute("INSERT INTO followers VALUES ($1, $2)", bob, ann)
    async with running(database) as node, asyncio.timeout(10):
        stream_id = await database.fetchval(
            "INSERT INTO streams (user_id, title, status, started_at) "
            "VALUES ($1, 'Rust', 'live', now()) RETURNING id",
            ann,
        )
        node.live_notices.on_live(stream_id, ann)
        while not any(user_id == bob for user_id, _, _ in node.pages.told):
            node.pages.changed.clear()
            await node.pages.changed.wait()


async def test_node_that_starts_late_finds_what_is_due(database: Database) -> None:
    (ann,) = await add_people(database, 1)
    await database.execute("INSERT INTO posts (user_id, content) VALUES ($1, 'hello')", ann)
    await database.execute(
        "INSERT INTO challenges (title, start_date, end_date) "
        "VALUES ('Rust', now() - interval '2 days', now() - interval '1 day')"
    )
    async with running(database) as node, asyncio.timeout(10):
        await node.pages.changed.wait()
        while await database.fetchval("SELECT status FROM challenges") != "completed":
            pass
