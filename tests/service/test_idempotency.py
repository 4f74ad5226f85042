"""A request that is sent again is answered again, not done again."""

from __future__ import annotations

import asyncio
import random

import pytest

from community.rendering import WAITING_TEXTS
from persistence import idempotency
from persistence.database import Database
from tests.people import add_people
from tests.writing import Writing, post

KEY = {"Idempotency-Key": "key-1"}


async def test_repeated_post_is_one_post(writing: Writing) -> None:
    ann = await writing.person("ann")
    body = {"content": "only *once* #rust"}
    first = await ann.ask("POST", "/api/v1/posts", body, headers=KEY)
    again = await ann.ask("POST", "/api/v1/posts", body, headers={"Idempotency-Key": '"key-1"'})
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await writing.database.fetchval("SELECT count(*) FROM posts") == 1


async def test_many_at_once_are_one_post(writing: Writing) -> None:
    ann = await writing.person("ann")
    answers = await asyncio.gather(
        *(ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=KEY) for _ in range(20))
    )
    assert {answer.status for answer in answers} <= {201, 409}
    assert {a.body["code"] for a in answers if a.status == 409} <= {"still-running"}
    assert len({a.body["id"] for a in answers if a.status == 201}) == 1
    assert await writing.database.fetchval("SELECT count(*) FROM posts") == 1
    last = await ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=KEY)
    assert last.status == 201


async def test_key_with_another_body_is_refused(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    await ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=KEY)
    other = await ann.ask("POST", "/api/v1/posts", {"content": "y"}, headers=KEY)
    assert (other.status, other.body["code"]) == (422, "key-reused")
    # Another person's key is another key.
    assert (await bob.ask("POST", "/api/v1/posts", {"content": "y"}, headers=KEY)).status == 201


async def test_error_is_replayed_too(writing: Writing) -> None:
    ann = await writing.person("ann")
    path = f"/api/v1/posts/{(await post(ann))['id']}"
    body = {"content": "x", "parent_id": "999"}
    first = await ann.ask("POST", path + "/comments", body, headers=KEY)
    again = await ann.ask("POST", path + "/comments", body, headers=KEY)
    for answer in (first, again):
        del answer.body["instance"]
    assert (first.status, first.body["errors"][0]["pointer"]) == (422, "/parent_id")
    assert (again.status, again.body) == (first.status, first.body)


async def test_request_that_could_not_be_served_may_be_sent_again(writing: Writing) -> None:
    ann = await writing.person("ann")
    # So many texts wait to be rendered that the next is refused.
    slow = "&amp;" * 10_000
    crowd = [asyncio.create_task(writing.rendering.render(slow)) for _ in range(WAITING_TEXTS + 20)]
    first = await ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=KEY)
    for each in crowd:
        each.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    assert first.status == 503
    again = await ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=KEY)
    assert again.status == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, '"open', "ä"])
async def test_key_that_cannot_be_is_refused(writing: Writing, key: str) -> None:
    ann = await writing.person("ann")
    headers = {"Idempotency-Key": key}
    answer = await ann.ask("POST", "/api/v1/posts", {"content": "x"}, headers=headers)
    assert (answer.status, answer.body["code"]) == (400, "bad-request")


async def test_comment_may_be_sent_again(writing: Writing) -> None:
    ann = await writing.person("ann")
    path = f"/api/v1/posts/{(await post(ann))['id']}/comments"
    first = await ann.ask("POST", path, {"content": "x"}, headers=KEY)
    again = await ann.ask("POST", path, {"content": "x"}, headers=KEY)
    assert (again.status, again.body) == (201, first.body)
    assert await writing.database.fetchval("SELECT count(*) FROM comments") == 1


async def test_key_is_free_again_after_a_day_or_when_its_request_died(database: Database) -> None:
    (ann,) = await add_people(database, 1)
    print_a, print_b = b"a" * 32, b"b" * 32
    assert await idempotency.begin(database, ann, "k", fingerprint=print_a) is None
    running = await idempotency.begin(database, ann, "k", fingerprint=print_a)
    assert running is not None and running.status is None
    await database.execute("UPDATE idempotency_keys SET created_at = now() - interval '2 minutes'")
    assert await idempotency.begin(database, ann, "k", fingerprint=print_b) is None
    await idempotency.keep(database, ann, "k", status=201, body=b"{}")
    await idempotency.drop(database, ann, "k")
    kept = await idempotency.begin(database, ann, "k", fingerprint=print_b)
    assert kept == idempotency.UsedKey(print_b, 201, b"{}")
    await database.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    assert await idempotency.begin(database, ann, "k", fingerprint=print_a) is None
    await database.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    assert await idempotency.forget_expired(database) == 1


async def test_retries_in_any_order_are_what_a_model_says(writing: Writing) -> None:
    chance = random.Random(11)
    people = [await writing.person("ann"), await writing.person("bob")]
    first: dict[tuple[int, str], tuple[str, str]] = {}
    posts = 0
    for _ in range(80):
        who, key = chance.randrange(2), chance.choice(("a", "b", "c", "d"))
        content = chance.choice(("one", "two"))
        headers = {"Idempotency-Key": chance.choice((key, f'"{key}"'))}
        answer = await people[who].ask(
            "POST", "/api/v1/posts", {"content": content}, headers=headers
        )
        known = first.get((who, key))
        if known is None:
            assert answer.status == 201 and "Idempotency-Replayed" not in answer.headers
            first[who, key] = (content, answer.body["id"])
            posts += 1
        elif known[0] == content:
            assert (answer.status, answer.body["id"]) == (201, known[1])
            assert answer.headers["Idempotency-Replayed"] == "true"
        else:
            assert (answer.status, answer.body["code"]) == (422, "key-reused")
    assert await writing.database.fetchval("SELECT count(*) FROM posts") == posts == 8
