"""Suggestions: made, voted on, listed, taken back, over a real database and real documents."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from collab.suggestion_events import CreateSuggestion, ResolveSuggestion, VoteOnSuggestion
from collab.suggestions import PER_HOUR
from errors import (
    BadRequest,
    Forbidden,
    NotFound,
    SuggestionResolved,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from tests.documents import Site
from tests.suggesting import open_audience, written


async def test_suggestion_is_kept_and_told(site: Site) -> None:
    owner, ann = await site.person(), await site.person("ann")
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (2, 2), "    print('hello')")
        assert made["user"] == {"id": str(ann.id), "username": "ann"}
        assert made["original"] == "    print('hé 😀')"
        assert (made["line_start"], made["line_end"]) == (2, 2)
        assert (made["upvotes"], made["downvotes"], made["my_vote"]) == (0, 0, 0)
        assert (made["status"], made["resolved_by"]) == ("pending", None)
        assert audience.last_told == {k: v for k, v in made.items() if k != "my_vote"}


async def test_retry_is_the_same_suggestion(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        both = await asyncio.gather(
            audience.suggest(ann, session_id, (1, 1), "x"),
            audience.suggest(ann, session_id, (1, 1), "x"),
        )
        again = await audience.suggest(ann, session_id, (1, 1), "x")
        assert {made["id"] for made in both} == {again["id"]}
    assert await site.database.fetchval("SELECT count(*) FROM code_suggestions") == 1


async def test_author_takes_a_suggestion_back(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (1, 1), "x")
        with pytest.raises(Unauthenticated):
            await audience.withdraw(None, made)
        with pytest.raises(Forbidden):
            await audience.withdraw(owner, made)
        withdrawn = await audience.withdraw(ann, made)
        assert withdrawn["status"] == "withdrawn"
        assert audience.last_told["status"] == "withdrawn"
        for attempt in (audience.withdraw(ann, made), audience.resolve(owner, made, "accepted")):
            with pytest.raises(SuggestionResolved):
                await attempt
        async with site.documents.lease(session_id) as live:
            assert int(made["id"]) not in live.followed
    assert await site.database.fetchval("SELECT count(*) FROM notifications") == 0


async def test_votes_are_one_per_person_and_changeable(site: Site) -> None:
    owner = await site.person()
    people = [await site.person() for _ in range(6)]
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(owner, session_id, (1, 1), "x")
        await asyncio.gather(*(audience.vote(person, made, 1) for person in people * 3))
        await asyncio.gather(*(audience.vote(person, made, -1) for person in people[:2]))
        after = await audience.vote(people[2], made, 0)
        assert (after["upvotes"], after["downvotes"], after["my_vote"]) == (3, 2, 0)
        assert audience.last_told["upvotes"] == 3


async def test_guests_and_strangers_may_not(site: Site) -> None:
    owner, stranger = await site.person(), await site.person()
    session_id = await written(site, owner)
    private_id = await site.code_session(owner, visibility="private")
    async with open_audience(site) as audience:
        made = await audience.suggest(owner, session_id, (1, 1), "x")
        hidden = await audience.suggest(owner, private_id, (1, 1), "x")
        for attempt in (
            audience.suggest(None, session_id, (1, 1), "x"),
            audience.vote(None, made, 1),
            audience.resolve(None, made, "accepted"),
        ):
            with pytest.raises(Unauthenticated):
                await attempt
        for attempt in (
            audience.suggest(stranger, private_id, (1, 1), "x"),
            audience.vote(stranger, hidden, 1),
            audience.resolve(stranger, hidden, "rejected"),
            audience.vote(stranger, {"id": "999999"}, 1),
            audience.suggest(stranger, 999999, (1, 1), "x"),
        ):
            with pytest.raises(NotFound):
                await attempt
        with pytest.raises(Forbidden):
            await audience.resolve(stranger, made, "accepted")
        await site.database.execute(
            "INSERT INTO chat_bans (owner_id, user_id) VALUES ($1, $2)", owner.id, stranger.id
        )
        with pytest.raises(Forbidden):
            await audience.suggest(stranger, session_id, (1, 1), "x")


async def test_suggestion_that_cannot_be_is_refused(site: Site) -> None:
    owner = await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        for lines in ((1, 99), (3, 2), (5, 5)):
            with pytest.raises(BadRequest):
                await audience.suggest(owner, session_id, lines, "x")
        for content in ("a\x00b", "\ud800"):
            with pytest.raises(BadRequest):
                await audience.suggest(owner, session_id, (1, 1), content)
        for client_id in ("", "x" * 65):
            with pytest.raises(BadRequest):
                await audience.suggest(owner, session_id, (1, 1), "x", client_id=client_id)
        with pytest.raises(TooLarge):
            await audience.suggest(owner, session_id, (1, 1), "é" * 40_000)


async def test_thirty_an_hour_and_no_more(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        results = await asyncio.gather(
            *(
                audience.suggest(ann, session_id, (1, 1), "x", client_id=f"c{number}")
                for number in range(PER_HOUR + 5)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(result, TooManyRequests) for result in results) == 5
        await audience.suggest(owner, session_id, (1, 1), "x")


async def test_suggestions_are_listed_with_ones_own_vote(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner)
    hidden_id = await site.code_session(owner, visibility="private")
    async with open_audience(site) as audience:
        made = [
            await audience.suggest(ann, session_id, (1, 1), "x", client_id=f"c{n}")
            for n in range(3)
        ]
        await audience.vote(ann, made[0], -1)
        await audience.resolve(owner, made[1], "rejected")
    address = f"{site.url}/api/v1/code-sessions/{session_id}/suggestions"
    headers = {"Authorization": f"Bearer {ann.token}"}
    async with site.http.get(address, params={"status": "pending"}, headers=headers) as response:
        body = await response.json()
    assert [(item["id"], item["my_vote"]) for item in body["items"]] == [
        (made[2]["id"], 0),
        (made[0]["id"], -1),
    ]
    assert body["next"] is None
    async with site.http.get(address, params={"limit": "2"}) as response:
        first = await response.json()
    async with site.http.get(address, params={"limit": "2", "cursor": first["next"]}) as response:
        second = await response.json()
    assert [item["id"] for item in first["items"] + second["items"]] == [
        each["id"] for each in reversed(made)
    ]
    async with site.http.get(
        f"{site.url}/api/v1/code-sessions/{hidden_id}/suggestions", headers=headers
    ) as response:
        assert response.status == 404


async def test_suggestions_are_listed_by_votes(site: Site) -> None:
    owner, ann, bob = await site.person(), await site.person(), await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = [
            await audience.suggest(ann, session_id, (1, 1), "x", client_id=f"c{n}")
            for n in range(4)
        ]
        for person, each, value in ((ann, 1, 1), (bob, 1, 1), (ann, 3, -1), (bob, 0, 1)):
            await audience.vote(person, made[each], value)
    address = f"{site.url}/api/v1/code-sessions/{session_id}/suggestions"
    found: list[str] = []
    query = {"sort": "votes", "limit": "3"}
    async with site.http.get(address, params=query) as response:
        first = await response.json()
    found += [item["id"] for item in first["items"]]
    async with site.http.get(address, params=query | {"cursor": first["next"]}) as response:
        second = await response.json()
    found += [item["id"] for item in second["items"]]
    assert found == [made[n]["id"] for n in (1, 0, 2, 3)]
    # A cursor belongs to the list it was given for.
    async with site.http.get(address, params={"cursor": first["next"]}) as response:
        assert response.status == 400


def test_payloads_say_what_they_take() -> None:
    for payload, kind in (
        ({"suggestion_id": "1", "value": 2}, VoteOnSuggestion),
        ({"suggestion_id": "0", "value": 1}, VoteOnSuggestion),
        ({"suggestion_id": "1", "status": "pending"}, ResolveSuggestion),
        ({"session_id": "1", "line_start": 0, "line_end": 1}, CreateSuggestion),
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(payload, kind, strict=False)
