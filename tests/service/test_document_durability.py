"""SIGKILL in the middle of a storm of typing: what was reported saved is there."""

from __future__ import annotations

import asyncio
import random

import aiohttp

from collab.document import SharedDocument
from persistence.database import Database
from tests.documents import open_remote_site, open_site
from tests.yjs_client import YClient

WRITERS = 4
SAVED_BEFORE_THE_END = 150


async def _type_until_the_line_breaks(client: YClient, number: int) -> None:
    chance = random.Random(number)
    try:
        while True:
            await client.type(chance.choice(["é", "word ", "😀\n"]))
            await asyncio.sleep(0)
    except (aiohttp.ClientError, ConnectionError):
        return


async def test_what_was_reported_saved_survives_the_node(
    database: Database, database_url: str
) -> None:
    async with open_remote_site(database, database_url) as site:
        owner = await site.person()
        session_id = await site.code_session(owner)
        clients = [await site.open(session_id, owner) for _ in range(WRITERS)]
        async with asyncio.TaskGroup() as typing:
            for number, client in enumerate(clients):
                typing.create_task(_type_until_the_line_breaks(client, number))
            for client in clients:
                await client.wait(lambda client=client: client.saved >= SAVED_BEFORE_THE_END)  # type: ignore[misc]
            await site.kill()
        for client in clients:
            await client.wait_closed()
    async with open_site(database) as again:
        whole = SharedDocument()
        whole.load((await again.open(session_id)).doc.get_update())
        for client in clients:
            assert client.saved >= SAVED_BEFORE_THE_END
            for update in client.sent_updates[: client.saved]:
                known = whole.integrate(update, origin="test")
                assert known.update is None
                assert known.is_complete
        whole.close()
        # And whoever was typing brings the rest when they come back.
        returned = await again.open(session_id, owner)
        returned.doc.apply_update(clients[0].doc.get_update())
        await returned.start()
        await returned.type(" the end")
        await returned.wait_saved()
