"""Streams over REST: made, listed, seen, ended, and given new keys."""

from __future__ import annotations

import pytest

from tests.edge import Client, Edge
from tests.on_air import starts_publishing, stream_of_key


async def make(person: Client, title: str = "A stream", **fields: object) -> dict[str, str]:
    answer = await person.ask("POST", "/api/v1/streams", {"title": title, **fields})
    assert answer.status == 201, answer
    assert isinstance(answer.body, dict)
    return answer.body


async def test_made_stream_waits_for_media_and_tells_its_key_once(edge: Edge) -> None:
    ann = await edge.person("ann")
    made = await make(ann, "  Rust  ", description="a\nb")
    assert len(made["stream_key"]) >= 43
    assert made["whip_url"] == f"{edge.url}/whip/{made['id']}"
    assert made["whep_url"] == f"{edge.url}/whep/{made['id']}"
    seen = (await edge.nobody.ask("GET", f"/api/v1/streams/{made['id']}")).body
    assert "stream_key" not in seen
    assert seen["created_at"].endswith("Z")
    assert {k: seen[k] for k in ("status", "title", "description", "publishing", "user")} == {
        "status": "scheduled",
        "title": "Rust",
        "description": "a\nb",
        "publishing": False,
        "user": {"id": ann.user_id, "username": "ann", "avatar_small_url": None},
    }
    assert seen["code_sessions"] == [] and isinstance(seen["id"], str)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": "x" * 101}, "/title"),
        ({"title": 7}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": "a", "scheduled_at": "tomorrow"}, "/scheduled_at"),
        ({"title": "a", "scheduled_at": "2026-01-01T00:00:00"}, "/scheduled_at"),
        ({"title": "a", "visibility": "secret"}, "/visibility"),
        ({"title": "a", "user_id": 1}, "/user_id"),
        ({"title": "a", "a/b~c": 1}, "/a~1b~0c"),
    ],
)
async def test_stream_that_cannot_be_is_refused_by_field(
    edge: Edge, body: dict[str, object], pointer: str
) -> None:
    ann = await edge.person("ann")
    answer = await ann.ask("POST", "/api/v1/streams", body)
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


async def test_only_so_many_streams_wait(edge: Edge) -> None:
    ann = await edge.person("ann")
    for _ in range(5):
        await make(ann, scheduled_at="2030-01-01T10:00:00+02:00")
    answer = await ann.ask(
        "POST", "/api/v1/streams", {"title": "a", "scheduled_at": "2030-01-01T10:00:00Z"}
    )
    assert (answer.status, answer.body["code"]) == (409, "too-many-streams")
    await make(ann)


async def test_private_stream_is_its_owners_alone(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    path = f"/api/v1/streams/{(await make(ann, visibility='private'))['id']}"
    assert (await ann.ask("GET", path)).status == 200
    for stranger in (bob, edge.nobody):
        hidden = await stranger.ask("GET", path)
        missing = await stranger.ask("GET", "/api/v1/streams/999999")
        del hidden.body["instance"], missing.body["instance"]
        assert (hidden.status, hidden.body) == (404, missing.body)


async def test_what_is_not_public_is_listed_for_its_owner_only(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    at = "2030-01-01T10:00:00Z"
    for visibility in ("public", "unlisted", "private"):
        await make(ann, visibility, visibility=visibility, scheduled_at=at)
    await make(ann, "at once")
    listed = "/api/v1/streams?status=scheduled&user=Ann"

    async def titles(person: Client, path: str) -> list[str]:
        return [item["title"] for item in (await person.ask("GET", path)).body["items"]]

    assert await titles(bob, listed) == ["public"]
    assert await titles(edge.nobody, "/api/v1/streams") == ["public"]
    assert await titles(ann, "/api/v1/streams") == ["public"]
    assert await titles(ann, listed) == ["at once", "private", "unlisted", "public"]


@pytest.mark.parametrize("text", ["0", "-1", "01", "abc", "9223372036854775808", "1e3", "%00"])
async def test_what_can_be_no_id_is_not_found(edge: Edge, text: str) -> None:
    answer = await edge.nobody.ask("GET", f"/api/v1/streams/{text}")
    assert (answer.status, answer.body["code"]) == (404, "not-found")


async def test_pages_follow_each_other_whatever_comes_meanwhile(edge: Edge) -> None:
    ann = await edge.person("ann")
    made = [(await make(ann, f"stream {n}"))["id"] for n in range(5)]
    first = await ann.ask("GET", "/api/v1/streams?user=ann&limit=2")
    assert [item["id"] for item in first.body["items"]] == [made[4], made[3]]
    await make(ann, "newer")
    cursor = first.body["next"]
    assert first.headers["Link"] == (
        f'</api/v1/streams?user=ann&limit=2&cursor={cursor}>; rel="next"'
    )
    second = await ann.ask("GET", f"/api/v1/streams?user=ann&limit=2&cursor={cursor}")
    assert [item["id"] for item in second.body["items"]] == [made[2], made[1]]
    last = await ann.ask("GET", f"/api/v1/streams?user=ann&limit=2&cursor={second.body['next']}")
    assert [item["id"] for item in last.body["items"]] == [made[0]]
    assert last.body["next"] is None and 'rel="next"' not in last.headers["Link"]
    back = await ann.ask("GET", f"/api/v1/streams?user=ann&limit=2&cursor={last.body['prev']}")
    assert back.body["items"] == second.body["items"]
    back = await ann.ask("GET", f"/api/v1/streams?user=ann&limit=2&cursor={back.body['prev']}")
    assert back.body["items"] == first.body["items"]
    newest = await ann.ask("GET", f"/api/v1/streams?user=ann&limit=2&cursor={back.body['prev']}")
    assert [item["title"] for item in newest.body["items"]] == ["newer"]
    assert newest.body["prev"] is None


async def test_cursor_of_another_list_is_refused(edge: Edge) -> None:
    ann = await edge.person("ann")
    for _ in range(2):
        await make(ann)
    page = await ann.ask("GET", "/api/v1/streams?user=ann&limit=1")
    cursor = page.body["next"]
    for query in (f"limit=1&cursor={cursor}", f"user=ann&cursor={cursor}x", "cursor=x"):
        answer = await ann.ask("GET", f"/api/v1/streams?{query}")
        assert (answer.status, answer.body["code"]) == (400, "invalid-cursor")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "status=x", "x=1", "user="])
async def test_query_that_cannot_be_is_refused(edge: Edge, query: str) -> None:
    answer = await edge.nobody.ask("GET", f"/api/v1/streams?{query}")
    assert (answer.status, answer.body["code"]) == (400, "bad-request")
    assert answer.body["errors"][0]["pointer"] == "/" + query.partition("=")[0]


async def test_live_streams_are_listed_by_viewers(edge: Edge) -> None:
    ids = []
    for number in range(3):
        person = await edge.person(f"live_{number}")
        stream_id = int((await make(person))["id"])
        await starts_publishing(edge.database, edge.broadcasts, stream_id)
        ids.append(str(stream_id))
    await edge.database.execute("UPDATE streams SET viewers_count = 7 WHERE id = $1", int(ids[1]))
    first = await edge.nobody.ask("GET", "/api/v1/streams?status=live&limit=2")
    assert [item["id"] for item in first.body["items"]] == [ids[1], ids[2]]
    path = f"/api/v1/streams?status=live&limit=2&cursor={first.body['next']}"
    second = await edge.nobody.ask("GET", path)
    assert [item["id"] for item in second.body["items"]] == [ids[0]]


async def test_owner_ends_a_stream_and_ending_twice_is_ending_once(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    path = f"/api/v1/streams/{(await make(ann))['id']}"
    refused = await bob.ask("POST", path + "/end")
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    first = await ann.ask("POST", path + "/end")
    assert (first.status, first.body["status"]) == (200, "ended")
    assert first.body["started_at"] is None
    assert (await ann.ask("POST", path + "/end")).body["ended_at"] == first.body["ended_at"]


async def test_new_key_opens_the_stream_and_the_old_one_does_not(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    made = await make(ann)
    path = f"/api/v1/streams/{made['id']}/stream-key"
    assert (await bob.ask("POST", path)).status == 403
    answer = await ann.ask("POST", path)
    assert answer.status == 200
    assert await stream_of_key(edge.broadcasts, answer.body["stream_key"], None) == int(made["id"])
    assert answer.body["stream_key"] != made["stream_key"]
    await ann.ask("POST", f"/api/v1/streams/{made['id']}/end")
    ended = await ann.ask("POST", path)
    assert (ended.status, ended.body["code"]) == (409, "stream-ended")


async def test_unchanged_stream_is_not_sent_again(edge: Edge) -> None:
    ann = await edge.person("ann")
    path = f"/api/v1/streams/{(await make(ann))['id']}"
    tag = (await ann.ask("GET", path)).headers["ETag"]
    assert tag.startswith('W/"')
    again = await ann.ask("GET", path, headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, None)
    await ann.ask("POST", path + "/end")
    changed = await ann.ask("GET", path, headers={"If-None-Match": tag})
    assert changed.status == 200
