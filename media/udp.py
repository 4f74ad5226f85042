"""The node's one UDP port: raw non-blocking sockets, one for IPv4 and one for IPv6.

Not asyncio's datagram transport: that costs 5 us a packet and queues without bound when the socket
is full. Here a send that would block fails at once and the caller decides what is lost. Equal
packets for one receiver leave in one call where the kernel segments (UDP_SEGMENT, Linux 4.18).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from struct import Struct
from typing import Any

from aioice.ice import get_host_addresses

from media.srtp import Run

# As numbers: with every packet a socket is looked up, and enumerations are slow keys.
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)
_SOL_UDP = 17
_UDP_SEGMENT = 103
_SEGMENT_BYTES = Struct("=H")

# Other readers of the loop get their turn after this many datagrams.
_READS_LIMIT = 64
_DATAGRAM_BYTES = 2048
# A keyframe to a few hundred viewers; the kernel caps it at wmem_max unless we may force it.
_BUFFER_BYTES = 8 << 20
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33

Address = tuple[Any, ...]
"""As the socket module has it: (host, port) for IPv4, four fields for IPv6."""


class UdpPort:
    """The open sockets. Every address handed in or out belongs to the socket it came by."""

    def __init__(self, sockets: dict[int, socket.socket], *, segmentation: bool) -> None:
        self.port: int = next(iter(sockets.values())).getsockname()[1]
        self.segmentation = segmentation
        self.packets_received = 0
        self.sends_blocked = 0
        self._sockets = sockets

    @property
    def families(self) -> tuple[int, ...]:
        return tuple(self._sockets)

    def send(self, datagram: bytes | memoryview, address: Address) -> bool:
        """Send one datagram; False if the socket does not take it now."""
        try:
            self._socket_of(address).sendto(datagram, address)
        except OSError:
            # Full, or no way there just now: for the caller both are a lost packet.
            self.sends_blocked += 1
            return False
        return True

    def send_run(self, run: Run, address: Address) -> bool:
        """Send a run of neighbours; False if the socket did not take all of them now."""
        if run.packets == 1:
            return self.send(run.view, address)
        if self.segmentation:
            try:
                self._socket_of(address).sendmsg(
                    (run.view,), _cut_into(run.segment_bytes), 0, address
                )
            except OSError as error:
                if error.errno == errno.EIO:
                    self.segmentation = False  # the interface cannot checksum for us
                elif error.errno not in (errno.EINVAL, errno.EMSGSIZE):
                    self.sends_blocked += 1
                    return False
                # EINVAL, EMSGSIZE: segments beyond this path's MTU, which only plain sends fragment
            else:
                return True
        view, size = run.view, run.segment_bytes
        return all(self.send(view[at : at + size], address) for at in range(0, len(view), size))

    def read(self, family: int, receive: Callable[[bytes, Address], None]) -> None:
        """Hand over what has arrived, up to a limit."""
        read_one = self._sockets[family].recvfrom
        for _ in range(_READS_LIMIT):
            try:
                datagram, address = read_one(_DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier send is reported on some systems
            self.packets_received += 1
            receive(datagram, address)

    def _socket_of(self, address: Address) -> socket.socket:
        return self._sockets[_IPV4 if len(address) == 2 else _IPV6]


@lru_cache(256)
def _cut_into(segment_bytes: int) -> Sequence[tuple[int, int, bytes]]:
    """Return the control message that asks the kernel for segments of that size."""
    return ((_SOL_UDP, _UDP_SEGMENT, _SEGMENT_BYTES.pack(segment_bytes)),)


@asynccontextmanager
async def open_udp_port(
    port: int, receive: Callable[[bytes, Address], None]
) -> AsyncIterator[UdpPort]:
    """Open the port on every address family the host has; `receive` gets each datagram."""
    loop = asyncio.get_running_loop()
    sockets = _open_sockets(port)
    udp = UdpPort(sockets, segmentation=has_segmentation())
    try:
        for family, each in sockets.items():
            loop.add_reader(each.fileno(), udp.read, family, receive)
        yield udp
    finally:
        for each in sockets.values():
            loop.remove_reader(each.fileno())
            each.close()


def _open_sockets(port: int) -> dict[int, socket.socket]:
    first = _open_socket(socket.AF_INET, "0.0.0.0", port)
    sockets = {int(socket.AF_INET): first}
    if socket.has_ipv6:
        try:
            second = _open_socket(socket.AF_INET6, "::", first.getsockname()[1])
        except OSError:
            pass  # a kernel without IPv6, or somebody else's socket there: IPv4 serves
        else:
            sockets[int(socket.AF_INET6)] = second
    return sockets


def _open_socket(family: int, host: str, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for plain, forced in (
            (socket.SO_SNDBUF, _SO_SNDBUFFORCE),
            (socket.SO_RCVBUF, _SO_RCVBUFFORCE),
        ):
            opened.setsockopt(socket.SOL_SOCKET, plain, _BUFFER_BYTES)
            with contextlib.suppress(OSError):  # needs a capability; the capped size serves
                opened.setsockopt(socket.SOL_SOCKET, forced, _BUFFER_BYTES)
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened


def has_segmentation() -> bool:
    """Return whether the kernel segments for us, by trying it on loopback."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        try:
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(0.2)
            control = [(_SOL_UDP, _UDP_SEGMENT, _SEGMENT_BYTES.pack(8))]
            sender.sendmsg((bytes(20),), control, 0, receiver.getsockname())
            return [len(receiver.recv(64)) for _ in range(3)] == [8, 8, 4]
        except OSError:
            return False


def own_addresses(*, loopback_only: bool, ipv6: bool) -> tuple[str, ...]:
    """Return the addresses to put into SDP when none are set, IPv4 first.

    Loopback comes first when HTTP is served on loopback only, and alone on a host without a
    network. Browsers send nothing to 127.0.0.1 unless told to, but they reach the host's own
    address, also on the same host.
    """
    found = get_host_addresses(use_ipv4=True, use_ipv6=ipv6)
    # Link-local ones need a scope that SDP cannot carry.
    usable = [address for address in found if not address.startswith("fe80")]
    usable.sort(key=lambda address: ":" in address)
    if loopback_only or not usable:
        usable = ["127.0.0.1", *(["::1"] if ipv6 else []), *usable]
    return tuple(usable)
