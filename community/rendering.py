"""Renders texts in a process beside the node, so that no text can hold the node up.

A thread would not do: regular expressions keep the interpreter's lock until they are done, so one
hostile text would stop every room and every picture of this node, and a thread cannot be ended.
The process has a limit of CPU time per text, which a busy machine does not use up, and is started
again by the text after the one that went over it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from community.markdown import Rendered
from errors import NotRenderable, Overloaded

logger = structlog.get_logger(__name__)

CPU_LIMIT_S = 1.0
# Only for a machine that does not get round to it; what the text itself costs is the limit above.
ANSWER_TIMEOUT_S = 15.0
# At a hundredth of a second each, whoever comes after these would wait longer than is worth it.
WAITING_TEXTS = 100
HTML_MAX_CHARS = 1_000_000
# JSON may write one character as six.
_LINE_MAX_BYTES = 6 * HTML_MAX_CHARS + 100_000
_ROOT = Path(__file__).parents[1]


class Rendering:
    """The rendering process, started when it is first needed. Made by `open_rendering`."""

    def __init__(self, *, cpu_limit_s: float = CPU_LIMIT_S) -> None:
        self._cpu_limit_s = cpu_limit_s
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def render(self, content: str, *, people: Collection[str] = ()) -> Rendered:
        """Render one text. Raises NotRenderable for one that costs too much, Overloaded when too
        many wait."""
        if self._waiting >= WAITING_TEXTS:
            raise Overloaded()
        self._waiting += 1
        try:
            async with self._turn:
                return await self._answer({"content": content, "people": list(people)})
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answer(self, request: dict[str, object]) -> Rendered:
        answered = False
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                process = self._process = self._process or await self._start()
                line = await _exchange(process, json.dumps(request).encode() + b"\n")
            answered = line.endswith(b"\n")
        except TimeoutError as error:
            raise Overloaded() from error
        finally:
            # An answer that nobody waited for would be the next text's.
            if not answered:
                await self.close()
        if not answered:
            logger.warning("a text was not rendered", limit_s=self._cpu_limit_s)
            raise NotRenderable()
        answer = json.loads(line)
        if len(answer["html"]) > HTML_MAX_CHARS:
            raise NotRenderable()
        return Rendered(answer["html"], tuple(answer["tags"]), tuple(answer["mentions"]))

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "community.render_worker",
            str(self._cpu_limit_s),
            cwd=_ROOT,
            stdin=PIPE,
            stdout=PIPE,
            limit=_LINE_MAX_BYTES,
            # Ctrl-C is for the node; this process ends when its input does.
            start_new_session=True,
        )


async def _exchange(process: Process, request: bytes) -> bytes:
    """Send one line and return the one that comes back, or nothing when the process has ended."""
    assert process.stdin is not None and process.stdout is not None  # both are pipes
    try:
        process.stdin.write(request)
        await process.stdin.drain()
        return await process.stdout.readline()
    except (ConnectionError, ValueError):
        # ValueError: the line is longer than any that can be wanted.
        return b""


@asynccontextmanager
async def open_rendering(*, cpu_limit_s: float = CPU_LIMIT_S) -> AsyncIterator[Rendering]:
    """Offer rendering for the length of the block."""
    rendering = Rendering(cpu_limit_s=cpu_limit_s)
    try:
        yield rendering
    finally:
        await rendering.close()
