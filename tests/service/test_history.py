"""The past of a document: every update kept, any moment brought back, and gone back to."""

from __future__ import annotations

import asyncio
import base64
import itertools
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pycrdt import Doc, Text

from collab.archiving import Archiving
from persistence.database import Database
from persistence.history import HistoryStore
from rooms.memory_bus import MemoryHub
from tests.documents import DeafBus, Person, Site, open_site
from tests.yjs_client import YClient, wait_until


def _insertion(at: int, characters: str) -> Callable[[Text], None]:
    return lambda text: text.insert(at, characters)


def _removal(at: int, length: int) -> Callable[[Text], None]:
    return lambda text: text.__delitem__(slice(at, at + length))


async def _typed(site: Site, session_id: int, person: Person, *texts: str) -> YClient:
    """Have somebody type at the end, one edit after the other, and stay."""
    client = await site.open(session_id, person)
    for text in texts:
        await client.type(text)
    await client.wait_saved()
    return client


async def _compact(site: Site, session_id: int) -> None:
    """Do now what is otherwise done when the log has grown long."""
    async with site.documents.lease(session_id) as live:
        await site.documents.upkeep.project(live)
        await site.documents.upkeep.compact(live)


async def _history(site: Site, session_id: int, **query: str) -> list[Any]:
    items: list[Any] = []
    page = await site.ask("GET", f"{session_id}/history", query=query)
    items += page["items"]
    while page["next"]:
        page = await site.ask(
            "GET", f"{session_id}/history", query={**query, "cursor": page["next"]}
        )
        items += page["items"]
    return items


async def _text(site: Site, session_id: int, **query: str) -> str:
    answer = await site.ask("GET", f"{session_id}/history/text", query=query)
    return str(answer["code_content"])


def _archiving(database: Database, **options: Any) -> Archiving:
    """Archive as soon as there is anything, and do not wait for it to grow old."""
    options = {"piece_updates": 10, "kept_as_rows": timedelta(0), **options}
    return Archiving(HistoryStore(database), **options)


async def test_every_update_is_listed_with_its_author_and_time(site: Site) -> None:
    owner, friend = await site.person("owner"), await site.person("friend")
    session_id = await site.code_session(owner)
    await site.add_collaborator(session_id, friend)
    await _typed(site, session_id, owner, "é", "b")
    await _typed(site, session_id, friend, "😀")
    items = await _history(site, session_id, limit="2", updates="true")
    assert [item["user"]["username"] for item in items] == ["owner", "owner", "friend"]
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)
    doc: Doc[Text] = Doc()
    for item in items:
        doc.apply_update(base64.b64decode(item["update"]))
        assert await _text(site, session_id, at=item["id"]) == str(doc.get("code", type=Text))
    assert await _text(site, session_id) == "éb😀"
    assert await _text(site, session_id, at="0") == ""


async def test_a_moment_is_found_by_the_time_it_was_told_with(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client = await _typed(site, session_id, owner, "a")
    await client.type("b")
    await client.wait_saved()
    first, second = await _history(site, session_id)
    assert await _text(site, session_id, at=second["at"]) == "ab"
    if first["at"] != second["at"]:
        assert await _text(site, session_id, at=first["at"]) == "a"
    assert await _text(site, session_id, at="2001-01-01T00:00:00Z") == ""
    listed = await _history(site, session_id, **{"from": first["id"]})
    assert [item["id"] for item in listed] == [second["id"]]
    listed = await _history(site, session_id, to=first["id"])
    assert [item["id"] for item in listed] == [first["id"]]


async def test_a_moment_of_another_document_is_none_of_this_one(site: Site) -> None:
    owner = await site.person()
    here, there = await site.code_session(owner), await site.code_session(owner)
    await _typed(site, there, owner, "a")
    (item,) = await _history(site, there)
    await site.ask("GET", f"{here}/history/text", query={"at": item["id"]}, status=404)
    for nonsense in ("-1", "01", "yesterday", "9" * 30):
        await site.ask("GET", f"{here}/history/text", query={"at": nonsense}, status=400)


async def test_blame_tells_who_wrote_what(site: Site) -> None:
    owner, friend = await site.person("owner"), await site.person("friend")
    session_id = await site.code_session(owner)
    await site.add_collaborator(session_id, friend)
    theirs = await site.open(session_id, friend)
    mine = await _typed(site, session_id, owner, "one 😀 two")
    await theirs.wait_text("one 😀 two")
    await theirs.edit(_insertion(4, "é"))
    await theirs.wait_saved()
    await mine.wait_text("one é😀 two")
    await mine.edit(_removal(0, 4))
    await mine.wait_saved()
    blame = await site.ask("GET", f"{session_id}/history/blame")
    # A minute may have ended in between, so neighbours of one author are put together.
    told = [
        (name, "".join(passage["text"] for passage in passages))
        for name, passages in itertools.groupby(
            blame["passages"], key=lambda passage: passage["user"]["username"]
        )
    ]
    assert told == [("friend", "é"), ("owner", "😀 two")]


async def test_a_document_from_before_its_log_has_its_text_and_no_history(site: Site) -> None:
    session_id = await site.code_session(await site.person(), content="old\n")
    assert await _history(site, session_id) == []
    assert await _text(site, session_id) == "old\n"
    assert (await site.ask("GET", f"{session_id}/history/blame"))["passages"] == []
    assert (await site.ask("GET", f"{session_id}/history/timeline"))["steps"] == []


async def test_a_timeline_counts_every_update_once(site: Site) -> None:
    owner = await site.person("owner")
    session_id = await site.code_session(owner)
    await _typed(site, session_id, owner, *"abcdef")
    timeline = await site.ask("GET", f"{session_id}/history/timeline", query={"steps": "3"})
    assert timeline["updates"] == 6
    assert 1 <= len(timeline["steps"]) <= 3
    assert timeline["users"] == [{"id": str(owner.id), "username": "owner"}]
    last = (await _history(site, session_id))[-1]
    assert timeline["steps"][-1]["last_id"] == last["id"]
    assert timeline["ended_at"] == last["at"]


async def test_two_moments_differ_in_lines(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client = await _typed(site, session_id, owner, "one\ntwo\nthree\n")
    await client.edit(_insertion(4, "2 and "))
    await client.wait_saved()
    first, second = await _history(site, session_id)
    answer = await site.ask(
        "GET", f"{session_id}/history/diff", query={"from": first["id"], "to": second["id"]}
    )
    assert answer["from"]["id"] == first["id"]
    assert answer["differences"] == [
        {"from_line": 2, "to_line": 2, "removed": "two\n", "added": "2 and two\n"}
    ]


async def test_going_back_is_an_edit_that_others_see(site: Site) -> None:
    owner, friend, viewer = [await site.person() for _ in range(3)]
    session_id = await site.code_session(owner)
    await site.add_collaborator(session_id, friend)
    client = await _typed(site, session_id, owner, "one\ntwo\n")
    watcher = await site.open(session_id)
    (first,) = await _history(site, session_id)
    await client.edit(_insertion(0, "zero\n"))
    await client.wait_saved()
    path, body = f"{session_id}/history/restore", {"at": first["id"]}
    await site.ask("POST", path, json=body, status=401)
    await site.ask("POST", path, viewer, json=body, status=403)
    restored = await site.ask("POST", path, friend, json=body)
    assert restored["user"]["username"] == friend.identity.username
    await watcher.wait_text("one\ntwo\n")
    await client.wait_text("one\ntwo\n")
    assert (await _history(site, session_id))[-1]["id"] == restored["id"]
    again = await site.ask("POST", path, friend, json=body)
    assert again["id"] == restored["id"]


async def test_a_version_is_a_moment_with_a_name(site: Site) -> None:
    owner, viewer = await site.person("owner"), await site.person()
    session_id = await site.code_session(owner)
    client = await _typed(site, session_id, owner, "first")
    path = f"{session_id}/versions"
    await site.ask("POST", path, viewer, json={"name": "mine"}, status=403)
    made = await site.ask("POST", path, owner, json={"name": "It runs"}, status=201)
    await client.type(" second")
    await client.wait_saved()
    assert made["user"]["username"] == "owner"
    assert (await site.ask("GET", path))["items"] == [made]
    seen = await site.ask("GET", f"{path}/{made['id']}")
    assert seen == {**made, "code_content": "first"}
    await site.ask("POST", f"{session_id}/history/restore", owner, json={"at": made["update_id"]})
    await client.wait_text("first")
    await site.ask("DELETE", f"{path}/{made['id']}", viewer, status=403)
    await site.ask("DELETE", f"{path}/{made['id']}", owner, status=204)
    await site.ask("GET", f"{path}/{made['id']}", status=404)


async def test_a_session_has_only_so_many_versions(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    await site.database.execute(
        "INSERT INTO code_versions (session_id, name, update_id, code_content) "
        "SELECT $1, 'n', 0, '' FROM generate_series(1, 50)",
        session_id,
    )
    answer = await site.ask(
        "POST", f"{session_id}/versions", owner, json={"name": "more"}, status=409
    )
    assert answer["code"] == "too-many-versions"


async def test_any_moment_can_be_downloaded(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    await _typed(site, session_id, owner, "print('é')\n", "more")
    first = (await _history(site, session_id))[0]
    path = f"{session_id}/history/download"
    assert await site.ask("GET", path, query={"at": first["id"]}) == "print('é')\n"
    assert await site.ask("GET", path) == "print('é')\nmore"
    async with site.http.get(f"{site.url}/api/v1/code-sessions/{path}") as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="main.py"'
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_nobody_sees_the_history_of_a_private_stream(site: Site) -> None:
    owner, other = await site.person(), await site.person()
    session_id = await site.code_session(owner, visibility="private")
    for path in ("history", "history/text", "history/blame", "history/download", "versions"):
        await site.ask("GET", f"{session_id}/{path}", other, status=404)
        await site.ask("GET", f"{session_id}/{path}", owner)


async def _scribble(site: Site, session_id: int, *, edits: int) -> None:
    """Have two people edit at random."""
    chance = random.Random(5)
    people = [await site.person() for _ in range(2)]
    clients = []
    for person in people:
        await site.add_collaborator(session_id, person)
        clients.append(await site.open(session_id, person))
    for _ in range(edits):
        client = chance.choice(clients)
        if chance.random() < 0.3 and len(client.text) > 8:
            at = chance.randrange(len(client.text) - 4)
            await client.edit(_removal(at, 3))
        else:
            at = chance.randrange(len(client.text) + 1)
            await client.edit(_insertion(at, chance.choice("xyz\n")))
    for client in clients:
        await client.wait_saved()


async def test_an_archived_history_is_the_same_history(database: Database) -> None:
    async with open_site(database) as site:
        session_id = await site.code_session(await site.person())
        await _scribble(site, session_id, edits=80)
        before = await _history(site, session_id, updates="true", limit="7")
        texts = [await _text(site, session_id, at=item["id"]) for item in before[::5]]
        blames = await site.ask("GET", f"{session_id}/history/blame")
        timeline = await site.ask("GET", f"{session_id}/history/timeline")
    archiving = _archiving(database)
    async with open_site(database, compact_after_updates=10, archiving=archiving) as site:
        live_text = await _text(site, session_id)
        client = await site.open(session_id, await site.person())
        assert str(client.text) == live_text
        await _compact(site, session_id)
        assert await database.fetchval("SELECT count(*) FROM code_updates") < 10
        assert await database.fetchval("SELECT sum(updates) FROM code_archive") > 70
        assert await _history(site, session_id, updates="true", limit="7") == before
        assert [await _text(site, session_id, at=item["id"]) for item in before[::5]] == texts
        assert await site.ask("GET", f"{session_id}/history/blame") == blames
        assert await site.ask("GET", f"{session_id}/history/timeline") == timeline
        for item in before[::5]:
            moment = await site.ask("GET", f"{session_id}/history/text", query={"at": item["at"]})
            assert moment["at"] == item["at"]
            assert int(moment["id"]) >= int(item["id"])
    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == live_text


async def test_a_node_that_missed_what_is_archived_catches_up(database: Database) -> None:
    hub = MemoryHub()
    line = DeafBus(hub)
    async with (
        open_site(database, bus=line) as here,
        open_site(
            database, bus=hub.member(), compact_after_updates=10, archiving=_archiving(database)
        ) as there,
    ):
        owner = await here.person()
        session_id = await here.code_session(owner)
        watcher = await here.open(session_id)
        line.is_cut = True
        await _scribble(there, session_id, edits=60)
        await _compact(there, session_id)
        assert await database.fetchval("SELECT count(*) FROM code_archive") > 0
        line.mend()
        await watcher.wait_text(await _text(here, session_id))


async def test_an_archive_that_is_full_begins_later(database: Database) -> None:
    limit_bytes = 6000
    archiving = _archiving(database, limit_bytes=limit_bytes)
    async with open_site(database, compact_after_updates=10, archiving=archiving) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        chance = random.Random(7)
        version: Any = None
        for _ in range(12):
            await client.edit(_removal(0, len(client.text)))
            for _ in range(15):
                await client.type(chance.randbytes(30).hex())
            await client.wait_saved()
            if version is None:
                early = str(client.text)
                version = await site.ask(
                    "POST", f"{session_id}/versions", owner, json={"name": "early"}, status=201
                )
            await _compact(site, session_id)
        kept = await database.fetchval(
            "SELECT sum(octet_length(content) + COALESCE(octet_length(checkpoint), 0)) "
            "FROM code_archive"
        )
        assert kept <= limit_bytes
        items = await _history(site, session_id)
        assert 16 <= len(items) < 12 * 16
        blame = await site.ask("GET", f"{session_id}/history/blame", query={"at": items[0]["id"]})
        first = await _text(site, session_id, at=items[0]["id"])
        assert "".join(passage["text"] for passage in blame["passages"]) == first != ""
        assert await _text(site, session_id) == str(client.text)
        gone = {"at": version["update_id"]}
        await site.ask("GET", f"{session_id}/history/text", query=gone, status=404)
        kept_version = await site.ask("GET", f"{session_id}/versions/{version['id']}")
        assert kept_version["code_content"] == early


async def test_typing_goes_on_while_history_is_read(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client = await site.open(session_id, owner)
    reading = [asyncio.ensure_future(_text(site, session_id)) for _ in range(8)]
    for _ in range(20):
        await client.type("x")
    await client.wait_saved()
    for text in await asyncio.gather(*reading):
        assert set(text) <= {"x"}
    await wait_until(lambda: site.documents.is_loaded(session_id))
