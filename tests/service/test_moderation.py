"""Moderation: what is reported is decided once, what is taken away can be given back, and who is
shut out is out everywhere at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.identity import token_hash
from tests.edge import PASSWORD, Client
from tests.moderation import Moderated
from tests.on_air import starts_publishing, stream_of_key
from tests.writing import comment, post

QUEUE = "/api/v1/moderation/reports"
REMOVALS = "/api/v1/moderation/removals"


async def add_stream(person: Client, visibility: str = "public") -> tuple[str, str]:
    answer = await person.ask("POST", "/api/v1/streams", {"title": "s", "visibility": visibility})
    assert answer.status == 201, answer
    return answer.body["id"], answer.body["stream_key"]


async def add_message(moderated: Moderated, stream_id: str, person: Client, seq: int = 1) -> str:
    return str(
        await moderated.database.fetchval(
            "INSERT INTO chat_messages (stream_id, user_id, seq, client_id, content) "
            "VALUES ($1, $2, $3::bigint, $3::bigint::text, 'rude') RETURNING id",
            int(stream_id),
            int(person.user_id),
            seq,
        )
    )


async def add_video(moderated: Moderated, person: Client) -> str:
    return str(
        await moderated.database.fetchval(
            "INSERT INTO videos (user_id, title, status, video_url) "
            "VALUES ($1, 'v', 'ready', 'x') RETURNING id",
            int(person.user_id),
        )
    )


async def test_everything_can_be_reported_once_by_each(moderated: Moderated) -> None:
    ann, bob, mod = [await moderated.person(name) for name in ("ann", "bob", "cat")]
    post_id = (await post(ann, "bad words"))["id"]
    stream_id, _ = await add_stream(ann)
    reported = {
        "user": ann.user_id,
        "post": post_id,
        "comment": (await comment(ann, f"posts/{post_id}"))["id"],
        "video": await add_video(moderated, ann),
        "stream": stream_id,
        "chat_message": await add_message(moderated, stream_id, ann),
    }
    for kind, subject_id in reported.items():
        await moderated.report(bob, kind, subject_id)
        body = {"subject_type": kind, "subject_id": subject_id, "reason": "again"}
        again = await bob.ask("POST", "/api/v1/reports", body)
        assert (again.status, again.body["code"]) == (409, "already-reported")
        own = await ann.ask("POST", "/api/v1/reports", body)
        assert own.status == 422
    await moderated.database.execute("UPDATE users SET role = 'moderator' WHERE username = 'cat'")
    items = (await mod.ask("GET", QUEUE)).body["items"]
    assert [(each["subject_type"], each["subject_id"]) for each in items] == [*reported.items()]
    assert {each["subject"]["user"]["username"] for each in items} == {"ann"}
    assert [each["subject"]["words"] for each in items][:2] == ["ann", "bad words"]


async def test_what_one_may_not_see_cannot_be_reported(moderated: Moderated) -> None:
    ann, bob = await moderated.person("ann"), await moderated.person("bob")
    stream_id, _ = await add_stream(ann, "private")
    message_id = await add_message(moderated, stream_id, ann)
    for kind, subject_id in (("stream", stream_id), ("chat_message", message_id), ("post", "999")):
        body = {"subject_type": kind, "subject_id": subject_id, "reason": "x"}
        assert (await bob.ask("POST", "/api/v1/reports", body)).status == 404


async def test_queue_is_read_page_by_page(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    ids = []
    for n in range(3):
        reporter = await moderated.person()
        ids.append(await moderated.report(reporter, "user", ann.user_id, f"reason {n}"))
    first = (await mod.ask("GET", QUEUE + "?limit=2")).body
    second = (await mod.ask("GET", f"{QUEUE}?limit=2&cursor={first['next']}")).body
    assert [each["id"] for each in first["items"] + second["items"]] == ids
    assert second["next"] is None
    swapped = await mod.ask("GET", f"{QUEUE}?state=resolved&cursor={first['next']}")
    assert swapped.body["code"] == "invalid-cursor"


async def test_decision_is_made_once_and_for_every_report_of_the_same(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    other = await moderated.person("other_mod", "moderator")
    post_id = (await post(ann, "#rust"))["id"]
    ids = [
        await moderated.report(await moderated.person(), "post", post_id, "it is spam")
        for _ in range(2)
    ]
    path = f"{QUEUE}/{ids[0]}/resolution"
    answers = await asyncio.gather(
        *(each.ask("POST", path, {"action": "remove"}) for each in (mod, other))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert {a.body["code"] for a in answers if a.status == 409} == {"report-resolved"}
    assert (await mod.ask("GET", QUEUE)).body["items"] == []
    resolved = (await mod.ask("GET", QUEUE + "?state=resolved")).body["items"]
    assert {each["id"] for each in resolved} == set(ids)
    assert all(each["resolution"] == "remove" for each in resolved)
    assert all(each["subject"]["is_removed"] for each in resolved)
    assert (await ann.ask("GET", f"/api/v1/posts/{post_id}")).status == 404
    log = await moderated.log(mod)
    assert [each["action"] for each in log] == ["resolve_report", "remove_post"]
    assert log[1]["detail"]["reason"] == "it is spam"
    assert log[1]["target"]["username"] == "ann"


async def test_dismissed_report_changes_nothing_but_itself(moderated: Moderated) -> None:
    ann, bob = await moderated.person("ann"), await moderated.person("bob")
    mod = await moderated.person("mod", "moderator")
    post_id = (await post(ann))["id"]
    report_id = await moderated.report(bob, "post", post_id)
    body = {"action": "dismiss", "note": "harmless"}
    resolved = await mod.ask("POST", f"{QUEUE}/{report_id}/resolution", body)
    assert (resolved.body["state"], resolved.body["note"]) == ("resolved", "harmless")
    assert (await bob.ask("GET", f"/api/v1/posts/{post_id}")).status == 200


async def test_account_is_suspended_from_a_report(moderated: Moderated) -> None:
    ann, bob = await moderated.person("ann"), await moderated.person("bob")
    mod = await moderated.person("mod", "moderator")
    report_id = await moderated.report(bob, "user", ann.user_id)
    path = f"{QUEUE}/{report_id}/resolution"
    assert (await mod.ask("POST", path, {"action": "remove"})).status == 422
    past = {"action": "suspend", "until": "2020-01-01T00:00:00Z"}
    assert (await mod.ask("POST", path, past)).body["errors"][0]["pointer"] == "/until"
    resolved = await mod.ask("POST", path, {"action": "suspend"})
    assert resolved.body["subject"]["is_suspended"]
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401


async def test_post_comes_back_as_it_was(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    post_id = (await post(ann, "#rust is fine", tags=["lang"]))["id"]
    before = (await ann.ask("GET", f"/api/v1/posts/{post_id}")).body
    path = f"{REMOVALS}/post/{post_id}"
    for _ in range(2):
        assert (await mod.ask("PUT", path, {"reason": "x"})).status == 204
    assert (await ann.ask("GET", f"/api/v1/posts/{post_id}")).status == 404
    assert (await ann.ask("DELETE", f"/api/v1/posts/{post_id}")).status == 404
    assert await moderated.database.fetchval("SELECT sum(posts_count) FROM tags") == 0
    assert (await mod.ask("DELETE", path)).status == 204
    assert (await ann.ask("GET", f"/api/v1/posts/{post_id}")).body == before
    assert (await mod.ask("DELETE", path)).status == 404
    assert [each["action"] for each in await moderated.log(mod)] == ["restore_post", "remove_post"]


async def test_comment_comes_back_with_its_words(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    made = await comment(ann, f"posts/{(await post(ann))['id']}", "*words*")
    path = f"/api/v1/comments/{made['id']}"
    count = "SELECT comments_count FROM posts"
    # A moderator who deletes it in its thread takes it away too.
    assert (await mod.ask("DELETE", path)).status == 204
    assert await moderated.database.fetchval(count) == 0
    gone = (await ann.ask("GET", path)).body
    assert gone["content"] == "" and gone["user"] is None
    assert (await mod.ask("DELETE", f"{REMOVALS}/comment/{made['id']}")).status == 204
    assert (await ann.ask("GET", path)).body == made
    assert await moderated.database.fetchval(count) == 1


async def test_stream_that_was_taken_away_ends_and_stays_private(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    stream_id, _ = await add_stream(ann)
    await starts_publishing(
        moderated.writing.edge.database, moderated.writing.edge.broadcasts, int(stream_id)
    )
    assert (await mod.ask("PUT", f"{REMOVALS}/stream/{stream_id}", {"reason": "x"})).status == 204
    assert (await mod.ask("GET", f"/api/v1/streams/{stream_id}")).status == 404
    assert (await ann.ask("GET", f"/api/v1/streams/{stream_id}")).body["status"] == "ended"
    visible = "UPDATE streams SET visibility = 'public' WHERE id = $1 RETURNING visibility"
    assert await moderated.database.fetchval(visible, int(stream_id)) == "private"
    assert (await mod.ask("DELETE", f"{REMOVALS}/stream/{stream_id}")).status == 204
    assert (await mod.ask("GET", f"/api/v1/streams/{stream_id}")).body["visibility"] == "public"


async def test_video_that_was_taken_away_stays_private(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    video_id = await add_video(moderated, ann)
    path = f"{REMOVALS}/video/{video_id}"
    assert (await mod.ask("PUT", path, {"reason": "x"})).status == 204
    public = "UPDATE videos SET visibility = 'public' RETURNING visibility"
    assert await moderated.database.fetchval(public) == "private"
    assert (await mod.ask("DELETE", path)).status == 204
    assert await moderated.database.fetchval("SELECT visibility FROM videos") == "public"


async def test_chat_message_leaves_the_room_and_its_history(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    stream_id, _ = await add_stream(ann)
    message_id = await add_message(moderated, stream_id, ann)
    history = f"/api/v1/streams/{stream_id}/messages"
    path = f"{REMOVALS}/chat_message/{message_id}"
    assert (await mod.ask("PUT", path, {"reason": "x"})).status == 204
    assert (await ann.ask("GET", history)).body["items"] == []
    assert (await mod.ask("DELETE", path)).status == 204
    assert [each["id"] for each in (await ann.ask("GET", history)).body["items"]] == [message_id]
    payload = {"stream_id": stream_id, "ids": [message_id]}
    told = moderated.writing.edge.announcements.told
    assert told == [
        (int(stream_id), "chat:deleted", payload),
        (int(stream_id), "chat:restored", payload),
    ]


async def test_suspended_account_is_out_everywhere_at_once(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    edge = moderated.writing.edge
    stream_id, _ = await add_stream(ann)
    await starts_publishing(edge.database, edge.broadcasts, int(stream_id))
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = await mod.ask("PUT", "/api/v1/users/ANN/suspension", {"reason": "x", "until": until})
    assert answer.status == 200 and answer.body["user"]["username"] == "ann"
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401
    assert ann.token is not None
    assert moderated.ended_sessions == [token_hash(ann.token)]
    assert moderated.touched == [int(ann.user_id)]
    sign_in = {"login": "ann", "password": PASSWORD}
    refused = await edge.nobody.ask("POST", "/api/v1/sessions", sign_in)
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    seen = await mod.ask("GET", f"/api/v1/streams/{stream_id}")
    assert seen.body["status"] == "ended"
    assert (await mod.ask("DELETE", "/api/v1/users/ann/suspension")).status == 204
    assert (await edge.nobody.ask("POST", "/api/v1/sessions", sign_in)).status == 201
    assert (await mod.ask("DELETE", "/api/v1/users/ann/suspension")).status == 404
    assert [each["action"] for each in await moderated.log(mod)] == ["lift_suspension", "suspend"]


async def test_key_of_a_suspended_account_opens_nothing(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    stream_id, key = await add_stream(ann)
    broadcasts = moderated.writing.edge.broadcasts
    assert await stream_of_key(broadcasts, key, None) == int(stream_id)
    await mod.ask("PUT", "/api/v1/users/ann/suspension", {"reason": "x"})
    with pytest.raises(Exception, match="does not open") as refused:
        await stream_of_key(broadcasts, key, None)
    assert getattr(refused.value, "code", None) == "unauthenticated"
    await mod.ask("DELETE", "/api/v1/users/ann/suspension")
    assert await stream_of_key(broadcasts, key, None) == int(stream_id)


async def test_nobody_acts_on_those_above_or_on_themselves(moderated: Moderated) -> None:
    root, mod = await moderated.person("root", "admin"), await moderated.person("mod", "moderator")
    post_id = (await post(root))["id"]
    reason = {"reason": "x"}
    for who, method, path, body in (
        (mod, "PUT", "/api/v1/users/root/suspension", reason),
        (mod, "DELETE", "/api/v1/users/root/suspension", None),
        (mod, "PUT", f"{REMOVALS}/post/{post_id}", reason),
        (mod, "DELETE", f"/api/v1/posts/{post_id}", None),
        (mod, "PUT", "/api/v1/users/mod/suspension", reason),
        (mod, "PUT", "/api/v1/users/root/role", {"role": "member"}),
        (root, "PUT", "/api/v1/users/root/role", {"role": "member"}),
    ):
        assert (await who.ask(method, path, body)).status == 403, (method, path)
    assert await moderated.log(mod) == []


async def test_role_counts_from_the_next_request_on(moderated: Moderated) -> None:
    root, ann = await moderated.person("root", "admin"), await moderated.person("ann")
    assert (await ann.ask("GET", QUEUE)).status == 403
    given = await root.ask("PUT", "/api/v1/users/ann/role", {"role": "moderator"})
    assert (given.status, given.body["role"]) == (200, "moderator")
    assert (await ann.ask("GET", QUEUE)).status == 200
    await root.ask("PUT", "/api/v1/users/ann/role", {"role": "member"})
    assert (await ann.ask("GET", QUEUE)).status == 403
    (entry, _) = await moderated.log(root)
    assert (entry["action"], entry["detail"]) == ("set_role", {"from": "moderator", "to": "member"})
    about = (await root.ask("GET", "/api/v1/moderation/log?user=root")).body
    assert about["items"] == []


async def test_erased_author_leaves_no_words_with_the_moderators(moderated: Moderated) -> None:
    ann, mod = await moderated.person("ann"), await moderated.person("mod", "moderator")
    edge = moderated.writing.edge
    made = await comment(ann, f"posts/{(await post(mod))['id']}", "my words")
    await mod.ask("PUT", f"{REMOVALS}/comment/{made['id']}", {"reason": "x"})
    await edge.erasures.erase(int(ann.user_id), erases_content=True)
    await edge.erasures.finish()
    assert await moderated.database.fetchval("SELECT count(*) FROM removals") == 0
    assert (await mod.ask("DELETE", f"{REMOVALS}/comment/{made['id']}")).status == 404
