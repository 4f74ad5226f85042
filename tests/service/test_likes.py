"""Likes: there or not, however often they are sent; counted exactly; told once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest

from persistence.comments import add_comment
from persistence.database import Database
from persistence.likes import LikedKind, like, unlike
from persistence.posts import add_post
from tests.people import add_people
from tests.writing import Writing, comment, notices, post

PEOPLE = 300
LIKES = 3_000
AT_ONCE = 10

_DRIFT = """
SELECT count(*) FROM (
    SELECT p.id FROM posts AS p
    WHERE p.likes_count <> (SELECT count(*) FROM likes AS l WHERE l.post_id = p.id)
       OR p.comments_count <> (SELECT count(*) FROM comments AS c
                               WHERE c.post_id = p.id AND c.deleted_at IS NULL)
    UNION ALL
    SELECT v.id FROM videos AS v
    WHERE v.likes_count <> (SELECT count(*) FROM likes AS l WHERE l.video_id = v.id)
    UNION ALL
    SELECT c.id FROM comments AS c
    WHERE c.likes_count <> (SELECT count(*) FROM likes AS l WHERE l.comment_id = c.id)) AS drifted
"""


async def test_like_and_unlike_are_there_or_not(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await post(ann)
    said = await comment(bob, f"posts/{made['id']}")
    video_id = await writing.database.fetchval(
        "INSERT INTO videos (user_id, title, status, video_url) VALUES ($1, 'v', 'ready', 'x') "
        "RETURNING id",
        int(ann.user_id),
    )
    for path in (f"posts/{made['id']}", f"comments/{said['id']}", f"videos/{video_id}"):
        for _ in range(2):
            assert (await bob.ask("PUT", f"/api/v1/{path}/like")).status == 204
        if not path.startswith("videos"):
            seen = (await bob.ask("GET", f"/api/v1/{path}")).body
            assert (seen["likes_count"], seen["liked"]) == (1, True)
            other = (await ann.ask("GET", f"/api/v1/{path}")).body
            assert (other["likes_count"], other["liked"]) == (1, False)
        for _ in range(2):
            assert (await bob.ask("DELETE", f"/api/v1/{path}/like")).status == 204
    assert await writing.database.fetchval("SELECT count(*) FROM likes") == 0
    assert await writing.database.fetchval(_DRIFT) == 0


async def test_like_toggled_ten_times_is_told_once(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await post(ann)
    path = f"/api/v1/posts/{made['id']}/like"
    for _ in range(10):
        await bob.ask("PUT", path)
        await bob.ask("DELETE", path)
    await ann.ask("PUT", path)
    assert await notices(writing.database, ann) == [("like", "post", int(made["id"]))]


@pytest.mark.parametrize("path", ["posts/999", "videos/999", "comments/999", "posts/x"])
async def test_what_is_not_there_cannot_be_liked(writing: Writing, path: str) -> None:
    ann = await writing.person("ann")
    answer = await ann.ask("PUT", f"/api/v1/{path}/like")
    assert (answer.status, answer.body["code"]) == (404, "not-found")


def _requests(
    people: list[int], things: list[tuple[LikedKind, int]]
) -> Iterator[tuple[LikedKind, int, int]]:
    """Most of the traffic goes to one hot post, as it does."""
    chance = random.Random(7)
    for _ in range(LIKES):
        kind, thing = things[0] if chance.random() < 0.7 else chance.choice(things)
        yield kind, thing, chance.choice(people)


async def _things(database: Database, people: list[int]) -> list[tuple[LikedKind, int]]:
    """Add posts with comments, and videos; the first is a post."""
    things: list[tuple[LikedKind, int]] = []
    async with database.transaction() as connection:
        for author in people[:6]:
            post_id = await add_post(
                connection, author, content="x", html="x", html_version=1, given_tags=()
            )
            things.append(("post", post_id))
            for writer in people[6:9]:
                comment_id = await add_comment(
                    connection,
                    writer,
                    kind="post",
                    subject_id=post_id,
                    parent_id=None,
                    depth=0,
                    content="x",
                    html="x",
                    html_version=1,
                )
                things.append(("comment", comment_id))
            video_id = await connection.fetchval(
                "INSERT INTO videos (user_id, title, status, video_url) "
                "VALUES ($1, 'v', 'ready', 'x') RETURNING id",
                author,
            )
            things.append(("video", video_id))
    return things


async def test_three_thousand_likes_sent_twice_at_once_drift_by_none(database: Database) -> None:
    people = await add_people(database, PEOPLE)
    things = await _things(database, people)
    requests = [each for each in _requests(people, things) for _ in range(2)]

    async def send(mine: list[tuple[LikedKind, int, int]]) -> int:
        new = 0
        for kind, thing, person in mine:
            new += await like(database, kind, thing, user_id=person)
        return new

    counted = await asyncio.gather(*(send(requests[n::AT_ONCE]) for n in range(AT_ONCE)))
    assert sum(counted) == len(set(requests))
    assert await database.fetchval("SELECT count(*) FROM likes") == len(set(requests))
    assert await database.fetchval(_DRIFT) == 0

    # Some change their minds, twice at once as well.
    chance = random.Random(8)
    undone = [each for each in chance.sample(sorted(set(requests)), 200) for _ in range(2)]

    async def undo(mine: list[tuple[LikedKind, int, int]]) -> None:
        for kind, thing, person in mine:
            await unlike(database, kind, thing, user_id=person)

    await asyncio.gather(*(undo(undone[n::AT_ONCE]) for n in range(AT_ONCE)))
    assert await database.fetchval(_DRIFT) == 0

    # Authors, commenters and likers among them: whatever hangs on them goes along.
    erased = [*people[:3], *people[6:8], *people[-96:]]
    assert len(erased) == 101
    await database.execute("DELETE FROM users WHERE id = ANY($1::bigint[])", erased)
    assert await database.fetchval("SELECT count(*) FROM users") == PEOPLE - 101
    assert await database.fetchval("SELECT count(*) FROM likes") > 0
    assert await database.fetchval(_DRIFT) == 0
