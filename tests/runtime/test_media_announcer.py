"""What the rooms are told, and that their slowness or failure stays theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from errors import StreamEnded
from media.announcer import Announcer
from tests.runtime.media_server import OpenHouse


class StallingHouse(OpenHouse):
    """Tells nothing on until `may_go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()
        self.asked = asyncio.Event()

    async def publishing_started(self, stream_id: int) -> None:
        self.asked.set()
        await self.may_go.wait()
        await super().publishing_started(stream_id)


@asynccontextmanager
async def _telling(house: OpenHouse, refused: list[int] | None = None) -> AsyncIterator[Announcer]:
    announcer = Announcer(house)
    refused = [] if refused is None else refused
    task = asyncio.create_task(announcer.run(refused=refused.append))
    try:
        yield announcer
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def test_a_publisher_back_before_its_going_was_told_has_not_gone() -> None:
    house = StallingHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(1, publishing=True)
        await house.asked.wait()
        announcer.note(1, publishing=False)
        announcer.note(1, publishing=True)
        house.may_go.set()
        await announcer.wait_quiet()
    assert house.told == [("started", 1)]


async def test_who_came_and_went_unheard_is_not_told_of() -> None:
    house = OpenHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(1, publishing=True)
        announcer.note(1, publishing=False)
        await announcer.wait_quiet()
    assert house.told == []


async def test_a_going_during_the_telling_of_the_coming_is_told_after_it() -> None:
    house = StallingHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(1, publishing=True)
        await house.asked.wait()
        announcer.note(1, publishing=False)
        house.may_go.set()
        await announcer.wait_quiet()
    assert house.told == [("started", 1), ("stopped", 1)]


class ClosedHouse(OpenHouse):
    """The stream has ended between the POST and the first packet."""

    async def publishing_started(self, stream_id: int) -> None:
        raise StreamEnded


async def test_a_publisher_that_the_rooms_refuse_is_sent_away_once() -> None:
    refused: list[int] = []
    async with _telling(ClosedHouse(), refused) as announcer, asyncio.timeout(5):
        announcer.note(1, publishing=True)
        await announcer.wait_quiet()
    assert refused == [1]
