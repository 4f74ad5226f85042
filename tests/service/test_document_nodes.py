"""Documents on several nodes: the same text, also after a line between them was cut."""

from __future__ import annotations

import asyncio

from pycrdt import Doc, Text

from persistence.database import Database
from rooms.memory_bus import MemoryHub
from tests.documents import DeafBus, open_site
from tests.yjs_client import TIMEOUT_S


async def test_two_nodes_show_the_same_document(database: Database) -> None:
    hub = MemoryHub()
    async with (
        open_site(database, bus=hub.member()) as here,
        open_site(database, bus=hub.member()) as there,
    ):
        owner = await here.person()
        session_id = await here.code_session(owner)
        first, second = await here.open(session_id, owner), await there.open(session_id, owner)
        await first.show(7, 1, b"{}")
        await second.wait(lambda: 7 in second.presence)
        for number in range(30):
            await first.type(f"a{number} ")
            await second.type(f"b{number} ")
        for client in (first, second):
            await client.wait_saved()
            await client.wait(lambda client=client: len(str(client.text)) == 220)  # type: ignore[misc]
        assert str(first.text) == str(second.text)
        third = await there.open(session_id)
        await third.wait(lambda: 7 in third.presence)
        assert str(third.text) == str(first.text)
        # Rights changed on one node count on the other.
        friend = await here.person()
        client = await there.open(session_id, friend)
        await here.add_collaborator(session_id, friend)
        await client.wait(lambda: client.sent > 1)
        await client.type("c")
        await first.wait(lambda: str(first.text).endswith("c"))


async def test_nodes_that_were_parted_agree_again(database: Database) -> None:
    hub = MemoryHub()
    line = DeafBus(hub)
    async with (
        open_site(database, bus=line) as here,
        open_site(database, bus=hub.member()) as there,
    ):
        owner = await here.person()
        session_id = await here.code_session(owner)
        first, second = await here.open(session_id, owner), await there.open(session_id, owner)
        await first.type("together ")
        await second.wait_text("together ")
        line.is_cut = True
        await first.type("left ")
        await second.type("right ")
        await first.wait_saved()
        await second.wait_saved()
        assert str(first.text) != str(second.text)
        line.mend()
        await first.wait(lambda: "right " in str(first.text))
        await second.wait(lambda: "left " in str(second.text))
        assert str(first.text) == str(second.text)


async def test_a_gap_that_is_told_while_the_log_is_being_read_is_read_too(
    database: Database,
) -> None:
    line = DeafBus(MemoryHub())
    async with open_site(database, bus=line) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        client = await site.open(session_id)
        elsewhere: Doc[Text] = Doc()
        elsewhere["code"] = Text("typed on another node")
        async with database.transaction() as connection:
            await connection.execute("LOCK TABLE code_updates IN ACCESS EXCLUSIVE MODE")
            line.mend()
            # It sees the log as it was when it began, before what follows.
            await _wait_for_a_reader_of_the_log(database)
            await connection.execute(
                "INSERT INTO code_updates (session_id, content) VALUES ($1, $2)",
                session_id,
                elsewhere.get_update(),
            )
            line.mend()
        await client.wait_text("typed on another node")


async def _wait_for_a_reader_of_the_log(database: Database) -> None:
    waiting = "SELECT FROM pg_locks WHERE relation = 'code_updates'::regclass AND NOT granted"
    async with asyncio.timeout(TIMEOUT_S):
        while await database.fetchrow(waiting) is None:
            pass
