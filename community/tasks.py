"""A task that runs for the length of a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def open_task(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` until the block ends; its failure ends the block."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(work)
        try:
            yield
        finally:
            running.cancel()
