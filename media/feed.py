"""A feed: what one publisher of a stream sends, and everybody who watches it.

The sound is one track, the picture one layer per encoding of the publisher's simulcast. Outlives
its publishers: one that comes back continues into the same tracks, and the players go on. Changed
from the packet path only, so every change is atomic; it knows no socket and never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from media.downtrack import DownTrack, Phase, lay_out
from media.layer import Layer
from media.layer_choice import Rung, choose_encoding, next_above, sort_ladder
from media.meters import RateMeter
from media.negotiation import Agreement, Format, decodes
from media.ports import FeedStatistics, Sending, Slot
from media.rtp import RtpPacket
from media.srtp import FRAME_LIMIT_BYTES, Dialect, FrameBuffer
from media.track import FeedPacket, FeedTrack
from media.viewer import REPLAY_PAUSE_S, Viewer

# Half a frame waits this long for its rest: publishers pace a large frame over milliseconds.
FRAME_WAIT_S = 0.005
# A keyframe this young is replayed from the ring; for an older one a new one is requested first.
# Measured, see docs/decisions/0002-keyframe-start.md.
REPLAY_AGE_S = 2.0
# Who has asked for a keyframe this long in vain (not every publisher answers) gets the ring's.
REPLAY_PATIENCE_S = 0.25
# Browsers' SRTP refuses a number that is 1024 behind the newest.
_LATE_LIMIT = 1000
# An encoding of which nothing has come for so long, while another went on, is not sent any more.
_LAYER_SILENCE_S = 1.0
# How often viewers' layers are looked at; a line that chokes does not wait for it.
_CHOICE_INTERVAL_S = 0.25
_ONLY: tuple[str, ...] = ("",)

Schedule = Callable[[float, Callable[[], None]], object]


class Upstream(Protocol):
    """The publisher, as the feed sees it."""

    def request_keyframe(self, encoding: str) -> bool:
        """Ask for a keyframe now; False if none of the encoding's packets has come yet."""

    @property
    def rtt_s(self) -> float | None: ...

    def loss(self, now: float) -> float:
        """Return the share of packets lost, 0 to 1."""


class Feed:
    """The tracks and the viewers of one slot."""

    def __init__(
        self,
        slot: Slot,
        *,
        buffer: FrameBuffer,
        schedule: Schedule,
        clock: Callable[[], float],
    ) -> None:
        self.slot = slot
        self.formats: Mapping[str, Format] = {}
        """What the present publisher sends, by kind."""
        self.audio: FeedTrack | None = None
        self.layers: dict[str, Layer] = {}
        """The present publisher's encodings, by rid; one without a name if it has no simulcast."""
        self.ladder: tuple[Rung, ...] = ()
        """The same as measured last, smallest first."""
        self.viewers: set[Viewer] = set()
        self.publisher: Upstream | None = None
        self.keyframe_requests = 0
        self._buffer = buffer
        self._schedule = schedule
        self._clock = clock
        self._flush_planned = False
        self._replay_planned = False
        self._chosen_at = float("-inf")
        self._audio_bits = RateMeter()

    # -- publishers

    def attach(
        self,
        publisher: Upstream,
        formats: Mapping[str, Format],
        now: float,
        *,
        encodings: Sequence[str] = (),
    ) -> None:
        """`publisher` sends from now on; its packets continue what was there before."""
        self.flush()
        self.publisher = publisher
        self.formats = formats
        # A track whose kind is not sent any more stays: viewers continue in it if it comes back.
        audio, video = formats.get("audio"), formats.get("video")
        if audio is not None and self.audio is not None:
            self.audio.expect_new_source(audio)
        elif audio is not None:
            self.audio = FeedTrack(audio)
        if video is not None:
            self._expect_layers(video, encodings or _ONLY)
        for down in self._video_of_viewers():
            down.wait_for_keyframe(now)
        self.choose_layers(now)
        for layer in self.layers.values() if video is not None else ():
            layer.keyframe_wished = True
        self.request_due_keyframes(now)

    def _expect_layers(self, video: Format, encodings: Sequence[str]) -> None:
        before = self.layers
        self.layers = {}
        for encoding in encodings:
            layer = before.get(encoding)
            if layer is None:
                layer = Layer(encoding, video)
            else:
                layer.expect_new_source(video)
            self.layers[encoding] = layer

    def detach(self, publisher: Upstream) -> bool:
        """`publisher` has gone; return False if another one has taken its place already."""
        if self.publisher is not publisher:
            return False
        self.flush()
        self.publisher = None
        return True

    def receive(self, kind: str, packet: RtpPacket, now: float, *, encoding: str = "") -> None:
        """Take one packet from the publisher and send on what is complete."""
        if kind == "audio":
            if self.audio is not None and (kept := self.audio.ingest(packet, now)) is not None:
                self._audio_bits.add(8 * len(kept.payload), now)
                self._send(self.audio, [kept], now)
            return
        layer = self.layers.get(encoding)
        if layer is None:
            return
        track = layer.track
        newest_before = track.newest
        if packet.payload:  # padding is sent for an encoding that is paused, too
            layer.heard_at = now
        kept = track.ingest(packet, now)
        if kept is None:
            return
        layer.note(kept, now)
        if kept.sequence < newest_before - _LATE_LIMIT:
            return  # in the ring for whoever asks, on a stream of its own
        layer.pending.append(kept)
        # A late packet is somebody's retransmission: its frame has gone already.
        if kept.marker or kept.sequence < newest_before:
            self._flush(layer)
        elif not self._flush_planned:
            self._flush_planned = True
            self._schedule(FRAME_WAIT_S, self._flush_planned_now)

    def note_sender_report(
        self, kind: str, encoding: str, *, ssrc: int, ntp: int, timestamp: int, now: float
    ) -> None:
        """Keep the publisher's clock of one track."""
        layer = self.layers.get(encoding)
        track = self.audio if kind == "audio" else layer.track if layer is not None else None
        if track is not None:
            track.note_sender_report(ssrc, ntp, timestamp, now)

    def tick(self, now: float) -> None:
        """Do what is due; the publisher's session calls this every 50 ms."""
        if now - self._chosen_at >= _CHOICE_INTERVAL_S:
            self.choose_layers(now)
        self.request_due_keyframes(now)
        for viewer in self.viewers:
            viewer.send_probe(now)

    def _flush_planned_now(self) -> None:
        self._flush_planned = False
        self.flush()

    def flush(self) -> None:
        """Send the video packets that wait for the rest of their frame."""
        for layer in self.layers.values():
            self._flush(layer)

    def _flush(self, layer: Layer) -> None:
        if layer.pending:
            self._send(layer.track, layer.take_pending(), self._clock())

    def _send(self, track: FeedTrack, packets: list[FeedPacket], now: float) -> None:
        kind = track.format.kind
        by_dialect: dict[Dialect, list[tuple[Viewer, DownTrack]]] = {}
        for viewer in self.viewers:
            down = viewer.down_tracks.get(kind)
            if down is not None and down.is_fed_by(track):
                by_dialect.setdefault(viewer.dialects[kind], []).append((viewer, down))
        if not by_dialect:
            return
        for part in _split(packets):
            plain = [lay_out(p, p.timestamp, block_type=None) for p in part]
            for dialect, fed in by_dialect.items():
                laid_out = plain
                if dialect.red_payload_type is not None:
                    block_type = dialect.payload_type
                    laid_out = [lay_out(p, p.timestamp, block_type=block_type) for p in part]
                frame = self._buffer.lay_out(laid_out, dialect)
                for viewer, down in fed:
                    viewer.send_frame(down, track, frame, part, now)

    @property
    def sending(self) -> Sending:
        """Of what the present publisher's media consists."""
        return Sending("audio" in self.formats, "video" in self.formats)

    # -- viewers

    def track_of(self, kind: str) -> FeedTrack:
        """Return what a new viewer begins with: the sound, or the largest encoding."""
        if kind == "audio":
            if self.audio is None:
                raise KeyError(kind)
            return self.audio
        best = choose_encoding(self.ladder, limit_bps=float("inf"), current=None, chosen=None)
        return self.layers[best if best in self.layers else next(reversed(self.layers))].track

    def admit(self, viewer: Viewer, now: float) -> None:
        """A viewer is connected: sound at once, the picture as soon as a keyframe can begin it."""
        self.viewers.add(viewer)
        down = viewer.down_tracks.get("video")
        if down is None:
            return
        viewer.measure(len(self.layers) > 1)
        down.waiting_since = now
        keyframe = down.wanted.get_keyframe()
        if keyframe is not None and now - keyframe.arrived_at <= REPLAY_AGE_S:
            self._replay(down, keyframe)
        else:
            self.request_due_keyframes(now)

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

    def choose_layers(self, now: float) -> None:
        """Measure the encodings and choose anew for every viewer."""
        self._chosen_at = now
        heard_at = max((layer.heard_at for layer in self.layers.values()), default=now)
        self.ladder = sort_ladder(
            Rung(
                encoding,
                layer.track.size,
                round(layer.bits.per_second(now)),
                round(layer.frames.per_second(now), 1),
                layer.track.newest >= 0 and heard_at - layer.heard_at <= _LAYER_SILENCE_S,
            )
            for encoding, layer in self.layers.items()
        )
        for viewer in self.viewers:
            viewer.measure(len(self.ladder) > 1)
            self.choose_layer(viewer, now)

    def choose_layer(self, viewer: Viewer, now: float, *, is_full: bool = False) -> None:
        """Give `viewer` the encoding that suits its line, or the one it has chosen.

        A line that is full gets nothing until the keyframe of the smaller one comes: what is sent
        meanwhile would only stand in its queue, before that keyframe.
        """
        down = viewer.down_tracks.get("video")
        if down is None:
            return
        current = self.encoding_of(down.wanted)
        encoding = choose_encoding(
            self.ladder,
            limit_bps=viewer.line.limit_bps,
            current=current,
            chosen=viewer.chosen_encoding,
        )
        if encoding is not None and encoding != current:
            down.wanted = self.layers[encoding].track
            if is_full:
                down.wait_for_keyframe(now)
            if down.phase is not Phase.WAITING or is_full:
                self.request_due_keyframes(now)
        goal = next_above(self.ladder, encoding) if viewer.chosen_encoding is None else None
        sent_bps = next((rung.bitrate_bps for rung in self.ladder if rung.encoding == encoding), 0)
        viewer.line.aim(goal, sent_bps=sent_bps)

    def encoding_of(self, track: FeedTrack) -> str | None:
        """Return the encoding that `track` is of, None if the publisher does not send it any
        more."""
        return next((e for e, layer in self.layers.items() if layer.track is track), None)

    def wish_keyframe(self, viewer: Viewer, now: float) -> None:
        """A viewer has lost the picture. Wishes within half a second are one request."""
        down = viewer.down_tracks.get("video")
        layer = self.layers.get(self.encoding_of(down.wanted) or "") if down is not None else None
        if layer is not None:
            layer.keyframe_wished = True
            self.request_due_keyframes(now)

    def request_due_keyframes(self, now: float) -> None:
        """Ask the publisher, again if need be, until keyframes come; serve who waits too long.

        Only for encodings that somebody waits for: what nobody watches costs the publisher none.
        """
        if self.publisher is None:
            return
        waiting = [down for down in self._video_of_viewers() if down.phase is Phase.WAITING]
        wanted = {id(down.wanted) for down in waiting}
        wanted |= {id(down.wanted) for down in self._video_of_viewers() if down.is_switching()}
        for layer in self.layers.values():
            if not (layer.keyframe_wished or id(layer.track) in wanted):
                continue
            if layer.is_request_due(now):
                self.request_keyframe(layer, now)
        for down in waiting:
            keyframe = down.wanted.get_keyframe()
            if keyframe is None or now - down.waiting_since < REPLAY_PATIENCE_S:
                continue
            # Who publishes a simulcast answers requests. A long replay fills a line anew.
            if len(self.layers) == 1 or now - keyframe.arrived_at <= REPLAY_AGE_S:
                self._replay(down, keyframe)

    def request_keyframe(self, layer: Layer, now: float) -> None:
        """Ask the publisher once for a keyframe of one encoding."""
        if self.publisher is not None and self.publisher.request_keyframe(layer.encoding):
            layer.note_request(now)
            self.keyframe_requests += 1

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
        self.flush()
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
        """Return what a studio shows: of the picture, its largest encoding."""
        audio = self.formats.get("audio")
        best = self.layers[self.ladder[-1].encoding] if self.ladder else None
        if "video" not in self.formats:
            best = None
        keyframe = best.track.keyframe if best is not None else None
        bits = sum(layer.bits.per_second(now) for layer in self.layers.values())
        return FeedStatistics(
            is_publishing=self.publisher is not None,
            bitrate_bps=round(bits + self._audio_bits.per_second(now)),
            frames_per_second=round(best.frames.per_second(now), 1) if best is not None else 0.0,
            packet_loss=self.publisher.loss(now) if self.publisher is not None else 0.0,
            rtt_s=self.publisher.rtt_s if self.publisher is not None else None,
            viewers=len(self.viewers),
            keyframe_age_s=now - keyframe.arrived_at if keyframe is not None else None,
            video_codec=best.track.format.name if best is not None else None,
            audio_codec=audio.name if audio is not None else None,
            encodings=self.ladder,
        )


def _split(packets: list[FeedPacket]) -> list[list[FeedPacket]]:
    """Return `packets` in parts that fit the buffer."""
    parts: list[list[FeedPacket]] = [[]]
    size = 0
    for packet in packets:
        length = len(packet.payload) + 40  # header and tag
        if size + length > FRAME_LIMIT_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(packet)
        size += length
    return parts
