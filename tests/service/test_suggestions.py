"""Suggestions: made, moved, voted on, accepted, over a real database and real documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from pycrdt import Text

from collab.suggestion_events import (
    CreateSuggestion,
    ResolveSuggestion,
    SuggestionEvents,
    VoteOnSuggestion,
    open_suggestions,
)
from collab.suggestions import PER_HOUR
from errors import (
    BadRequest,
    Forbidden,
    NotFound,
    SuggestionResolved,
    SuggestionStale,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from persistence.database import Database
from rooms.events import Caller
from rooms.memory_bus import MemoryHub
from tests.documents import Person, Site, open_site, wait_until
from tests.surroundings import Announcements

CODE = "def greet():\n    print('hé 😀')\n    return 1\n"


class Audience:
    """People who suggest, vote and resolve, as the Socket.IO edge would ask for them."""

    def __init__(self, events: SuggestionEvents, announcements: Announcements) -> None:
        self.events = events
        self._events = {event.name: event for event in events.events()}
        self.announcements = announcements

    async def ask(self, person: Person | None, name: str, **payload: object) -> Any:
        """Send one event and return the suggestion in its ack."""
        event = self._events[name]
        caller = Caller("a connection", person.identity if person else None)
        checked = msgspec.convert(payload, event.payload, strict=False)
        return (await event.answer(caller, checked))["suggestion"]

    async def suggest(
        self,
        person: Person | None,
        session_id: int,
        lines: tuple[int, int],
        content: str,
        *,
        client_id: str = "c1",
    ) -> Any:
        """Propose text for some lines."""
        return await self.ask(
            person,
            "suggestion:create",
            session_id=str(session_id),
            line_start=lines[0],
            line_end=lines[1],
            content=content,
            client_id=client_id,
        )

    async def vote(self, person: Person | None, suggestion: Any, value: int) -> Any:
        """Vote on a suggestion."""
        return await self.ask(
            person, "suggestion:vote", suggestion_id=suggestion["id"], value=value
        )

    async def resolve(
        self, person: Person | None, suggestion: Any, status: str, **more: str
    ) -> Any:
        """Accept or reject a suggestion."""
        return await self.ask(
            person, "suggestion:resolve", suggestion_id=suggestion["id"], status=status, **more
        )

    async def withdraw(self, person: Person | None, suggestion: Any) -> Any:
        """Take a suggestion back."""
        return await self.ask(person, "suggestion:withdraw", suggestion_id=suggestion["id"])

    @property
    def last_told(self) -> Any:
        """What rooms were told last."""
        return self.announcements.told[-1][2]


@asynccontextmanager
async def open_audience(site: Site) -> AsyncIterator[Audience]:
    """Take suggestions on a site's documents."""
    announcements = Announcements()
    async with open_suggestions(site.database, site.documents, announce=announcements) as events:
        yield Audience(events, announcements)


async def _written(site: Site, owner: Person, text: str = CODE) -> int:
    session_id = await site.code_session(owner)
    client = await site.open(session_id, owner)
    await client.type(text)
    await client.wait_saved()
    return session_id


async def test_suggestion_is_kept_and_told(site: Site) -> None:
    owner, ann = await site.person(), await site.person("ann")
    session_id = await _written(site, owner)
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
    session_id = await _written(site, owner)
    async with open_audience(site) as audience:
        both = await asyncio.gather(
            audience.suggest(ann, session_id, (1, 1), "x"),
            audience.suggest(ann, session_id, (1, 1), "x"),
        )
        again = await audience.suggest(ann, session_id, (1, 1), "x")
        assert {made["id"] for made in both} == {again["id"]}
    assert await site.database.fetchval("SELECT count(*) FROM code_suggestions") == 1


async def test_suggestion_follows_its_lines_and_edits_them_when_accepted(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (2, 2), "    print('hello')\n")
        await client.edit(lambda text: text.insert(0, "# é 😀 a heading\n\n"))
        await client.wait_saved()
        async with site.documents.lease(session_id) as live:
            site.documents.project_soon(live)
            await wait_until(lambda: audience.last_told["line_start"] == 4)
        accepted = await audience.resolve(owner, made, "accepted")
        assert accepted["status"] == "accepted"
        assert accepted["resolved_by"]["id"] == str(owner.id)
        await client.wait_text(
            "# é 😀 a heading\n\ndef greet():\n    print('hello')\n    return 1\n"
        )
    authors = await site.database.fetch("SELECT user_id FROM code_updates ORDER BY id DESC LIMIT 1")
    assert authors[0]["user_id"] == ann.id
    assert await site.database.fetchval("SELECT points FROM users WHERE id = $1", ann.id) == 5


async def test_resolved_suggestion_stays_resolved(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (1, 1), "x")
        results = await asyncio.gather(
            *(audience.resolve(owner, made, "accepted") for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(result, SuggestionResolved) for result in results) == 3
        for attempt in (
            audience.resolve(owner, made, "rejected"),
            audience.vote(ann, made, 1),
        ):
            with pytest.raises(SuggestionResolved):
                await attempt
    assert await site.database.fetchval("SELECT count(*) FROM point_events") == 1
    assert await site.database.fetchval("SELECT count(*) FROM code_updates") == 2
    (told,) = await site.database.fetch("SELECT * FROM notifications")
    assert (told["user_id"], told["actor_id"]) == (ann.id, owner.id)
    assert (told["type"], told["related_id"]) == ("suggestion_accepted", int(made["id"]))
    assert told["data"]["session_id"] == str(session_id)


async def test_rejected_suggestion_changes_nothing(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (1, 1), "x")
        rejected = await audience.resolve(owner, made, "rejected")
        assert rejected["status"] == "rejected"
    assert str((await site.open(session_id)).text) == CODE
    assert await site.database.fetchval("SELECT count(*) FROM point_events") == 0


async def test_own_suggestion_gives_its_author_no_points(site: Site) -> None:
    owner = await site.person()
    session_id = await _written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(owner, session_id, (1, 1), "x")
        await audience.resolve(owner, made, "accepted")
    assert await site.database.fetchval("SELECT count(*) FROM point_events") == 0
    assert await site.database.fetchval("SELECT count(*) FROM notifications") == 0


async def test_suggestion_whose_lines_are_gone_cannot_be_accepted(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner, "one\ntwo\nthree")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (2, 2), "TWO")

        def cut(text: Text) -> None:
            del text[4:8]

        await client.edit(cut)
        await client.wait_saved()
        with pytest.raises(SuggestionStale):
            await audience.resolve(owner, made, "accepted")
        # Typed again, it is found again.
        await client.edit(lambda text: text.insert(0, "two\n"))
        await client.wait_saved()
        await audience.resolve(owner, made, "accepted")
        await client.wait_text("TWO\none\nthree")


async def test_edited_lines_make_a_suggestion_stale_until_they_are_as_they_were(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner, "one\ntwo\nthree")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (2, 2), "TWO")
        assert made["is_stale"] is False
        await client.edit(lambda text: text.insert(5, "é"))
        await client.wait_saved()
        with pytest.raises(SuggestionStale):
            await audience.resolve(owner, made, "accepted")
        # Who tried is not left waiting for the next pause of typing.
        await wait_until(lambda: bool(audience.last_told["is_stale"]))

        def take_back(text: Text) -> None:
            del text[5:7]

        await client.edit(take_back)
        await client.wait_saved()
        async with site.documents.lease(session_id) as live:
            site.documents.project_soon(live)
            await wait_until(lambda: not audience.last_told["is_stale"])
        await audience.resolve(owner, made, "accepted")
        await client.wait_text("one\nTWO\nthree")


async def test_edited_lines_are_replaced_only_as_the_streamer_saw_them(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner, "one\ntwo\nthree")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (2, 2), "TWO")
        await client.edit(lambda text: text.insert(7, "!"))
        await client.wait_saved()
        with pytest.raises(SuggestionStale):
            await audience.resolve(owner, made, "accepted", over="two")
        accepted = await audience.resolve(owner, made, "accepted", over="two!", note="merci")
        assert (accepted["status"], accepted["note"]) == ("accepted", "merci")
        await client.wait_text("one\nTWO\nthree")


async def test_both_changes_are_taken_together(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner, "one\r\ntwo\r\nthree\r\n")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (1, 3), "ONE\ntwo\nthree")
        with pytest.raises(TooLarge):
            await audience.resolve(owner, made, "accepted", over="", content="x" * 70_000)
        # Without `over` nothing but the suggestion itself can be accepted.
        await client.edit(lambda text: text.insert(15, "!"))
        await client.wait_saved()
        await audience.resolve(
            owner,
            made,
            "accepted",
            over="one\r\ntwo\r\nthree!\r",
            content="ONE\ntwo\nthree!",
        )
        await client.wait_text("ONE\r\ntwo\r\nthree!\r\n")
    author = await site.database.fetchval("SELECT user_id FROM code_updates ORDER BY id DESC")
    assert author == ann.id


async def test_stale_suggestion_is_still_stale_after_a_restart(database: Database) -> None:
    async with open_site(database) as site, open_audience(site) as audience:
        owner, ann = await site.person(), await site.person()
        session_id = await _written(site, owner, "same\nsame\nsame\n")
        made = await audience.suggest(ann, session_id, (1, 1), "other")
        client = await site.open(session_id, owner)

        def cut(text: Text) -> None:
            del text[0:5]

        await client.edit(cut)
        await client.wait_saved()
    async with open_site(database) as site, open_audience(site) as audience:
        with pytest.raises(SuggestionStale):
            await audience.resolve(owner, made, "accepted")
        assert str((await site.open(session_id)).text) == "same\nsame\n"


async def test_rejection_is_told_to_the_suggester_with_its_note(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
    told: list[int] = []
    async with open_audience(site) as audience:
        audience.events.on_rejected(told.append)
        made = await audience.suggest(ann, session_id, (1, 1), "x")
        with pytest.raises(BadRequest):
            await audience.resolve(owner, made, "rejected", note="x" * 501)
        rejected = await audience.resolve(owner, made, "rejected", note=" Not today. ")
        assert rejected["note"] == "Not today."
        own = await audience.suggest(owner, session_id, (1, 1), "x")
        await audience.resolve(owner, own, "rejected")
    assert told == [ann.id]
    (notice,) = await site.database.fetch("SELECT * FROM notifications")
    assert (notice["user_id"], notice["type"]) == (ann.id, "suggestion_rejected")
    assert notice["data"]["note"] == "Not today."


async def test_author_takes_a_suggestion_back(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
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


async def test_windows_line_endings_stay_as_they_are(site: Site) -> None:
    owner = await site.person()
    session_id = await _written(site, owner, "one\r\ntwo\r\nthree")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        for lines, content in (((2, 2), "zwei\nzwo"), ((4, 4), "")):
            made = await audience.suggest(
                owner, session_id, lines, content, client_id=str(lines[0])
            )
            await audience.resolve(owner, made, "accepted")
    await client.wait_text("one\r\nzwei\r\nzwo")


async def test_votes_are_one_per_person_and_changeable(site: Site) -> None:
    owner = await site.person()
    people = [await site.person() for _ in range(6)]
    session_id = await _written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(owner, session_id, (1, 1), "x")
        await asyncio.gather(*(audience.vote(person, made, 1) for person in people * 3))
        await asyncio.gather(*(audience.vote(person, made, -1) for person in people[:2]))
        after = await audience.vote(people[2], made, 0)
        assert (after["upvotes"], after["downvotes"], after["my_vote"]) == (3, 2, 0)
        assert audience.last_told["upvotes"] == 3


async def test_guests_and_strangers_may_not(site: Site) -> None:
    owner, stranger = await site.person(), await site.person()
    session_id = await _written(site, owner)
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
    session_id = await _written(site, owner)
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
    session_id = await _written(site, owner)
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


async def test_suggestions_keep_their_lines_over_a_restart(database: Database) -> None:
    async with open_site(database) as site, open_audience(site) as audience:
        owner, ann = await site.person(), await site.person()
        # Twice the same, so that the quoted text alone could not tell which is meant.
        session_id = await _written(site, owner, CODE + CODE)
        made = await audience.suggest(ann, session_id, (2, 3), "    pass")
        client = await site.open(session_id, owner)
        await client.edit(lambda text: text.insert(0, "# one 😀\n# two\n"))
        await client.wait_saved()
    # What was typed after the last projection is replayed with the anchors in place.
    await database.execute("UPDATE code_sessions SET version = (SELECT min(id) FROM code_updates)")
    await database.execute(
        "UPDATE code_suggestions "
        "SET anchor_start = 13, anchor_end = 47, line_start = 2, line_end = 3"
    )
    async with open_site(database) as site, open_audience(site) as audience:
        accepted = await audience.resolve(owner, made, "accepted")
        assert accepted["status"] == "accepted"
        fresh = await site.open(session_id)
        assert str(fresh.text) == "# one 😀\n# two\ndef greet():\n    pass\n" + CODE


async def test_suggestion_of_one_node_is_accepted_on_another(database: Database) -> None:
    hub = MemoryHub()
    async with (
        open_site(database, bus=hub.member()) as here,
        open_site(database, bus=hub.member()) as there,
        open_audience(here) as audience_here,
        open_audience(there) as audience_there,
    ):
        owner, ann = await here.person(), await here.person()
        session_id = await _written(here, owner)
        client = await there.open(session_id, owner)
        made = await audience_here.suggest(ann, session_id, (3, 3), "    return 2")
        async with there.documents.lease(session_id) as live:
            await wait_until(lambda: int(made["id"]) in live.followed)
        await client.edit(lambda text: text.insert(0, "\n"))
        await audience_there.resolve(owner, made, "accepted")
        watcher = await here.open(session_id)
        await watcher.wait_text("\n" + CODE.replace("return 1", "return 2"))
        await client.wait_text(str(watcher.text))
        with pytest.raises(SuggestionResolved):
            await audience_here.resolve(owner, made, "accepted")


async def test_suggestions_are_listed_with_ones_own_vote(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await _written(site, owner)
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
    session_id = await _written(site, owner)
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
