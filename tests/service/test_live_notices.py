"""Followers hear that somebody went live: each once, in batches, whatever happens between them."""

from __future__ import annotations

import asyncio

from community.live_notices import LiveNotices
from community.notifications import Inbox
from persistence.database import Database
from persistence.notifications import Notifications
from server.paging import Start
from tests.people import add_people, block
from tests.recognition import Pages


def notices(database: Database, pages: Pages | None = None, *, at_once: int = 2) -> LiveNotices:
    notifications = Notifications(database)
    return LiveNotices(
        database,
        notifications=notifications,
        inbox=Inbox(notifications, tell_user=pages or Pages()),
        followers_at_once=at_once,
    )


async def go_live(database: Database, user_id: int, *, visibility: str = "public") -> int:
    stream_id: int = await database.fetchval(
        "INSERT INTO streams (user_id, title, status, started_at, visibility) "
        "VALUES ($1, 'Rust', 'live', now(), $2) RETURNING id",
        user_id,
        visibility,
    )
    return stream_id


async def follow(database: Database, followers: list[int], user_id: int) -> None:
    await database.execute(
        "INSERT INTO followers (follower_id, following_id) SELECT id, $2 "
        "FROM unnest($1::bigint[]) AS id",
        followers,
        user_id,
    )


async def told(database: Database) -> list[int]:
    rows = await database.fetch("SELECT user_id FROM notifications ORDER BY user_id")
    return [row["user_id"] for row in rows]


async def test_every_follower_is_told_once(database: Database) -> None:
    ann, *fans = await add_people(database, 8)
    await follow(database, fans, ann)
    stream = await go_live(database, ann)
    for _ in range(2):
        await notices(database).tell_followers()
    assert await told(database) == fans
    (group,) = await Notifications(database).page(fans[0], Start(None, 5))
    assert (group.type, group.related_id, group.data) == ("live", stream, {"title": "Rust"})


async def test_two_nodes_tell_each_follower_once(database: Database) -> None:
    ann, bob, *fans = await add_people(database, 12)
    await follow(database, fans, ann)
    await follow(database, fans[:5], bob)
    await go_live(database, ann)
    await go_live(database, bob)
    await asyncio.gather(*(notices(database).tell_followers() for _ in range(3)))
    assert await told(database) == sorted(fans + fans[:5])


async def test_fanout_goes_on_where_a_node_that_died_had_got_to(database: Database) -> None:
    ann, *fans = await add_people(database, 6)
    await follow(database, fans, ann)
    stream = await go_live(database, ann)
    await database.execute(
        "INSERT INTO live_fanouts (stream_id, after_follower_id) VALUES ($1, $2)", stream, fans[2]
    )
    await notices(database).tell_followers()
    assert await told(database) == fans[3:]


async def test_stream_that_is_not_public_or_has_ended_is_told_of_to_nobody(
    database: Database,
) -> None:
    ann, bob, fan = await add_people(database, 3)
    await follow(database, [fan], ann)
    await follow(database, [fan], bob)
    await go_live(database, ann, visibility="unlisted")
    ended = await go_live(database, bob)
    await database.execute("INSERT INTO live_fanouts (stream_id) VALUES ($1)", ended)
    await database.execute(
        "UPDATE streams SET status = 'ended', ended_at = now() WHERE id = $1", ended
    )
    await notices(database).tell_followers()
    assert await told(database) == []
    assert await database.fetchval("SELECT finished_at IS NOT NULL FROM live_fanouts")


async def test_follower_who_muted_the_streamer_is_left_in_peace(database: Database) -> None:
    ann, muter, fan = await add_people(database, 3)
    await follow(database, [muter, fan], ann)
    await block(database, muter, ann, "mute")
    await go_live(database, ann)
    await notices(database).tell_followers()
    assert await told(database) == [fan]


async def test_going_live_tells_at_once(database: Database) -> None:
    ann, fan = await add_people(database, 2)
    await follow(database, [fan], ann)
    pages = Pages()
    notifications = Notifications(database)
    inbox = Inbox(notifications, tell_user=pages)
    live = LiveNotices(database, notifications=notifications, inbox=inbox)
    async with asyncio.TaskGroup() as tasks:
        runners = [tasks.create_task(inbox.run()), tasks.create_task(live.run())]
        live.on_live(await go_live(database, ann), ann)
        async with asyncio.timeout(5):
            await pages.changed.wait()
        for runner in runners:
            runner.cancel()
    assert [user_id for user_id, _, _ in pages.told] == [fan]
