"""Notifications over REST: listed, counted, read, chosen."""

from __future__ import annotations

from typing import Any

import pytest

from persistence.notifications import Notice, Notifications
from tests.edge import Client
from tests.recognition import Recognition


async def like(recognition: Recognition, of: Client, by: Client, *posts: int) -> None:
    async with recognition.database.transaction() as connection:
        await Notifications(recognition.database).add(
            connection,
            [
                Notice(
                    user_id=int(of.user_id),
                    actor_id=int(by.user_id),
                    type="like",
                    related_type="post",
                    related_id=post,
                    group_key=f"like:post:{post}",
                )
                for post in posts
            ],
        )


async def test_notifications_are_listed_in_pages(recognition: Recognition) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    for post in (1, 2, 3):
        await like(recognition, ann, bob, post)
    first = await ann.ask("GET", "/api/v1/notifications?limit=2")
    assert [each["related_id"] for each in first.body["items"]] == ["3", "2"]
    item = first.body["items"][0]
    assert item["actors"] == [{"id": bob.user_id, "username": "bob", "avatar_small_url": None}]
    assert (item["actors_count"], item["is_read"], item["group_key"]) == (1, False, "like:post:3")
    rest = await ann.ask("GET", f"/api/v1/notifications?limit=2&cursor={first.body['next']}")
    assert [each["related_id"] for each in rest.body["items"]] == ["1"]
    stolen = await bob.ask("GET", f"/api/v1/notifications?cursor={first.body['next']}")
    assert (stolen.status, stolen.body["code"]) == (400, "invalid-cursor")
    assert (await bob.ask("GET", "/api/v1/notifications")).body["items"] == []


async def test_reading_one_and_all(recognition: Recognition) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    await like(recognition, ann, bob, 1, 2, 3)
    assert (await ann.ask("GET", "/api/v1/notifications/unread-count")).body == {"unread": 3}
    one = (await recognition.notified(ann))[0]["id"]
    assert (await bob.ask("POST", "/api/v1/notifications/read", {"ids": [one]})).status == 200
    answer = await ann.ask("POST", "/api/v1/notifications/read", {"ids": [one]})
    assert (answer.status, answer.body) == (200, {"unread": 2})
    answer = await ann.ask("POST", "/api/v1/notifications/read", {"all": True})
    assert answer.body == {"unread": 0}
    assert all(each["is_read"] for each in await recognition.notified(ann))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["1"], "all": True},
        {"all": False},
        {"ids": [1]},
        {"ids": ["x"]},
        {"ids": ["9223372036854775808"]},
        {"ids": ["1"] * 101},
    ],
)
async def test_reading_that_cannot_be_is_refused(
    recognition: Recognition, body: dict[str, Any]
) -> None:
    ann = await recognition.person("ann")
    answer = await ann.ask("POST", "/api/v1/notifications/read", body)
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")


async def test_unwanted_type_is_not_notified_of(recognition: Recognition) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    path = "/api/v1/notifications/preferences"
    assert set((await ann.ask("GET", path)).body.values()) == {True}
    chosen = await ann.ask("PUT", path, {"like": False})
    assert chosen.status == 200
    assert (await ann.ask("GET", path)).body == chosen.body
    assert [each for each, wanted in chosen.body.items() if not wanted] == ["like"]
    await like(recognition, ann, bob, 1)
    assert await recognition.notified(ann) == []
    assert (await ann.ask("PUT", path, {"likes": False})).status == 422
    assert set((await ann.ask("PUT", path, {})).body.values()) == {True}
