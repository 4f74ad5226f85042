"""Yjs clients that are not ours connect unchanged, and always end up with the same text."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pycrdt import Doc, Provider, Text

from persistence.database import Database
from persistence.redis_bus import open_redis_bus
from tests.documents import Person, Site, open_site
from tests.redis import RedisServer

NODE = Path(sys.executable).parent / "node"
CLIENTS = Path(__file__).parent / "yjs_clients.mjs"
TIMEOUT_S = 110.0


class YjsClients:
    """A process full of Yjs clients."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def hear(self) -> Any:
        """Return the next thing it says: that it pauses, or how it ended."""
        assert self._process.stdout is not None
        async with asyncio.timeout(TIMEOUT_S):
            return json.loads(await self._process.stdout.readline())

    def say(self, what: object) -> None:
        """Give it its task, or have it go on."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")


@asynccontextmanager
async def open_clients(
    sites: Sequence[Site],
    session_id: int,
    writer: Person,
    *,
    writers: int,
    readers: int,
    edits: int,
    pauses: Sequence[int] = (),
) -> AsyncIterator[YjsClients]:
    """Have people edit a document who are connected to these nodes in turn."""
    process = await asyncio.create_subprocess_exec(NODE, CLIENTS, stdin=PIPE, stdout=PIPE)
    clients = YjsClients(process)
    clients.say(
        {
            "addresses": [site.url.replace("http", "ws") + "/collab" for site in sites],
            "room": str(session_id),
            "token": writer.token,
            "writers": writers,
            "readers": readers,
            "edits": edits,
            "pauses": list(pauses),
            "seed": session_id + edits,
        }
    )
    try:
        yield clients
        async with asyncio.timeout(TIMEOUT_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _text_on(site: Site, session_id: int) -> str:
    return str((await site.open(session_id)).text)


async def test_twenty_who_type_and_a_hundred_who_watch_agree_whoever_drops_out(
    database: Database,
) -> None:
    async with open_site(database) as site:
        owner = await site.person("streamer")
        session_id = await site.code_session(owner)
        async with open_clients(
            [site], session_id, owner, writers=20, readers=100, edits=400
        ) as clients:
            result = await clients.hear()
        assert result["clients"] == 120
        assert sorted(result["names"]) == ["Guest", "streamer"]
        assert result["refusal"].endswith("read-only")
        assert result["answered"]
        assert await _text_on(site, session_id) == result["text"]
    async with open_site(database) as site:
        assert await _text_on(site, session_id) == result["text"]


class SocketChannel:
    """What pycrdt's provider needs of a WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @property
    def path(self) -> str:
        return "a document"

    def __aiter__(self) -> SocketChannel:
        return self

    async def __anext__(self) -> bytes:
        return await self.recv()

    async def send(self, message: bytes) -> None:
        await self._socket.send_bytes(message)

    async def recv(self) -> bytes:
        return await self._socket.receive_bytes()


async def test_the_python_librarys_own_provider_connects_unchanged(site: Site) -> None:
    owner = await site.person()
    session_id = await site.code_session(owner)
    watcher, friend = await site.open(session_id), await site.open(session_id, owner)
    doc: Doc[Text] = Doc()
    text = doc.get("code", type=Text)
    socket = await site.socket(session_id, owner)
    async with Provider(doc, SocketChannel(socket)) as provider, asyncio.timeout(TIMEOUT_S):
        await provider.synced.wait()
        text += "from Python"
        await watcher.wait_text("from Python")
        await friend.wait_text("from Python")
        await friend.type(" and back")
        while str(text) != "from Python and back":  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0)
    await socket.close()


async def test_they_agree_on_two_nodes_that_were_parted_for_a_while(
    database: Database, redis_server: RedisServer
) -> None:
    async with AsyncExitStack() as stack:
        sites = [
            await stack.enter_async_context(
                open_site(
                    database,
                    bus=await stack.enter_async_context(open_redis_bus(redis_server.url)),
                )
            )
            for _ in range(2)
        ]
        owner = await sites[0].person("streamer")
        session_id = await sites[0].code_session(owner)
        async with open_clients(
            sites, session_id, owner, writers=20, readers=100, edits=400, pauses=(100, 250)
        ) as clients:
            assert await clients.hear() == {"paused": 100}
            redis_server.stop()
            clients.say("go on")
            assert await clients.hear() == {"paused": 250}
            redis_server.start()
            clients.say("go on")
            result = await clients.hear()
        assert result["clients"] == 120
        for site in sites:
            assert await _text_on(site, session_id) == result["text"]
