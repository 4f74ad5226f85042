"""Notifications: stored once, grouped, told once, and only to who wants them."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from community.notifications import Inbox, open_inbox
from persistence.database import Database
from persistence.notifications import Group, Notice, NoticeType, Notifications
from server.paging import Start
from tests.people import add_people, block
from tests.recognition import Pages


def liked(post: int, *, of: int, by: int) -> Notice:
    return Notice(
        user_id=of,
        actor_id=by,
        type="like",
        related_type="post",
        related_id=post,
        group_key=f"like:post:{post}",
        data={"title": "Hello"},
    )


async def add(database: Database, *notices: Notice) -> list[int]:
    async with database.transaction() as connection:
        return await Notifications(database).add(connection, notices)


async def page(database: Database, user_id: int) -> list[Group]:
    return await Notifications(database).page(user_id, Start(None, 20))


async def test_like_toggled_ten_times_notifies_once(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    assert await add(database, liked(1, of=ann, by=bob)) == [ann]
    for _ in range(9):
        assert await add(database, liked(1, of=ann, by=bob)) == []
    assert len(await page(database, ann)) == 1
    assert await Notifications(database).unread(ann) == 1


async def test_likes_sent_at_once_notify_once(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    both = (liked(1, of=ann, by=bob), liked(1, of=ann, by=cid))
    woken = await asyncio.gather(
        *(add(database, *(both if n % 2 else reversed(both))) for n in range(12))
    )
    assert sum(map(len, woken)) in (1, 2)
    assert await database.fetchval("SELECT count(*) FROM notifications") == 2


async def test_follow_without_a_subject_notifies_once(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    for _ in range(2):
        await add(database, Notice(user_id=ann, actor_id=bob, type="follow"))
    assert await database.fetchval("SELECT count(*) FROM notifications") == 1


async def test_likes_of_one_post_are_shown_as_one(database: Database) -> None:
    ann, *fans = await add_people(database, 6)
    for fan in fans:
        await add(database, liked(1, of=ann, by=fan))
    await add(database, liked(2, of=ann, by=fans[0]))
    second, first = await page(database, ann)
    assert (first.related_id, first.actors_count, first.data) == (1, 5, {"title": "Hello"})
    assert [actor.id for actor in first.actors] == [fans[4], fans[3], fans[2]]
    assert (second.related_id, second.actors_count) == (2, 1)
    assert await Notifications(database).unread(ann) == 2


async def test_pages_follow_each_other_by_group(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    for post in (1, 2, 3):
        await add(database, liked(post, of=ann, by=bob), liked(post, of=ann, by=cid))
    notifications = Notifications(database)
    first = await notifications.page(ann, Start(None, 2))
    assert [group.related_id for group in first] == [3, 2]
    rest = await notifications.page(ann, Start(first[-1].id, 2))
    assert [group.related_id for group in rest] == [1]


async def test_group_that_was_read_is_unread_again_with_the_next_like(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    notifications = Notifications(database)
    await add(database, liked(1, of=ann, by=bob))
    await notifications.mark_read(ann, [(await page(database, ann))[0].id])
    assert await notifications.unread(ann) == 0
    await add(database, liked(1, of=ann, by=cid))
    (group,) = await page(database, ann)
    assert (group.is_read, group.actors_count) == (False, 2)
    assert await notifications.unread(ann) == 1


async def test_reading_one_reads_its_group_and_nothing_of_others(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    notifications = Notifications(database)
    await add(database, liked(1, of=ann, by=bob), liked(1, of=ann, by=cid))
    await add(database, liked(2, of=ann, by=bob), liked(3, of=bob, by=cid))
    mine = await page(database, ann)
    (others,) = await page(database, bob)
    await notifications.mark_read(ann, [mine[1].id, others.id])
    assert [group.is_read for group in await page(database, ann)] == [False, True]
    assert await notifications.unread(bob) == 1
    await notifications.mark_read(ann, None)
    assert await notifications.unread(ann) == 0
    assert await notifications.unread(bob) == 1


async def test_nobody_is_notified_of_what_they_do_themselves(database: Database) -> None:
    (ann,) = await add_people(database, 1)
    assert await add(database, liked(1, of=ann, by=ann)) == []


async def test_blocked_and_muted_people_do_not_notify(database: Database) -> None:
    ann, blocked, muted, blocker, muter = await add_people(database, 5)
    await block(database, ann, blocked)
    await block(database, ann, muted, "mute")
    await block(database, blocker, ann)
    await block(database, muter, ann, "mute")
    for who in (blocked, muted, blocker):
        assert await add(database, liked(1, of=ann, by=who)) == []
    # Who does not want to hear of ann may still be heard by her.
    assert await add(database, liked(1, of=ann, by=muter)) == [ann]


async def test_who_is_blocked_later_disappears_from_the_list(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    await add(database, liked(1, of=ann, by=cid), liked(2, of=ann, by=bob))
    await add(database, liked(1, of=ann, by=bob))
    await block(database, ann, bob)
    (group,) = await page(database, ann)
    assert (group.related_id, [actor.id for actor in group.actors]) == (1, [cid])
    assert await Notifications(database).unread(ann) == 1


async def test_type_that_is_not_wanted_is_not_stored(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    notifications = Notifications(database)
    assert set((await notifications.preferences(ann)).values()) == {True}
    await notifications.set_preferences(ann, {"like": False, "follow": True})
    wanted = await notifications.preferences(ann)
    assert [each for each, is_wanted in wanted.items() if not is_wanted] == ["like"]
    assert await add(database, liked(1, of=ann, by=bob)) == []
    assert await add(database, Notice(user_id=ann, actor_id=bob, type="follow")) == [ann]


async def test_notification_is_undone_with_its_cause(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.transaction() as connection:
            await Notifications(database).add(connection, [liked(1, of=ann, by=bob)])
            await connection.execute("SELECT 1 / 0")
    assert await page(database, ann) == []


async def test_open_page_is_told_after_waking(database: Database) -> None:
    ann, bob, cid = await add_people(database, 3)
    pages = Pages()
    async with open_inbox(Notifications(database), tell_user=pages) as inbox:
        inbox.wake(await add(database, liked(1, of=ann, by=bob), liked(1, of=ann, by=cid)))
        async with asyncio.timeout(5):
            await pages.changed.wait()
    ((user_id, event, payload),) = pages.told
    assert (user_id, event, payload["unread"]) == (ann, "notification:new", 1)
    notification = payload["notification"]
    assert (notification["type"], notification["actors_count"]) == ("like", 2)
    assert notification["related_id"] == "1" and notification["created_at"].endswith("Z")


async def test_of_two_nodes_one_tells(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    pages = Pages()
    nodes = [Inbox(Notifications(database), tell_user=pages) for _ in range(2)]
    woken = await add(database, *(liked(post, of=ann, by=bob) for post in range(1, 9)))
    for node in nodes:
        node.wake(woken)
    await asyncio.gather(*(node.tell_woken() for node in nodes))
    assert sorted(payload["notification"]["related_id"] for _, _, payload in pages.told) == [
        str(post) for post in range(1, 9)
    ]


async def test_what_a_node_that_died_had_left_is_told_by_another(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    pages = Pages()
    inbox = Inbox(Notifications(database), tell_user=pages)
    await add(database, liked(1, of=ann, by=bob))
    await inbox.sweep()
    assert pages.told == []  # its own node has some seconds
    await database.execute("UPDATE notifications SET created_at = now() - interval '1 minute'")
    await inbox.sweep()
    await inbox.sweep()
    assert [user_id for user_id, _, _ in pages.told] == [ann]


async def test_old_notifications_are_forgotten(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    await add(database, liked(1, of=ann, by=bob), liked(2, of=ann, by=bob))
    await database.execute(
        "UPDATE notifications SET created_at = now() - interval '1 year' WHERE related_id = 1"
    )
    assert await Notifications(database).forget_old() == 1
    assert [group.related_id for group in await page(database, ann)] == [2]


async def test_every_type_can_be_stored(database: Database) -> None:
    ann, bob = await add_people(database, 2)
    types: tuple[NoticeType, ...] = tuple(await Notifications(database).preferences(ann))
    await add(database, *(Notice(user_id=ann, actor_id=bob, type=each) for each in types))
    assert {group.type for group in await page(database, ann)} == set(types)
