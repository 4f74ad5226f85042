"""What has come to a light client so far: counted, and kept where a test wants to see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import unpack_from


@dataclass(frozen=True, slots=True)
class Received:
    """One RTP packet as it arrived, header fields and payload."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    raw: bytes


@dataclass(slots=True)
class Arrivals:
    """What has come so far."""

    packets: list[Received] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    count: int = 0
    octets: int = 0
    gaps: int = 0
    first_at: float | None = None
    first_video_at: float | None = None
    last_by_ssrc: dict[int, int] = field(default_factory=dict)

    def count_packet(self, datagram: bytes, *, is_video: bool, now: float) -> None:
        """Count a protected RTP packet by what stands in clear, and what is missing before it."""
        self.count += 1
        self.octets += len(datagram)
        if self.first_at is None:
            self.first_at = now
        if self.first_video_at is None and is_video:
            self.first_video_at = now
        sequence, _timestamp, ssrc = unpack_from("!HII", datagram, 2)
        last = self.last_by_ssrc.get(ssrc)
        step = 1 if last is None else (sequence - last) & 0xFFFF
        if 1 < step < 0x8000:
            self.gaps += step - 1
        if step < 0x8000:
            self.last_by_ssrc[ssrc] = sequence

    def keep(self, packet: bytes) -> None:
        """Keep an RTP packet in clear."""
        sequence, timestamp, ssrc = unpack_from("!HII", packet, 2)
        self.packets.append(
            Received(
                packet[1] & 0x7F,
                packet[1] >= 0x80,
                sequence,
                timestamp,
                ssrc,
                packet[12:],
                packet,
            )
        )
