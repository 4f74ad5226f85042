"""npm's own Yjs clients, not ours: they connect unchanged and always end up with the same text."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from persistence.database import Database
from rooms.memory_bus import MemoryHub
from tests.documents import Person, Site, open_site

NODE = Path(sys.executable).parent / "node"
CLIENTS = Path(__file__).parent / "yjs_clients.mjs"
TIMEOUT_S = 60.0


async def _run_clients(
    site: Site, session_id: int, writer: Person, *, writers: int, readers: int, edits: int
) -> Any:
    task = {
        "address": site.url.replace("http", "ws") + "/collab",
        "room": str(session_id),
        "token": writer.token,
        "writers": writers,
        "readers": readers,
        "edits": edits,
        "seed": session_id + edits,
    }
    process = await asyncio.create_subprocess_exec(NODE, CLIENTS, stdin=PIPE, stdout=PIPE)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, _ = await process.communicate(json.dumps(task).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    return json.loads(out)


async def test_yjs_clients_that_come_and_go_converge(database: Database) -> None:
    async with open_site(database) as site:
        owner = await site.person("streamer")
        session_id = await site.code_session(owner)
        result = await _run_clients(site, session_id, owner, writers=6, readers=6, edits=400)
        assert result["clients"] == 12
        assert sorted(result["names"]) == ["Guest", "streamer"]
        assert str((await site.open(session_id)).text) == result["text"]
    async with open_site(database) as site:
        assert str((await site.open(session_id)).text) == result["text"]


async def test_yjs_clients_of_two_nodes_converge(database: Database) -> None:
    hub = MemoryHub()
    async with (
        open_site(database, bus=hub.member()) as here,
        open_site(database, bus=hub.member()) as there,
    ):
        owner = await here.person()
        session_id = await here.code_session(owner)
        watcher = await there.open(session_id)
        mine, theirs = await asyncio.gather(
            _run_clients(here, session_id, owner, writers=3, readers=0, edits=100),
            there.open(session_id, owner),
        )
        await watcher.wait_text(mine["text"])
        await theirs.wait_text(mine["text"])
