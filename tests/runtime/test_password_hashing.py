"""Hashing has two threads, a short queue, and nobody gets past either."""

from __future__ import annotations

import asyncio

import pytest

from errors import Overloaded
from server.password_hashing import THREADS, WAITING, PasswordHashing, open_password_hashing


async def burst(hashing: PasswordHashing, count: int) -> list[object]:
    return list(
        await asyncio.gather(*(hashing.hash("a") for _ in range(count)), return_exceptions=True)
    )


async def test_burst_is_refused_beyond_what_can_wait() -> None:
    async with open_password_hashing() as hashing:
        results = await burst(hashing, THREADS + WAITING + 5)
        assert sum(isinstance(result, str) for result in results) == THREADS + WAITING
        refused = [result for result in results if isinstance(result, Overloaded)]
        assert len(refused) == 5 and refused[0].retry_after_s
        assert isinstance(await hashing.hash("a"), str)


async def test_caller_who_gave_up_makes_room_when_the_work_is_done() -> None:
    async with open_password_hashing() as hashing:
        calls = [asyncio.create_task(hashing.hash("a")) for _ in range(THREADS + WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await hashing.hash("a")
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        async with asyncio.timeout(20):
            while True:
                try:
                    await hashing.hash("a")
                except Overloaded:
                    await asyncio.sleep(0)
                else:
                    return


async def test_only_the_right_password_fits_and_nobody_fits_none() -> None:
    async with open_password_hashing() as hashing:
        stored = await hashing.hash("right")
        assert (await hashing.verify(stored, "right")).fits
        assert not (await hashing.verify(stored, "wrong")).fits
        assert not (await hashing.verify(None, "")).fits
        assert not (await hashing.verify("nonsense", "right")).fits
