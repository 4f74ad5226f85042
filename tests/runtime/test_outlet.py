"""The way down to one client, with a transport that can be made to stall."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from rooms.frames import join_frames
from rooms.outlet import Outlet

HELLO = join_frames([b"hello"])


class StallingSocket:
    """A transport whose peer reads nothing while it is stalled."""

    def __init__(self) -> None:
        self.sent = b""
        self.kept = b""
        self.stalled = False
        self.state = "open"

    def write(self, data: bytes) -> None:
        if self.stalled:
            self.kept += data
        else:
            self.sent += data

    def get_write_buffer_size(self) -> int:
        return len(self.kept)

    def is_closing(self) -> bool:
        return self.state != "open"

    def close(self, code: int, last_words: bytes) -> None:
        self.write(last_words)
        self.state = f"closed with {code}"


def stay() -> None:
    """Do nothing about a client that is behind."""


async def test_what_queued_up_goes_first_when_the_websocket_comes() -> None:
    outlet, socket = Outlet(stay), StallingSocket()
    outlet.offer(join_frames([b"42a", b"42b"]))
    outlet.attach(socket)
    outlet.offer(join_frames([b"42c"]))
    assert socket.sent == join_frames([b"42a", b"42b", b"42c"])
    assert outlet.behind_bytes == 0


async def test_polling_client_gets_packets_one_by_one() -> None:
    outlet = Outlet(stay)
    outlet.offer(join_frames([b"42a", b"42\xc3\xa9"]))
    assert outlet.behind_bytes == 7
    assert await outlet.take() == [b"42a", b"42\xc3\xa9"]
    assert outlet.behind_bytes == 0


def _say_hello(outlet: Outlet) -> None:
    outlet.offer(HELLO)


def _hang_up(outlet: Outlet) -> None:
    outlet.hang_up(code=1000, farewell=HELLO)


@pytest.mark.parametrize(
    ("speak", "expected"),
    [(_say_hello, [b"hello"]), (Outlet.release, [b"6"]), (_hang_up, [b"hello", b"1"])],
)
async def test_poll_waits_for_a_packet_or_for_its_release(
    speak: Callable[[Outlet], None], expected: list[bytes]
) -> None:
    outlet = Outlet(stay)
    polling = asyncio.create_task(outlet.take())
    await asyncio.sleep(0)
    assert outlet.is_polled
    speak(outlet)
    assert await polling == expected


async def test_poll_under_way_returns_when_the_websocket_takes_over() -> None:
    outlet = Outlet(stay)
    polling = asyncio.create_task(outlet.take())
    await asyncio.sleep(0)
    outlet.attach(StallingSocket())
    assert await polling == [b"6"]


@pytest.mark.parametrize("websocket", [True, False])
async def test_client_that_is_too_far_behind_is_told_of_once(*, websocket: bool) -> None:
    told: list[str] = []

    def overflowed() -> None:
        told.append("slow")
        outlet.hang_up(code=1013, farewell=join_frames([b"bye"]))

    outlet, socket = Outlet(overflowed, limit_bytes=20), StallingSocket()
    if websocket:
        outlet.attach(socket)
    socket.stalled = True
    for _ in range(10):
        outlet.offer(HELLO)
    assert told == ["slow"]
    assert outlet.behind_bytes < 40


async def test_last_words_and_the_close_code_come_before_the_end() -> None:
    outlet, socket = Outlet(stay), StallingSocket()
    outlet.attach(socket)
    outlet.hang_up(code=1012, farewell=join_frames([b"bye"]))
    outlet.hang_up(code=1012, farewell=join_frames([b"bye"]))
    outlet.offer(HELLO)
    outlet.write(HELLO)
    assert socket.sent == b"\x81\x03bye"
    assert socket.state == "closed with 1012"
