"""Documents over real sockets and a real database: edits merge, stay, and cost nobody else."""

from __future__ import annotations

import json
import random

import aiohttp
import pytest
from pycrdt import Text

from collab import protocol
from collab.live_document import LiveDocument
from persistence.collab_tickets import issue_ticket
from persistence.database import Database
from tests.documents import Site, open_site
from tests.yjs_client import YClient, wait_until


async def test_what_one_types_the_other_sees(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    first, second = await site.open(session_id, owner), await site.open(session_id, owner)
    await first.type("print('héllo 😀')")
    await second.wait_text("print('héllo 😀')")
    await second.type("\n# and back")
    await first.wait_text("print('héllo 😀')\n# and back")


async def test_document_is_there_after_a_restart(database: Database) -> None:
    async with open_site(database) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        for word in ("one ", "two ", "three"):
            await client.type(word)
        await client.wait_saved()
    assert await client.wait_closed() == 1012
    row = await database.fetchrow("SELECT code_content, version FROM code_sessions")
    assert row is not None and row["code_content"] == "one two three"
    assert row["version"] == await database.fetchval("SELECT max(id) FROM code_updates")
    async with open_site(database) as site:
        again = await site.open(session_id)
        assert str(again.text) == "one two three"


async def test_every_edit_is_kept_with_its_author(site: Site) -> None:
    owner, friend = await site.person(), await site.person()
    session_id = await site.code_session(owner)
    await site.add_collaborator(session_id, friend)
    first, second = await site.open(session_id, owner), await site.open(session_id, friend)
    await first.type("a")
    await second.wait_text("a")
    await second.type("b")
    await second.wait_saved()
    rows = await site.database.fetch("SELECT user_id FROM code_updates ORDER BY id")
    assert [row["user_id"] for row in rows] == [owner.id, friend.id]


async def test_edits_of_many_writers_at_once_converge(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    clients = [await site.open(session_id, owner) for _ in range(8)]
    chance = random.Random(11)

    def change(text: Text) -> None:
        size = len(str(text))
        if size > 20 and chance.random() < 0.4:
            at = chance.randrange(size - 3)
            start, end = (len(str(text)[:n].encode()) for n in (at, at + 3))
            del text[start:end]
        else:
            at = chance.randint(0, size)
            text.insert(len(str(text)[:at].encode()), chance.choice(["é", "x\n", "😀", "word "]))

    for _ in range(40):
        for client in clients:
            await client.edit(change)
    for client in clients:
        await client.wait_saved()
    for client in clients:
        await client.wait(lambda: len({str(client.text) for client in clients}) == 1)
    late = await site.open(session_id)
    assert str(late.text) == str(clients[0].text)


async def test_reader_is_told_that_it_may_not_write_and_nobody_sees_its_edit(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    writer, stranger = await site.open(session_id, owner), await site.person()
    await writer.type("mine")
    for reader in (await site.open(session_id), await site.open(session_id, stranger)):
        await reader.type(" yours")
        await reader.wait(lambda reader=reader: bool(reader.denials))  # type: ignore[misc]
        assert reader.denials == ["read-only"]
        await writer.type("!")
        await reader.wait(lambda reader=reader: "!" in str(reader.text))  # type: ignore[misc]
    fresh = await site.open(session_id)
    assert str(fresh.text) == "mine!!"


async def test_reader_that_only_answers_is_not_denied(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    writer = await site.open(session_id, owner)
    await writer.type("abc")
    await writer.edit(lambda text: text.clear())
    await writer.wait_saved()
    reader = await site.open(session_id)
    await reader.start()
    await writer.type("later")
    await reader.wait_text("later")
    assert reader.denials == []


async def test_rights_given_and_taken_count_at_once(site: Site) -> None:
    owner, friend = await site.person(), await site.person()
    session_id = await site.code_session(owner)
    client = await site.open(session_id, friend)
    watcher = await site.open(session_id)
    await client.type("early ")
    await client.wait(lambda: client.denials == ["read-only"])
    await site.add_collaborator(session_id, friend)
    # What was refused is asked for, now that it is welcome.
    await watcher.wait_text("early ")
    await client.type("now")
    await watcher.wait_text("early now")
    await site.remove_collaborator(session_id, friend)
    await client.type(" never")
    await client.wait(lambda: len(client.denials) == 2)
    assert str((await site.open(session_id)).text) == "early now"


async def test_private_stream_is_hidden_from_others(site: Site) -> None:
    owner, friend, stranger = [await site.person() for _ in range(3)]
    session_id = await site.code_session(owner, visibility="private")
    await site.add_collaborator(session_id, friend)
    for person in (None, stranger):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.socket(session_id, person)
        assert refused.value.status == 404
    client = await site.open(session_id, friend)
    await site.remove_collaborator(session_id, friend)
    assert await client.wait_closed() == 4403


@pytest.mark.parametrize("address", ["0", "x", "99999999", "1e3", str(2**70)])
async def test_document_that_is_not_there_is_not_found(site: Site, address: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.http.ws_connect(f"{site.url}/collab/{address}")
    assert refused.value.status == 404


async def test_signing_out_closes_the_sockets_of_that_session(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client, guest = await site.open(session_id, owner), await site.open(session_id)
    await site.sessions.revoke(owner.identity.session_hash)
    assert await client.wait_closed() == 4401
    assert guest.close_code is None


async def test_ticket_opens_one_document_once(site: Site) -> None:
    owner = await site.person()
    session_id, other_id = await site.code_session(owner), await site.code_session(owner)

    async def connect(document_id: int) -> aiohttp.ClientWebSocketResponse:
        return await site.http.ws_connect(f"{site.url}/collab/{document_id}?ticket={ticket}")

    ticket = await issue_ticket(site.database, session_id, identity=owner.identity)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(other_id)
    assert refused.value.status == 401
    ticket = await issue_ticket(site.database, session_id, identity=owner.identity)
    client = YClient(await connect(session_id))
    site.clients.create_task(client.listen())
    await client.start()
    await client.type("by ticket")
    await client.wait_saved()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(session_id)
    assert refused.value.status == 401


async def test_cookie_needs_our_own_origin(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    cookie = {"Cookie": f"session={owner.token}"}
    for headers in (cookie, {**cookie, "Origin": "https://evil.example"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.http.ws_connect(f"{site.url}/collab/{session_id}", headers=headers)
        assert refused.value.status == 403
    socket = await site.http.ws_connect(
        f"{site.url}/collab/{session_id}", headers={**cookie, "Origin": site.url}
    )
    await socket.close()


@pytest.mark.parametrize(
    "frame",
    [b"", b"\x00\x02\x05ab", b"\x00\x02\x02\xff\xff", b"\x00\x00\x01\xff", b"\x01\x03\x01\x05\x01"],
)
async def test_malformed_frame_costs_only_its_sender(site: Site, frame: bytes) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    bad, good = await site.open(session_id, owner), await site.open(session_id, owner)
    await bad.socket.send_bytes(frame)
    assert await bad.wait_closed() == 4400
    await good.type("still here")
    await good.wait_saved()
    assert str((await site.open(session_id)).text) == "still here"


async def test_text_frame_is_no_message(site: Site) -> None:
    session_id = await site.code_session(await site.person())
    client = await site.open(session_id)
    await client.socket.send_str("hello")
    assert await client.wait_closed() == 4400


async def test_edit_that_builds_on_what_was_lost_is_repaired(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client, watcher = await site.open(session_id, owner), await site.open(session_id)
    client.make(lambda text: text.insert(0, "never sent, "))
    await client.type("sent")
    await watcher.wait_text("never sent, sent")
    await client.wait_saved()


async def test_presence_goes_round_and_ends_with_its_connection(site: Site) -> None:
    owner = await site.person("streamer")
    session_id = await site.code_session(owner)
    first, second = await site.open(session_id, owner), await site.open(session_id)
    await first.show(7, 1, b'{"user":{"name":"someone else"},"cursor":3}')
    await second.wait(lambda: 7 in second.presence)
    # Its author hears it too: providers think a line dead that says nothing.
    await first.wait(lambda: 7 in first.presence)
    assert json.loads(second.presence[7].state)["user"]["name"] == "streamer"
    late = await site.open(session_id)
    await late.wait(lambda: 7 in late.presence)
    await late.socket.send_bytes(bytes((protocol.QUERY_AWARENESS,)))
    await first.socket.close()
    await second.wait(lambda: second.presence[7].state == b"null")


async def test_large_document_is_limited_and_says_so(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client, watcher = await site.open(session_id, owner), await site.open(session_id)
    await client.type("x" * 1_000_000)
    await client.wait_saved()
    await client.type("y" * 100_000)
    await client.wait(lambda: client.denials == ["document-full"])
    await watcher.wait(lambda: len(str(watcher.text)) == 1_000_000)

    def cut(text: Text) -> None:
        del text[900_000:1_100_000]

    # What was too much is taken away again: client and server agree again by themselves.
    await client.edit(cut)
    await client.wait_saved()
    await watcher.wait(lambda: len(str(watcher.text)) == 900_000)


async def test_slow_reader_is_cut_and_delays_nobody(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    writer, reader = await site.open(session_id, owner), await site.open(session_id)
    async with site.stalled_socket(session_id), site.documents.lease(session_id) as live:
        await reader.type("is everybody here?")  # its denial comes after the other has joined
        await reader.wait(lambda: reader.denials != [] and len(live.connections) == 3)
        stalled = live.connections[-1]
        for number in range(400):
            await writer.edit(lambda text: text.clear())
            await writer.type(f"{number}" + "x" * 60_000)
            await writer.wait_saved()
            if stalled.closed is not None:
                break
        assert stalled.closed is not None
        assert stalled.closed.code == 1013
        await writer.edit(lambda text: text.clear())
        await writer.type("after")
        await reader.wait(lambda: "after" in str(reader.text))


async def test_document_is_let_go_when_nobody_uses_it(database: Database) -> None:
    async with open_site(database, idle_s=0.0) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        await client.type("kept")
        await client.wait_saved()
        await client.socket.close()
        await wait_until(lambda: not site.documents.is_loaded(session_id))
        content = await database.fetchval("SELECT code_content FROM code_sessions")
        assert content == "kept"
        assert str((await site.open(session_id)).text) == "kept"


async def test_log_is_compacted_and_kept(database: Database) -> None:
    async with open_site(database, idle_s=0.0, compact_after_updates=20) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        for number in range(50):
            await client.type(f"{number} é\n")
        await client.wait_saved()
        async with site.documents.lease(session_id) as live:
            site.documents.project_soon(live)
            await wait_until(lambda: live.tail_updates == 0)
        await client.type("after the snapshot")
        await client.wait_saved()
        expected = str(client.text)
    assert await database.fetchval("SELECT count(*) FROM code_updates") == 51
    assert await database.fetchval("SELECT count(*) FROM code_snapshots") == 1
    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == expected


async def test_text_from_before_the_log_becomes_its_first_update(database: Database) -> None:
    async with open_site(database) as site:
        owner = await site.person()
        session_id = await site.code_session(owner, content="from a template\n")
        client = await site.open(session_id, owner)
        assert str(client.text) == "from a template\n"
        await client.type("typed")
        await client.wait_saved()
    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == "from a template\ntyped"


async def test_character_that_postgres_cannot_hold_does_no_harm(database: Database) -> None:
    async with open_site(database) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        await client.type("a\x00b")
        await client.wait_saved()
    assert await database.fetchval("SELECT code_content FROM code_sessions") == "a\x1ab"
    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == "a\x00b"


async def test_broken_document_is_loaded_again_and_only_its_breaker_ends(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    bad, good = await site.open(session_id, owner), await site.open(session_id, owner)
    await good.type("kept")
    await good.wait_saved()
    bad.make(lambda text: text.insert(0, "never sent"))
    # More than may wait for what never comes; the answer to step 1 would bring it.
    bad_updates = [bad.make(lambda text: text.insert(0, "x" * 200_000))[0] for _ in range(4)]
    for update in bad_updates:
        await bad.socket.send_bytes(protocol.sync_update(update))
    assert await bad.wait_closed() == 4400
    await good.type(" and typed on")
    await good.wait_saved()
    assert str((await site.open(session_id)).text) == "kept and typed on"
    assert good.close_code is None


async def test_document_that_cannot_be_saved_is_closed(database: Database) -> None:
    async with open_site(database) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        async with site.documents.lease(session_id) as live:
            await client.type("a")
            await client.wait_saved()
            await database.execute("DELETE FROM code_sessions WHERE id = $1", session_id)
            await client.type("b")
            assert await client.wait_closed() == 4404
            assert isinstance(live, LiveDocument) and live.has_failed
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await site.socket(session_id, owner)
