"""Feeds over REST: what stands in them for whom, and pages that hold while others write."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from community.upkeep import Upkeep
from persistence import feeds
from persistence.feeds import rank_posts
from tests.edge import Client
from tests.people import block
from tests.writing import Writing, comment, pages, post

FEEDS = ("/api/v1/feeds/latest", "/api/v1/feeds/hot", "/api/v1/tags/rust/posts")


async def follow(writing: Writing, person: Client, other: Client) -> None:
    await writing.database.execute(
        "INSERT INTO followers (follower_id, following_id) VALUES ($1, $2)",
        int(person.user_id),
        int(other.user_id),
    )


async def read(person: Client, path: str) -> list[str]:
    return [each["content"] for page in await pages(person, path, 20) for each in page]


async def test_home_has_people_and_tags_that_one_follows(writing: Writing) -> None:
    ann, bob, cid = [await writing.person(name) for name in ("ann", "bob", "cid")]
    await post(bob, "one of bob's #rust")
    await post(cid, "two #rust")
    await post(cid, "three #zig")
    await post(ann, "mine")
    assert await read(ann, "/api/v1/feeds/home") == ["mine"]
    await follow(writing, ann, bob)
    assert (await ann.ask("PUT", "/api/v1/tags/Rust/follow")).status == 204
    # What is by somebody and under a tag that one follows stands there once.
    expected = ["mine", "two #rust", "one of bob's #rust"]
    assert await read(ann, "/api/v1/feeds/home") == expected
    assert [len(page) for page in await pages(ann, "/api/v1/feeds/home", 2)] == [2, 1]
    assert (await writing.edge.nobody.ask("GET", "/api/v1/feeds/home")).status == 401
    await ann.ask("DELETE", "/api/v1/tags/rust/follow")
    assert await read(ann, "/api/v1/feeds/home") == ["mine", "one of bob's #rust"]


async def test_home_of_who_follows_many_is_the_same(
    writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob, cid, dan = [await writing.person(name) for name in ("ann", "bob", "cid", "dan")]
    for n in range(3):
        await post(bob, f"bob {n}")
        await post(cid, f"cid {n} #rust")
        await post(dan, f"dan {n} #rust")
        await post(ann, f"ann {n} #zig")
    for other in (bob, dan):
        await follow(writing, ann, other)
    await ann.ask("PUT", "/api/v1/tags/rust/follow")
    await block(writing.database, int(ann.user_id), int(dan.user_id), "mute")
    asked_one_by_one = [await pages(ann, "/api/v1/feeds/home", limit) for limit in (1, 2, 5, 20)]
    assert len(asked_one_by_one[-1][0]) == 9
    monkeypatch.setattr(feeds, "MANY_FOLLOWED", 1)
    for recent in (1, 4, 100):
        monkeypatch.setattr(feeds, "RECENT_POSTS", recent)
        among_all = [await pages(ann, "/api/v1/feeds/home", limit) for limit in (1, 2, 5, 20)]
        assert among_all == asked_one_by_one


@pytest.mark.parametrize("kind", ["block", "mute"])
async def test_blocked_and_muted_people_are_in_no_feed(writing: Writing, kind: str) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    await post(bob, "from bob #rust")
    await post(ann, "from ann #rust")
    await follow(writing, ann, bob)
    await ann.ask("PUT", "/api/v1/tags/rust/follow")
    await bob.ask("PUT", "/api/v1/tags/rust/follow")
    await block(writing.database, int(ann.user_id), int(bob.user_id), kind)
    for path in (*FEEDS, "/api/v1/feeds/home"):
        assert await read(ann, path) == ["from ann #rust"], path
        # Whoever is muted does not learn of it.
        seen = ["from bob #rust"] if kind == "block" else ["from ann #rust", "from bob #rust"]
        assert await read(bob, path) == seen, path
    for path in FEEDS:
        assert len(await read(writing.edge.nobody, path)) == 2
    # A muted person's own page may still be looked at.
    assert len(await read(ann, "/api/v1/users/bob/posts")) == (0 if kind == "block" else 1)


@pytest.mark.parametrize("path", [*FEEDS, "/api/v1/feeds/home", "/api/v1/users/ann/posts"])
async def test_pages_hold_while_others_write_and_delete(writing: Writing, path: str) -> None:
    ann = await writing.person("ann")
    made = [await post(ann, f"{n} #rust") for n in range(7)]
    newest_first = [each["id"] for each in reversed(made)]
    first = (await ann.ask("GET", f"{path}?limit=3")).body
    assert [each["id"] for each in first["items"]] == newest_first[:3]
    # Something new comes, what the cursor stands at goes, and so does something further on.
    await post(ann, "newer #rust")
    for gone in (newest_first[2], newest_first[4]):
        await ann.ask("DELETE", f"/api/v1/posts/{gone}")
    second = (await ann.ask("GET", f"{path}?limit=3&cursor={first['next']}")).body
    assert [each["id"] for each in second["items"]] == [
        newest_first[3],
        newest_first[5],
        newest_first[6],
    ]
    assert second["next"] is None


async def test_cursor_of_another_feed_is_refused(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    for _ in range(2):
        await post(ann, "#rust #zig")
    wanted = ["/api/v1/feeds/home", *FEEDS, "/api/v1/tags/zig/posts", "/api/v1/users/ann/posts"]
    cursors = {path: (await ann.ask("GET", f"{path}?limit=1")).body["next"] for path in wanted}
    for path in wanted:
        for other, cursor in cursors.items():
            answer = await ann.ask("GET", f"{path}?limit=1&cursor={cursor}")
            assert answer.status == (200 if path == other else 400)
    # One's home is one's own.
    stolen = await bob.ask("GET", f"/api/v1/feeds/home?cursor={cursors['/api/v1/feeds/home']}")
    assert (stolen.status, stolen.body["code"]) == (400, "invalid-cursor")


async def test_hot_posts_lead_and_age(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    old, liked, fresh = [(await post(ann, name))["id"] for name in ("old", "liked", "fresh")]
    age = "UPDATE posts SET created_at = now() - $2::interval WHERE id = $1"
    await writing.database.execute(age, int(old), timedelta(days=3))
    await writing.database.execute(age, int(liked), timedelta(hours=2))
    await bob.ask("PUT", f"/api/v1/posts/{liked}/like")
    await bob.ask("PUT", f"/api/v1/posts/{old}/like")
    await comment(bob, f"posts/{liked}")
    assert await read(ann, "/api/v1/feeds/hot") == ["fresh", "liked", "old"]
    await Upkeep(writing.database).once()
    assert await read(ann, "/api/v1/feeds/hot") == ["liked", "fresh", "old"]
    one_by_one = await pages(ann, "/api/v1/feeds/hot", 1)
    assert [each["id"] for page in one_by_one for each in page] == [liked, fresh, old]
    await bob.ask("DELETE", f"/api/v1/posts/{liked}/like")
    await writing.database.execute("UPDATE comments SET deleted_at = now()")
    await Upkeep(writing.database).once()
    assert await read(ann, "/api/v1/feeds/hot") == ["fresh", "liked", "old"]


async def test_ranks_are_brought_up_to_date_in_batches_past_locked_rows(writing: Writing) -> None:
    ann = await writing.person("ann")
    ids = [int((await post(ann))["id"]) for _ in range(7)]
    await writing.database.execute("UPDATE posts SET hot_rank = 1")
    async with writing.database.transaction() as connection:
        await connection.execute("SELECT FROM posts WHERE id = $1 FOR UPDATE", ids[3])
        moved = await rank_posts(writing.database, younger_than=timedelta(days=1), batch=2)
        assert moved == 6
    assert await rank_posts(writing.database, younger_than=timedelta(days=1), batch=2) == 1
    assert await rank_posts(writing.database, younger_than=timedelta(days=1), batch=2) == 0


async def test_deleted_posts_go_for_good_after_a_month(writing: Writing) -> None:
    ann = await writing.person("ann")
    kept, gone = [(await post(ann))["id"] for _ in range(2)]
    await comment(ann, f"posts/{gone}")
    for each in (kept, gone):
        await ann.ask("DELETE", f"/api/v1/posts/{each}")
    await writing.database.execute(
        "UPDATE posts SET deleted_at = now() - interval '31 days' WHERE id = $1", int(gone)
    )
    await Upkeep(writing.database).once()
    rows = await writing.database.fetch("SELECT id FROM posts")
    assert [row["id"] for row in rows] == [int(kept)]
    assert await writing.database.fetchval("SELECT count(*) FROM comments") == 0


async def test_tags_are_listed_by_use_and_can_be_followed(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    await post(ann, "#rust #ruby #c++")
    await post(ann, "#rust #ruby")
    await post(ann, "#rust")
    assert (await bob.ask("PUT", "/api/v1/tags/c++/follow")).status == 204
    assert (await bob.ask("PUT", "/api/v1/tags/c++/follow")).status == 204
    listed = [each for page in await pages(bob, "/api/v1/tags", 2) for each in page]
    assert [(each["name"], each["posts_count"]) for each in listed] == [
        ("rust", 3),
        ("ruby", 2),
        ("c++", 1),
    ]
    assert [each["followed"] for each in listed] == [False, False, True]
    prefixed = (await bob.ask("GET", "/api/v1/tags?prefix=RU")).body["items"]
    assert [each["name"] for each in prefixed] == ["rust", "ruby"]
    seen = (await ann.ask("GET", "/api/v1/tags/C%2B%2B")).body
    assert (seen["name"], seen["followers_count"], seen["followed"]) == ("c++", 1, False)
    mine = (await bob.ask("GET", "/api/v1/users/me/tags")).body["items"]
    assert [each["name"] for each in mine] == ["c++"]
    await bob.ask("DELETE", "/api/v1/tags/c++/follow")
    assert (await bob.ask("GET", "/api/v1/users/me/tags")).body["items"] == []
    assert (await bob.ask("PUT", "/api/v1/tags/unknown/follow")).status == 404
    assert (await bob.ask("GET", "/api/v1/tags/-/posts")).status == 404


async def test_two_posts_that_make_the_same_tags_at_once_share_them(writing: Writing) -> None:
    people = [await writing.person() for _ in range(6)]
    texts = ["#a1 #b2 #c3 #d4", "#d4 #c3 #b2 #a1"]
    made = await asyncio.gather(
        *(post(person, texts[n % 2]) for n, person in enumerate(people) for _ in range(3))
    )
    assert all(each["tags"] == ["a1", "b2", "c3", "d4"] for each in made)
    rows = await writing.database.fetch("SELECT posts_count FROM tags")
    assert [row["posts_count"] for row in rows] == [18] * 4
