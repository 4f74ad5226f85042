"""A browser of its own that can sleep, as it does with the computer whose lid is closed.

All its processes are stopped at once and later go on where they were: timers, sockets and clocks
see what they see in a real sleep.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser

from tests.browser.conftest import chromium_options
from tests.browser.own_line import OwnLine


class Laptop:
    """Made by `open_laptop`."""

    def __init__(self, browser: Browser, pid: int) -> None:
        self.browser = browser
        self._pid = pid

    @contextmanager
    def closed(self, line: OwnLine) -> Iterator[None]:
        """Sleep under a closed lid for the length of the block; nothing passes over `line`."""
        processes = _descendants(self._pid)
        with line.silent():
            _signal(processes, signal.SIGSTOP)
            try:
                yield
            finally:
                _signal(processes, signal.SIGCONT)


@asynccontextmanager
async def open_laptop(chromium: Browser) -> AsyncIterator[Laptop]:
    """Run another Chromium of the same kind for the length of the block."""
    # Unknown to Chromium; it is how the process is found among others.
    mark = f"--laptop={secrets.token_hex(8)}"
    browser = await chromium.browser_type.launch(**chromium_options(mark))
    try:
        yield Laptop(browser, _find(mark))
    finally:
        await browser.close()


def _find(mark: str) -> int:
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and mark.encode() in _read(each / "cmdline").split(b"\0"):
            return int(each.name)
    raise ProcessLookupError(mark)


def _descendants(pid: int) -> list[int]:
    """Return `pid` and all that it began, in the order of their birth."""
    children: dict[int, list[int]] = defaultdict(list)
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and (stat := _read(each / "stat")):
            # The name, in brackets, may have anything in it.
            children[int(stat.rpartition(b")")[2].split()[1])].append(int(each.name))
    found = [pid]
    for parent in found:
        found += children[parent]
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # it has ended meanwhile


def _signal(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):  # some end by themselves
            os.kill(pid, number)
