"""One track of a feed: its last seconds of packets, continuous whoever publishes.

A publisher that comes back has new SSRCs, sequence numbers and timestamps. Here they are moved onto
the track's own, which never wrap and never go back, so that a viewer's mapping is one addition and
survives the change. Payload is kept once, in a ring, for every viewer.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.keyframes import KEYFRAME_STARTS
from media.negotiation import Format
from media.picture_ids import READ_PICTURE_IDS, PictureIds
from media.picture_size import READ_SIZE, Size
from media.red import RedPayload
from media.rtp import RtpPacket, Unwrapped

# Video: two seconds of a 20 Mb/s publisher, about 5 MB when full. Audio: five seconds.
_CAPACITY = {"video": 4096, "audio": 256}
# RFC 3550 appendix A.1: a jump further than this is a restarted counter, not loss.
_JUMP_LIMIT = 3000


class FeedPacket:
    """A packet in the track's own sequence and timestamp space."""

    __slots__ = ("arrived_at", "ids", "marker", "payload", "red", "sequence", "timestamp")

    def __init__(
        self,
        sequence: int,
        timestamp: int,
        marker: bool,
        payload: bytes,
        arrived_at: float,
        ids: PictureIds | None = None,
        red: RedPayload | None = None,
    ) -> None:
        self.sequence = sequence
        self.timestamp = timestamp
        self.marker = marker
        self.payload = payload
        self.arrived_at = arrived_at
        self.ids = ids
        self.red = red
        """The same with earlier sound in it, where the publisher sends that."""


@dataclass(frozen=True, slots=True)
class SenderClock:
    """The publisher's last sender report: at `ntp` its track stood at `timestamp` (ours)."""

    ntp: int
    timestamp: int
    arrived_at: float


class FeedTrack:
    """The packets of the sound, or of one encoding of the picture. Changed only by the feed, from
    the packet path."""

    def __init__(self, track_format: Format) -> None:
        self.format = track_format
        self.newest = -1
        """The highest sequence number so far; -1 before the first packet."""
        self.newest_timestamp = 0
        self.newest_arrived_at = 0.0
        self.keyframe: FeedPacket | None = None
        """Where the last keyframe begins."""
        self.sender_clock: SenderClock | None = None
        self.size: Size | None = None
        """Width and height, once a keyframe has told them."""
        self._read_as(track_format)
        self._capacity = _CAPACITY[track_format.kind]
        self._ring: list[FeedPacket | None] = [None] * self._capacity
        self._ssrc: int | None = None
        self._sequences = Unwrapped(16)
        self._timestamps = Unwrapped(32)
        self._sequence_offset = 0
        self._timestamp_offset = 0
        self._source_start = 0

    def expect_new_source(self, track_format: Format) -> None:
        """The next packet is a new publisher's, whatever its numbers are."""
        self._read_as(track_format)
        self._ssrc = None
        self.sender_clock = None
        # Deltas of the new source must never follow a keyframe of the old one.
        self.keyframe = None

    def _read_as(self, track_format: Format) -> None:
        self.format = track_format
        self._starts_keyframe = KEYFRAME_STARTS.get(track_format.name)
        self._read_ids = READ_PICTURE_IDS.get(track_format.name)
        self._read_size = READ_SIZE.get(track_format.name)

    def ingest(self, packet: RtpPacket, now: float) -> FeedPacket | None:
        """Keep `packet` and return it as the track's; None if it is of no use to anybody."""
        starts_keyframe = self._starts_keyframe is not None and self._starts_keyframe(
            packet.payload
        )
        if packet.ssrc != self._ssrc or self._has_jumped(packet):
            if self._starts_keyframe is not None and not starts_keyframe:
                return None  # a decoder can begin only at a keyframe
            self._begin_source(packet, now)
        sequence = self._sequences.extend(packet.sequence) + self._sequence_offset
        if sequence < self._source_start or sequence <= self.newest - self._capacity:
            return None
        slot = sequence % self._capacity
        held = self._ring[slot]
        if held is not None and held.sequence == sequence:
            return None
        timestamp = self._timestamps.extend(packet.timestamp) + self._timestamp_offset
        ids = self._read_ids(packet.payload) if self._read_ids is not None else None
        kept = FeedPacket(sequence, timestamp, packet.marker, packet.payload, now, ids, packet.red)
        self._ring[slot] = kept
        if sequence > self.newest:
            self.newest = sequence
            self.newest_timestamp = timestamp
            self.newest_arrived_at = now
        if starts_keyframe:
            if self._read_size is not None:
                self.size = self._read_size(packet.payload) or self.size
            self._note_keyframe(kept)
        return kept

    def get(self, sequence: int) -> FeedPacket | None:
        """Return the packet with that number, if the ring still has it."""
        held = self._ring[sequence % self._capacity]
        return held if held is not None and held.sequence == sequence else None

    def get_keyframe(self) -> FeedPacket | None:
        """Return where the last keyframe begins, if the ring still has all that follows it."""
        if self.keyframe is None or self.keyframe.sequence <= self.newest - self._capacity:
            return None
        return self.keyframe

    def note_sender_report(self, ssrc: int, ntp: int, timestamp: int, now: float) -> None:
        """Keep the publisher's clock, for the reports that viewers get."""
        if ssrc == self._ssrc:
            own = self._timestamps.near(timestamp) + self._timestamp_offset
            self.sender_clock = SenderClock(ntp, own, now)

    def _has_jumped(self, packet: RtpPacket) -> bool:
        last = self._sequences.last
        return last is not None and abs(self._sequences.near(packet.sequence) - last) > _JUMP_LIMIT

    def _begin_source(self, packet: RtpPacket, now: float) -> None:
        self._ssrc = packet.ssrc
        self._sequences, self._timestamps = Unwrapped(16), Unwrapped(32)
        self._source_start = self.newest + 1
        self._sequence_offset = self._source_start - self._sequences.extend(packet.sequence)
        first = self._timestamps.extend(packet.timestamp)
        if self.newest < 0:
            self._timestamp_offset = -first
            return
        # What passed on the wall passes in the picture: players keep their delay.
        elapsed = max(1 / 50, now - self.newest_arrived_at)
        at = self.newest_timestamp + round(elapsed * self.format.clock_rate)
        self._timestamp_offset = at - first

    def _note_keyframe(self, packet: FeedPacket) -> None:
        current = self.keyframe
        if (
            current is None
            or packet.timestamp > current.timestamp
            or (packet.timestamp == current.timestamp and packet.sequence < current.sequence)
        ):
            self.keyframe = packet
