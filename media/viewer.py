"""A viewer: what it is sent, what it reports, and nothing of how it is connected.

Everything here runs on the packet path and never waits. A viewer to which a send fails loses whole
frames until the next keyframe, and slows nobody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from struct import pack
from typing import Protocol

from media.downtrack import DownTrack, Phase
from media.rtcp import (
    KeyframeWish,
    Nack,
    ReportBlock,
    middle_of,
    ntp_of,
    parse_rtcp,
    write_sender_report,
)
from media.srtp import HEADER_BYTES, Frame, FrameBuffer, Layout, Run, SrtpSender
from media.track import FeedPacket

CNAME = b"vibecast"

# 48 packets every 5 ms are 90 Mb/s: a player's socket buffer takes that, and a whole GOP arrives
# before a requested keyframe would.
REPLAY_PACKETS = 48
REPLAY_PAUSE_S = 0.005
_REPORTS_REMEMBERED = 8
_DEFAULT_RTT_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Packets and payload bytes sent, and packets sent again."""

    packets: int = 0
    octets: int = 0
    resent: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            packets=self.packets + other.packets,
            octets=self.octets + other.octets,
            resent=self.resent + other.resent,
        )


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
    ) -> None:
        self.down_tracks = down_tracks
        self.srtp = srtp
        self.rtt_s: float | None = None
        self.fraction_lost = 0.0
        self.blocked = 0
        self._overhead = HEADER_BYTES + srtp.tag_bytes
        self._wire = wire
        self._buffer = buffer
        self._by_ssrc = {down.numbers.ssrc: down for down in down_tracks.values()}
        self._reports: OrderedDict[int, float] = OrderedDict()

    def send_frame(
        self, down: DownTrack, frame: Frame, packets: list[FeedPacket], now: float
    ) -> None:
        """Send a frame that was laid out for everybody."""
        segment = down.segment
        if down.phase is not Phase.LIVE or segment is None or frame.lowest < segment.ordinary_from:
            self._send_chosen(down, down.select(packets), now)
            return
        down.sent_up_to(packets[-1].sequence)
        self._send(down, frame, segment.offset, now)

    def send_replay(self, down: DownTrack, now: float) -> None:
        """Send the next part of what the ring has since the keyframe."""
        self._send_chosen(down, down.take_replay(REPLAY_PACKETS), now)

    def _send_chosen(self, down: DownTrack, chosen: list[Layout], now: float) -> None:
        segment = down.segment
        if not chosen or segment is None:
            return
        frame = self._buffer.lay_out(chosen, self.srtp.tag_bytes)
        self._send(down, frame, segment.offset, now)

    def _send(self, down: DownTrack, frame: Frame, offset: int, now: float) -> None:
        if not self.srtp.protect_frame(
            frame,
            payload_type=down.numbers.payload_type,
            ssrc=down.numbers.ssrc,
            sequence_offset=offset,
            timestamp_offset=down.timestamp_offset,
        ):
            return
        for run in frame.runs:
            if not self._wire.send_run(run):
                # The rest of this frame counts as lost on the way: its numbers are used, a NACK
                # gets it. What comes after is not begun before a keyframe.
                self.blocked += 1
                if down.track.format.kind == "video":
                    down.wait_for_keyframe(now)
                return
            down.packets += run.packets
            down.octets += len(run.view) - run.packets * self._overhead

    def receive_reports(self, data: bytes, now: float) -> bool:
        """Take a viewer's RTCP and answer what can be; return whether it wishes a keyframe."""
        wishes = False
        for report in parse_rtcp(data):
            if isinstance(report, Nack):
                down = self._by_ssrc.get(report.media_ssrc)
                if down is not None:
                    self._resend(down, report.sequences, now)
            elif isinstance(report, KeyframeWish):
                wishes = wishes or report.media_ssrc in self._by_ssrc
            elif isinstance(report, ReportBlock) and report.ssrc in self._by_ssrc:
                self._note_report(report, now)
        return wishes

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
        )

    def _note_report(self, report: ReportBlock, now: float) -> None:
        self.fraction_lost = report.fraction_lost
        sent_at = self._reports.get(report.last_sr)
        if sent_at is not None:
            rtt_s = now - sent_at - report.delay_since_last_sr / 65536
            self.rtt_s = max(0.0, rtt_s)

    def _resend(self, down: DownTrack, numbers: tuple[int, ...], now: float) -> None:
        rtt_s = self.rtt_s if self.rtt_s is not None else _DEFAULT_RTT_S
        for number in numbers:
            found = down.find(number)
            if found is None or not down.may_answer(number, now, rtt_s):
                continue
            segment, packet = found
            head, sent_number, timestamp = down.rebuild(segment, packet)
            negotiated = down.numbers
            if negotiated.rtx_payload_type is not None:
                head = bytes((head[0], head[1] & 0x80 | negotiated.rtx_payload_type))
                fields = pack(
                    "!HIIH", down.next_rtx_number(), timestamp, negotiated.rtx_ssrc, sent_number
                )
            else:
                fields = pack("!HII", sent_number, timestamp, negotiated.ssrc)
            protected = self.srtp.protect(head + fields + packet.payload)
            if protected is not None and self._wire.send(protected):
                down.resent += 1
