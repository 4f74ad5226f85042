"""What happens to a video between its last byte and its first viewer: its parts become one file, a
process of its own looks at it, and file and thumbnail go to the store.

The work stands in `video_jobs`. A node claims one video at a time and renews its claim while it
works; what a node that died had claimed is taken up again when the claim has run out. A video that
fails says why, and one that fails the server over and over fails for good.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import structlog

from community.storing import clear_objects, clear_regularly, media_url
from community.video_probe import Probe, Probes, RefusedVideo
from errors import NotFound, VibecastError
from persistence.database import Database
from persistence.media_objects import announce_content, announce_object
from persistence.objects import CHUNK_BYTES, Objects, new_key
from persistence.uploads import parts_of
from persistence.videos import (
    Finished,
    Job,
    RawVideo,
    fail_video,
    finish_video,
    put_off_job,
    raw_video,
    take_job,
)
from tasks import open_tasks

logger = structlog.get_logger(__name__)

KIND = "videos"
THUMBNAILS = "thumbnails"
THUMBNAIL_TYPE = "image/jpeg"
LEASE = timedelta(minutes=2)
RENEW_EVERY_S = 30.0
LOOK_EVERY_S = 15.0
# Half a minute, one, two, four ...: an hour altogether, which most outages end within.
ATTEMPTS = 7
PUT_OFF = timedelta(seconds=30)

TellUser = Callable[[int, str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoOptions:
    """What an operator decides of videos."""

    limit_bytes: int
    """How long one may be."""
    quota_bytes: int
    """How much one person may store."""
    work_dir: Path
    """Where one is put together before it goes to the store."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A whole video in a file of ours that has no name, and goes with us."""

    file: IO[bytes]
    size_bytes: int
    sha256: bytes


class Videos:
    """Processes videos. `open_videos` runs it."""

    def __init__(
        self,
        database: Database,
        *,
        objects: Objects,
        probes: Probes,
        work_dir: Path,
        tell_user: TellUser,
    ) -> None:
        self._database = database
        self._objects = objects
        self._probes = probes
        self._work_dir = work_dir
        self._tell_user = tell_user
        self._woken = asyncio.Event()
        self._working_on: int | None = None

    def wake(self) -> None:
        """Look for work now: there is some."""
        self._woken.set()

    async def run(self) -> None:
        """Process videos until cancelled."""
        while True:
            self._woken.clear()
            try:
                while await self.process_next():
                    pass
            except VibecastError as error:
                logger.warning("no video can be processed", error=error.code)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def renew_regularly(self) -> None:
        """Renew the claim to what is being worked on until cancelled."""
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            if self._working_on is not None:
                try:
                    await put_off_job(self._database, self._working_on, by=LEASE)
                except VibecastError as error:
                    logger.warning("claim to a video not renewed", error=error.code)

    async def process_next(self) -> bool:
        """Process one video that waits. False: none does."""
        job = await take_job(self._database, lease=LEASE)
        if job is None:
            return False
        self._working_on = job.video_id
        try:
            await self._process(job)
        finally:
            self._working_on = None
        return True

    async def _process(self, job: Job) -> None:
        raw = await raw_video(self._database, job.video_id)
        try:
            is_ready = await self._make(_worth_trying(raw, job))
        except RefusedVideo as refusal:
            logger.info("video refused", video_id=job.video_id, why=str(refusal))
            await fail_video(self._database, job.video_id, failure=str(refusal))
            self._tell(raw, "failed", failure=str(refusal))
        except (VibecastError, OSError) as error:
            logger.warning("video not processed", video_id=job.video_id, error=repr(error))
            by = PUT_OFF * 2 ** (job.attempts - 1)
            await put_off_job(self._database, job.video_id, by=by)
        else:
            if is_ready:
                logger.info("video ready", video_id=job.video_id)
                self._tell(raw, "ready")

    def _tell(self, raw: RawVideo | None, status: str, *, failure: str | None = None) -> None:
        if raw is not None:
            told = {"id": str(raw.id), "status": status, "failure": failure}
            self._tell_user(raw.user_id, "video:state", told)

    async def _make(self, raw: RawVideo) -> bool:
        with await asyncio.to_thread(_unnamed_file, self._work_dir) as file:
            gathered = await self._gather(raw, file)
            probe = await self._probes.look_at(file, declared_type=raw.declared_type)
            return await self._store(raw, gathered, probe)

    async def _gather(self, raw: RawVideo, file: IO[bytes]) -> _Gathered:
        """Write the parts one after the other."""
        digest = hashlib.sha256()

        def add(chunk: bytes) -> None:
            file.write(chunk)
            digest.update(chunk)

        try:
            for part in await parts_of(self._database, raw.upload_id):
                async for chunk in self._objects.stream(part.key):
                    await asyncio.to_thread(add, chunk)
        except NotFound as error:
            raise RefusedVideo("its bytes are gone") from error
        await asyncio.to_thread(file.flush)
        if file.tell() != raw.size_bytes:
            raise RefusedVideo("its bytes are gone")
        return _Gathered(file, raw.size_bytes, digest.digest())

    async def _store(self, raw: RawVideo, gathered: _Gathered, probe: Probe) -> bool:
        """Put video and thumbnail into the store, and let them be seen."""
        key, thumbnail_key = new_key(KIND), new_key(THUMBNAILS)
        await announce_object(
            self._database,
            key,
            user_id=raw.user_id,
            content_type=probe.type.content_type,
            size_bytes=gathered.size_bytes,
            sha256=gathered.sha256,
            width=probe.width,
            height=probe.height,
        )
        await announce_content(
            self._database,
            thumbnail_key,
            probe.thumbnail,
            user_id=raw.user_id,
            content_type=THUMBNAIL_TYPE,
            width=probe.width,
            height=probe.height,
        )
        await self._objects.put(key, _chunks(gathered.file))
        await self._objects.put(thumbnail_key, probe.thumbnail)
        finished = Finished(
            key=key,
            thumbnail_key=thumbnail_key,
            url=media_url(key),
            thumbnail_url=media_url(thumbnail_key),
            duration_s=round(probe.duration_ms / 1000),
            width=probe.width,
            height=probe.height,
            video_codec=probe.video_codec,
            audio_codec=probe.audio_codec,
        )
        return await finish_video(self._database, raw.id, finished)

    async def clear(self) -> int:
        """Clear away some objects of videos that are gone, and return how many."""
        videos = await clear_objects(self._database, self._objects, kind=KIND)
        return videos + await clear_objects(self._database, self._objects, kind=THUMBNAILS)


def _worth_trying(raw: RawVideo | None, job: Job) -> RawVideo:
    if raw is None:
        raise RefusedVideo("its bytes are gone")
    if job.attempts > ATTEMPTS:
        raise RefusedVideo("this server could not process it")
    return raw


def _unnamed_file(folder: Path) -> IO[bytes]:
    """Return a file that no crash leaves behind."""
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    position = 0
    while chunk := await asyncio.to_thread(os.pread, file.fileno(), CHUNK_BYTES, position):
        yield chunk
        position += len(chunk)


@asynccontextmanager
async def open_videos(videos: Videos) -> AsyncIterator[Videos]:
    """Process videos, and clear away what is left of those that are gone, for the length of the
    block."""
    cleared = clear_regularly(videos.clear, what=KIND)
    async with open_tasks(videos.run(), videos.renew_regularly(), cleared):
        yield videos
