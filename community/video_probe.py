"""Videos that people send, looked at in a process of its own that has little memory and time and
may open nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from community.limited_process import Bounds, NoAnswer, answer_of
from community.video_types import BEGINNING_BYTES, VideoType, agrees, video_type

WORKER = Path(__file__).with_name("video_worker.py")
BOUNDS = Bounds(
    # The library alone maps 300 MB; a frame of the largest picture has 60 MB, and a decoder keeps
    # some.
    memory_bytes=1536 * 1024 * 1024,
    cpu_s=60,
    timeout_s=180.0,
    # Far more than the largest thumbnail has.
    answer_bytes=2 * 1024 * 1024,
)
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
        memory_bytes: int = BOUNDS.memory_bytes,
        cpu_s: int = BOUNDS.cpu_s,
        timeout_s: float = BOUNDS.timeout_s,
    ) -> None:
        self._bounds = replace(BOUNDS, memory_bytes=memory_bytes, cpu_s=cpu_s, timeout_s=timeout_s)

    async def look_at(self, file: IO[bytes], *, declared_type: str) -> Probe:
        """Return what the video in `file` is. Raises RefusedVideo."""
        found = video_type(os.pread(file.fileno(), BEGINNING_BYTES, 0))
        if found is None:
            raise RefusedVideo("it is no MP4, QuickTime, WebM or Matroska video")
        if not agrees(found, declared_type):
            raise RefusedVideo("it is not what its type says")
        # The process shares the file's position with us.
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        arguments = [found.demuxer, *self._bounds.arguments]
        try:
            answer = await answer_of(WORKER, arguments, given=file, bounds=self._bounds)
        except NoAnswer as error:
            raise RefusedVideo(str(error)) from error
        return _probe(answer, found)


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
