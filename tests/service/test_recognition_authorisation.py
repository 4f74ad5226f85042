"""Who may call what of notifications, challenges, badges, leaderboards and search.

A route that is not in the table fails the test, so nobody adds one without saying whose it is.
"""

from __future__ import annotations

import pytest

from tests.push_receiver import Browser
from tests.recognition import Recognition

CALLERS = ("anonymous", "member", "moderator", "admin")
CHALLENGE = {
    "title": "a",
    "start_date": "2020-01-01T00:00:00Z",
    "end_date": "2100-01-01T00:00:00Z",
}
ONE = "/api/v1/challenges/{challenge}"
SUBMISSION = ONE + "/submissions/{username}"
BADGE = "/api/v1/badges/{badge}"
EVERYBODY, SIGNED_IN = (200, 200, 200, 200), (401, 200, 200, 200)
MODERATORS = (401, 403, 200, 200)

TABLE = {
    ("GET", "/api/v1/notifications"): (None, SIGNED_IN),
    ("POST", "/api/v1/notifications/read"): ({"all": True}, SIGNED_IN),
    ("GET", "/api/v1/notifications/unread-count"): (None, SIGNED_IN),
    ("GET", "/api/v1/notifications/preferences"): (None, SIGNED_IN),
    ("PUT", "/api/v1/notifications/preferences"): ({}, SIGNED_IN),
    ("GET", "/api/v1/push/subscription"): (None, SIGNED_IN),
    ("PUT", "/api/v1/push/subscription"): (
        Browser().subscription("https://push.example/1"),
        SIGNED_IN,
    ),
    ("DELETE", "/api/v1/push/subscription"): (None, (401, 204, 204, 204)),
    ("GET", "/api/v1/challenges"): (None, EVERYBODY),
    ("POST", "/api/v1/challenges"): (CHALLENGE, (401, 403, 201, 201)),
    ("GET", ONE): (None, EVERYBODY),
    ("PUT", ONE): (CHALLENGE, MODERATORS),
    ("GET", ONE + "/board"): (None, EVERYBODY),
    ("PUT", ONE + "/participation"): (None, SIGNED_IN),
    ("PUT", ONE + "/submission"): ({"url": "https://git.example/a"}, SIGNED_IN),
    ("GET", ONE + "/submissions"): (None, MODERATORS),
    ("POST", SUBMISSION + "/return"): ({"note": "again"}, MODERATORS),
    ("POST", SUBMISSION + "/accept"): ({}, MODERATORS),
    ("DELETE", ONE + "/participation"): (None, (401, 204, 204, 204)),
    ("GET", "/api/v1/badges"): (None, EVERYBODY),
    ("POST", "/api/v1/badges"): ({"name": "a"}, (401, 403, 403, 201)),
    ("GET", BADGE): (None, EVERYBODY),
    ("PUT", BADGE): ({"name": "b"}, (401, 403, 403, 200)),
    ("PUT", BADGE + "/holders/{username}"): (None, (401, 403, 204, 204)),
    ("GET", "/api/v1/users/{username}/badges"): (None, EVERYBODY),
    ("GET", "/api/v1/leaderboards/{period}"): (None, EVERYBODY),
    ("GET", "/api/v1/search?q=a"): (None, EVERYBODY),
    ("GET", "/api/v1/search/suggestions?q=a"): (None, EVERYBODY),
}


def test_every_route_has_its_row(recognition: Recognition) -> None:
    names = {"challenge_id": "challenge", "badge_id": "badge"}
    served = set()
    for route in recognition.routes:
        path = route.path
        for name, short in names.items():
            path = path.replace("{" + name + "}", "{" + short + "}")
        served.add((route.method, path))
    assert served == {(method, path.partition("?")[0]) for method, path in TABLE}


@pytest.mark.parametrize("caller", CALLERS)
async def test_routes_serve_those_they_are_for(recognition: Recognition, caller: str) -> None:
    person = recognition.edge.nobody
    if caller != "anonymous":
        person = await recognition.person("caller", caller)
    author = await recognition.person("author", "moderator")
    submitter = await recognition.person("submitter")
    made = await author.ask("POST", "/api/v1/challenges", CHALLENGE)
    challenge = made.headers["Location"]
    await submitter.ask("PUT", challenge + "/participation")
    got, expected = {}, {}
    for (method, path), (body, statuses) in TABLE.items():
        # Each row finds a submission that waits.
        await submitter.ask("PUT", challenge + "/submission", {"url": "https://git.example/s"})
        address = path.format(
            challenge=made.body["id"], badge="1", username="submitter", period="weekly"
        )
        answer = await person.ask(method, address, body)
        got[method, path] = answer.status
        expected[method, path] = statuses[CALLERS.index(caller)]
    assert got == expected


async def test_what_does_not_exist_is_not_found(recognition: Recognition) -> None:
    admin = await recognition.person("admin", "admin")
    for method, path, body in (
        ("GET", "/api/v1/challenges/999", None),
        ("GET", "/api/v1/challenges/x/board", None),
        ("PUT", "/api/v1/challenges/999/participation", None),
        ("POST", "/api/v1/challenges/999/submissions/admin2/accept", {}),
        ("GET", "/api/v1/badges/999", None),
        ("PUT", "/api/v1/badges/999", {"name": "a"}),
        ("PUT", "/api/v1/badges/1/holders/nobody_here", None),
        ("GET", "/api/v1/users/nobody_here/badges", None),
        ("GET", "/api/v1/leaderboards/yearly", None),
    ):
        answer = await admin.ask(method, path, body)
        assert (answer.status, answer.body["code"]) == (404, "not-found"), path


async def test_what_moderators_do_stands_in_the_log(recognition: Recognition) -> None:
    admin, ann = await recognition.person("admin", "admin"), await recognition.person("ann")
    made = await admin.ask("POST", "/api/v1/challenges", CHALLENGE)
    challenge = made.headers["Location"]
    await admin.ask("PUT", challenge, CHALLENGE)
    await ann.ask("PUT", challenge + "/participation")
    for verdict, body in (("return", {"note": "again"}), ("accept", {})):
        await ann.ask("PUT", challenge + "/submission", {"url": "https://git.example/s"})
        await admin.ask("POST", f"{challenge}/submissions/ann/{verdict}", body)
    badge = (await admin.ask("POST", "/api/v1/badges", {"name": "new"})).headers["Location"]
    await admin.ask("PUT", badge, {"name": "newer"})
    for _ in range(2):
        await admin.ask("PUT", badge + "/holders/ann")
    rows = await recognition.database.fetch(
        "SELECT actor_id, target_user_id, action FROM moderation_log ORDER BY id"
    )
    target = int(ann.user_id)
    assert {row["actor_id"] for row in rows} == {int(admin.user_id)}
    assert [(row["action"], row["target_user_id"]) for row in rows] == [
        ("create_challenge", None),
        ("edit_challenge", None),
        ("return_submission", target),
        ("accept_submission", target),
        ("create_badge", None),
        ("edit_badge", None),
        ("award_badge", target),
    ]
