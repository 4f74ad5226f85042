"""Following, blocking and muting."""

from __future__ import annotations

import asyncio

import pytest

from tests.edge import Client, Edge
from tests.people import add_people


async def names(person: Client, path: str) -> list[str]:
    answer = await person.ask("GET", path)
    assert answer.status == 200, answer
    return [item["username"] for item in answer.body["items"]]


async def put(person: Client, path: str) -> int:
    return (await person.ask("PUT", f"/api/v1/users/{path}")).status


async def delete(person: Client, path: str) -> int:
    return (await person.ask("DELETE", f"/api/v1/users/{path}")).status


async def test_following_twice_is_following_once_and_tells_once(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    for _ in range(2):
        assert await put(bob, "ann/follow") == 204
        assert await put(bob, "ann/follow") == 204
        seen = (await bob.ask("GET", "/api/v1/users/ann")).body
        assert (seen["followers_count"], seen["is_following"]) == (1, True)
        assert (await ann.ask("GET", "/api/v1/users/bob")).body["is_follower"] is True
        assert await delete(bob, "ann/follow") == 204
        assert await delete(bob, "ann/follow") == 204
        seen = (await bob.ask("GET", "/api/v1/users/ann")).body
        assert (seen["followers_count"], seen["is_following"]) == (0, False)
    notified = await edge.database.fetch("SELECT user_id, actor_id, type FROM notifications")
    assert [tuple(row) for row in notified] == [(int(ann.user_id), int(bob.user_id), "follow")]
    assert edge.woken.user_ids == [int(ann.user_id)]


async def test_follows_at_once_in_a_circle_are_all_kept(edge: Edge) -> None:
    people = [await edge.person(f"circle_{n}") for n in range(4)]
    answers = await asyncio.gather(
        *(
            put(people[n], f"circle_{(n + step) % 4}/follow")
            for step in (1, 2, 3)
            for n in range(4)
            for _ in range(2)
        )
    )
    assert set(answers) == {204}
    for person in people:
        seen = (await person.ask("GET", f"/api/v1/users/{person.username}")).body
        assert (seen["followers_count"], seen["following_count"]) == (3, 3)


async def test_lists_are_newest_first_and_page_whatever_comes_meanwhile(edge: Edge) -> None:
    ann = await edge.person("ann")
    for user_id in await add_people(edge.database, 5):
        await edge.database.execute(
            "INSERT INTO followers (follower_id, following_id) VALUES ($1, $2)",
            user_id,
            int(ann.user_id),
        )
    whole = await names(edge.nobody, "/api/v1/users/ann/followers")
    assert len(whole) == 5
    first = await edge.nobody.ask("GET", "/api/v1/users/ann/followers?limit=2")
    bob = await edge.person("bob")
    await put(bob, "ann/follow")
    second = await edge.nobody.ask(
        "GET", f"/api/v1/users/ann/followers?limit=3&cursor={first.body['next']}"
    )
    got = [item["username"] for item in (*first.body["items"], *second.body["items"])]
    assert got == whole and second.body["next"] is None
    assert await names(edge.nobody, "/api/v1/users/bob/following") == ["ann"]
    assert (await names(ann, "/api/v1/users/ann/followers"))[0] == "bob"


async def test_cursor_of_another_list_of_people_is_refused(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    for person in (await edge.person("cid"), bob):
        await put(person, "ann/follow")
    cursor = (await ann.ask("GET", "/api/v1/users/ann/followers?limit=1")).body["next"]
    for path in ("users/ann/following", "users/bob/followers", "users/me/blocks"):
        answer = await ann.ask("GET", f"/api/v1/{path}?cursor={cursor}")
        assert (answer.status, answer.body["code"]) == (400, "invalid-cursor")


async def test_block_ends_follows_both_ways_and_lets_none_begin(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    await put(ann, "bob/follow")
    await put(bob, "ann/follow")
    assert await put(ann, "bob/block") == 204
    seen = (await ann.ask("GET", "/api/v1/users/bob")).body
    assert (seen["is_following"], seen["is_follower"], seen["is_blocked"]) == (False, False, True)
    assert (seen["followers_count"], seen["following_count"]) == (0, 0)
    for person, other in ((ann, "bob"), (bob, "ann")):
        answer = await person.ask("PUT", f"/api/v1/users/{other}/follow")
        assert (answer.status, answer.body["code"]) == (403, "blocked")
    # Who was blocked is not told by the profile.
    assert (await bob.ask("GET", "/api/v1/users/ann")).body["is_blocked"] is False
    assert await delete(ann, "bob/block") == 204
    assert await put(bob, "ann/follow") == 204


async def test_blocking_and_following_at_once_never_leave_both(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    for _ in range(5):
        await asyncio.gather(put(bob, "ann/follow"), put(ann, "bob/block"))
        assert await edge.database.fetchval("SELECT count(*) FROM followers") == 0
        await delete(ann, "bob/block")


async def test_blocked_people_are_left_out_of_lists(edge: Edge) -> None:
    ann, bob, cid = [await edge.person(name) for name in ("ann", "bob", "cid")]
    for person in (ann, bob):
        await put(person, "cid/follow")
    await put(ann, "bob/block")
    listed = "/api/v1/users/cid/followers"
    assert await names(ann, listed) == ["ann"]
    assert await names(bob, listed) == ["bob"]
    assert await names(cid, listed) == ["bob", "ann"]


async def test_mute_is_known_to_who_muted_alone_and_notifies_no_more(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    assert await put(ann, "bob/mute") == 204
    assert (await ann.ask("GET", "/api/v1/users/bob")).body["is_muted"] is True
    assert (await bob.ask("GET", "/api/v1/users/ann")).body["is_muted"] is False
    assert await put(bob, "ann/follow") == 204
    assert await edge.database.fetchval("SELECT count(*) FROM notifications") == 0


async def test_block_is_more_than_mute(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edge.person("bob")
    await put(ann, "bob/mute")
    await put(ann, "bob/block")
    await put(ann, "bob/mute")
    await delete(ann, "bob/mute")
    assert await names(ann, "/api/v1/users/me/blocks") == ["bob"]
    assert await names(ann, "/api/v1/users/me/mutes") == []
    await delete(ann, "bob/block")
    assert await names(ann, "/api/v1/users/me/blocks") == []


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
async def test_nobody_does_that_to_oneself_or_to_nobody(edge: Edge, what: str) -> None:
    ann = await edge.person("ann")
    oneself = await ann.ask("PUT", f"/api/v1/users/ann/{what}")
    assert (oneself.status, oneself.body["code"]) == (422, "unprocessable")
    for method in ("PUT", "DELETE"):
        assert (await ann.ask(method, f"/api/v1/users/nobody_here/{what}")).status == 404
