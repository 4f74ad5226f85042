"""A long session, keystroke by keystroke, through the server: its text, its log, its past."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from pycrdt import Doc, Text

from bench.traces import TracedEdit, made_up_trace
from collab.archiving import Archiving
from persistence.database import Database
from persistence.history import HistoryStore
from tests.documents import open_site

EDITS = 4000


async def test_a_long_session_is_kept_keystroke_by_keystroke(database: Database) -> None:
    trace = made_up_trace(EDITS)
    archiving = Archiving(HistoryStore(database), piece_updates=500, kept_as_rows=timedelta(0))
    async with open_site(database, compact_after_updates=1000, archiving=archiving) as site:
        owner = await site.person("typist")
        session_id = await site.code_session(owner)
        client = await site.open(session_id, owner)
        await client.send_updates([edit.update for edit in trace.edits])
        await client.wait_saved()
        await client.wait_text(trace.text)
        async with site.documents.lease(session_id) as live:
            await site.documents.upkeep.project(live)
            await site.documents.upkeep.compact(live)
    assert await database.fetchval("SELECT count(*) FROM code_updates") == 1
    assert await database.fetchval("SELECT sum(updates) FROM code_archive") == EDITS - 1

    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == trace.text
        for number in random.Random(3).sample(range(EDITS), 4):
            # The first of all has the first id: the database is new.
            moment = await site.ask(
                "GET", f"{session_id}/history/text", query={"at": str(number + 1)}
            )
            assert moment["code_content"] == _text_after(trace.edits[: number + 1])
        blame = await site.ask("GET", f"{session_id}/history/blame")
        assert "".join(passage["text"] for passage in blame["passages"]) == trace.text
        assert {passage["user"]["username"] for passage in blame["passages"]} == {"typist"}


def _text_after(edits: Sequence[TracedEdit]) -> str:
    doc: Doc[Text] = Doc()
    for edit in edits:
        doc.apply_update(edit.update)
    return str(doc.get("code", type=Text))
