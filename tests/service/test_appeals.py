"""What was taken away says why to its author, who may object; and the moderators' queue."""

from __future__ import annotations

from typing import Any

from tests.edge import Client
from tests.moderation import Moderated
from tests.writing import comment, post

MINE = "/api/v1/users/me/removals"


async def remove(moderator: Client, kind: str, subject_id: str, reason: str) -> None:
    path = f"/api/v1/moderation/removals/{kind}/{subject_id}"
    assert (await moderator.ask("PUT", path, {"reason": reason})).status == 204


async def told(moderated: Moderated, person: Client) -> list[dict[str, Any]]:
    """Return what somebody was told of removals, the latest first."""
    rows = await moderated.database.fetch(
        "SELECT data FROM notifications WHERE user_id = $1 AND type = 'removal' ORDER BY id DESC",
        int(person.user_id),
    )
    return [row["data"] for row in rows]


async def test_author_reads_why_something_was_taken_away(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    first, second = await post(ann, "one"), await post(ann, "two")
    await remove(mod, "post", first["id"], "spam")
    await remove(mod, "post", second["id"], "more spam")
    listed = await ann.ask("GET", MINE)
    assert [(each["words"], each["reason"]) for each in listed.body["items"]] == [
        ("two", "more spam"),
        ("one", "spam"),
    ]
    seen = await ann.ask("GET", f"{MINE}/post/{first['id']}")
    assert (seen.body["reason"], seen.body["appeal_state"]) == ("spam", "none")
    assert (await told(moderated, ann))[0] == {
        "state": "removed",
        "words": "two",
        "reason": "more spam",
    }
    # It is nobody else's business, not even a moderator's own list.
    assert (await mod.ask("GET", f"{MINE}/post/{first['id']}")).status == 404
    assert (await mod.ask("GET", MINE)).body["items"] == []


async def test_moderators_own_deletes_are_told_too(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    made = await post(ann)
    under = await comment(ann, f"posts/{made['id']}")
    assert (await mod.ask("DELETE", f"/api/v1/comments/{under['id']}")).status == 204
    assert (await mod.ask("DELETE", f"/api/v1/posts/{made['id']}")).status == 204
    assert [each["reason"] for each in await told(moderated, ann)] == [None, None]


async def test_appeal_is_made_once_and_waits_for_moderators(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    made = await post(ann, "harmless")
    await remove(mod, "post", made["id"], "spam")
    mine = f"{MINE}/post/{made['id']}"
    objected = await ann.ask("PUT", f"{mine}/appeal", {"text": "it is not"})
    assert (objected.status, objected.body["appeal_state"]) == (200, "open")
    again = await ann.ask("PUT", f"{mine}/appeal", {"text": "really"})
    assert (again.status, again.body["code"]) == (409, "conflict")
    (waiting,) = (await mod.ask("GET", "/api/v1/moderation/appeals")).body["items"]
    assert (waiting["appeal"], waiting["subject"]["user"]["username"]) == ("it is not", "ann")

    upheld = f"/api/v1/moderation/removals/post/{made['id']}/uphold"
    assert (await mod.ask("POST", upheld, {"note": "it is"})).status == 204
    assert (await mod.ask("POST", upheld, {"note": "it is"})).status == 404
    assert (await mod.ask("GET", "/api/v1/moderation/appeals")).body["items"] == []
    seen = (await ann.ask("GET", mine)).body
    assert (seen["appeal_state"], seen["upheld_note"]) == ("upheld", "it is")
    assert (await told(moderated, ann))[0]["state"] == "upheld"
    assert (await moderated.log(mod))[0]["action"] == "uphold_post"


async def test_appeal_that_is_granted_gives_it_back(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    made = await post(ann, "harmless")
    await remove(mod, "post", made["id"], "spam")
    await ann.ask("PUT", f"{MINE}/post/{made['id']}/appeal", {"text": "it is not"})
    path = f"/api/v1/moderation/removals/post/{made['id']}"
    assert (await mod.ask("DELETE", path)).status == 204
    assert (await mod.ask("GET", "/api/v1/moderation/appeals")).body["items"] == []
    assert (await ann.ask("GET", f"/api/v1/posts/{made['id']}")).status == 200
    assert (await ann.ask("GET", MINE)).body["items"] == []
    assert (await told(moderated, ann))[0]["state"] == "restored"


async def test_queue_has_each_thing_once_with_its_reports(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    reporters = [await moderated.person() for _ in range(6)]
    bad, worse = await post(ann, "bad"), await post(ann, "worse")
    for number, reporter in enumerate(reporters):
        await moderated.report(reporter, "post", bad["id"], f"reason {number}")
    await moderated.report(reporters[0], "post", worse["id"])
    await moderated.report(reporters[0], "user", ann.user_id)
    items = (await mod.ask("GET", "/api/v1/moderation/queue")).body["items"]
    assert [(each["subject_type"], each["reports_count"]) for each in items] == [
        ("post", 6),
        ("post", 1),
        ("user", 1),
    ]
    assert [each["reason"] for each in items[0]["reports"]] == [f"reason {n}" for n in range(5)]
    assert items[0]["subject"]["words"] == "bad"
    people = (await mod.ask("GET", "/api/v1/moderation/queue?type=user")).body["items"]
    assert [each["subject"]["user"]["username"] for each in people] == ["ann"]
    # One decision decides all of them.
    path = f"/api/v1/moderation/reports/{items[0]['id']}/resolution"
    decided = await mod.ask("POST", path, {"action": "remove", "note": "enough"})
    assert decided.status == 200
    left = (await mod.ask("GET", "/api/v1/moderation/queue")).body["items"]
    assert [each["subject_type"] for each in left] == ["post", "user"]


async def test_admins_find_accounts(moderated: Moderated) -> None:
    admin = await moderated.person("root", "admin")
    await moderated.person("under_score")
    await moderated.person("underXscore", "moderator")
    path = "/api/v1/admin/accounts"
    found = await admin.ask("GET", f"{path}?q=r_s")
    assert [each["username"] for each in found.body["items"]] == ["under_score"]
    by_mail = await admin.ask("GET", f"{path}?q=SCORE@mail")
    assert len(by_mail.body["items"]) == 2
    moderators = await admin.ask("GET", f"{path}?role=moderator")
    assert [each["username"] for each in moderators.body["items"]] == ["underXscore"]
    await admin.ask("PUT", "/api/v1/users/under_score/suspension", {"reason": "spam"})
    suspended = await admin.ask("GET", f"{path}?suspended=true")
    assert [(each["username"], each["suspended_until"]) for each in suspended.body["items"]] == [
        ("under_score", None)
    ]
    figures = (await admin.ask("GET", "/api/v1/admin/figures")).body
    assert (figures["accounts"], figures["suspended_accounts"]) == (3, 1)


async def test_suspended_person_is_told_why_and_how_long(moderated: Moderated) -> None:
    mod = await moderated.person("mod", "moderator")
    await moderated.person("ann")
    until = "2100-01-01T00:00:00Z"
    path = "/api/v1/users/ann/suspension"
    await mod.ask("PUT", path, {"reason": "spam in rooms", "until": until})
    form = {"login": "ann", "password": "correct horse battery"}
    refused = await moderated.writing.edge.nobody.ask("POST", "/api/v1/sessions", form)
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    assert "spam in rooms" in refused.body["detail"]
    assert "2100-01-01" in refused.body["detail"]
    # Whoever does not know the password is told nothing.
    wrong = {"login": "ann", "password": "wrong horse battery"}
    answer = await moderated.writing.edge.nobody.ask("POST", "/api/v1/sessions", wrong)
    assert (answer.status, "spam" in answer.body["detail"]) == (401, False)
