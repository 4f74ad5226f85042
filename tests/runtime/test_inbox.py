"""One client's events keep their order while commits are shared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from rooms.events import Caller, ClientEvent
from rooms.inbox import PIPELINED_EVENTS, WAITING_EVENTS, Inbox, Request


class Nothing(msgspec.Struct):
    """An event without fields."""


async def unused(_caller: Caller, _payload: Nothing) -> Mapping[str, Any]:
    return {}


JOIN = ClientEvent("join", Nothing, unused)
SEND = ClientEvent("send", Nothing, unused, pipelined=True)


class Answers:
    """Events that stay unanswered until they are let go."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self._doors: list[asyncio.Event] = []

    async def __call__(self, request: Request) -> None:
        self.started.append(f"{request.event.name}{request.ack_id}")
        door = asyncio.Event()
        self._doors.append(door)
        await door.wait()

    async def let_go(self) -> None:
        for door in self._doors:
            door.set()
        await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_pipelined_events_share_the_wait_and_others_do_not() -> None:
    answers = Answers()
    async with asyncio.TaskGroup() as tasks:
        inbox = Inbox(tasks, answers)
        for number, event in enumerate([SEND, SEND, JOIN, SEND, SEND]):
            assert inbox.offer(Request(event, Nothing(), number))
        await settle()
        assert answers.started == ["send0", "send1"]
        await answers.let_go()
        assert answers.started == ["send0", "send1", "join2"]
        await answers.let_go()
        assert answers.started == ["send0", "send1", "join2", "send3", "send4"]
        await answers.let_go()


async def test_inbox_is_bounded() -> None:
    answers = Answers()
    async with asyncio.TaskGroup() as tasks:
        inbox = Inbox(tasks, answers)
        taken = [inbox.offer(Request(SEND, Nothing(), n)) for n in range(200)]
        assert taken.count(True) == PIPELINED_EVENTS + WAITING_EVENTS
        inbox.drop_waiting()
        await settle()
        await answers.let_go()
        assert len(answers.started) == PIPELINED_EVENTS
