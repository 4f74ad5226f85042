"""Profiles: what everybody sees, what the owner edits, and what nobody edits by accident."""

from __future__ import annotations

import asyncio

import pytest

from tests.edge import Client, Edge

ME = "/api/v1/users/me"


async def tag_of(person: Client) -> str:
    return (await person.ask("GET", ME)).headers["ETag"]


async def edit(person: Client, **changed: object) -> dict[str, object]:
    answer = await person.ask("PATCH", ME, changed, headers={"If-Match": await tag_of(person)})
    assert answer.status == 200, answer
    assert isinstance(answer.body, dict)
    return answer.body


async def test_edited_profile_is_what_everybody_sees(edge: Edge) -> None:
    ann = await edge.person("ann")
    mine = await edit(ann, full_name=" Ann Lee ", bio="a\nb", skills=["Rust", "SQL"])
    assert (mine["full_name"], mine["bio"], mine["skills"]) == ("Ann Lee", "a\nb", ["Rust", "SQL"])
    seen = (await edge.nobody.ask("GET", "/api/v1/users/ANN")).body
    assert seen == {
        "id": ann.user_id,
        "username": "ann",
        "full_name": "Ann Lee",
        "bio": "a\nb",
        "avatar_url": None,
        "avatar_small_url": None,
        "skills": ["Rust", "SQL"],
        "points": 0,
        "role": "member",
        "badges": [],
        "followers_count": 0,
        "following_count": 0,
        "posts_count": 0,
        "videos_count": 0,
        "streams_count": 0,
        "created_at": seen["created_at"],
        "is_following": False,
        "is_follower": False,
        "is_blocked": False,
        "is_muted": False,
    }


async def test_what_is_not_given_stays_and_null_empties(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edit(ann, full_name="Ann", bio="hello", skills=["Rust"])
    left = await edit(ann, bio=None)
    assert (left["full_name"], left["bio"], left["skills"]) == ("Ann", None, ["Rust"])
    left = await edit(ann, full_name=None, skills=None)
    assert (left["full_name"], left["skills"]) == (None, [])


async def test_change_must_name_the_version_it_was_made_on(edge: Edge) -> None:
    ann = await edge.person("ann")
    unnamed = await ann.ask("PATCH", ME, {"bio": "a"})
    assert (unnamed.status, unnamed.body["code"]) == (428, "precondition-required")
    tag = await tag_of(ann)
    first = await ann.ask("PATCH", ME, {"bio": "a"}, headers={"If-Match": tag})
    assert first.status == 200
    second = await ann.ask("PATCH", ME, {"bio": "b"}, headers={"If-Match": tag})
    assert (second.status, second.body["code"]) == (412, "precondition-failed")
    third = await ann.ask("PATCH", ME, {"bio": "c"}, headers={"If-Match": first.headers["ETag"]})
    assert third.status == 200
    anyhow = await ann.ask("PATCH", ME, {"bio": "d"}, headers={"If-Match": "*"})
    assert anyhow.status == 200
    weak = f"W/{anyhow.headers['ETag']}"
    refused = await ann.ask("PATCH", ME, {"bio": "e"}, headers={"If-Match": weak})
    assert refused.status == 412


async def test_of_changes_made_at_once_on_one_version_one_is_kept(edge: Edge) -> None:
    ann = await edge.person("ann")
    tag = {"If-Match": await tag_of(ann)}
    answers = await asyncio.gather(
        *(ann.ask("PATCH", ME, {"bio": str(n)}, headers=tag) for n in range(6))
    )
    assert sorted(answer.status for answer in answers) == [200, 412, 412, 412, 412, 412]
    (kept,) = [answer for answer in answers if answer.status == 200]
    assert (await ann.ask("GET", ME)).body["bio"] == kept.body["bio"]


async def test_unchanged_profile_is_not_sent_again(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    seen = await bob.ask("GET", "/api/v1/users/ann")
    assert seen.headers["ETag"].startswith('"')
    known = {"If-None-Match": seen.headers["ETag"]}
    assert (await bob.ask("GET", "/api/v1/users/ann", headers=known)).status == 304
    await edit(ann, bio="new")
    assert (await bob.ask("GET", "/api/v1/users/ann", headers=known)).status == 200


async def test_own_profile_stays_out_of_caches(edge: Edge) -> None:
    ann = await edge.person("ann")
    assert (await ann.ask("GET", ME)).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"full_name": "x" * 101}, "/full_name"),
        ({"full_name": " "}, "/full_name"),
        ({"full_name": "a\nb"}, "/full_name"),
        ({"bio": "x" * 2001}, "/bio"),
        ({"bio": "a\x00b"}, "/bio"),
        ({"skills": "Rust"}, "/skills"),
        ({"skills": ["Rust", "rust"]}, "/skills"),
        ({"skills": ["x" * 51]}, "/skills/0"),
        ({"skills": [f"s{n}" for n in range(31)]}, "/skills"),
        ({"points": 1000}, "/points"),
        ({"role": "admin"}, "/role"),
        ({"username": "root"}, "/username"),
        ({"email": "x@mail.example"}, "/email"),
        ({"avatar_url": "https://evil.example/x.png"}, "/avatar_url"),
        ({"password_hash": "x"}, "/password_hash"),
    ],
)
async def test_what_cannot_be_edited_is_refused_by_field(
    edge: Edge, changed: dict[str, object], pointer: str
) -> None:
    ann = await edge.person("ann")
    answer = await ann.ask("PATCH", ME, changed, headers={"If-Match": "*"})
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


@pytest.mark.parametrize("name", ["nobody_here", "a", "x" * 51, "a%00b", "a%20b", "a'b", "%2e%2e"])
async def test_name_that_nobody_has_is_not_found(edge: Edge, name: str) -> None:
    answer = await edge.nobody.ask("GET", f"/api/v1/users/{name}")
    assert (answer.status, answer.body["code"]) == (404, "not-found")


async def test_badges_and_counts_are_told(edge: Edge) -> None:
    ann = await edge.person("ann")
    user_id = int(ann.user_id)
    await edge.database.execute(
        "INSERT INTO badges (id, name, description) VALUES (7, 'first stream', 'went live')"
    )
    await edge.database.execute(
        "INSERT INTO user_badges (user_id, badge_id) VALUES ($1, 7)", user_id
    )
    await edge.database.execute("INSERT INTO posts (user_id, content) VALUES ($1, 'a')", user_id)
    await edge.database.execute(
        "INSERT INTO posts (user_id, content, deleted_at) VALUES ($1, 'b', now())", user_id
    )
    await ann.ask("POST", "/api/v1/streams", {"title": "not begun"})
    seen = (await edge.nobody.ask("GET", "/api/v1/users/ann")).body
    assert [badge["name"] for badge in seen["badges"]] == ["first stream"]
    assert seen["badges"][0]["id"] == "7" and seen["badges"][0]["awarded_at"].endswith("Z")
    assert (seen["posts_count"], seen["videos_count"], seen["streams_count"]) == (1, 0, 0)


async def test_nobody_sees_of_others_what_is_their_own(edge: Edge) -> None:
    await edge.person("ann")
    bob = await edge.person("bob")
    seen = (await bob.ask("GET", "/api/v1/users/ann")).body
    assert not {"email", "csrf_token", "email_verified", "second_factor"} & set(seen)
