"""The end of an account: who it was goes at once, what hung on it soon, others' words stay."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from community.erasures import open_erasures
from persistence.database import Database
from tests.edge import PASSWORD, Client, Edge
from tests.pictures import picture
from tests.surroundings import no_stages

ME = "/api/v1/users/me"


async def erase(person: Client, content: str = "keep") -> int:
    body = {"password": PASSWORD, "content": content}
    return (await person.ask("DELETE", ME, body)).status


async def user_row(database: Database, person: Client) -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM users WHERE id = $1", int(person.user_id))
    assert row is not None
    return dict(row)


async def test_erased_account_is_nobodys(edge: Edge) -> None:
    ann = await edge.person("ann")
    edit = {"full_name": "Ann Lee", "bio": "from Leeds", "skills": ["Rust"]}
    await ann.ask("PATCH", ME, edit, headers={"If-Match": "*"})
    avatar = await ann.ask(
        "PUT", ME + "/avatar", data=picture(), headers={"Content-Type": "image/png"}
    )
    ended: list[bytes] = []
    edge.sessions.on_session_ended(ended.append)
    assert await erase(ann) == 204

    assert len(ended) == 1
    assert (await ann.ask("GET", ME)).status == 401
    signing_in = {"login": "ann", "password": PASSWORD}
    assert (await edge.nobody.ask("POST", "/api/v1/sessions", signing_in)).status == 401
    assert (await edge.nobody.ask("GET", "/api/v1/users/ann")).status == 404
    assert (await edge.nobody.ask("GET", avatar.body["avatar_url"])).status == 404
    row = str(await user_row(edge.database, ann)).lower()
    assert not any(
        word in row for word in ("'ann'", "ann lee", "leeds", "mail.example", "argon2", "rust")
    )
    for table in ("auth_sessions", "auth_tokens", "auth_factors"):
        assert await edge.database.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await edge.avatars.clear() == 2
    # The name is free again, and whoever takes it is somebody else.
    assert (await edge.person("ann")).user_id != ann.user_id


async def test_account_is_erased_by_who_knows_the_password_only(edge: Edge) -> None:
    ann = await edge.person("ann")
    for body, status in (
        ({"password": "wrong", "content": "keep"}, 403),
        ({"password": PASSWORD}, 422),
        ({"password": PASSWORD, "content": "some"}, 422),
    ):
        assert (await ann.ask("DELETE", ME, body)).status == status
    assert (await ann.ask("GET", ME)).status == 200


async def test_follows_blocks_and_streams_end_and_counters_stay_exact(edge: Edge) -> None:
    ann, bob, cid = [await edge.person(name) for name in ("ann", "bob", "cid")]
    for person, other in ((ann, "bob"), (bob, "ann"), (cid, "ann"), (cid, "bob")):
        await person.ask("PUT", f"/api/v1/users/{other}/follow")
    await ann.ask("PUT", "/api/v1/users/cid/mute")
    stream = (await ann.ask("POST", "/api/v1/streams", {"title": "a"})).body
    assert await erase(ann) == 204
    await edge.erasures.finish()
    counts = {
        name: (seen["followers_count"], seen["following_count"])
        for name in ("bob", "cid")
        if (seen := (await bob.ask("GET", f"/api/v1/users/{name}")).body)
    }
    assert counts == {"bob": (1, 0), "cid": (0, 1)}
    assert await edge.database.fetchval("SELECT count(*) FROM user_blocks") == 0
    mine = "SELECT count(*) FROM notifications WHERE user_id = $1 OR actor_id = $1"
    assert await edge.database.fetchval(mine, int(ann.user_id)) == 0
    ended = await edge.nobody.ask("GET", f"/api/v1/streams/{stream['id']}")
    assert ended.body["status"] == "ended"
    assert (await user_row(edge.database, ann))["erased_at"] is not None


@pytest.mark.parametrize("content", ["keep", "delete"])
async def test_posts_and_comments_stay_or_go_as_their_author_chose(
    edge: Edge, content: str
) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    database, ann_id, bob_id = edge.database, int(ann.user_id), int(bob.user_id)
    await database.execute(
        "INSERT INTO posts (id, user_id, content) VALUES (1, $1, 'hers')", ann_id
    )
    await database.execute("INSERT INTO posts (id, user_id, content) VALUES (2, $1, 'his')", bob_id)
    await database.execute(
        "INSERT INTO comments (id, user_id, post_id, content) VALUES (1, $1, 2, 'hers')", ann_id
    )
    await database.execute(
        "INSERT INTO comments (id, user_id, post_id, parent_id, depth, content)"
        " VALUES (2, $1, 2, 1, 1, 'an answer')",
        bob_id,
    )
    assert await erase(ann, content) == 204
    await edge.erasures.finish()
    posts = [row[0] for row in await database.fetch("SELECT content FROM posts ORDER BY id")]
    comments = await database.fetch(
        "SELECT content, deleted_at IS NOT NULL AS is_deleted FROM comments ORDER BY id"
    )
    count = await database.fetchval("SELECT comments_count FROM posts WHERE id = 2")
    if content == "keep":
        assert posts == ["hers", "his"] and count == 2
        assert [tuple(row) for row in comments] == [("hers", False), ("an answer", False)]
    else:
        assert posts == ["his"] and count == 1
        assert [tuple(row) for row in comments] == [("", True), ("an answer", False)]


async def test_erasure_that_another_node_left_is_finished(edge: Edge) -> None:
    people = [await edge.person(f"leaving_{n}") for n in range(3)]
    for person in people:
        await person.ask("PUT", "/api/v1/users/leaving_0/follow")
    for person in people:
        assert await erase(person) == 204
    unfinished = "SELECT count(*) FROM users WHERE deleted_at IS NOT NULL AND erased_at IS NULL"
    assert await edge.database.fetchval(unfinished) == 3

    # As two nodes that start at the same time do.
    await asyncio.gather(edge.erasures.finish(), edge.erasures.finish())
    assert await edge.database.fetchval(unfinished) == 0
    assert await edge.database.fetchval("SELECT count(*) FROM followers") == 0


async def test_follows_while_people_leave_keep_the_counters_exact(edge: Edge) -> None:
    people = [await edge.person(f"crowd_{n}") for n in range(6)]
    pairs = [(one, other) for one in people for other in people if one is not other]
    await asyncio.gather(
        *(one.ask("PUT", f"/api/v1/users/{other.username}/follow") for one, other in pairs)
    )
    leaving, staying = people[:2], people[2:]
    changes = (
        one.ask(method, f"/api/v1/users/{other.username}/follow")
        for one in staying
        for other in people
        if one is not other
        for method in ("DELETE", "PUT")
    )
    erased, answers = await asyncio.gather(
        asyncio.gather(*(erase(person) for person in leaving)), asyncio.gather(*changes)
    )
    assert erased == [204, 204]
    assert {answer.status for answer in answers} <= {204, 404}
    await edge.erasures.finish()
    drifted = await edge.database.fetch(
        "SELECT username FROM users AS u WHERE"
        " followers_count <> (SELECT count(*) FROM followers WHERE following_id = u.id) OR"
        " following_count <> (SELECT count(*) FROM followers WHERE follower_id = u.id)"
    )
    assert drifted == []
    gone = "SELECT count(*) FROM followers WHERE follower_id = ANY($1) OR following_id = ANY($1)"
    ids = [int(person.user_id) for person in leaving]
    assert await edge.database.fetchval(gone, ids) == 0


async def test_running_node_finishes_by_itself(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = int((await ann.ask("POST", "/api/v1/streams", {"title": "a"})).body["id"])
    ended: asyncio.Queue[int] = asyncio.Queue()

    async def end_stream(ended_id: int) -> None:
        ended.put_nowait(ended_id)

    async with (
        asyncio.timeout(10),
        open_erasures(
            edge.database,
            sessions=edge.sessions,
            end_stream=end_stream,
            look_at_stages=no_stages,
        ) as erasures,
    ):
        await erasures.erase(int(ann.user_id), erases_content=False)
        assert await ended.get() == stream_id
