"""Pictures that people send, made anew: checked by their bytes, decoded in a process of their own
that has little memory and time. A few at once, some may wait.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from community.limited_process import Bounds, NoAnswer, answer_of
from community.picture_types import DECODERS, LIMIT_BYTES, picture_type
from errors import Overloaded, TooLarge, UnsupportedMediaType, UnusablePicture

WORKER = Path(__file__).with_name("picture_worker.py")
CONTENT_TYPE = "image/webp"
AT_ONCE = 2
WAITING = 20
RETRY_AFTER_S = 5
BOUNDS = Bounds(
    # The largest picture that is taken, as RGBA, three times: decoded, premultiplied, scaled.
    memory_bytes=1 << 30,
    cpu_s=10,
    timeout_s=20.0,
    # Noise of 2048 x 2048 pixels has five million.
    answer_bytes=16 * 1024 * 1024,
)
REFUSAL_CHARS = 100

Shape = Literal["square", "whole"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was made anew, as WebP."""

    content: bytes
    width: int
    height: int


class _Part(BaseModel):
    """What the process says of a picture: it has met hostile bytes, so nothing is believed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    length: Annotated[int, Field(ge=1)]
    width: Annotated[int, Field(ge=1, le=10_000)]
    height: Annotated[int, Field(ge=1, le=10_000)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    made: list[_Part]


class Pictures:
    """Makes pictures anew."""

    def __init__(
        self, *, memory_bytes: int = BOUNDS.memory_bytes, timeout_s: float = BOUNDS.timeout_s
    ) -> None:
        self._bounds = replace(BOUNDS, memory_bytes=memory_bytes, timeout_s=timeout_s)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._unfinished = 0

    async def squares(
        self, content: bytes, *, declared_type: str, sizes: Sequence[int]
    ) -> list[Picture]:
        """Return the middle of a picture in each of `sizes`.

        Raises UnsupportedMediaType, TooLarge, UnusablePicture, Overloaded.
        """
        return await self._made("square", content, declared_type=declared_type, sizes=sizes)

    async def wholes(
        self, content: bytes, *, declared_type: str, sizes: Sequence[int]
    ) -> list[Picture]:
        """Return a whole picture with no side longer than each of `sizes`, never enlarged.

        Raises UnsupportedMediaType, TooLarge, UnusablePicture, Overloaded.
        """
        return await self._made("whole", content, declared_type=declared_type, sizes=sizes)

    async def _made(
        self, shape: Shape, content: bytes, *, declared_type: str, sizes: Sequence[int]
    ) -> list[Picture]:
        if len(content) > LIMIT_BYTES:
            raise TooLarge()
        found = picture_type(content)
        if found is None or found != declared_type:
            raise UnsupportedMediaType("the bytes are not what their Content-Type says")
        if self._unfinished >= AT_ONCE + WAITING:
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        arguments = [shape, DECODERS[found], *self._bounds.arguments, *map(str, sizes)]
        self._unfinished += 1
        try:
            async with self._slots:
                answer = await answer_of(WORKER, arguments, given=content, bounds=self._bounds)
        except NoAnswer as error:
            raise UnusablePicture(str(error)) from error
        finally:
            self._unfinished -= 1
        return _pictures(answer, len(sizes))


def _pictures(answer: bytes, count: int) -> list[Picture]:
    said, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(said)
        if "refused" in head:
            raise UnusablePicture(str(head["refused"])[:REFUSAL_CHARS])
        parts = _Answer.model_validate(head).made
    except (ValueError, TypeError, ValidationError) as error:
        raise UnusablePicture() from error
    pictures: list[Picture] = []
    for part in parts:
        pictures.append(Picture(rest[: part.length], part.width, part.height))
        rest = rest[part.length :]
    if len(pictures) != count or rest or not all(map(_is_webp, pictures)):
        raise UnusablePicture()
    return pictures


def _is_webp(picture: Picture) -> bool:
    return picture_type(picture.content) == CONTENT_TYPE
