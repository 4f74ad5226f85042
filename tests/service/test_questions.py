"""Viewers ask, others vote, the streamer answers: from the socket to the disk and to everybody."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from tests.channels import Staffed
from tests.edge import Client
from tests.people import block
from tests.room_node import Visitor, visit


async def ask(
    staffed: Staffed, visitor: Visitor, content: str, *, client_id: str | None = None
) -> Any:
    return await visitor.ask(
        "question:ask",
        stream_id=staffed.stream_id,
        content=content,
        client_id=client_id or secrets.token_hex(8),
    )


async def listed(staffed: Staffed, client: Client, search: str = "") -> list[Any]:
    path = f"/api/v1/streams/{staffed.stream_id}/questions{search}"
    answer = await client.ask("GET", path)
    assert answer.status == 200, answer
    return [*answer.body["items"]]


def about(staffed: Staffed, question: Any, **more: Any) -> dict[str, Any]:
    return {"stream_id": staffed.stream_id, "id": question["id"], **more}


async def test_question_is_asked_voted_for_and_answered(staffed: Staffed) -> None:
    eve = await staffed.edge.person("eve")
    async with (
        staffed.visit(staffed.owner) as streamer,
        staffed.visit(staffed.viewer) as bob,
        staffed.visit(eve) as other,
        visit(staffed.node) as guest,
    ):
        for each in (streamer, bob, other, guest):
            await each.join(staffed.stream_id)
        asked = await ask(staffed, bob, " Why Rust? ")
        question = asked["question"]
        assert (question["content"], question["votes_count"]) == ("Why Rust?", 0)
        assert await guest.wait_event("question:state") == question

        for _ in range(2):  # once for each person
            voted = await other.ask("question:vote", **about(staffed, question))
            assert (voted["question"]["votes_count"], voted["question"]["my_vote"]) == (1, True)
        await guest.wait_until(lambda: guest.heard["question:state"][-1]["votes_count"] == 1)
        own = await bob.ask("question:vote", **about(staffed, question))
        assert own["error"]["code"] == "forbidden"
        assert (await guest.ask("question:vote", **about(staffed, question)))["error"][
            "code"
        ] == "unauthenticated"
        (mine,) = await listed(staffed, eve)
        assert mine["my_vote"] is True
        back = await other.ask("question:vote", **about(staffed, question, on=False))
        assert back["question"]["votes_count"] == 0

        refused = await bob.ask("question:resolve", **about(staffed, question, status="answered"))
        assert refused["error"]["code"] == "forbidden"
        answered = await streamer.ask(
            "question:resolve", **about(staffed, question, status="answered")
        )
        assert answered["question"]["status"] == "answered"
        await guest.wait_until(lambda: guest.heard["question:state"][-1]["status"] == "answered")
        late = await other.ask("question:vote", **about(staffed, question))
        assert late["error"]["code"] == "question-closed"
    assert await listed(staffed, staffed.edge.nobody) == []
    (done,) = await listed(staffed, staffed.edge.nobody, "?status=answered")
    assert done["resolved_at"] is not None


async def test_questions_are_ranked_page_by_page(staffed: Staffed) -> None:
    people = [await staffed.edge.person(f"voter{n}") for n in range(3)]
    async with staffed.visit(staffed.viewer) as bob:
        await bob.join(staffed.stream_id)
        made = [(await ask(staffed, bob, f"question {n}"))["question"] for n in range(3)]
        for n, person in enumerate(people):
            async with staffed.visit(person) as voter:
                await voter.join(staffed.stream_id)
                for question in made[n:]:
                    await voter.ask("question:vote", **about(staffed, question))
    path = f"/api/v1/streams/{staffed.stream_id}/questions?limit=2"
    first = await staffed.edge.nobody.ask("GET", path)
    rest = await staffed.edge.nobody.ask("GET", f"{path}&cursor={first.body['next']}")
    ranked = [*first.body["items"], *rest.body["items"]]
    assert [(each["content"], each["votes_count"]) for each in ranked] == [
        ("question 2", 3),
        ("question 1", 2),
        ("question 0", 1),
    ]
    assert rest.body["next"] is None


async def test_retry_is_the_first_question_and_one_person_asks_so_much(staffed: Staffed) -> None:
    async with staffed.visit(staffed.viewer) as bob:
        await bob.join(staffed.stream_id)
        twins = await asyncio.gather(
            *(ask(staffed, bob, "once", client_id="same") for _ in range(2))
        )
        assert twins[0]["question"]["id"] == twins[1]["question"]["id"]
        assert (await ask(staffed, bob, "twice"))["ok"]
        refused = await ask(staffed, bob, "thrice")
        assert refused["error"]["code"] == "too-many-requests"
        assert refused["error"]["retry_after_s"] > 0
    assert len(await listed(staffed, staffed.edge.nobody)) == 2


async def test_one_question_stands_on_the_screen(staffed: Staffed) -> None:
    async with (
        staffed.visit(staffed.moderator) as moderator,
        staffed.visit(staffed.viewer) as bob,
    ):
        for each in (moderator, bob):
            await each.join(staffed.stream_id)
        first, second = [(await ask(staffed, bob, word))["question"] for word in ("one", "two")]
        await moderator.ask("question:highlight", **about(staffed, first))
        shown = await moderator.ask("question:highlight", **about(staffed, second))
        assert shown["question"]["is_highlighted"]
        async with visit(staffed.node) as guest:
            assert (await guest.join(staffed.stream_id))["question"]["content"] == "two"
        on_screen = [q for q in await listed(staffed, staffed.viewer) if q["is_highlighted"]]
        assert [each["content"] for each in on_screen] == ["two"]
        # What is answered leaves the screen.
        await moderator.ask("question:resolve", **about(staffed, second, status="answered"))
        assert (await bob.join(staffed.stream_id))["question"] is None
        gone = await moderator.ask("question:highlight", **about(staffed, second))
        assert gone["error"]["code"] == "question-closed"
        opened = await moderator.ask("question:resolve", **about(staffed, second, status="open"))
        assert opened["question"]["status"] == "open"


async def test_ban_and_words_hold_for_questions(staffed: Staffed) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "spam"})
    async with staffed.visit(staffed.viewer) as bob, staffed.visit(staffed.owner) as streamer:
        for each in (bob, streamer):
            await each.join(staffed.stream_id)
        refused = await ask(staffed, bob, "s.p.a.m?")
        assert refused["error"]["code"] == "blocked-term"
        question = (await ask(staffed, streamer, "What shall I build?"))["question"]
        await staffed.ask(staffed.owner, "PUT", "/bans/bob", {})
        for refused in (
            await ask(staffed, bob, "why?"),
            await bob.ask("question:vote", **about(staffed, question)),
        ):
            assert refused["error"]["code"] == "banned"


async def test_whom_one_has_blocked_asks_elsewhere(staffed: Staffed) -> None:
    async with staffed.visit(staffed.viewer) as bob:
        await bob.join(staffed.stream_id)
        await ask(staffed, bob, "hello?")
    await block(staffed.database, int(staffed.moderator.user_id), int(staffed.viewer.user_id))
    assert await listed(staffed, staffed.moderator) == []
    assert len(await listed(staffed, staffed.owner)) == 1
