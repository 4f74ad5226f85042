"""A process in which somebody else's bytes are looked at: one worker file, one answer on its
standard output. It is given no environment, bounds itself by what its arguments say, and is killed
when it takes longer or says more than it may. Every death of it is an answer: no.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

logger = structlog.get_logger(__name__)

READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one process may take."""

    memory_bytes: int
    """Of address space, which the libraries that it loads take from too."""
    cpu_s: int
    timeout_s: float
    answer_bytes: int

    @property
    def arguments(self) -> tuple[str, str]:
        """What the worker sets for itself before it reads."""
        return str(self.memory_bytes), str(self.cpu_s)


class NoAnswer(Exception):
    """The process died or was killed; the message may be told to whoever sent the bytes."""


async def answer_of(
    worker: Path, arguments: Sequence[str], *, given: bytes | IO[bytes], bounds: Bounds
) -> bytes:
    """Return what the worker says of what it is given on standard input. Raises NoAnswer.

    A file is shared with the process, its position too: nobody else may read from it meanwhile.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        # Isolated: neither the environment nor the folder it starts in can add code.
        "-I",
        str(worker),
        *arguments,
        stdin=PIPE if isinstance(given, bytes) else given,
        stdout=PIPE,
        stderr=DEVNULL,
        env={},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(bounds.timeout_s):
            async with asyncio.TaskGroup() as tasks:
                if isinstance(given, bytes):
                    tasks.create_task(_feed(process, given))
                answer = await _answer(process, limit_bytes=bounds.answer_bytes)
            status = await process.wait()
    except TimeoutError as error:
        logger.warning("process took too long", worker=worker.stem)
        raise NoAnswer("it takes too long to read") from error
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    if status != 0:
        logger.warning("process died", worker=worker.stem, status=status)
        raise NoAnswer("it takes too much to read")
    return answer


async def _feed(process: Process, content: bytes) -> None:
    assert process.stdin is not None  # a pipe was asked for
    try:
        process.stdin.write(content)
        await process.stdin.drain()
    except ConnectionError:
        # It has seen enough, or is dead: its answer or its status says which.
        return
    finally:
        process.stdin.close()


async def _answer(process: Process, *, limit_bytes: int) -> bytes:
    """Return what the process says, as far as it is not more than it may say."""
    assert process.stdout is not None  # a pipe was asked for
    answer = bytearray()
    while len(answer) <= limit_bytes:
        chunk = await process.stdout.read(READ_BYTES)
        if not chunk:
            return bytes(answer)
        answer += chunk
    process.kill()
    return b""
