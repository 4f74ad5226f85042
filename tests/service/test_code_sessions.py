"""Code sessions over REST: opened, read, shared with collaborators, entered by ticket."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from persistence.collab_tickets import redeem_ticket
from tests.edge import Client, Edge


async def stream_of(person: Client, **fields: object) -> str:
    answer = await person.ask("POST", "/api/v1/streams", {"title": "A stream", **fields})
    return str(answer.body["id"])


async def session_of(person: Client, stream_id: str) -> dict[str, Any]:
    answer = await person.ask(
        "POST",
        f"/api/v1/streams/{stream_id}/code-sessions",
        {"title": "main.py", "language": "python"},
    )
    assert answer.status == 201, answer
    assert isinstance(answer.body, dict)
    return answer.body


async def test_opened_session_is_empty_and_stands_in_its_stream(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = await stream_of(ann)
    made = await session_of(ann, stream_id)
    assert made["stream_id"] == stream_id and made["can_write"]
    seen = (await edge.nobody.ask("GET", f"/api/v1/code-sessions/{made['id']}")).body
    assert seen == {**made, "can_write": False}
    assert (seen["code_content"], seen["version"], seen["collaborators"]) == ("", 0, [])
    assert seen["user"] == {"id": ann.user_id, "username": "ann"}
    stream = (await edge.nobody.ask("GET", f"/api/v1/streams/{stream_id}")).body
    assert stream["code_sessions"] == [{"id": made["id"], "title": "main.py", "language": "python"}]


async def test_only_the_owner_opens_sessions_and_only_before_the_end(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    stream_id = await stream_of(ann)
    path = f"/api/v1/streams/{stream_id}/code-sessions"
    body = {"title": "a", "language": "c++"}
    assert (await bob.ask("POST", path, body)).status == 403
    assert (await ann.ask("POST", path, body)).status == 201
    await ann.ask("POST", f"/api/v1/streams/{stream_id}/end")
    ended = await ann.ask("POST", path, body)
    assert (ended.status, ended.body["code"]) == (409, "stream-ended")


async def test_stream_has_only_so_many_sessions_also_when_asked_at_once(edge: Edge) -> None:
    ann = await edge.person("ann")
    path = f"/api/v1/streams/{await stream_of(ann)}/code-sessions"
    body = {"title": "a", "language": "python"}
    answers = await asyncio.gather(*(ann.ask("POST", path, body) for _ in range(23)))
    assert sorted(answer.status for answer in answers) == [201] * 20 + [409] * 3
    refused = next(answer for answer in answers if answer.status == 409)
    assert refused.body["code"] == "too-many-code-sessions"


@pytest.mark.parametrize("language", ["", "py\nthon", "x" * 51, "<script>"])
async def test_language_is_a_plain_word(edge: Edge, language: str) -> None:
    ann = await edge.person("ann")
    answer = await ann.ask(
        "POST",
        f"/api/v1/streams/{await stream_of(ann)}/code-sessions",
        {"title": "a", "language": language},
    )
    assert answer.status == 422 and answer.body["errors"][0]["pointer"] == "/language"


async def test_owner_names_collaborators_and_takes_it_back(edge: Edge) -> None:
    ann, bob, cid = [await edge.person(name) for name in ("ann", "bob", "cid")]
    session = await session_of(ann, await stream_of(ann))
    path = f"/api/v1/code-sessions/{session['id']}"
    for _ in range(2):
        assert (await ann.ask("PUT", f"{path}/collaborators/BOB")).status == 204
    assert (await bob.ask("PUT", f"{path}/collaborators/cid")).status == 403
    seen = (await bob.ask("GET", path)).body
    assert seen["collaborators"] == [{"id": bob.user_id, "username": "bob"}]
    assert seen["can_write"] is True
    assert (await cid.ask("GET", path)).body["can_write"] is False
    assert (await ann.ask("DELETE", f"{path}/collaborators/bob")).status == 204
    assert (await bob.ask("GET", path)).body["can_write"] is False
    assert edge.collaborators_changed == [int(session["id"])] * 3


@pytest.mark.parametrize("username", ["nobody_here", "a", "%00", "%ff", "a%2fb"])
async def test_collaborator_must_exist(edge: Edge, username: str) -> None:
    ann = await edge.person("ann")
    session = await session_of(ann, await stream_of(ann))
    path = f"/api/v1/code-sessions/{session['id']}/collaborators/{username}"
    answer = await ann.ask("PUT", path)
    assert (answer.status, answer.body["code"]) == (404, "not-found")


async def test_owner_need_not_be_named(edge: Edge) -> None:
    ann = await edge.person("ann")
    session = await session_of(ann, await stream_of(ann))
    path = f"/api/v1/code-sessions/{session['id']}"
    assert (await ann.ask("PUT", f"{path}/collaborators/ann")).status == 204
    assert (await ann.ask("GET", path)).body["collaborators"] == []


async def test_session_of_a_private_stream_is_its_owners_alone(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    session = await session_of(ann, await stream_of(ann, visibility="private"))
    path = f"/api/v1/code-sessions/{session['id']}"
    assert (await ann.ask("GET", path)).status == 200
    for stranger in (bob, edge.nobody):
        assert (await stranger.ask("GET", path)).status == 404
        assert (await stranger.ask("POST", path + "/tickets")).status == 404


async def test_ticket_opens_its_document_once_for_its_bearer(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = await stream_of(ann)
    session_id = int((await session_of(ann, stream_id))["id"])
    other_id = int((await session_of(ann, stream_id))["id"])

    async def ticket(person: Client) -> str:
        answer = await person.ask("POST", f"/api/v1/code-sessions/{session_id}/tickets")
        assert (answer.status, answer.body["expires_in"]) == (201, 30)
        return str(answer.body["ticket"])

    anns = await ticket(ann)
    both = await asyncio.gather(
        *(redeem_ticket(edge.database, anns, session_id=session_id) for _ in range(2))
    )
    (redeemed,) = [each for each in both if each is not None]
    assert redeemed.identity is not None and redeemed.identity.username == "ann"
    guest = await redeem_ticket(edge.database, await ticket(edge.nobody), session_id=session_id)
    assert guest is not None and guest.identity is None
    wrong_door = await ticket(ann)
    assert await redeem_ticket(edge.database, wrong_door, session_id=other_id) is None
    assert await redeem_ticket(edge.database, "nonsense", session_id=session_id) is None


async def test_ticket_dies_of_age_and_with_its_session(edge: Edge) -> None:
    ann = await edge.person("ann")
    session_id = int((await session_of(ann, await stream_of(ann)))["id"])
    path = f"/api/v1/code-sessions/{session_id}/tickets"
    old = (await ann.ask("POST", path)).body["ticket"]
    await edge.database.execute("UPDATE collab_tickets SET expires_at = now()")
    assert await redeem_ticket(edge.database, old, session_id=session_id) is None
    orphan = (await ann.ask("POST", path)).body["ticket"]
    await ann.ask("DELETE", "/api/v1/sessions/current")
    assert await redeem_ticket(edge.database, orphan, session_id=session_id) is None
    assert await edge.database.fetchval("SELECT count(*) FROM collab_tickets") == 0


async def test_owner_renames_and_closes_a_session(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    stream_id = await stream_of(ann)
    made, other = await session_of(ann, stream_id), await session_of(ann, stream_id)
    path = f"/api/v1/code-sessions/{made['id']}"
    renamed = await ann.ask("PATCH", path, {"title": "lib.rs"})
    assert (renamed.body["title"], renamed.body["language"]) == ("lib.rs", "python")
    renamed = await ann.ask("PATCH", path, {"language": "rust"})
    assert (renamed.body["title"], renamed.body["language"]) == ("lib.rs", "rust")
    assert edge.announcements.told[-1][2]["code_sessions"][0]["language"] == "rust"
    for title in ("", "x" * 101, "two\nlines"):
        assert (await ann.ask("PATCH", path, {"title": title})).status == 422
    assert (await bob.ask("PATCH", path, {"title": "mine"})).status == 403
    assert (await bob.ask("DELETE", path)).status == 403

    assert (await ann.ask("DELETE", path)).status == 204
    assert (await ann.ask("DELETE", path)).status == 404
    assert (await ann.ask("GET", path)).status == 404
    stream = (await edge.nobody.ask("GET", f"/api/v1/streams/{stream_id}")).body
    assert [each["id"] for each in stream["code_sessions"]] == [other["id"]]
    told = edge.announcements.told[-1][2]["code_sessions"]
    assert [each["id"] for each in told] == [other["id"]]
