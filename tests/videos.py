"""Videos for tests: small real ones, files that only look like one, and a served edge that takes
them. No task runs: tests say when."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest_asyncio
from aiohttp import web
from av.video.stream import VideoStream

from community.media_files import MediaFiles
from community.tus import PATCH_TYPE
from community.upload_routes import UploadRoutes
from community.uploads import PIECE_BYTES, Uploads
from community.video_probe import Probes
from community.video_routes import VideoRoutes
from community.videos import VideoOptions, Videos
from community.views import WINDOW_S, Views
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.objects import Objects, open_objects
from persistence.site_secrets import site_secret
from persistence.video_views import open_sql_views
from server.idempotency import Idempotency
from server.routing import Route
from tests.edge import Answer, Client, Edge, Parts, open_edge

TUS = {"Tus-Resumable": "1.0.0"}
HTML = b"<script>alert(document.domain)</script>"
CODECS = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx", "matroska": "libx264"}


@functools.cache
def video(kind: str = "mp4", *, seconds: int = 1, size: tuple[int, int] = (160, 120)) -> bytes:
    """Return a small video that plays."""
    written = io.BytesIO()
    written.name = f"video.{kind}"
    width, height = size
    with av.open(written, "w", format=kind) as container:
        stream = container.add_stream(CODECS[kind], rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(10 * seconds):
            frame = av.VideoFrame(width, height, "yuv420p")
            for place, plane in enumerate(frame.planes):
                shade = (number * 9 + place * 60) % 256
                plane.update(bytes([shade]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()


def live_video() -> bytes:
    """Return a WebM as a browser records it: without saying how long it is."""
    written = io.BytesIO()

    class Pipe:
        """Cannot go back, so nothing can be filled in at the end."""

        name = "live.webm"

        def write(self, data: bytes) -> int:
            return written.write(data)

    with av.open(Pipe(), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame(160, 120, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()


@dataclass
class VideoSite:
    """A served edge that takes videos, and shorthands."""

    edge: Edge
    uploads: Uploads
    videos: Videos
    objects: Objects
    views: Views
    routes: Sequence[Route]
    told: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.edge.database

    async def person(self, username: str | None = None, role: str = "member") -> Client:
        """Sign somebody up who has a role."""
        person = await self.edge.person(username)
        await self.database.execute(
            "UPDATE users SET role = $2 WHERE id = $1", int(person.user_id), role
        )
        return person

    async def upload(self, person: Client, content: bytes) -> str:
        """Upload a file and return its upload's id."""
        path = (await create(person, len(content))).headers["Location"]
        assert (await patch(person, path, content)).status == 204
        return str(path.rpartition("/")[2])

    async def video(
        self, person: Client, content: bytes | None = None, **fields: object
    ) -> dict[str, Any]:
        """Upload a video, have it processed, and return what its owner sees of it."""
        upload_id = await self.upload(person, video() if content is None else content)
        made = await person.ask(
            "POST", "/api/v1/videos", {"upload_id": upload_id, "title": "A video", **fields}
        )
        assert made.status == 201, made
        assert await self.videos.process_next()
        seen = await person.ask("GET", made.headers["Location"])
        assert isinstance(seen.body, dict)
        return seen.body

    async def stored(self) -> list[str]:
        """Return the kinds of the objects that are known of, in order."""
        rows = await self.database.fetch("SELECT object_key FROM media_objects ORDER BY id")
        return [row["object_key"].partition("/")[0] for row in rows]


async def create(person: Client, size: int, **headers: str) -> Answer:
    """Begin an upload."""
    sent = {**TUS, "Upload-Length": str(size), **headers}
    return await person.ask("POST", "/api/v1/uploads", headers=sent)


async def patch(
    person: Client, path: str, content: bytes, offset: int = 0, /, **headers: str
) -> Answer:
    """Go on with an upload."""
    sent = {**TUS, "Upload-Offset": str(offset), "Content-Type": PATCH_TYPE, **headers}
    return await person.ask("PATCH", path, data=content, headers=sent)


async def offset_of(person: Client, path: str) -> int:
    """Ask how far an upload has got."""
    answer = await person.ask("HEAD", path, headers=TUS)
    assert answer.status == 200, answer
    return int(answer.headers["Upload-Offset"])


async def get_file(
    person: Client, path: str, method: str = "GET", **headers: str
) -> tuple[int, Any, bytes]:
    """Ask for a file and return the status, the headers and the bytes."""
    sent = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    async with person.http.request(method, person.url + path, headers={**sent, **headers}) as got:
        return got.status, got.headers, await got.read()


@asynccontextmanager
async def open_video_site(
    database: Database,
    *,
    limit_bytes: int = 300_000_000,
    quota_bytes: int = 600_000_000,
    object_store_url: str | None = None,
    probes: Probes | None = None,
    piece_bytes: int = PIECE_BYTES,
) -> AsyncIterator[VideoSite]:
    """Serve the edge with videos for the length of the block."""
    told: list[tuple[int, str, Mapping[str, Any]]] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        objects = open_objects(object_store_url, data_dir=folder)
        options = VideoOptions(
            limit_bytes=limit_bytes, quota_bytes=quota_bytes, work_dir=folder / "work"
        )
        views = await stack.enter_async_context(open_sql_views(database, window_s=WINDOW_S))
        videos = Videos(
            database,
            objects=objects,
            probes=probes or Probes(),
            work_dir=options.work_dir,
            tell_user=lambda *event: told.append(event),
        )
        uploads = Uploads(
            database,
            objects=objects,
            options=options,
            on_whole=videos.wake,
            piece_bytes=piece_bytes,
        )
        viewer_secret = await site_secret(database, "viewers")
        routes: list[Route] = []

        def extend(parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
            routes.extend(UploadRoutes(uploads).routes())
            routes.extend(
                VideoRoutes(
                    database,
                    views=views,
                    viewer_secret=viewer_secret,
                    idempotency=Idempotency(database),
                    cursors=parts.cursors,
                    gate=parts.gate,
                    notifications=Notifications(database),
                    on_made=videos.wake,
                ).routes()
            )
            return routes, MediaFiles(database, objects=objects, gate=parts.gate).routes()

        edge = await stack.enter_async_context(open_edge(database, extend=extend))
        yield VideoSite(edge, uploads, videos, objects, views, routes, told)


@pytest_asyncio.fixture
async def video_site(database: Database) -> AsyncIterator[VideoSite]:
    """A served edge that takes videos, on a fresh database."""
    async with open_video_site(database) as site:
        yield site
