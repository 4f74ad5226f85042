"""A feed: what one stream's publisher sends, and everybody who watches it.

Outlives its publishers: one that comes back continues into the same tracks, and the players go on.
Changed from the packet path only, so every change is atomic; it knows no socket and never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from media.downtrack import DownTrack, Phase
from media.meters import RateMeter
from media.negotiation import Agreement, Format, decodes
from media.ports import FeedStatistics
from media.rtp import RtpPacket
from media.srtp import FRAME_LIMIT_BYTES, FrameBuffer, Layout
from media.track import FeedPacket, FeedTrack
from media.viewer import REPLAY_PAUSE_S, Viewer

# Half a frame waits this long for its rest: publishers pace a large frame over milliseconds.
FRAME_WAIT_S = 0.005
# Viewers' wishes within this time are one request.
KEYFRAME_INTERVAL_S = 0.5
# A keyframe this young is replayed from the ring; for an older one a new one is requested first.
# Measured, see docs/decisions/0002-keyframe-start.md.
REPLAY_AGE_S = 2.0
# Who has asked for a keyframe this long in vain (not every publisher answers) gets the ring's.
REPLAY_PATIENCE_S = 0.25

Schedule = Callable[[float, Callable[[], None]], object]


class Upstream(Protocol):
    """The publisher, as the feed sees it."""

    def request_keyframe(self) -> bool:
        """Ask for a keyframe now; False if it is not known yet which packets are the picture."""

    @property
    def rtt_s(self) -> float | None: ...

    def loss(self, now: float) -> float:
        """Return the share of packets lost, 0 to 1."""


class Feed:
    """The tracks and the viewers of one stream."""

    def __init__(
        self,
        stream_id: int,
        *,
        buffer: FrameBuffer,
        schedule: Schedule,
        clock: Callable[[], float],
    ) -> None:
        self.stream_id = stream_id
        self.formats: Mapping[str, Format] = {}
        """What the present publisher sends, by kind."""
        self.tracks: dict[str, FeedTrack] = {}
        self.viewers: set[Viewer] = set()
        self.publisher: Upstream | None = None
        self.keyframe_requests = 0
        self._buffer = buffer
        self._schedule = schedule
        self._clock = clock
        self._pending: list[FeedPacket] = []
        self._flush_planned = False
        self._replay_planned = False
        self._keyframe_wished = False
        self._keyframe_requested_at = float("-inf")
        self._keyframe_seen: FeedPacket | None = None
        self._bits = RateMeter()
        self._frames = RateMeter()

    # -- publishers

    def attach(self, publisher: Upstream, formats: Mapping[str, Format], now: float) -> None:
        """`publisher` sends from now on; its packets continue what was there before."""
        self.flush()
        self.publisher = publisher
        # A track whose kind is not sent any more stays: viewers continue in it if it comes back.
        self.formats = formats
        for kind, track_format in formats.items():
            track = self.tracks.get(kind)
            if track is None:
                self.tracks[kind] = FeedTrack(track_format)
            else:
                track.expect_new_source(track_format)
        for viewer in self.viewers:
            down = viewer.down_tracks.get("video")
            if down is not None:
                down.wait_for_keyframe(now)
        self._keyframe_requested_at = float("-inf")
        if "video" in self.tracks:
            self.wish_keyframe(now)

    def detach(self, publisher: Upstream) -> bool:
        """`publisher` has gone; return False if another one has taken its place already."""
        if self.publisher is not publisher:
            return False
        self.flush()
        self.publisher = None
        return True

    def receive(self, kind: str, packet: RtpPacket, now: float) -> None:
        """Take one packet from the publisher and send on what is complete."""
        track = self.tracks.get(kind)
        if track is None:
            return
        newest_before = track.newest
        kept = track.ingest(packet, now)
        if kept is None:
            return
        self._bits.add(8 * len(kept.payload), now)
        if kind == "audio":
            self._send(track, [kept], now)
            return
        if kept.marker:
            self._frames.add(1, now)
        if track.keyframe is not None and track.keyframe is not self._keyframe_seen:
            self._keyframe_seen = track.keyframe
            self._keyframe_wished = False
        self._pending.append(kept)
        # A late packet is somebody's retransmission: its frame has gone already.
        if kept.marker or kept.sequence < newest_before:
            self.flush()
        elif not self._flush_planned:
            self._flush_planned = True
            self._schedule(FRAME_WAIT_S, self._flush_planned_now)

    def note_sender_report(
        self, kind: str, ssrc: int, ntp: int, timestamp: int, now: float
    ) -> None:
        """Keep the publisher's clock of one track."""
        track = self.tracks.get(kind)
        if track is not None:
            track.note_sender_report(ssrc, ntp, timestamp, now)

    def _flush_planned_now(self) -> None:
        self._flush_planned = False
        self.flush()

    def flush(self) -> None:
        """Send the video packets that wait for the rest of their frame."""
        pending, self._pending = self._pending, []
        track = self.tracks.get("video")
        if pending and track is not None:
            pending.sort(key=lambda packet: packet.sequence)
            self._send(track, pending, self._clock())

    def _send(self, track: FeedTrack, packets: list[FeedPacket], now: float) -> None:
        kind = track.format.kind
        for part in _split(packets):
            laid_out = [Layout(p.sequence, p.timestamp, p.marker, p.payload) for p in part]
            by_tag: dict[int, list[Viewer]] = {}
            for viewer in self.viewers:
                down = viewer.down_tracks.get(kind)
                if down is not None and down.phase is not Phase.REPLAYING:
                    by_tag.setdefault(viewer.srtp.tag_bytes, []).append(viewer)
            for tag_bytes, viewers in by_tag.items():
                frame = self._buffer.lay_out(laid_out, tag_bytes)
                for viewer in viewers:
                    viewer.send_frame(viewer.down_tracks[kind], frame, part, now)

    # -- viewers

    def admit(self, viewer: Viewer, now: float) -> None:
        """A viewer is connected: sound at once, the picture as soon as a keyframe can begin it."""
        self.viewers.add(viewer)
        down = viewer.down_tracks.get("video")
        if down is None:
            return
        down.waiting_since = now
        keyframe = down.track.get_keyframe()
        if keyframe is not None and now - keyframe.arrived_at <= REPLAY_AGE_S:
            self._replay(down, keyframe)
        else:
            self.wish_keyframe(now)

    def dismiss(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        self.viewers.discard(viewer)

    def suits(self, agreements: Iterable[Agreement]) -> bool:
        """Return whether who made `agreements` can go on with the present publisher.

        A kind that was asked for, was not there and now is counts as a change: the player gets it
        by asking again.
        """
        for agreement in agreements:
            wanted = self.formats.get(agreement.section.kind)
            if wanted is None:
                continue
            if agreement.format is None or agreement.codec is None:
                return False
            if not decodes(agreement.codec, wanted):
                return False
        return True

    def wish_keyframe(self, now: float) -> None:
        """Somebody needs a keyframe. Wishes within half a second are one request."""
        self._keyframe_wished = True
        self.request_due_keyframe(now)

    def request_due_keyframe(self, now: float) -> None:
        """Ask the publisher, again if need be, until a keyframe comes; serve who waits too long."""
        if self.publisher is None:
            return
        waiting = [down for down in self._video_of_viewers() if down.phase is Phase.WAITING]
        wished = self._keyframe_wished or bool(waiting)
        due = now - self._keyframe_requested_at >= KEYFRAME_INTERVAL_S
        if wished and due and self.publisher.request_keyframe():
            self._keyframe_requested_at = now
            self.keyframe_requests += 1
        for down in waiting:
            keyframe = down.track.get_keyframe()
            if keyframe is not None and now - down.waiting_since >= REPLAY_PATIENCE_S:
                self._replay(down, keyframe)

    def _video_of_viewers(self) -> Iterable[DownTrack]:
        return (
            viewer.down_tracks["video"] for viewer in self.viewers if "video" in viewer.down_tracks
        )

    def _replay(self, down: DownTrack, keyframe: FeedPacket) -> None:
        self.flush()  # what waits for its frame's end is in the ring: it must not go out twice
        down.begin_replay(keyframe)
        if not self._replay_planned:
            self._replay_planned = True
            self._schedule(0, self._replay_now)

    def _replay_now(self) -> None:
        self._replay_planned = False
        now = self._clock()
        unfinished = False
        for viewer in self.viewers:
            down = viewer.down_tracks.get("video")
            if down is None or down.phase is not Phase.REPLAYING:
                continue
            viewer.send_replay(down, now)
            unfinished = unfinished or down.phase is Phase.REPLAYING
        if unfinished:
            self._replay_planned = True
            self._schedule(REPLAY_PAUSE_S, self._replay_now)

    # -- numbers

    def statistics(self, now: float) -> FeedStatistics:
        """Return what a studio shows."""
        video = self.tracks.get("video") if "video" in self.formats else None
        audio = self.formats.get("audio")
        keyframe = video.keyframe if video is not None else None
        return FeedStatistics(
            bitrate_bps=round(self._bits.per_second(now)),
            frames_per_second=round(self._frames.per_second(now), 1),
            packet_loss=self.publisher.loss(now) if self.publisher is not None else 0.0,
            rtt_s=self.publisher.rtt_s if self.publisher is not None else None,
            viewers=len(self.viewers),
            keyframe_age_s=now - keyframe.arrived_at if keyframe is not None else None,
            video_codec=video.format.name if video is not None else None,
            audio_codec=audio.name if audio is not None else None,
        )


def _split(packets: list[FeedPacket]) -> list[list[FeedPacket]]:
    """Return `packets` in parts that fit the buffer."""
    parts: list[list[FeedPacket]] = [[]]
    size = 0
    for packet in packets:
        length = len(packet.payload) + 32  # header and tag
        if size + length > FRAME_LIMIT_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(packet)
        size += length
    return parts
