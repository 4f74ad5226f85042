"""SRTP sessions, and frames protected where they stand.

A frame is laid out once for all viewers of a dialect. For each of them it is written into one
buffer with their numbers, every packet is encrypted in place and the whole is sent: three calls
into C, whatever the number of packets. `pylibsrtp.Session.protect` copies each packet twice and
allocates per call, so this module calls the library's C functions itself, through the binding that
pylibsrtp ships. What that saves is in docs/decisions/0008-cost-of-a-packet.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from struct import Struct, pack
from typing import Any, NamedTuple

import pylibsrtp
from pylibsrtp import Policy
from pylibsrtp._binding import ffi, lib

from media.picture_ids import NO_SHIFT, PictureIds, PictureShift
from media.rtp import ONE_BYTE_EXTENSIONS

HEADER_BYTES = 12
WIDE_HEADER_BYTES = 20
"""With the transport-wide sequence number as its one extension."""
# Repairs under their own numbers reach back as far as the ring.
RING_REACH = 8192
# libsrtp moves its whole window by a bit with every packet: that of the ring was a twelfth of what
# a packet costs. Browsers accept nothing older than this, and their repairs have their own numbers.
BROWSER_REACH = 1024
# A frame larger than this goes out in several; it must fit one send (65507 bytes).
FRAME_LIMIT_BYTES = 60_000
_BUFFER_BYTES = 65_536

_TAG_BYTES = {
    Policy.SRTP_PROFILE_AEAD_AES_256_GCM: 16,
    Policy.SRTP_PROFILE_AEAD_AES_128_GCM: 16,
    Policy.SRTP_PROFILE_AES128_CM_SHA1_80: 10,
}


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """What a DTLS handshake agreed on."""

    profile: int
    sending: bytes
    receiving: bytes


class SrtpReceiver:
    """Takes the protection off what one peer sends."""

    def __init__(self, keys: SrtpKeys) -> None:
        policy = Policy(
            key=keys.receiving, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=keys.profile
        )
        policy.window_size = RING_REACH
        self._session = pylibsrtp.Session(policy)

    def unprotect(self, data: bytes) -> bytes | None:
        """Return the RTP packet, or None for a forged, repeated or broken one."""
        try:
            packet: bytes = self._session.unprotect(data)
        except (pylibsrtp.Error, ValueError):
            return None
        return packet

    def unprotect_rtcp(self, data: bytes) -> bytes | None:
        """Return the RTCP packet, or None for a forged, repeated or broken one."""
        try:
            packet: bytes = self._session.unprotect_rtcp(data)
        except (pylibsrtp.Error, ValueError):
            return None
        return packet


@dataclass(frozen=True, slots=True)
class Layout:
    """One packet of a frame as it will stand in the buffer."""

    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    ids: PictureIds | None = None
    is_red: bool = False


class WideNumbers:
    """A peer's transport-wide sequence numbers: one count over everything that carries them."""

    __slots__ = ("extension", "next")

    def __init__(self, extension: int) -> None:
        self.extension = extension
        self.next = 0

    def take(self) -> bytes:
        """Return the extension for one packet more."""
        number = self.next
        self.next = number + 1
        return _write_wide_head(self.extension) + pack("!Hx", number & 0xFFFF)


class Dialect(NamedTuple):
    """What makes the same packets differ for two viewers, beside their numbers and keys."""

    tag_bytes: int
    payload_type: int
    red_payload_type: int | None = None
    """That of sound with earlier sound in it, if the viewer is sent that."""
    extension: int | None = None
    """The number of the extension with transport-wide numbers, if packets carry them."""


class Run:
    """Neighbours of equal size (the last may be shorter): one send, if the kernel can segment."""

    __slots__ = ("packets", "payload_bytes", "segment_bytes", "view")

    def __init__(self, view: memoryview, segment_bytes: int, packets: int, overhead: int) -> None:
        self.view = view
        self.segment_bytes = segment_bytes
        self.packets = packets
        self.payload_bytes = len(view) - packets * overhead


class Frame:
    """Packets laid out for viewers of one dialect. Valid until the buffer's next frame.

    What is the same for all of them is worked out here, once.
    """

    __slots__ = (
        "fields",
        "is_regular",
        "length_cells",
        "lengths",
        "lowest",
        "octets",
        "packets",
        "pictures",
        "plain_lengths",
        "runs",
        "starts",
        "stride",
        "write",
    )

    def __init__(
        self,
        packets: Sequence[Layout],
        *,
        write: Callable[..., None],
        fields: list[Any],
        starts: list[Any],
        plain_lengths: list[int],
        runs: list[Run],
        pictures: list[tuple[int, PictureIds]],
    ) -> None:
        self.packets = packets
        self.runs = runs
        self.pictures = pictures
        """Where in the buffer the payloads begin that have picture ids."""
        self.write = write
        """Writes the whole frame: for each packet its `fields`, and room for its tag."""
        self.fields = fields
        self.stride = len(fields) // len(packets)
        self.starts = starts
        cells = ffi.new("int[]", plain_lengths)
        self.lengths = [cells + index for index in range(len(packets))]
        # The library writes the protected length over each, so they are set anew for each viewer.
        # The buffer object keeps the memory of `cells`.
        self.length_cells = ffi.buffer(cells)
        self.plain_lengths = bytes(self.length_cells)
        first = packets[0]
        self.octets = sum(len(run.view) for run in runs)
        self.lowest = min(packet.sequence for packet in packets)
        self.is_regular = all(
            packet.sequence == first.sequence + index and packet.timestamp == first.timestamp
            for index, packet in enumerate(packets)
        )
        """Whether the numbers follow each other, at one timestamp: mostly so."""


class FrameBuffer:
    """The memory in which frames are protected: one per node, since one thread sends."""

    # Linux refuses more segments in one send (UDP_MAX_SEGMENTS was 64 until 6.9).
    SEGMENTS_LIMIT = 64

    def __init__(self) -> None:
        self.store = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self.store)
        self._base = ffi.from_buffer("char[]", self.store)

    def lay_out(self, packets: Sequence[Layout], dialect: Dialect) -> Frame:
        """Return `packets` as a frame; together they are at most FRAME_LIMIT_BYTES."""
        is_wide = dialect.extension is not None
        header_bytes = WIDE_HEADER_BYTES if is_wide else HEADER_BYTES
        wide_head = _write_wide_head(dialect.extension) if dialect.extension is not None else b""
        layout = "!"
        fields: list[Any] = []
        starts: list[Any] = []
        lengths: list[int] = []
        pictures: list[tuple[int, PictureIds]] = []
        at = 0
        for packet in packets:
            payload_type = dialect.red_payload_type if packet.is_red else dialect.payload_type
            assert payload_type is not None  # only who agreed on RED has segments with it
            head = (0x9000 if is_wide else 0x8000) | (0x80 if packet.marker else 0) | payload_type
            length = header_bytes + len(packet.payload)
            # What is 0 here is each viewer's own: number, timestamp and SSRC, wide number.
            if is_wide:
                fields += (head, 0, 0, wide_head, 0, packet.payload)
                layout += f"HHQ5sHx{len(packet.payload)}s{dialect.tag_bytes}x"
            else:
                fields += (head, 0, 0, packet.payload)
                layout += f"HHQ{len(packet.payload)}s{dialect.tag_bytes}x"
            if packet.ids is not None:
                pictures.append((at + header_bytes, packet.ids))
            starts.append(self._base + at)
            lengths.append(length)
            at += length + dialect.tag_bytes
        return Frame(
            packets,
            write=Struct(layout).pack_into,
            fields=fields,
            starts=starts,
            plain_lengths=lengths,
            runs=self._find_runs(lengths, header_bytes, dialect.tag_bytes),
            pictures=pictures,
        )

    def _find_runs(self, lengths: Sequence[int], header_bytes: int, tag_bytes: int) -> list[Run]:
        overhead = header_bytes + tag_bytes
        runs: list[Run] = []
        at = run_start = run_packets = segment = 0
        for length in lengths:
            size = length + tag_bytes
            closes = run_packets > 0 and (at - run_start) % segment != 0
            if run_packets and (closes or size > segment or run_packets == self.SEGMENTS_LIMIT):
                runs.append(Run(self._view[run_start:at], segment, run_packets, overhead))
                run_start, run_packets = at, 0
            if not run_packets:
                segment = size
            run_packets += 1
            at += size
        runs.append(Run(self._view[run_start:at], segment, run_packets, overhead))
        return runs


class SrtpSender:
    """Protects what one peer is sent."""

    def __init__(self, keys: SrtpKeys, buffer: FrameBuffer, *, reach: int = RING_REACH) -> None:
        """`reach` is how far behind the newest a number may be."""
        policy = Policy(
            key=keys.sending, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=keys.profile
        )
        # A resent packet is the same bytes under the same number, so the same ciphertext: no
        # nonce ever covers two payloads. The library refuses repeats unless told.
        policy.allow_repeat_tx = True
        policy.window_size = reach
        self._session = pylibsrtp.Session(policy)
        self._srtp = self._session._srtp[0]
        self._buffer = buffer
        self.tag_bytes = _TAG_BYTES[keys.profile]

    def protect_frame(
        self,
        frame: Frame,
        *,
        ssrc: int,
        sequence_offset: int,
        timestamp_offset: int,
        shift: PictureShift = NO_SHIFT,
        wide: WideNumbers | None = None,
    ) -> bool:
        """Write the frame with this peer's numbers and encrypt it where it stands.

        `wide` is given if and only if the frame was laid out so. Returns False if the library
        refused a packet; then nothing of the frame may be sent.
        """
        packets, fields, stride = frame.packets, frame.fields, frame.stride
        if frame.is_regular:
            clock = (packets[0].timestamp + timestamp_offset & 0xFFFFFFFF) << 32 | ssrc
            fields[1::stride] = _count(packets[0].sequence + sequence_offset, len(packets))
            fields[2::stride] = [clock] * len(packets)
        else:
            fields[1::stride] = [(p.sequence + sequence_offset) & 0xFFFF for p in packets]
            fields[2::stride] = [
                (p.timestamp + timestamp_offset & 0xFFFFFFFF) << 32 | ssrc for p in packets
            ]
        if wide is not None:
            fields[4::stride] = _count(wide.next, len(packets))
            wide.next += len(packets)
        store = self._buffer.store
        frame.write(store, 0, *fields)
        if shift is not NO_SHIFT:
            for start, ids in frame.pictures:
                shift.apply(store, start, ids)
        frame.length_cells[:] = frame.plain_lengths
        return not any(map(lib.srtp_protect, repeat(self._srtp), frame.starts, frame.lengths))

    def protect(self, packet: bytes) -> bytes | None:
        """Return one RTP packet protected, or None if it is too old or too long for the library."""
        try:
            protected: bytes = self._session.protect(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return protected

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Return one RTCP packet protected."""
        protected: bytes = self._session.protect_rtcp(packet)
        return protected


def _count(first: int, count: int) -> Sequence[int]:
    """Return `count` numbers of 16 bits from `first` on."""
    first &= 0xFFFF
    if first + count <= 0x10000:
        return range(first, first + count)
    return [number & 0xFFFF for number in range(first, first + count)]


def _write_wide_head(extension: int) -> bytes:
    """Return what stands before a transport-wide number (RFC 8285 section 4.2)."""
    return pack("!HHB", ONE_BYTE_EXTENSIONS, 1, extension << 4 | 1)
