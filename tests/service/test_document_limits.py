"""What a document does not put up with, and that only the one who tries it is told so."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from collab import protocol
from collab.presence import STATE_LIMIT_BYTES
from collab.protocol import PresenceEntry
from collab.session import FREE_S, MESSAGE_LIMIT_BYTES
from persistence.database import Database
from tests.documents import Site, open_site
from tests.yjs_client import wait_until


async def _still_works(site: Site, session_id: int) -> None:
    owner = await site.person()
    await site.add_collaborator(session_id, owner)
    good, watcher = await site.open(session_id, owner), await site.open(session_id)
    await good.type("still here")
    await good.wait_saved()
    await watcher.wait(lambda: "still here" in str(watcher.text))


async def test_message_that_is_too_large_ends_its_sender(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    client = await site.open(session_id, owner)
    with suppress(ConnectionError):  # it is not read to its end
        await client.socket.send_bytes(bytes(MESSAGE_LIMIT_BYTES + 1))
    assert await client.wait_closed() == 1009
    await _still_works(site, session_id)


@pytest.mark.parametrize(
    "state", [b'"%s"' % (b"x" * STATE_LIMIT_BYTES), b"{", b"\xff", b"[" * STATE_LIMIT_BYTES]
)
async def test_state_that_is_none_or_too_large_ends_its_sender(site: Site, state: bytes) -> None:
    session_id = await site.code_session(await site.person())
    client = await site.open(session_id)
    await client.show(5, 1, state)
    assert await client.wait_closed() == 4400
    await _still_works(site, session_id)


async def test_client_shows_nobody_but_itself(site: Site) -> None:
    session_id = await site.code_session(await site.person())
    first, second = await site.open(session_id), await site.open(session_id)
    await first.show(5, 1, b"{}")
    await second.wait(lambda: 5 in second.presence)
    await second.socket.send_bytes(
        protocol.awareness([PresenceEntry(5, 9, b"null"), PresenceEntry(6, 1, b"{}")])
    )
    await first.wait(lambda: 6 in first.presence)
    assert first.presence[5].state != b"null"


async def test_states_that_come_fast_go_out_seldom(site: Site) -> None:
    session_id = await site.code_session(await site.person())
    client, watcher = await site.open(session_id), await site.open(session_id)
    for clock in range(1, 501):
        await client.show(5, clock, b'{"cursor":%d}' % clock)
    await watcher.wait(lambda: 5 in watcher.presence and watcher.presence[5].clock == 500)
    assert watcher.presence_messages < 100


async def test_document_takes_only_so_many_clients(database: Database) -> None:
    async with open_site(database, clients_per_document=2) as site:
        session_id = await site.code_session(await site.person())
        first, second = await site.open(session_id), await site.open(session_id)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.socket(session_id)
        assert refused.value.status == 503
        await first.socket.close()
        await second.wait_text("")
        async with site.documents.lease(session_id) as live:
            # Told to the server, which may still be at it.
            await second.socket.ping()
            while len(live.connections) > 1:
                await second.show(1, 1, b"{}")
                await second.wait(lambda: 1 in second.presence)
        assert await site.open(session_id)


async def test_who_types_too_fast_is_read_slowly_and_loses_nothing(database: Database) -> None:
    messages_per_s = 100
    async with open_site(database, messages_per_s=messages_per_s) as site:
        owner, friend = await site.person(), await site.person()
        session_id = await site.code_session(owner)
        await site.add_collaborator(session_id, friend)
        flood, calm = await site.open(session_id, owner), await site.open(session_id, friend)
        edits = int(messages_per_s * (FREE_S + 1))
        updates: list[bytes] = []
        for _ in range(edits):
            updates += flood.make(lambda text: text.insert(0, "x"))
        begun_at = asyncio.get_running_loop().time()
        await flood.send_updates(updates)
        await calm.wait(lambda: str(calm.text).startswith("x"))
        await calm.type(" calm")
        await calm.wait_saved()
        await flood.wait_saved()
        # What is free is free once; after that it takes its time.
        assert asyncio.get_running_loop().time() - begun_at > 0.9
        assert str(flood.text).startswith("x" * edits)
        await calm.wait(lambda: str(calm.text) == str(flood.text))


async def test_who_answers_no_ping_is_dropped(site: Site) -> None:
    session_id = await site.code_session(await site.person())
    client = await site.open(session_id)
    async with site.stalled_socket(session_id), site.documents.lease(session_id) as live:
        assert len(live.connections) == 2
        for clock in (1, 2):
            live.ping()
            # Its pong has come when what it says after that has.
            await client.show(5, clock, b"{}")
            await client.wait_presence(5, clock)
        await wait_until(lambda: len(live.connections) == 1)
    assert client.close_code is None
