"""npm's own tus client, not ours: whatever happens to its line, every byte arrives, once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from persistence.database import Database
from persistence.uploads import parts_of
from tests.edge import Client
from tests.videos import VideoSite, open_video_site, video

NODE = Path(sys.executable).parent / "node"
CLIENT = Path(__file__).with_name("tus_client.mjs")
TIMEOUT_S = 120.0
SIZE = 200_000_000
CUTS = 10
BLOCK = 1_000_000


class BreakingLine:
    """A way to a server that breaks after so many bytes of the client, as often as wanted."""

    def __init__(self, url: str, *, cuts: int, after_bytes: int) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 0
        self._after_bytes = after_bytes
        self.cuts_left = cuts
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[BreakingLine]:
        """Let clients through for the length of the block."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self._host, self._port)
        answering = asyncio.create_task(_copy(there_reader, writer))
        carried = 0
        try:
            while chunk := await reader.read(65_536):
                carried += len(chunk)
                if carried > self._after_bytes and self.cuts_left:
                    self.cuts_left -= 1
                    break
                there_writer.write(chunk)
                await there_writer.drain()
        except ConnectionError:
            return
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            # No goodbye: the line is broken.
            writer.transport.abort()
            there_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65_536):
        writer.write(chunk)
        await writer.drain()


async def _upload(
    person: Client, address: str, file: Path, *, chunk: int | None = None
) -> dict[str, object]:
    task = {
        "address": address,
        "token": person.token,
        "path": str(file),
        "type": "video/mp4",
        "chunk": chunk,
    }
    process = await asyncio.create_subprocess_exec(NODE, CLIENT, stdin=PIPE, stdout=PIPE)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, _ = await process.communicate(json.dumps(task).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    result = json.loads(out)
    assert isinstance(result, dict)
    return result


async def _digest_of_upload(site: VideoSite, location: object) -> str:
    digest = hashlib.sha256()
    for part in await parts_of(site.database, int(str(location).rpartition("/")[2])):
        async for chunk in site.objects.stream(part.key):
            digest.update(chunk)
    return digest.hexdigest()


async def test_upload_that_is_cut_ten_times_arrives_byte_for_byte(
    database: Database, tmp_path: Path
) -> None:
    file, digest = tmp_path / "large.mp4", hashlib.sha256()
    with file.open("wb") as out:
        for _ in range(SIZE // BLOCK):
            block = os.urandom(BLOCK)
            out.write(block)
            digest.update(block)
    async with open_video_site(database) as site:
        ann = await site.person()
        line = BreakingLine(site.edge.url, cuts=CUTS, after_bytes=SIZE // (CUTS + 3))
        async with line.open():
            result = await _upload(ann, line.url + "/api/v1/uploads", file)
        assert line.cuts_left == 0
        assert await _digest_of_upload(site, result["location"]) == digest.hexdigest()


async def test_upload_in_chunks_becomes_a_video(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    file.write_bytes(video())
    async with open_video_site(database) as site:
        ann = await site.person()
        result = await _upload(ann, site.edge.url + "/api/v1/uploads", file, chunk=1_000)
        body = {"upload_id": str(result["location"]).rpartition("/")[2], "title": "a"}
        made = await ann.ask("POST", "/api/v1/videos", body)
        assert await site.videos.process_next()
        assert (await ann.ask("GET", made.headers["Location"])).body["status"] == "ready"
