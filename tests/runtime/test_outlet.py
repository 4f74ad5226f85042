"""The way down to one client, with a transport that can be made to stall."""

from __future__ import annotations

import asyncio

from rooms.frames import join_frames
from rooms.outlet import Outlet, ReadyPacket

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

    def close(self) -> None:
        self.state = "closing"

    def abort(self) -> None:
        self.state = "aborted"


class LibraryPacket:
    """A packet as the library makes them."""

    def __init__(self, packet_type: int, text: str) -> None:
        self.packet_type = packet_type
        self.data = text

    def encode(self, b64: bool = False) -> str:
        return self.data


async def test_what_queued_up_goes_first_when_the_websocket_comes() -> None:
    outlet, socket = Outlet(), StallingSocket()
    outlet.put_nowait(LibraryPacket(0, "0{}"))
    outlet.offer(join_frames([b"42a", b"42b"]))
    outlet.attach(socket)
    outlet.offer(join_frames([b"42c"]))
    outlet.put_nowait(LibraryPacket(4, "40{}"))
    assert socket.sent == join_frames([b"0{}", b"42a", b"42b", b"42c", b"40{}"])
    assert outlet.empty()


async def test_ping_keeps_the_librarys_writer_awake() -> None:
    outlet, socket = Outlet(), StallingSocket()
    outlet.attach(socket)
    outlet.put_nowait(LibraryPacket(2, "2"))
    outlet.put_nowait(None)
    assert socket.sent == b""
    assert outlet.qsize() == 2


async def test_polling_client_gets_packets_one_by_one() -> None:
    outlet = Outlet()
    outlet.offer(join_frames([b"42a", b"42\xc3\xa9"]))
    assert outlet.behind_bytes == 7
    packets = [outlet.get_nowait() for _ in range(2)]
    assert [packet.encode(b64=True) for packet in packets] == ["42a", "42\u00e9"]
    assert isinstance(packets[0], ReadyPacket)
    assert outlet.behind_bytes == 0


async def test_client_that_is_too_far_behind_is_told_of_once() -> None:
    for websocket in (True, False):
        told: list[str] = []
        outlet, socket = Outlet(limit_bytes=20), StallingSocket()

        def overflowed(outlet: Outlet = outlet, told: list[str] = told) -> None:
            told.append("slow")
            outlet.hang_up(code=1013, farewell=join_frames([b"bye"]))

        outlet.overflowed = overflowed
        if websocket:
            outlet.attach(socket)
        socket.stalled = True
        for _ in range(10):
            outlet.offer(HELLO)
        assert told == ["slow"]
        assert outlet.behind_bytes < 40


async def test_last_words_and_the_close_code_come_before_the_end() -> None:
    outlet, socket = Outlet(), StallingSocket()
    outlet.attach(socket)
    outlet.hang_up(code=1012, farewell=join_frames([b"bye"]))
    outlet.hang_up(code=1012, farewell=join_frames([b"bye"]))
    outlet.offer(HELLO)
    outlet.put_nowait(LibraryPacket(1, "1"))
    assert socket.sent == b"\x81\x03bye\x88\x02\x03\xf4"
    assert socket.state == "closing"


async def test_writer_of_the_library_can_still_wait_for_its_end() -> None:
    outlet, socket = Outlet(), StallingSocket()
    outlet.attach(socket)
    waiting = asyncio.create_task(outlet.get())
    await asyncio.sleep(0)
    outlet.put_nowait(None)
    assert await waiting is None
