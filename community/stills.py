"""Keyframes of live streams made small pictures, in a process beside the node.

One that lasts: to start a process stops the node's loop for some 50 ms, in which no packet of any
stream would be forwarded, and most of what a picture costs would be the start. The process forks a
child for each keyframe, which may die of it.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

import structlog

from community.picture_types import picture_type
from community.pictures import CONTENT_TYPE
from media.ports import CodedStill

logger = structlog.get_logger(__name__)

WORKER = Path(__file__).with_name("still_worker.py")
LONGEST_SIDE = 480
# The worker's own deadline comes first, unless the machine does not get round to it.
LATE_S = 10.0
# As the worker numbers them.
_CODECS = ("H264", "VP8", "VP9", "AV1")
_REQUEST, _ANSWER = Struct("!BI"), Struct("!I")


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBounds:
    """How much one keyframe may take."""

    memory_bytes: int = 512 * 1024 * 1024
    """Of 4096 x 2304, VP9 takes most: 350 MB, most of which the libraries map."""
    cpu_s: int = 3
    """The largest takes 0.2 s of a core, and some machines are slow."""
    timeout_s: int = 10
    answer_bytes: int = 200_000
    """What is kept of a snapshot at most."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the worker sets for its children, in its order."""
        numbers = (self.memory_bytes, self.cpu_s, self.timeout_s, self.answer_bytes)
        return tuple(map(str, numbers))


class UnusableStill(Exception):
    """Nothing is to be seen in it."""


class Stills:
    """The process, started when it is first needed. Made by `open_stills`."""

    def __init__(self, *, bounds: StillBounds) -> None:
        self._bounds = bounds
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def develop(self, still: CodedStill) -> bytes:
        """Return what a keyframe shows, as WebP. Raises UnusableStill. One at a time."""
        async with self._turn:
            picture = await self._answer(still)
        # The child has met hostile bytes: what it says is no picture until it looks like one.
        if picture_type(picture) != CONTENT_TYPE:
            raise UnusableStill("it cannot be read")
        return picture

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answer(self, still: CodedStill) -> bytes:
        is_answered = False
        try:
            async with asyncio.timeout(self._bounds.timeout_s + LATE_S):
                process = self._process = self._process or await self._start()
                picture = await _exchange(process, still, limit_bytes=self._bounds.answer_bytes)
            is_answered = True
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            # The worker itself has met no hostile byte: the machine has no process or no time.
            logger.warning("the process for stills has failed", error=repr(error))
            raise UnusableStill("there is nobody who reads it") from error
        finally:
            # An answer that nobody waited for would be the next still's.
            if not is_answered:
                await self.close()
        return picture

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            # Isolated: neither the environment nor the folder it starts in can add code.
            "-I",
            str(WORKER),
            str(LONGEST_SIDE),
            *self._bounds.arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            # Ctrl-C is for the node; this process ends when its input does.
            start_new_session=True,
        )


async def _exchange(process: Process, still: CodedStill, *, limit_bytes: int) -> bytes:
    """Send one keyframe and return what comes back; ConnectionError, IncompleteReadError if the
    process has ended."""
    assert process.stdin is not None and process.stdout is not None  # both are pipes
    head = _REQUEST.pack(_CODECS.index(still.codec), len(still.content))
    process.stdin.write(head + still.content)
    await process.stdin.drain()
    [length] = _ANSWER.unpack(await process.stdout.readexactly(_ANSWER.size))
    if length > limit_bytes:
        raise ConnectionError("the worker says more than it lets its children say")
    return await process.stdout.readexactly(length)


@asynccontextmanager
async def open_stills(*, bounds: StillBounds | None = None) -> AsyncIterator[Stills]:
    """Decode stills for the length of the block."""
    stills = Stills(bounds=bounds or StillBounds())
    try:
        yield stills
    finally:
        await stills.close()
