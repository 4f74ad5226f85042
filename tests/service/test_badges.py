"""Badges: defined by admins, awarded by hand and by rule, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.edge import Client
from tests.on_air import starts_publishing
from tests.people import add_people
from tests.recognition import Recognition


async def held(person: Client) -> list[str]:
    answer = await person.ask("GET", f"/api/v1/users/{person.username}/badges")
    return [badge["name"] for badge in answer.body["items"]]


async def write_post(recognition: Recognition, person: Client) -> None:
    await recognition.database.execute(
        "INSERT INTO posts (user_id, content) VALUES ($1, 'hello')", int(person.user_id)
    )


async def suggest(recognition: Recognition, person: Client, owner: Client, count: int) -> None:
    """Let `owner` have accepted so many suggestions of `person`."""
    await recognition.database.execute(
        "WITH stream AS (INSERT INTO streams (user_id, title) VALUES ($2, 'Rust') RETURNING id), "
        "session AS (INSERT INTO code_sessions (stream_id, user_id, title, language) "
        "            SELECT id, $2, 'main', 'rust' FROM stream RETURNING id) "
        "INSERT INTO code_suggestions (session_id, user_id, client_id, content, status, "
        "                              resolved_by, resolved_at) "
        "SELECT session.id, $1, number::text, 'better', 'accepted', $2, now() "
        "FROM session, generate_series(1, $3::int) AS number",
        int(person.user_id),
        int(owner.user_id),
        count,
    )


async def test_badge_awarded_by_hand_is_told_and_paid_once(recognition: Recognition) -> None:
    admin = await recognition.person("admin", "admin")
    mod, ann = await recognition.person("mod", "moderator"), await recognition.person("ann")
    made = await admin.ask("POST", "/api/v1/badges", {"name": "Kind", "points": 20})
    assert made.status == 201 and made.body["rule"] is None
    path = f"{made.headers['Location']}/holders/ann"
    answers = await asyncio.gather(*(mod.ask("PUT", path) for _ in range(8)))
    assert {answer.status for answer in answers} == {204}
    assert await held(ann) == ["Kind"]
    (notification,) = await recognition.notified(ann)
    assert (notification["type"], notification["data"]) == ("badge", {"name": "Kind", "points": 20})
    board = await ann.ask("GET", "/api/v1/leaderboards/weekly")
    assert (board.body["me"]["points"], board.body["me"]["rank"]) == (20, 1)
    assert (await ann.ask("GET", made.headers["Location"])).body["holders_count"] == 1


async def test_nobody_awards_a_badge_to_themselves(recognition: Recognition) -> None:
    mod = await recognition.person("mod", "moderator")
    assert (await mod.ask("PUT", "/api/v1/badges/1/holders/mod")).status == 403


async def test_name_of_a_badge_is_taken_once(recognition: Recognition) -> None:
    admin = await recognition.person("admin", "admin")
    made = await admin.ask("POST", "/api/v1/badges", {"name": "Kind"})
    again = await admin.ask("POST", "/api/v1/badges", {"name": "Kind"})
    assert (again.status, again.body["code"]) == (409, "badge-name-taken")
    renamed = await admin.ask("PUT", made.headers["Location"], {"name": "Winner"})
    assert (renamed.status, renamed.body["code"]) == (409, "badge-name-taken")
    edited = await admin.ask(
        "PUT", made.headers["Location"], {"name": "Kinder", "image_url": "https://a.example/k.png"}
    )
    assert (edited.status, edited.body["name"]) == (200, "Kinder")
    refused = await admin.ask(
        "POST", "/api/v1/badges", {"name": "Evil", "image_url": "javascript:alert(1)"}
    )
    assert refused.status == 422


async def test_badges_are_paged_and_hold_those_of_the_rules(recognition: Recognition) -> None:
    names, cursor = [], ""
    while True:
        page = await recognition.edge.nobody.ask("GET", f"/api/v1/badges?limit=3{cursor}")
        names += [badge["name"] for badge in page.body["items"]]
        if page.body["next"] is None:
            break
        cursor = f"&cursor={page.body['next']}"
    assert len(names) == len(set(names)) == 7


async def test_rules_are_evaluated_for_who_is_woken(recognition: Recognition) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    await write_post(recognition, ann)
    await write_post(recognition, bob)
    recognition.badges.wake([int(ann.user_id)])
    await recognition.badges.evaluate_woken()
    assert (await held(ann), await held(bob)) == (["First words"], [])


async def test_rules_evaluated_at_once_by_several_nodes_pay_once(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    await write_post(recognition, ann)
    await asyncio.gather(*(recognition.badges.evaluate() for _ in range(5)))
    await recognition.badges.evaluate()
    assert await held(ann) == ["First words"]
    assert len(await recognition.notified(ann)) == 1
    assert await recognition.database.fetchval("SELECT sum(delta) FROM point_events") == 5


async def test_ten_accepted_suggestions_are_ten_into_other_peoples_code(
    recognition: Recognition,
) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    await suggest(recognition, ann, bob, 9)
    await suggest(recognition, ann, ann, 5)
    await recognition.badges.evaluate()
    assert await held(ann) == ["Good idea"]
    await suggest(recognition, ann, bob, 1)
    await recognition.badges.evaluate()
    assert await held(ann) == ["Second pair of eyes", "Good idea"]


async def test_going_live_and_gaining_followers_are_rewarded(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    fans = await add_people(recognition.database, 100)
    await recognition.database.execute(
        "INSERT INTO followers SELECT id, $2 FROM unnest($1::bigint[]) AS id",
        fans,
        int(ann.user_id),
    )
    made = await ann.ask("POST", "/api/v1/streams", {"title": "Rust"})
    await recognition.badges.evaluate()
    assert await held(ann) == ["Crowd"]
    await starts_publishing(
        recognition.edge.database, recognition.edge.broadcasts, int(made.body["id"])
    )
    await recognition.badges.evaluate()
    assert await held(ann) == ["On air", "Crowd"]


async def test_challenge_is_won_when_it_is_over_and_everything_is_reviewed(
    recognition: Recognition,
) -> None:
    ann, bob, cid = [await recognition.person(name) for name in ("ann", "bob", "cid")]
    await recognition.database.execute(
        "INSERT INTO challenges (title, start_date, end_date, status) "
        "VALUES ('Rust', now() - interval '2 days', now() - interval '1 day', 'completed')"
    )
    await recognition.database.execute(
        "INSERT INTO user_challenges (user_id, challenge_id, state, submission_url, submitted_at, "
        "                             completed_at, points_earned) "
        "SELECT p.id, c.id, p.state, 'https://git.example/a', now(), "
        "       CASE WHEN p.state = 'accepted' THEN now() END, p.points FROM challenges AS c, "
        "(VALUES ($1::bigint, 'accepted', 5), ($2::bigint, 'accepted', 9), "
        "        ($3::bigint, 'submitted', 0)) AS p (id, state, points)",
        int(ann.user_id),
        int(bob.user_id),
        int(cid.user_id),
    )
    await recognition.badges.evaluate()
    assert [await held(each) for each in (ann, bob, cid)] == [["Challenger"], ["Challenger"], []]
    await recognition.database.execute(
        "UPDATE user_challenges SET state = 'returned' WHERE state = 'submitted'"
    )
    await recognition.badges.evaluate()
    assert [await held(each) for each in (ann, bob)] == [["Challenger"], ["Winner", "Challenger"]]


@pytest.mark.parametrize("last", ["the review", "the end"])
async def test_challenge_is_won_with_what_comes_last(recognition: Recognition, last: str) -> None:
    mod = await recognition.person("mod", "moderator")
    ann, bob = await recognition.person("ann"), await recognition.person("bob")
    now = recognition.clock.now
    challenge = {
        "title": "Rust",
        "start_date": now.isoformat(),
        "end_date": (now + timedelta(hours=1)).isoformat(),
        "reward_points": 10,
    }
    made = await mod.ask("POST", "/api/v1/challenges", challenge)
    path = made.headers["Location"]
    for person in (ann, bob):
        await person.ask("PUT", f"{path}/participation")
        await person.ask("PUT", f"{path}/submission", {"url": "https://git.example/a"})
    await mod.ask("POST", f"{path}/submissions/ann/accept", {})

    async def review() -> None:
        await mod.ask("POST", f"{path}/submissions/bob/return", {"note": "no"})

    async def end() -> None:
        recognition.clock.pass_(hours=2)
        await recognition.challenges.keep_statuses()

    steps = [end, review] if last == "the review" else [review, end]
    for step, expected in zip(steps, (["Challenger"], ["Winner", "Challenger"]), strict=True):
        await step()
        await recognition.badges.evaluate_woken()
        assert await held(ann) == expected


async def test_erased_people_get_no_badges(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    await write_post(recognition, ann)
    await recognition.database.execute("UPDATE users SET deleted_at = now()")
    await recognition.badges.evaluate()
    assert await recognition.database.fetchval("SELECT count(*) FROM user_badges") == 0
