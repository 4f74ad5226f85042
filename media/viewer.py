"""A viewer: what it is sent, what it reports, and nothing of how it is connected.

Everything here runs on the packet path and never waits. A viewer to which a send fails loses whole
frames until the next keyframe, and slows nobody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from struct import pack
from typing import NamedTuple, Protocol

from media.downtrack import DownTrack, Phase, Segment
from media.line import Line
from media.rtcp import (
    KeyframeWish,
    Nack,
    ReportBlock,
    middle_of,
    ntp_of,
    parse_rtcp,
    write_sender_report,
)
from media.srtp import (
    Dialect,
    Frame,
    FrameBuffer,
    Layout,
    Run,
    SrtpSender,
    WideNumbers,
)
from media.track import FeedPacket, FeedTrack
from media.twcc import WideFeedback

CNAME = b"vibecast"

# 48 packets every 5 ms are 90 Mb/s: a player's socket buffer takes that, and a whole GOP arrives
# before a requested keyframe would.
REPLAY_PACKETS = 48
REPLAY_PAUSE_S = 0.005
_REPORTS_REMEMBERED = 8
# Probes repeat these in turn: about a frame of a large picture, several of a small one.
_PROBE_PACKETS = 24
_PROBE_PACKETS_LIMIT = 200
_DEFAULT_RTT_S = 0.1
# A day of nothing else: more is not true, and would spoil the sum of all.
_FREEZES_LIMIT = 100_000
_FROZEN_LIMIT_MS = 86_400_000
# One packet of sound in a hundred is heard; sound doubled is a tenth of the picture.
_LOST_SOUND = 0.01
_LOST_SOUND_HOLD_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Packets and payload bytes sent, packets sent again, and what players complained of."""

    packets: int = 0
    octets: int = 0
    resent: int = 0
    nacks: int = 0
    """Packets asked for again."""
    keyframe_wishes: int = 0
    freezes: int = 0
    frozen_ms: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            packets=self.packets + other.packets,
            octets=self.octets + other.octets,
            resent=self.resent + other.resent,
            nacks=self.nacks + other.nacks,
            keyframe_wishes=self.keyframe_wishes + other.keyframe_wishes,
            freezes=self.freezes + other.freezes,
            frozen_ms=self.frozen_ms + other.frozen_ms,
        )


class Wishes(NamedTuple):
    """What a viewer's reports ask of its feed."""

    keyframe: bool
    smaller_layer: bool


class Wire(Protocol):
    """Where a viewer's datagrams go."""

    def send_run(self, run: Run) -> bool:
        """Send neighbours of equal size; False if the socket does not take them now."""

    def send(self, datagram: bytes) -> bool:
        """Send one datagram; False if the socket does not take it now."""


class Viewer:
    """One player, connected. Owned by the feed it watches."""

    def __init__(
        self,
        down_tracks: Mapping[str, DownTrack],
        *,
        srtp: SrtpSender,
        wire: Wire,
        buffer: FrameBuffer,
        wide_extension: int | None = None,
    ) -> None:
        self.down_tracks = down_tracks
        self.srtp = srtp
        self.line = Line()
        self.chosen_encoding: str | None = None
        """What the person at the player has chosen; None leaves it to the line."""
        self.rtt_s: float | None = None
        self.fraction_lost = 0.0
        self.blocked = 0
        self.nacks = 0
        self.keyframe_wishes = 0
        self.freezes = 0
        """How often the picture has stood still, as the player itself tells."""
        self.frozen_ms = 0
        self.bitrate_bps = 0
        """What was sent to it between the last two reports."""
        self._counted = (0, 0.0)
        self._wide = WideNumbers(wide_extension) if wide_extension is not None else None
        self._wire = wire
        self._buffer = buffer
        self._by_ssrc = {down.numbers.ssrc: down for down in down_tracks.values()}
        self._reports: OrderedDict[int, float] = OrderedDict()
        self._sound_lost_at = float("-inf")
        self._is_measured = False
        self.dialects = self._find_dialects()
        """For which dialect a frame of each kind must have been laid out."""

    @property
    def is_measured(self) -> bool:
        """Whether the picture carries transport-wide numbers. Only where there is a choice: a
        report ten times a second costs something."""
        return self._is_measured

    def measure(self, is_measured: bool) -> None:
        """Let the picture carry transport-wide numbers from the next packet on, or not."""
        if is_measured != self._is_measured:
            self._is_measured = is_measured
            self.dialects = self._find_dialects()

    def _find_dialects(self) -> dict[str, Dialect]:
        dialects = {}
        for kind, down in self.down_tracks.items():
            numbers, wide = down.numbers, self._wide_of(down)
            dialects[kind] = Dialect(
                self.srtp.tag_bytes,
                numbers.payload_type,
                numbers.red_payload_type if down.block_type is not None else None,
                wide.extension if wide is not None else None,
            )
        return dialects

    def _wide_of(self, down: DownTrack) -> WideNumbers | None:
        return self._wide if self._is_measured and down.kind == "video" else None

    def send_frame(
        self, down: DownTrack, track: FeedTrack, frame: Frame, packets: list[FeedPacket], now: float
    ) -> None:
        """Send a frame of `track` that was laid out for everybody."""
        segment = down.segment
        if (
            down.phase is not Phase.LIVE
            or segment is None
            or segment.track is not track
            or frame.lowest < segment.ordinary_from
        ):
            self._send_chosen(down, down.select(track, packets), now)
            return
        down.sent_up_to(packets[-1].sequence)
        self._send(down, frame, segment, now)

    def send_replay(self, down: DownTrack, now: float) -> None:
        """Send the next part of what the ring has since the keyframe."""
        self._send_chosen(down, down.take_replay(REPLAY_PACKETS), now)

    def send_probe(self, now: float) -> None:
        """Send again what was sent last, if the line is to be tried: a player drops it unseen."""
        octets = self.line.take_probe(now) if self._is_measured else 0
        down = self.down_tracks.get("video")
        if octets <= 0 or down is None or down.phase is not Phase.LIVE:
            return
        latest = down.latest(_PROBE_PACKETS)
        sent, packets = 0, 0
        while latest and sent < octets and packets < _PROBE_PACKETS_LIMIT:
            found = down.find(latest[packets % len(latest)])
            packets += 1
            if found is not None:
                sent += self._send_repair(down, *found, now)

    def _send_chosen(self, down: DownTrack, chosen: list[Layout], now: float) -> None:
        segment = down.segment
        if not chosen or segment is None:
            return
        frame = self._buffer.lay_out(chosen, self.dialects[down.kind])
        self._send(down, frame, segment, now)

    def _send(self, down: DownTrack, frame: Frame, segment: Segment, now: float) -> None:
        wide = self._wide_of(down)
        if not self.srtp.protect_frame(
            frame,
            ssrc=down.numbers.ssrc,
            sequence_offset=segment.offset,
            timestamp_offset=segment.timestamp_offset,
            shift=segment.shift,
            wide=wide,
        ):
            return
        if wide is not None:
            self.line.note_sent(len(frame.packets), frame.octets, now)
        for run in frame.runs:
            if not self._wire.send_run(run):
                # The rest of this frame counts as lost on the way: its numbers are used, a NACK
                # gets it. What comes after is not begun before a keyframe.
                self.blocked += 1
                if down.kind == "video":
                    down.wait_for_keyframe(now)
                return
            down.packets += run.packets
            down.octets += run.payload_bytes

    def receive_reports(self, data: bytes, now: float) -> Wishes:
        """Take a viewer's RTCP and answer what can be; return what only the feed can do."""
        keyframe = layer = False
        for report in parse_rtcp(data):
            if isinstance(report, WideFeedback):
                layer = self.line.note_feedback(report, now) or layer
            elif isinstance(report, Nack):
                down = self._by_ssrc.get(report.media_ssrc)
                if down is not None:
                    self.nacks += len(report.sequences)
                    self._resend(down, report.sequences, now)
            elif isinstance(report, KeyframeWish):
                if report.media_ssrc in self._by_ssrc:
                    keyframe = True
                    self.keyframe_wishes += 1
            elif isinstance(report, ReportBlock) and report.ssrc in self._by_ssrc:
                self._note_report(report, now)
        return Wishes(keyframe, layer)

    def measure_rate(self, now: float) -> None:
        """Take what was sent since the last time as the rate."""
        octets, before_at = self._counted
        self._counted = (sum(each.octets for each in self.down_tracks.values()), now)
        if before_at:
            self.bitrate_bps = round(8 * (self._counted[0] - octets) / max(now - before_at, 0.1))

    def send_sender_reports(self, now: float, unix_time: float) -> None:
        """Tell the player which moment its timestamps are, so that lips match sound.

        NTP stays the publisher's, carried on from its last report; the RTP timestamp is mapped like
        the packets'. Before the publisher's first report our own clock has to do.
        """
        for down in self.down_tracks.values():
            track = down.track
            if track.newest < 0 or down.packets == 0:
                continue
            clock = track.sender_clock
            if clock is not None:
                elapsed = now - clock.arrived_at
                ntp = clock.ntp + int(elapsed * 4_294_967_296)
                timestamp = clock.timestamp + round(elapsed * track.format.clock_rate)
            else:
                ntp = ntp_of(unix_time)
                elapsed = now - track.newest_arrived_at
                timestamp = track.newest_timestamp + round(elapsed * track.format.clock_rate)
            self._reports[middle_of(ntp)] = now
            while len(self._reports) > _REPORTS_REMEMBERED:
                self._reports.popitem(last=False)
            report = write_sender_report(
                down.numbers.ssrc,
                ntp=ntp & 0xFFFFFFFFFFFFFFFF,
                timestamp=timestamp + down.timestamp_offset,
                packets=down.packets,
                octets=down.octets,
                cname=CNAME,
            )
            self._wire.send(self.srtp.protect_rtcp(report))

    def totals(self) -> Totals:
        """Return what has been sent so far."""
        downs = self.down_tracks.values()
        return Totals(
            packets=sum(each.packets for each in downs),
            octets=sum(each.octets for each in downs),
            resent=sum(each.resent for each in downs),
            nacks=self.nacks,
            keyframe_wishes=self.keyframe_wishes,
            freezes=self.freezes,
            frozen_ms=self.frozen_ms,
        )

    def note_playback(self, freezes: int, frozen_ms: int) -> None:
        """Take what the player tells of itself; it counts from its beginning, so numbers rise."""
        self.freezes = max(self.freezes, min(freezes, _FREEZES_LIMIT))
        self.frozen_ms = max(self.frozen_ms, min(frozen_ms, _FROZEN_LIMIT_MS))

    def _note_report(self, report: ReportBlock, now: float) -> None:
        self.fraction_lost = report.fraction_lost
        sound = self.down_tracks.get("audio")
        if sound is not None and report.ssrc == sound.numbers.ssrc:
            self._note_lost_sound(sound, report.fraction_lost, now)
        sent_at = self._reports.get(report.last_sr)
        if sent_at is not None:
            rtt_s = now - sent_at - report.delay_since_last_sr / 65536
            self.rtt_s = max(0.0, rtt_s)

    def _note_lost_sound(self, sound: DownTrack, fraction_lost: float, now: float) -> None:
        """Send sound twice while it gets lost, unless the line is full and gets fuller by it."""
        if fraction_lost >= _LOST_SOUND:
            self._sound_lost_at = now
        is_lossy = now - self._sound_lost_at < _LOST_SOUND_HOLD_S
        if sound.carry_earlier(is_lossy and not self.line.is_limited):
            self.dialects = self._find_dialects()

    def _resend(self, down: DownTrack, numbers: tuple[int, ...], now: float) -> None:
        if down.phase is Phase.WAITING:
            return  # the picture begins anew with a keyframe; what came before only takes the line
        rtt_s = self.rtt_s if self.rtt_s is not None else _DEFAULT_RTT_S
        for number in numbers:
            found = down.find(number)
            if found is None or (self.line.is_limited and not down.needs(*found)):
                continue
            if not self.line.may_repair(len(found[1].payload), now):
                return
            if not down.may_answer(number, now, rtt_s):
                continue
            if self._send_repair(down, *found, now):
                down.resent += 1

    def _send_repair(
        self, down: DownTrack, segment: Segment, packet: FeedPacket, now: float
    ) -> int:
        """Send one packet again; return its octets, 0 if it could not be sent."""
        sent, negotiated = down.rebuild(segment, packet), down.numbers
        marker = 0x80 if sent.marker else 0
        if negotiated.rtx_payload_type is None:
            head = pack(
                "!BBHII",
                0x80,
                marker | sent.payload_type,
                sent.number,
                sent.timestamp,
                negotiated.ssrc,
            )
            plain = head + sent.payload
        else:
            wide = self._wide_of(down)
            extension = wide.take() if wide is not None else b""
            head = pack(
                "!BBHII",
                0x90 if extension else 0x80,
                marker | negotiated.rtx_payload_type,
                down.next_rtx_number(),
                sent.timestamp,
                negotiated.rtx_ssrc,
            )
            # RTX says of which payload type its packets are, and that is not RED.
            payload = (
                sent.payload if sent.payload_type == negotiated.payload_type else packet.payload
            )
            plain = head + extension + pack("!H", sent.number) + payload
            if extension:
                self.line.note_sent(1, len(plain), now)
        protected = self.srtp.protect(plain)
        if protected is None or not self._wire.send(protected):
            return 0
        return len(plain)
