"""What the rooms are told, and that their slowness or failure stays theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from errors import StreamEnded
from media.announcer import Announcer
from media.ports import Departure, Sending, Slot
from tests.runtime.media_server import CAMERA, OpenHouse

BOTH = Sending(has_audio=True, has_video=True)


class StallingHouse(OpenHouse):
    """Tells nothing on until `may_go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()
        self.asked = asyncio.Event()

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        self.asked.set()
        await self.may_go.wait()
        await super().publishing_started(slot, sending)


@asynccontextmanager
async def _telling(house: OpenHouse, refused: list[Slot] | None = None) -> AsyncIterator[Announcer]:
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
        announcer.note(CAMERA, BOTH)
        await house.asked.wait()
        announcer.note(CAMERA, Departure.AWAY)
        announcer.note(CAMERA, BOTH)
        house.may_go.set()
        await announcer.wait_quiet()
    assert house.told == [("started", CAMERA)]


async def test_who_came_and_went_unheard_is_not_told_of() -> None:
    house = OpenHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(CAMERA, BOTH)
        announcer.note(CAMERA, Departure.AWAY)
        await announcer.wait_quiet()
    assert house.told == []


async def test_a_going_during_the_telling_of_the_coming_is_told_after_it() -> None:
    house = StallingHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(CAMERA, BOTH)
        await house.asked.wait()
        announcer.note(CAMERA, Departure.AWAY)
        house.may_go.set()
        await announcer.wait_quiet()
    assert house.told == [("started", CAMERA), ("stopped", CAMERA)]


class ClosedHouse(OpenHouse):
    """The stream has ended between the POST and the first packet."""

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        raise StreamEnded


async def test_a_publisher_that_the_rooms_refuse_is_sent_away_once() -> None:
    refused: list[Slot] = []
    async with _telling(ClosedHouse(), refused) as announcer, asyncio.timeout(5):
        announcer.note(CAMERA, BOTH)
        await announcer.wait_quiet()
    assert refused == [CAMERA]


async def test_what_else_a_publisher_that_takes_over_sends_is_told() -> None:
    house = OpenHouse()
    async with _telling(house) as announcer, asyncio.timeout(5):
        announcer.note(CAMERA, BOTH)
        await announcer.wait_quiet()
        announcer.note(CAMERA, BOTH)
        await announcer.wait_quiet()
        assert house.told == [("started", CAMERA)]
        announcer.note(CAMERA, Sending(has_audio=False, has_video=True))
        await announcer.wait_quiet()
    assert house.told == [("started", CAMERA), ("started", CAMERA)]
