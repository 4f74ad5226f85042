"""Documents over real sockets and a real database: edits merge, stay, and cost nobody else."""

from __future__ import annotations

from persistence.database import Database
from tests.documents import Site, open_site


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
