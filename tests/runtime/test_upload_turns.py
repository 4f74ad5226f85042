"""Turns at an upload: the last that came holds it, after those before have kept what they had."""

from __future__ import annotations

import asyncio

import pytest

from community.upload_turns import UploadTurns

WAIT_S = 10.0


class Writer:
    """A request that reads until its turn ends, and then keeps what it had read."""

    def __init__(self, turns: UploadTurns, upload_id: int = 1) -> None:
        self._turns = turns
        self._upload_id = upload_id
        self.has_turn = asyncio.Event()
        self.may_keep = asyncio.Event()
        self.is_done = False

    async def run(self) -> None:
        async with self._turns.turn(self._upload_id) as turn:
            self.has_turn.set()
            with pytest.raises(TimeoutError):
                async with turn.reading(WAIT_S):
                    await asyncio.Event().wait()
            assert turn.is_over
            await self.may_keep.wait()
            self.is_done = True


async def test_whoever_comes_waits_until_the_one_before_has_kept_what_it_had() -> None:
    turns = UploadTurns()
    writer = Writer(turns)
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(writer.run())
        await writer.has_turn.wait()

        async def come() -> None:
            async with turns.turn(1) as turn:
                assert writer.is_done and not turn.is_over

        coming = tasks.create_task(come())
        await asyncio.sleep(0)
        assert not coming.done()
        writer.may_keep.set()


async def test_one_that_waited_reads_nothing_when_another_has_come_meanwhile() -> None:
    turns = UploadTurns()
    first, second, third = (Writer(turns) for _ in range(3))
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
        for writer in (first, second, third):
            tasks.create_task(writer.run())
            writer.may_keep.set()
            await asyncio.sleep(0)
        await third.has_turn.wait()
        assert first.is_done and second.is_done and not third.is_done
        async with turns.turn(1):
            assert third.is_done


async def test_one_that_stops_waiting_lets_nobody_in_too_early() -> None:
    turns = UploadTurns()
    writer = Writer(turns)
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(writer.run())
        await writer.has_turn.wait()
        waiting = asyncio.create_task(Writer(turns).run())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        coming = tasks.create_task(_come(turns, writer))
        await asyncio.sleep(0)
        assert not coming.done()
        writer.may_keep.set()


async def _come(turns: UploadTurns, writer: Writer) -> None:
    async with turns.turn(1):
        assert writer.is_done


async def test_other_uploads_are_not_disturbed() -> None:
    turns = UploadTurns()
    async with turns.turn(1) as turn, turns.turn(2):
        assert not turn.is_over
