"""The port and the sockets below it, with and without a kernel that segments."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from media.srtp import Dialect, FrameBuffer, Layout
from media.udp import has_segmentation, open_udp_port

DIALECT = Dialect(tag_bytes=16, payload_type=102)


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(5)
        yield opened


@pytest.mark.parametrize("segmentation", [True, False])
async def test_a_run_arrives_as_the_packets_it_is_made_of(
    receiver: socket.socket, segmentation: bool
) -> None:
    packets = [Layout(index, 0, False, bytes([index]) * 900) for index in range(5)]
    packets.append(Layout(5, 0, True, b"short"))
    buffer = FrameBuffer()
    frame = buffer.lay_out(packets, DIALECT)
    frame.write(buffer.store, 0, *frame.fields)
    async with open_udp_port(0, lambda *_: None) as udp:
        udp.segmentation = segmentation and has_segmentation()
        for run in frame.runs:
            assert udp.send_run(run, receiver.getsockname())
    arrived = [receiver.recv(2048) for _ in packets]
    assert [len(each) for each in arrived] == [928] * 5 + [33]
    assert [each[12:-16] for each in arrived] == [packet.payload for packet in packets]


async def test_packets_larger_than_the_path_takes_are_sent_without_the_kernels_help() -> None:
    packets = [Layout(i, 0, False, bytes(1400)) for i in range(4)]
    frame = FrameBuffer().lay_out(packets, DIALECT)
    async with open_udp_port(0, lambda *_: None) as udp:
        # Nobody has this address: what counts is that no send raises.
        udp.send_run(frame.runs[0], ("192.0.2.1", 9))
        udp.send_run(frame.runs[0], ("0.0.0.0", 0))
        assert udp.sends_blocked >= 1


async def test_the_port_taken_is_said_at_the_start() -> None:
    async with open_udp_port(0, lambda *_: None) as udp:
        with pytest.raises(OSError, match="in use"):
            async with open_udp_port(udp.port, lambda *_: None):
                pass
