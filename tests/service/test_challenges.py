"""Challenges over REST: made by moderators, joined, submitted, reviewed and paid."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from server.wire import rfc3339
from tests.edge import Client
from tests.recognition import Recognition


async def make(
    recognition: Recognition, moderator: Client, *, title: str = "Rust week", reward: int = 100
) -> str:
    """Make a challenge that begins in an hour and lasts a week, and return its address."""
    now = recognition.clock()
    answer = await moderator.ask(
        "POST",
        "/api/v1/challenges",
        {
            "title": title,
            "description": "Write a parser",
            "start_date": rfc3339(now + timedelta(hours=1)),
            "end_date": rfc3339(now + timedelta(hours=1, days=7)),
            "reward_points": reward,
        },
    )
    assert answer.status == 201, answer
    assert answer.headers["Location"] == f"/api/v1/challenges/{answer.body['id']}"
    return str(answer.headers["Location"])


async def submitted(recognition: Recognition, person: Client, path: str) -> None:
    """Join a challenge that is active, and submit."""
    assert (await person.ask("PUT", path + "/participation")).status == 200
    url = f"https://git.example/{person.username}"
    answer = await person.ask("PUT", path + "/submission", {"url": url})
    assert (answer.status, answer.body["state"]) == (200, "submitted")


async def points(recognition: Recognition, person: Client) -> int:
    value: int = await recognition.database.fetchval(
        "SELECT points FROM users WHERE id = $1", int(person.user_id)
    )
    return value


async def test_challenge_lives_by_the_clock(recognition: Recognition) -> None:
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    path = await make(recognition, mod)

    async def status() -> tuple[str, str]:
        await recognition.challenges.keep_statuses()
        seen = (await ann.ask("GET", path)).body["status"]
        return seen, await recognition.database.fetchval("SELECT status FROM challenges")

    assert await status() == ("upcoming", "upcoming")
    joined = await ann.ask("PUT", path + "/participation")
    assert (joined.status, joined.body["state"]) == (200, "joined")
    early = await ann.ask("PUT", path + "/submission", {"url": "https://git.example/a"})
    assert (early.status, early.body["code"]) == (409, "challenge-not-open")
    recognition.clock.pass_(hours=1)
    assert await status() == ("active", "active")
    answer = await ann.ask("PUT", path + "/submission", {"url": "https://git.example/a"})
    assert (answer.status, answer.body["submission_url"]) == (200, "https://git.example/a")
    recognition.clock.pass_(days=7)
    assert await status() == ("completed", "completed")
    late = await ann.ask("PUT", path + "/submission", {"url": "https://git.example/b"})
    assert (late.status, late.body["code"]) == (409, "challenge-not-open")
    bob = await recognition.person("bob")
    assert (await bob.ask("PUT", path + "/participation")).body["code"] == "challenge-not-open"
    accepted = await mod.ask("POST", path + "/submissions/ann/accept", {})
    assert (accepted.status, accepted.body["points_earned"]) == (200, 100)


async def test_status_that_is_seen_does_not_wait_for_the_stored_one(
    recognition: Recognition,
) -> None:
    mod = await recognition.person("mod", "moderator")
    await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    for status, count in (("upcoming", 0), ("active", 1), ("completed", 0)):
        listed = await mod.ask("GET", f"/api/v1/challenges?status={status}")
        assert len(listed.body["items"]) == count


async def test_returned_submission_is_improved_and_accepted(recognition: Recognition) -> None:
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    path = await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    await submitted(recognition, ann, path)
    back = await mod.ask("POST", path + "/submissions/ann/return", {"note": "Tests are missing"})
    assert (back.status, back.body["state"]) == (200, "returned")
    again = await mod.ask("POST", path + "/submissions/ann/accept", {})
    assert (again.status, again.body["code"]) == (409, "nothing-submitted")
    mine = (await ann.ask("GET", path)).body["me"]
    assert (mine["state"], mine["review_note"]) == ("returned", "Tests are missing")
    await ann.ask("PUT", path + "/submission", {"url": "https://git.example/ann2"})
    answer = await mod.ask("POST", path + "/submissions/ANN/accept", {"points": 60})
    assert (answer.status, answer.body["state"]) == (200, "accepted")
    assert await points(recognition, ann) == 60
    results = [each["data"] for each in await recognition.notified(ann)]
    assert [(each["accepted"], each["points"], each["note"]) for each in results] == [
        (True, 60, None),
        (False, 0, "Tests are missing"),
    ]
    leave = await ann.ask("DELETE", path + "/participation")
    assert (leave.status, leave.body["code"]) == (409, "submission-accepted")


async def test_submission_accepted_by_many_at_once_is_paid_once(recognition: Recognition) -> None:
    mods = [await recognition.person(f"mod_{n}", "moderator") for n in range(3)]
    ann = await recognition.person("ann")
    path = await make(recognition, mods[0])
    recognition.clock.pass_(hours=2)
    await submitted(recognition, ann, path)
    answers = await asyncio.gather(
        *(mod.ask("POST", path + "/submissions/ann/accept", {}) for mod in mods * 3)
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * 8
    assert await points(recognition, ann) == 100
    assert len(await recognition.notified(ann)) == 1


async def test_board_shows_who_was_accepted_the_most_points_first(
    recognition: Recognition,
) -> None:
    mod = await recognition.person("mod", "moderator")
    path = await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    for name, earned in (("ann", 50), ("bob", 100), ("cid", 50), ("dan", None)):
        person = await recognition.person(name)
        await submitted(recognition, person, path)
        recognition.clock.pass_(minutes=1)
        if earned is not None:
            await mod.ask("POST", f"{path}/submissions/{name}/accept", {"points": earned})
    first = await recognition.edge.nobody.ask("GET", path + "/board?limit=2")
    assert [each["user"]["username"] for each in first.body["items"]] == ["bob", "ann"]
    assert first.body["items"][0]["submission_url"] == "https://git.example/bob"
    cursor = first.body["next"]
    rest = await recognition.edge.nobody.ask("GET", f"{path}/board?limit=2&cursor={cursor}")
    assert [each["user"]["username"] for each in rest.body["items"]] == ["cid"]
    waiting = await mod.ask("GET", path + "/submissions")
    assert [each["user"]["username"] for each in waiting.body["items"]] == ["dan"]


async def test_who_leaves_leaves_nothing_behind(recognition: Recognition) -> None:
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    path = await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    await submitted(recognition, ann, path)
    assert (await ann.ask("GET", path)).body["participants_count"] == 1
    for _ in range(2):
        assert (await ann.ask("DELETE", path + "/participation")).status == 204
    seen = (await ann.ask("GET", path)).body
    assert (seen["participants_count"], seen["me"]) == (0, None)


async def test_submitting_needs_joining(recognition: Recognition) -> None:
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    path = await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    answer = await ann.ask("PUT", path + "/submission", {"url": "https://git.example/a"})
    assert (answer.status, answer.body["code"]) == (409, "not-joined")


async def test_nobody_reviews_their_own_submission(recognition: Recognition) -> None:
    mod = await recognition.person("mod", "moderator")
    path = await make(recognition, mod)
    recognition.clock.pass_(hours=2)
    await submitted(recognition, mod, path)
    answer = await mod.ask("POST", path + "/submissions/mod/accept", {})
    assert (answer.status, answer.body["code"]) == (403, "forbidden")


async def test_more_than_the_reward_is_not_paid(recognition: Recognition) -> None:
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    path = await make(recognition, mod, reward=10)
    recognition.clock.pass_(hours=2)
    await submitted(recognition, ann, path)
    answer = await mod.ask("POST", path + "/submissions/ann/accept", {"points": 11})
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")
    assert await points(recognition, ann) == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"reward_points": -1}, "/reward_points"),
        ({"reward_points": 10_001}, "/reward_points"),
        ({"end_date": "2026-01-01T00:00:00Z"}, ""),
        ({"status": "active"}, "/status"),
    ],
)
async def test_challenge_that_cannot_be_is_refused_by_field(
    recognition: Recognition, change: dict[str, Any], pointer: str
) -> None:
    mod = await recognition.person("mod", "moderator")
    body = {
        "title": "Rust week",
        "start_date": "2026-02-01T00:00:00Z",
        "end_date": "2026-03-01T00:00:00Z",
    }
    answer = await mod.ask("POST", "/api/v1/challenges", body | change)
    assert (answer.status, [each["pointer"] for each in answer.body["errors"]]) == (422, [pointer])


async def test_edited_challenge_is_what_its_new_dates_make_it(recognition: Recognition) -> None:
    mod = await recognition.person("mod", "moderator")
    path = await make(recognition, mod)
    now = recognition.clock()
    body = {
        "title": "Go week",
        "start_date": rfc3339(now),
        "end_date": rfc3339(now + timedelta(days=1)),
    }
    answer = await mod.ask("PUT", path, body)
    assert (answer.status, answer.body["status"]) == (200, "active")
    assert (answer.body["title"], answer.body["description"]) == ("Go week", None)
    assert (await mod.ask("PUT", "/api/v1/challenges/999", body)).status == 404


async def test_challenges_are_paged_by_their_start(recognition: Recognition) -> None:
    mod = await recognition.person("mod", "moderator")
    for number in range(3):
        recognition.clock.pass_(hours=1)
        await make(recognition, mod, title=f"challenge {number}")
    first = await recognition.edge.nobody.ask("GET", "/api/v1/challenges?limit=2")
    path = f"/api/v1/challenges?limit=2&cursor={first.body['next']}"
    second = await recognition.edge.nobody.ask("GET", path)
    titles = [each["title"] for each in first.body["items"] + second.body["items"]]
    assert titles == ["challenge 2", "challenge 1", "challenge 0"]
    assert second.body["next"] is None
