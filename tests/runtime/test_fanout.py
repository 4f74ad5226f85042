"""Ticks: together when there is much, at once when there is little."""

from __future__ import annotations

import asyncio

from rooms.fanout import SLICE_OUTLETS, TICK_MIN_S, Fanout
from rooms.outlet import Outlet

WAIT_S = 5.0


def open_outlet() -> Outlet:
    return Outlet(lambda: None)


def packets_of(outlet: Outlet) -> list[str]:
    return [packet.decode() for packet in outlet.take_nowait()]


async def wait_until_told(outlet: Outlet) -> list[str]:
    async with asyncio.timeout(WAIT_S):
        return [packet.decode() for packet in await outlet.take()]


async def test_events_of_one_turn_go_out_together_and_in_order() -> None:
    outlet = open_outlet()
    fanout = Fanout(lambda: [outlet], before_tick=lambda: [b"42first"])
    fanout.tell("a", {"n": 1})
    fanout.tell("state", {"n": 1}, latest_of="s")
    fanout.tell("state", {"n": 2}, latest_of="s")
    fanout.tell("b", {"n": 2})
    assert await wait_until_told(outlet) == [
        "42first",
        '42["a",{"n":1}]',
        '42["b",{"n":2}]',
        '42["state",{"n":2}]',
    ]
    fanout.close()


async def test_who_comes_while_a_large_room_is_told_is_not_told_twice() -> None:
    outlets = [open_outlet() for _ in range(2 * SLICE_OUTLETS)]
    fanout = Fanout(lambda: list(outlets), before_tick=lambda: [])
    fanout.tell("a", {})
    await wait_until_told(outlets[0])
    late = open_outlet()
    outlets.append(late)
    fanout.tell("b", {})
    assert await wait_until_told(late) == ['42["b",{}]']
    assert packets_of(outlets[-2]) == ['42["a",{}]', '42["b",{}]']
    fanout.close()


async def test_second_tick_waits_its_turn() -> None:
    outlet = open_outlet()
    fanout = Fanout(lambda: [outlet], before_tick=lambda: [])
    loop = asyncio.get_running_loop()
    fanout.tell("a", {})
    await wait_until_told(outlet)
    begun = loop.time()
    for n in range(5):
        fanout.tell("b", {"n": n})
        await asyncio.sleep(0)
    assert len(await wait_until_told(outlet)) == 5
    assert TICK_MIN_S / 2 < loop.time() - begun < 1
    fanout.close()
