"""Tasks that run for the length of a block, so that each has an owner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def open_tasks(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `works` until the block ends. The failure of one ends the block and the others."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
