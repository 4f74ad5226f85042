"""Whole editing sessions through the server, then loaded, and looked back on, beside yjs.

Every edit goes over a WebSocket, is checked, applied, committed with its author and time, and sent
back; yjs applies the same updates from memory and keeps only what they led to.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import uvloop

from bench.documents import apply_in_peer
from bench.documents_server import add_session, open_served
from bench.report import Bar, Table
from bench.traces import Trace, read_trace
from collab import protocol
from collab.archiving import Archiving
from collab.history import Moment
from collab.past import Pasts
from collab.protocol import Reader
from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import open_embedded_postgres
from persistence.history import HistoryStore
from persistence.migrations import migrate

MADE_UP_EDITS = 50_000
TRACES = ("automerge-paper", "friendsforever")
LOAD_MS = 100.0
LOADS = 5

_ROWS_BYTES = "SELECT pg_total_relation_size('code_updates')"
_ARCHIVE_BYTES = """
    SELECT COALESCE(sum(octet_length(content)), 0)::bigint AS updates,
           COALESCE(sum(octet_length(checkpoint)), 0)::bigint AS checkpoints FROM code_archive
"""


@dataclass(frozen=True, slots=True)
class LongDocument:
    """What became of a session on the server."""

    typed_s: float
    load_ms: float
    rows_bytes: int
    archived_bytes: int
    checkpoints_bytes: int
    snapshot_bytes: int
    middle_ms: float
    """To bring back the text of the middle of the session."""
    blame_ms: float
    is_right: bool


class _Author:
    """A client that sends an edit once it has heard of what that builds on."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, trace: Trace) -> None:
        self._socket = socket
        self._trace = trace
        self._numbers = {protocol.sync_update(e.update): n for n, e in enumerate(trace.edits)}
        self._heard: set[int] = set()
        self._news = asyncio.Event()
        self._saved = 0

    async def listen(self) -> None:
        async for message in self._socket:
            number = self._numbers.get(message.data)
            if number is not None:
                self._heard.add(number)
            elif message.data[0] == protocol.SAVED:
                reader = Reader(message.data)
                reader.varuint()
                self._saved = reader.varuint()
            self._news.set()

    async def type(self, author: int) -> None:
        """Send this author's edits, and wait until they are on disk."""
        sent = 0
        for edit in self._trace.edits:
            if edit.author == author:
                while not self._heard.issuperset(edit.needs):
                    await self._wait_news()
                await self._socket.send_bytes(protocol.sync_update(edit.update))
                sent += 1
        while self._saved < sent:
            await self._wait_news()

    async def _wait_news(self) -> None:
        self._news.clear()
        await self._news.wait()


def measure_long_documents() -> Table:
    """Send every session through the server and look at what is there then."""
    rows: list[Sequence[str]] = []
    results = []
    for name in TRACES:
        trace = read_trace(name, edits=MADE_UP_EDITS)
        with tempfile.TemporaryDirectory() as folder:
            ours = uvloop.run(_measure(trace, Path(folder)))
        peer = apply_in_peer([edit.update for edit in trace.edits])
        results.append(ours)
        edits = len(trace.edits)
        rows.append(
            (
                trace.name,
                str(trace.authors),
                f"{edits:,}",
                f"{len(trace.text.encode()):,}",
                f"{edits / ours.typed_s:,.0f}",
                f"{ours.load_ms:.1f}",
                f"{peer.load_ms:.1f}",
                f"{ours.snapshot_bytes:,}",
                f"{peer.bytes:,}",
                f"{peer.bytes_v2:,}",
                f"{ours.rows_bytes / edits:.0f}",
                f"{(ours.archived_bytes + ours.checkpoints_bytes) / edits:.1f}",
                f"{ours.middle_ms:.0f}",
                f"{ours.blame_ms:.0f}",
            )
        )
    return Table(
        title="Long documents",
        setting=(
            "Editing sessions keystroke by keystroke through the server, as fast as it takes "
            "them. Loading is from the database to a document that can be joined; "
            "yjs loads its own encoding from memory. History is every update with author and time: "
            "as rows with their indexes, and as it is archived."
        ),
        columns=(
            *("session", "authors", "edits", "text bytes", "edits/s", "load ms", "yjs load ms"),
            *("stored bytes", "yjs bytes", "yjs v2 bytes", "row bytes/edit", "archive bytes/edit"),
            *("text of the middle ms", "blame ms"),
        ),
        rows=rows,
        bars=[
            Bar(
                "every session ends in its text, live, loaded again, and in its history",
                all(each.is_right for each in results),
            ),
            Bar(
                f"the longest loads in {LOAD_MS:.0f} ms ({max(r.load_ms for r in results):.1f})",
                max(each.load_ms for each in results) <= LOAD_MS,
            ),
        ],
    )


async def _measure(trace: Trace, folder: Path) -> LongDocument:
    async with open_embedded_postgres(folder) as url:
        await migrate(url)
        async with open_database(url) as database:
            return await _measure_on(database, trace)


async def _measure_on(database: Database, trace: Trace) -> LongDocument:
    sessions = AuthSessions(database, clock=time.monotonic)
    session_id, token = await add_session(database, sessions)
    store = HistoryStore(database)
    archiving = Archiving(store, kept_as_rows=timedelta(days=1))
    async with open_served(database, sessions, archiving=archiving) as (documents, port):
        typed_s = await _type(trace, f"http://127.0.0.1:{port}/collab/{session_id}", token=token)
        async with documents.lease(session_id) as live:
            is_right = live.document.text == trace.text
            await documents.upkeep.project(live)
            await documents.upkeep.compact(live)
    rows_bytes = await database.fetchval(_ROWS_BYTES)
    await Archiving(store, kept_as_rows=timedelta(0)).archive(session_id)
    archived = await database.fetchrow(_ARCHIVE_BYTES)
    assert archived is not None
    loads = []
    for _ in range(LOADS):
        async with open_served(database, sessions) as (documents, _):
            begun = time.perf_counter()
            async with documents.lease(session_id) as live:
                loads.append((time.perf_counter() - begun) * 1e3)
                is_right = is_right and live.document.text == trace.text
    pasts = Pasts(store)
    newest = await store.moment(session_id, None)
    middle = await store.moment(session_id, newest.update_id // 2)
    middle_ms, _ = await _timed(pasts, session_id, middle)
    _, text = await _timed(pasts, session_id, newest)
    begun = time.perf_counter()
    passages = await pasts.passages(session_id, newest)
    blame_ms = (time.perf_counter() - begun) * 1e3
    is_right = is_right and text == trace.text == "".join(each.text for each in passages)
    return LongDocument(
        typed_s=typed_s,
        load_ms=sorted(loads)[LOADS // 2],
        rows_bytes=rows_bytes,
        archived_bytes=archived["updates"],
        checkpoints_bytes=archived["checkpoints"],
        snapshot_bytes=(await store.archive_end(session_id)).document_bytes,
        middle_ms=middle_ms,
        blame_ms=blame_ms,
        is_right=is_right,
    )


async def _timed(pasts: Pasts, session_id: int, moment: Moment) -> tuple[float, str]:
    begun = time.perf_counter()
    text = await pasts.text(session_id, moment)
    return (time.perf_counter() - begun) * 1e3, text


async def _type(trace: Trace, url: str, *, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        authors = [
            _Author(await http.ws_connect(url, max_msg_size=0), trace) for _ in range(trace.authors)
        ]
        listening = [asyncio.ensure_future(author.listen()) for author in authors]
        begun = time.perf_counter()
        await asyncio.gather(*(author.type(n) for n, author in enumerate(authors)))
        typed_s = time.perf_counter() - begun
        for each in listening:
            each.cancel()
    return typed_s
