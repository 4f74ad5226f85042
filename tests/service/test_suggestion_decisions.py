"""Suggestions decided: accepted where their lines are by then, rejected, stale, on any node."""

from __future__ import annotations

import asyncio

import pytest
from pycrdt import Text

from errors import BadRequest, SuggestionResolved, SuggestionStale, TooLarge
from persistence.database import Database
from rooms.memory_bus import MemoryHub
from tests.documents import Site, open_site
from tests.suggesting import CODE, open_audience, written
from tests.yjs_client import wait_until


async def test_suggestion_follows_its_lines_and_edits_them_when_accepted(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner)
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
    session_id = await written(site, owner)
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
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(ann, session_id, (1, 1), "x")
        rejected = await audience.resolve(owner, made, "rejected")
        assert rejected["status"] == "rejected"
    assert str((await site.open(session_id)).text) == CODE
    assert await site.database.fetchval("SELECT count(*) FROM point_events") == 0


async def test_own_suggestion_gives_its_author_no_points(site: Site) -> None:
    owner = await site.person()
    session_id = await written(site, owner)
    async with open_audience(site) as audience:
        made = await audience.suggest(owner, session_id, (1, 1), "x")
        await audience.resolve(owner, made, "accepted")
    assert await site.database.fetchval("SELECT count(*) FROM point_events") == 0
    assert await site.database.fetchval("SELECT count(*) FROM notifications") == 0


async def test_suggestion_whose_lines_are_gone_cannot_be_accepted(site: Site) -> None:
    owner, ann = await site.person(), await site.person()
    session_id = await written(site, owner, "one\ntwo\nthree")
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
    session_id = await written(site, owner, "one\ntwo\nthree")
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
    session_id = await written(site, owner, "one\ntwo\nthree")
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
    session_id = await written(site, owner, "one\r\ntwo\r\nthree\r\n")
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
        session_id = await written(site, owner, "same\nsame\nsame\n")
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
    session_id = await written(site, owner)
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


async def test_windows_line_endings_stay_as_they_are(site: Site) -> None:
    owner = await site.person()
    session_id = await written(site, owner, "one\r\ntwo\r\nthree")
    client = await site.open(session_id, owner)
    async with open_audience(site) as audience:
        for lines, content in (((2, 2), "zwei\nzwo"), ((4, 4), "")):
            made = await audience.suggest(
                owner, session_id, lines, content, client_id=str(lines[0])
            )
            await audience.resolve(owner, made, "accepted")
    await client.wait_text("one\r\nzwei\r\nzwo")


async def test_suggestions_keep_their_lines_over_a_restart(database: Database) -> None:
    async with open_site(database) as site, open_audience(site) as audience:
        owner, ann = await site.person(), await site.person()
        # Twice the same, so that the quoted text alone could not tell which is meant.
        session_id = await written(site, owner, CODE + CODE)
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
        session_id = await written(here, owner)
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
