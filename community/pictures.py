"""Pictures that people send, made anew: checked by their bytes, decoded in a process of their own
that has little memory and time and is killed when it takes longer. A few at once, some may wait.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import structlog

from community.picture_types import DECODERS, LIMIT_BYTES, picture_type
from errors import Overloaded, TooLarge, UnsupportedMediaType, UnusablePicture

logger = structlog.get_logger(__name__)

WORKER = Path(__file__).with_name("picture_worker.py")
AT_ONCE = 2
WAITING = 20
RETRY_AFTER_S = 5
# The largest picture that is taken, as RGBA, three times: decoded, premultiplied, scaled.
MEMORY_BYTES = 1 << 30
CPU_S = 10
TIMEOUT_S = 20.0
# Far more than the largest square has.
ANSWER_LIMIT_BYTES = 4 * 1024 * 1024


class Pictures:
    """Makes pictures anew."""

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
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._unfinished = 0

    async def squares(
        self, content: bytes, *, declared_type: str, sizes: Sequence[int]
    ) -> list[bytes]:
        """Return the middle of a picture as WebP in each of `sizes`.

        Raises UnsupportedMediaType, TooLarge, UnusablePicture, Overloaded.
        """
        if len(content) > LIMIT_BYTES:
            raise TooLarge()
        found = picture_type(content)
        if found is None or found != declared_type:
            raise UnsupportedMediaType("the bytes are not what their Content-Type says")
        if self._unfinished >= AT_ONCE + WAITING:
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        self._unfinished += 1
        try:
            async with self._slots:
                answer = await self._run(content, DECODERS[found], sizes)
        finally:
            self._unfinished -= 1
        return _parts(answer, len(sizes))

    async def _run(self, content: bytes, decoder: str, sizes: Sequence[int]) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Isolated: neither the environment nor the folder it starts in can add code.
            "-I",
            str(WORKER),
            decoder,
            str(self._memory_bytes),
            str(self._cpu_s),
            *map(str, sizes),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_feed(process, content))
                    answer = await _answer(process)
                status = await process.wait()
        except TimeoutError as error:
            logger.warning("picture took too long")
            raise UnusablePicture("it takes too long to read") from error
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if status != 0:
            logger.warning("picture ended its process", status=status)
            raise UnusablePicture("it takes too much to read")
        return answer


async def _feed(process: Process, content: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(content)
        await process.stdin.drain()
    except ConnectionError:
        # It has seen enough, or is dead: its answer or its status says which.
        return
    finally:
        process.stdin.close()


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


def _parts(answer: bytes, count: int) -> list[bytes]:
    said, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(said)
    except ValueError as error:
        raise UnusablePicture() from error
    if "refused" in head:
        raise UnusablePicture(str(head["refused"]))
    parts: list[bytes] = []
    for length in head["lengths"]:
        parts.append(rest[:length])
        rest = rest[length:]
    if len(parts) != count or rest or not all(map(_is_webp, parts)):
        raise UnusablePicture()
    return parts


def _is_webp(part: bytes) -> bool:
    return picture_type(part) == "image/webp"
