"""Comments over REST: threads under posts, videos and streams."""

from __future__ import annotations

import pytest

from tests.edge import Client
from tests.people import block
from tests.writing import Writing, comment, notices, pages, post


async def stream(person: Client, **fields: object) -> str:
    answer = await person.ask("POST", "/api/v1/streams", {"title": "A stream", **fields})
    assert answer.status == 201, answer
    return f"streams/{answer.body['id']}"


async def video(writing: Writing, person: Client, status: str = "ready") -> str:
    video_id = await writing.database.fetchval(
        "INSERT INTO videos (user_id, title, status, video_url) VALUES ($1, 'A video', $2, 'x') "
        "RETURNING id",
        int(person.user_id),
        status,
    )
    return f"videos/{video_id}"


async def written(person: Client) -> str:
    return f"posts/{(await post(person))['id']}"


async def test_comments_stand_under_posts_videos_and_streams(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    for on in (await written(ann), await video(writing, ann), await stream(ann)):
        kind, subject_id = on.split("/")
        made = await comment(bob, on, "*nice*")
        assert made["content_html"] == "<p><em>nice</em></p>\n"
        assert made[f"{kind.removesuffix('s')}_id"] == subject_id
        assert (made["parent_id"], made["depth"], made["deleted"]) == (None, 0, False)
        listed = await writing.edge.nobody.ask("GET", f"/api/v1/{on}/comments")
        assert listed.body == {"items": [made], "next": None, "prev": None}
    for table in ("posts", "videos", "streams"):
        assert await writing.database.fetchval(f"SELECT comments_count FROM {table}") == 1


async def test_what_may_not_be_seen_may_not_be_commented_on(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    hidden = [
        await stream(ann, visibility="private"),
        await video(writing, ann, "processing"),
        "posts/999",
    ]
    for on in hidden:
        for method, body in (("GET", None), ("POST", {"content": "x"})):
            assert (await bob.ask(method, f"/api/v1/{on}/comments", body)).status == 404
    mine = await comment(ann, hidden[0])
    assert (await bob.ask("GET", f"/api/v1/comments/{mine['id']}")).status == 404
    assert (await bob.ask("PUT", f"/api/v1/comments/{mine['id']}/like")).status == 404


async def test_answers_stand_under_what_they_answer(writing: Writing) -> None:
    ann = await writing.person("ann")
    on = await written(ann)
    top = await comment(ann, on, "top")
    first = await comment(ann, on, "first", parent_id=top["id"])
    second = await comment(ann, on, "second", parent_id=top["id"])
    deeper = await comment(ann, on, "deeper", parent_id=first["id"])
    assert [each["depth"] for each in (first, second, deeper)] == [1, 1, 2]
    (listed,) = (await ann.ask("GET", f"/api/v1/{on}/comments")).body["items"]
    assert (listed["content"], listed["replies_count"]) == ("top", 2)
    replies = await pages(ann, f"/api/v1/comments/{top['id']}/replies", 1)
    assert [[each["content"] for each in page] for page in replies] == [["first"], ["second"]]


async def test_answer_must_be_to_a_comment_on_the_same_thing(writing: Writing) -> None:
    ann = await writing.person("ann")
    here, elsewhere = await written(ann), await written(ann)
    other = await comment(ann, elsewhere)
    for parent_id in (other["id"], "999", "0", "x"):
        answer = await ann.ask(
            "POST", f"/api/v1/{here}/comments", {"content": "x", "parent_id": parent_id}
        )
        assert answer.status == 422
        assert answer.body["errors"][0]["pointer"] == "/parent_id"


async def test_thread_has_a_deepest_place(writing: Writing) -> None:
    ann = await writing.person("ann")
    on = await written(ann)
    parent: str | None = None
    for _ in range(51):
        parent = (await comment(ann, on, parent_id=parent))["id"]
    answer = await ann.ask("POST", f"/api/v1/{on}/comments", {"content": "x", "parent_id": parent})
    assert (answer.status, answer.body["code"]) == (409, "thread-too-deep")


async def test_deleted_comment_leaves_its_thread(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    on = await written(ann)
    top = await comment(bob, on, "words that hurt")
    reply = await comment(ann, on, "an answer", parent_id=top["id"])
    lone = await comment(bob, on, "nobody answered")
    for each in (top, lone):
        path = f"/api/v1/comments/{each['id']}"
        assert (await ann.ask("DELETE", path)).status == 403
        assert (await bob.ask("DELETE", path)).status == 204
        assert (await bob.ask("DELETE", path)).status == 404
        assert (await bob.ask("PATCH", path, {"content": "x"})).status == 404
    (left,) = (await ann.ask("GET", f"/api/v1/{on}/comments")).body["items"]
    assert left["id"] == top["id"] and left["deleted"] and left["user"] is None
    assert (left["content"], left["content_html"], left["replies_count"]) == ("", "", 1)
    replies = await ann.ask("GET", f"/api/v1/comments/{top['id']}/replies")
    assert [each["id"] for each in replies.body["items"]] == [reply["id"]]
    answer = await ann.ask(
        "POST", f"/api/v1/{on}/comments", {"content": "x", "parent_id": top["id"]}
    )
    assert answer.status == 422
    assert (await writing.edge.nobody.ask("GET", f"/api/v1/{on}")).body["comments_count"] == 1
    stored = await writing.database.fetch("SELECT content FROM comments WHERE deleted_at NOTNULL")
    assert {row["content"] for row in stored} == {""}


async def test_moderator_takes_a_comment_away_and_it_is_logged(writing: Writing) -> None:
    ann, mod = await writing.person("ann"), await writing.person("mod", role="admin")
    made = await comment(ann, await written(ann))
    path = f"/api/v1/comments/{made['id']}"
    assert (await mod.ask("PATCH", path, {"content": "x"})).status == 403
    assert (await mod.ask("DELETE", path)).status == 204
    row = await writing.database.fetchrow("SELECT * FROM moderation_log")
    assert row is not None
    assert (row["action"], row["detail"]) == (
        "remove_comment",
        {"subject_type": "comment", "subject_id": made["id"], "reason": None},
    )


async def test_edited_comment_says_so(writing: Writing) -> None:
    ann = await writing.person("ann")
    made = await comment(ann, await written(ann))
    path = f"/api/v1/comments/{made['id']}"
    edited = await ann.ask("PATCH", path, {"content": "**better**"})
    assert edited.status == 200
    assert edited.body["content_html"] == "<p><strong>better</strong></p>\n"
    assert made["edited_at"] is None and edited.body["edited_at"] is not None
    assert (await ann.ask("GET", path)).body == edited.body


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_pages_of_comments_hold_while_others_come_and_go(
    writing: Writing, order: str
) -> None:
    ann = await writing.person("ann")
    on = await written(ann)
    ids = [(await comment(ann, on, str(n)))["id"] for n in range(5)]
    path = f"/api/v1/{on}/comments?order={order}&limit=2"
    first = (await ann.ask("GET", path)).body
    expected = ids[::-1] if order == "newest" else ids
    assert [each["id"] for each in first["items"]] == expected[:2]
    await ann.ask("DELETE", f"/api/v1/comments/{expected[0]}")
    await ann.ask("DELETE", f"/api/v1/comments/{expected[1]}")
    second = (await ann.ask("GET", f"{path}&cursor={first['next']}")).body
    assert [each["id"] for each in second["items"]] == expected[2:4]
    other = "oldest" if order == "newest" else "newest"
    wrong = await ann.ask(
        "GET", f"/api/v1/{on}/comments?order={other}&limit=2&cursor={first['next']}"
    )
    assert (wrong.status, wrong.body["code"]) == (400, "invalid-cursor")


async def test_each_is_told_of_a_comment_once_by_the_nearest_reason(writing: Writing) -> None:
    ann, bob, cid = [await writing.person(name) for name in ("ann", "bob", "cid")]
    on = await written(ann)
    top = await comment(bob, on, "hello @ann and @cid")
    reply = await comment(ann, on, "hello @bob", parent_id=top["id"])
    await comment(ann, on, "to myself", parent_id=reply["id"])
    top_id, reply_id = int(top["id"]), int(reply["id"])
    assert await notices(writing.database, ann) == [("comment", "comment", top_id)]
    assert await notices(writing.database, bob) == [("reply", "comment", reply_id)]
    assert await notices(writing.database, cid) == [("mention", "comment", top_id)]


@pytest.mark.parametrize("kind", ["block", "mute"])
async def test_comments_of_blocked_and_muted_people_are_left_out(
    writing: Writing, kind: str
) -> None:
    ann, bob, cid = [await writing.person(name) for name in ("ann", "bob", "cid")]
    on = await written(cid)
    await comment(bob, on, "from bob")
    await comment(ann, on, "from ann")
    await block(writing.database, int(ann.user_id), int(bob.user_id), kind)

    async def read(person: Client) -> list[str]:
        answer = await person.ask("GET", f"/api/v1/{on}/comments")
        return [each["content"] for each in answer.body["items"]]

    assert await read(ann) == ["from ann"]
    # Whoever is muted does not learn of it.
    assert await read(bob) == (["from bob"] if kind == "block" else ["from ann", "from bob"])
    assert await read(writing.edge.nobody) == ["from ann", "from bob"]


async def test_blocked_person_can_neither_comment_nor_like(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    await block(writing.database, int(ann.user_id), int(bob.user_id))
    for on in (await written(ann), await stream(ann)):
        answer = await bob.ask("POST", f"/api/v1/{on}/comments", {"content": "x"})
        assert (answer.status, answer.body["code"]) == (403, "blocked")
    liked = await bob.ask("PUT", f"/api/v1/{await written(ann)}/like")
    assert (liked.status, liked.body["code"]) == (403, "blocked")
