"""One encoding of a feed's picture: its track, the frame that is being gathered, and the wishes for
a keyframe of it.

A publisher without simulcast has one, with an empty name. Owned by the feed; knows no viewer.
"""

from __future__ import annotations

from media.meters import RateMeter
from media.negotiation import Format
from media.track import FeedPacket, FeedTrack

# Viewers' wishes within this time are one request.
KEYFRAME_INTERVAL_S = 0.5


class Layer:
    """Changed only by the feed, from the packet path."""

    def __init__(self, encoding: str, track_format: Format) -> None:
        self.encoding = encoding
        self.track = FeedTrack(track_format)
        self.pending: list[FeedPacket] = []
        """What waits for the rest of its frame."""
        self.bits = RateMeter()
        self.frames = RateMeter()
        self.heard_at = float("-inf")
        """When a packet of it last came, of use or not."""
        self.keyframe_wished = False
        self._requested_at = float("-inf")
        self._keyframe_seen: FeedPacket | None = None

    def expect_new_source(self, track_format: Format) -> None:
        """The next packet is a new publisher's."""
        self.track.expect_new_source(track_format)
        self.heard_at = self._requested_at = float("-inf")

    def note(self, packet: FeedPacket, now: float) -> None:
        """Count a packet that the track has kept; a keyframe fulfils the wishes."""
        self.bits.add(8 * len(packet.payload), now)
        if packet.marker:
            self.frames.add(1, now)
        keyframe = self.track.keyframe
        if keyframe is not None and keyframe is not self._keyframe_seen:
            self._keyframe_seen = keyframe
            self.keyframe_wished = False

    def is_request_due(self, now: float, *, interval_s: float = KEYFRAME_INTERVAL_S) -> bool:
        """Return whether the last request is old enough for another."""
        return now - self._requested_at >= interval_s

    def note_request(self, now: float) -> None:
        """A keyframe has been asked for."""
        self._requested_at = now

    def take_pending(self) -> list[FeedPacket]:
        """Return what was gathered, in order; the next frame begins."""
        gathered, self.pending = self.pending, []
        gathered.sort(key=lambda packet: packet.sequence)
        return gathered
