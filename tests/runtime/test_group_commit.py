"""Batches when storage is quick, slow, away, or there and silent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from errors import Overloaded, StorageAway, VibecastError
from persistence.group_commit import open_group_commit

WAIT_S = 5.0


class Storage:
    """Stores numbers, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.let = asyncio.Event()
        self.let.set()
        self.is_away = False

    async def commit(self, batch: Sequence[int]) -> Sequence[int | VibecastError]:
        await self.let.wait()
        if self.is_away:
            raise StorageAway()
        self.batches.append(list(batch))
        return batch


async def test_what_arrives_meanwhile_goes_into_the_next_batch() -> None:
    storage = Storage()
    storage.let.clear()
    async with asyncio.timeout(WAIT_S), open_group_commit(storage.commit) as commits:
        first = asyncio.create_task(commits.submit(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        rest = [commits.submit_nowait(n) for n in range(1, 5)]
        storage.let.set()
        assert await first == 0
        assert [await answer for answer in rest] == [1, 2, 3, 4]
    assert storage.batches == [[0], [1, 2, 3, 4]]


async def test_silent_storage_holds_up_nobody_beyond_the_deadline() -> None:
    storage = Storage()
    storage.let.clear()
    async with (
        asyncio.timeout(WAIT_S),
        open_group_commit(storage.commit, deadline_s=0.05) as commits,
    ):
        under_way = commits.submit_nowait(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        queued = commits.submit_nowait(2)
        for answer in (under_way, queued):
            with pytest.raises(StorageAway):
                await answer
        storage.let.set()
        assert await commits.submit(3) == 3
    # What had been sent may be stored, and a retry finds it; what had not, is not sent any more.
    assert storage.batches == [[1], [3]]


async def test_storage_that_is_away_is_tried_again_until_the_deadline() -> None:
    storage = Storage()
    storage.is_away = True
    async with (
        asyncio.timeout(WAIT_S),
        open_group_commit(storage.commit, deadline_s=0.2) as commits,
    ):
        with pytest.raises(StorageAway):
            await commits.submit(1)
        again = commits.submit_nowait(1)
        storage.is_away = False
        assert await again == 1


async def test_queue_is_bounded() -> None:
    storage = Storage()
    storage.let.clear()
    async with (
        asyncio.timeout(WAIT_S),
        open_group_commit(storage.commit, waiting_items=3) as commits,
    ):
        answers = [commits.submit_nowait(n) for n in range(3)]
        with pytest.raises(Overloaded):
            commits.submit_nowait(4)
        storage.let.set()
        assert [await answer for answer in answers] == [0, 1, 2]
