"""Videos that people send, looked at in a process of its own that has little memory and time, may
open nothing, and is killed when it takes longer.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from community.video_types import BEGINNING_BYTES, VideoType, agrees, video_type

logger = structlog.get_logger(__name__)

WORKER = Path(__file__).with_name("video_worker.py")
# The library alone maps 300 MB; a frame of the largest picture has 60 MB, and a decoder keeps some.
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_S = 60
TIMEOUT_S = 180.0
# Far more than the largest thumbnail has.
ANSWER_LIMIT_BYTES = 2 * 1024 * 1024
REFUSAL_CHARS = 100


class RefusedVideo(Exception):
    """The video is not taken; the message may be told to its sender."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a video is."""

    type: VideoType
    duration_ms: int
    width: int
    height: int
    video_codec: str
    audio_codec: str | None
    thumbnail: bytes
    """A frame, as JPEG."""


class _Found(BaseModel):
    """What the process says: it has met hostile bytes, so nothing of it is taken on trust."""

    model_config = ConfigDict(extra="forbid", strict=True)

    duration_ms: Annotated[int, Field(ge=0, le=1_000_000_000)]
    width: Annotated[int, Field(ge=1, le=10_000)]
    height: Annotated[int, Field(ge=1, le=10_000)]
    video_codec: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,20}$")]
    audio_codec: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,20}$")] | None
    thumbnail_bytes: int


class Probes:
    """Looks at videos."""

    def __init__(
        self,
        *,
        memory_bytes: int = MEMORY_BYTES,
        cpu_s: int = CPU_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._memory_bytes = memory_bytes
        self._cpu_s = cpu_s
        self._timeout_s = timeout_s

    async def look_at(self, file: IO[bytes], *, declared_type: str) -> Probe:
        """Return what the video in `file` is. Raises RefusedVideo."""
        found = video_type(os.pread(file.fileno(), BEGINNING_BYTES, 0))
        if found is None:
            raise RefusedVideo("it is no MP4, QuickTime, WebM or Matroska video")
        if not agrees(found, declared_type):
            raise RefusedVideo("it is not what its type says")
        # The process shares the file's position with us, so nobody here reads from it.
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return _probe(await self._run(file, found), found)

    async def _run(self, file: IO[bytes], found: VideoType) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Isolated: neither the environment nor the folder it starts in can add code.
            "-I",
            str(WORKER),
            found.demuxer,
            str(self._memory_bytes),
            str(self._cpu_s),
            stdin=file,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await _answer(process)
                status = await process.wait()
        except TimeoutError as error:
            logger.warning("video took too long")
            raise RefusedVideo("it takes too long to read") from error
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if status != 0:
            logger.warning("video ended its process", status=status)
            raise RefusedVideo("it takes too much to read")
        return answer


async def _answer(process: Process) -> bytes:
    """Return what the process says, as far as it is not more than it may say."""
    assert process.stdout is not None
    answer = bytearray()
    while len(answer) <= ANSWER_LIMIT_BYTES:
        chunk = await process.stdout.read(ANSWER_LIMIT_BYTES)
        if not chunk:
            return bytes(answer)
        answer += chunk
    process.kill()
    return b""


def _probe(answer: bytes, found_type: VideoType) -> Probe:
    said, _, thumbnail = answer.partition(b"\n")
    try:
        head = json.loads(said)
        if "refused" in head:
            raise RefusedVideo(str(head["refused"])[:REFUSAL_CHARS])
        found = _Found.model_validate(head)
    except (ValueError, TypeError, ValidationError) as error:
        raise RefusedVideo("it cannot be read") from error
    if len(thumbnail) != found.thumbnail_bytes or not thumbnail.startswith(b"\xff\xd8\xff"):
        raise RefusedVideo("it cannot be read")
    return Probe(
        found_type,
        found.duration_ms,
        found.width,
        found.height,
        found.video_codec,
        found.audio_codec,
        thumbnail,
    )
