"""Posts over REST: written, read, edited, pinned and deleted, with tags and mentions."""

from __future__ import annotations

import asyncio

import pytest

from community.markdown import RENDERER_VERSION
from server.limits import Policy
from tests.writing import Writing, notices, open_writing, post


async def test_post_is_rendered_and_tagged(writing: Writing) -> None:
    ann = await writing.person("ann")
    made = await post(ann, "# Hi\n\n*this* is #Rust", tags=["#C++", "rust"])
    assert made["content_html"].startswith("<h2>Hi</h2>\n<p><em>this</em> is <a href")
    assert made["tags"] == ["c++", "rust"]
    assert made["user"] == {"id": ann.user_id, "username": "ann", "avatar_small_url": None}
    assert (made["likes_count"], made["comments_count"], made["liked"]) == (0, 0, False)
    assert made["edited_at"] is None and made["pinned"] is False
    seen = await writing.edge.nobody.ask("GET", f"/api/v1/posts/{made['id']}")
    assert (seen.status, seen.body) == (200, made)
    tag = seen.headers["ETag"]
    again = await writing.edge.nobody.ask(
        "GET", f"/api/v1/posts/{made['id']}", headers={"If-None-Match": tag}
    )
    assert again.status == 304


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/content"),
        ({"content": "  \n "}, "/content"),
        ({"content": "x" * 50_001}, "/content"),
        ({"content": "a\x00"}, "/content"),
        ({"content": "a", "tags": ["not a tag"]}, "/tags/0"),
        ({"content": "a", "tags": ["a"] * 11}, "/tags"),
        ({"content": "a", "media_ids": ["1"]}, "/media_ids/0"),
        ({"content": "a", "media_ids": [1]}, "/media_ids/0"),
        ({"content": "a", "media_ids": ["1"] * 11}, "/media_ids"),
        ({"content": "a", "user_id": "1"}, "/user_id"),
        ({"content": "a", "likes_count": 5}, "/likes_count"),
    ],
)
async def test_post_that_cannot_be_is_refused_by_field(
    writing: Writing, body: dict[str, object], pointer: str
) -> None:
    ann = await writing.person("ann")
    answer = await ann.ask("POST", "/api/v1/posts", body)
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]
    assert await writing.database.fetchval("SELECT count(*) FROM posts") == 0


async def test_text_that_costs_too_much_is_refused(writing: Writing) -> None:
    ann = await writing.person("ann")
    answer = await ann.ask("POST", "/api/v1/posts", {"content": "http://a." * 5_500})
    assert (answer.status, answer.body["code"]) == (422, "not-renderable")
    await post(ann, "the next is fine")


async def test_writing_has_its_own_limit(writing: Writing) -> None:
    async with open_writing(writing.database, writing=Policy("writing", 2, 60)) as limited:
        ann = await limited.person("ann")
        await post(ann)
        await post(ann)
        answer = await ann.ask("POST", "/api/v1/posts", {"content": "three"})
    assert (answer.status, answer.body["code"]) == (429, "too-many-requests")
    assert '"writing";q=2;w=60' in answer.headers["RateLimit-Policy"]


async def test_pictures_of_ones_own_stand_in_order(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    add = (
        "INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, status, width) "
        "VALUES ($1, $2, $3, 1, $4, 7) RETURNING id"
    )
    kinds = [
        (ann, "image/png", "ready"),
        (ann, "image/webp", "ready"),
        (bob, "image/png", "ready"),
        (ann, "image/png", "uploading"),
    ]
    ids = [
        str(await writing.database.fetchval(add, int(who.user_id), f"pictures/{n}", kind, status))
        for n, (who, kind, status) in enumerate(kinds)
    ]
    made = await post(ann, "look", media_ids=[ids[1], ids[0]])
    assert [(each["id"], each["content_type"], each["width"]) for each in made["media"]] == [
        (ids[1], "image/webp", 7),
        (ids[0], "image/png", 7),
    ]
    assert made["media"][0]["url"] == "/media/pictures/1"
    for wrong in ids[2:]:
        answer = await ann.ask("POST", "/api/v1/posts", {"content": "a", "media_ids": [wrong]})
        assert answer.status == 422
    path = f"/api/v1/posts/{made['id']}"
    edited = await ann.ask("PATCH", path, {"media_ids": [ids[0]]})
    assert [each["id"] for each in edited.body["media"]] == [ids[0]]
    kept = await ann.ask("PATCH", path, {"content": "look again"})
    assert [each["id"] for each in kept.body["media"]] == [ids[0]]


async def test_edit_changes_text_and_tags_and_says_so(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await post(ann, "about #rust", tags=["given"])
    path = f"/api/v1/posts/{made['id']}"
    edited = await ann.ask("PATCH", path, {"content": "about #zig"})
    assert edited.body["tags"] == ["given", "zig"]
    assert edited.body["edited_at"] is not None
    retagged = await ann.ask("PATCH", path, {"tags": ["other"]})
    assert (retagged.body["content"], retagged.body["tags"]) == ("about #zig", ["other", "zig"])
    assert (await bob.ask("PATCH", path, {"content": "mine"})).status == 403
    rows = await writing.database.fetch("SELECT name, posts_count FROM tags ORDER BY name")
    assert {row["name"]: row["posts_count"] for row in rows} == {
        "given": 0,
        "other": 1,
        "rust": 0,
        "zig": 1,
    }


async def test_deleted_post_is_gone_and_counts_for_no_tag(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    path = f"/api/v1/posts/{(await post(ann, '#rust'))['id']}"
    assert (await bob.ask("DELETE", path)).status == 403
    assert (await ann.ask("DELETE", path)).status == 204
    for method, body in (("GET", None), ("PATCH", {"content": "a"}), ("DELETE", None)):
        assert (await ann.ask(method, path, body)).status == 404
    assert (await ann.ask("PUT", path + "/like")).status == 404
    assert (await ann.ask("POST", path + "/comments", {"content": "a"})).status == 404
    assert await writing.database.fetchval("SELECT posts_count FROM tags") == 0


async def test_moderator_takes_a_post_away_and_it_is_logged(writing: Writing) -> None:
    ann, mod = await writing.person("ann"), await writing.person("mod", role="moderator")
    made = await post(ann)
    path = f"/api/v1/posts/{made['id']}"
    assert (await mod.ask("PATCH", path, {"content": "mine"})).status == 403
    assert (await mod.ask("DELETE", path)).status == 204
    row = await writing.database.fetchrow("SELECT * FROM moderation_log")
    assert row is not None
    assert (row["actor_id"], row["target_user_id"]) == (int(mod.user_id), int(ann.user_id))
    assert (row["action"], row["detail"]) == (
        "remove_post",
        {"subject_type": "post", "subject_id": made["id"], "reason": None},
    )


async def test_three_posts_may_be_pinned(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    ids = [(await post(ann, str(n)))["id"] for n in range(4)]
    answers = await asyncio.gather(*(ann.ask("PUT", f"/api/v1/posts/{each}/pin") for each in ids))
    assert sorted(answer.status for answer in answers) == [204, 204, 204, 409]
    assert {a.body["code"] for a in answers if a.status == 409} == {"too-many-pinned"}
    pinned = (await bob.ask("GET", "/api/v1/users/ann/posts?pinned=true")).body["items"]
    assert len(pinned) == 3 and all(each["pinned"] for each in pinned)
    first = f"/api/v1/posts/{pinned[0]['id']}/pin"
    assert (await ann.ask("PUT", first)).status == 204
    assert (await bob.ask("DELETE", first)).status == 403
    assert (await ann.ask("DELETE", first)).status == 204
    left = (await bob.ask("GET", "/api/v1/users/ann/posts?pinned=true")).body["items"]
    assert len(left) == 2
    assert pinned[0]["edited_at"] is None


async def test_mentioned_people_are_told_once(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await post(ann, "hello @BOB and @ann and @nobody")
    assert '<a href="/users/bob"' in made["content_html"]
    assert "@nobody" in made["content_html"] and "/users/nobody" not in made["content_html"]
    await ann.ask("PATCH", f"/api/v1/posts/{made['id']}", {"content": "hello again @bob"})
    assert await notices(writing.database, bob) == [("mention", "post", int(made["id"]))]
    assert await notices(writing.database, ann) == []


async def test_html_of_an_older_renderer_is_made_anew(writing: Writing) -> None:
    ann = await writing.person("ann")
    made = await post(ann, "*new*")
    path = f"/api/v1/posts/{made['id']}"
    await writing.database.execute("UPDATE posts SET content_html = 'old', html_version = 0")
    assert (await ann.ask("GET", path)).body == made
    row = await writing.database.fetchrow("SELECT content_html, html_version FROM posts")
    assert row is not None
    assert tuple(row) == (made["content_html"], RENDERER_VERSION)


async def test_preview_looks_like_the_post_and_leaves_nothing(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    content = "**bold** #rust @bob <script>alert(1)</script>"
    shown = await ann.ask("POST", "/api/v1/previews", {"content": content})
    assert shown.status == 200
    assert shown.body["content_html"] == (await post(ann, content))["content_html"]
    await ann.ask("POST", "/api/v1/previews", {"content": "@bob again"})
    assert await writing.database.fetchval("SELECT count(*) FROM posts") == 1
    assert len(await notices(writing.database, bob)) == 1
