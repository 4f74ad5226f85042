"""A publisher, connected: its packets into the feed, our feedback back to it.

Runs on the packet path and never waits; its session calls `tick` every 50 ms. What goes back:
congestion feedback (else browsers stay slow), NACKs, receiver reports, keyframe requests.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from media.feed import Feed
from media.loss import MissingPackets
from media.meters import RateMeter
from media.negotiation import Agreement, Format
from media.rtcp import (
    ReceiverDelay,
    SenderReport,
    is_rtcp,
    middle_of,
    ntp_of,
    parse_rtcp,
    write_nack,
    write_pli,
    write_receiver_report,
    write_report_block,
    write_wide_feedback,
)
from media.rtp import RtpPacket, Unwrapped, parse_rtp
from media.srtp import SrtpReceiver, SrtpSender
from media.twcc import ArrivalLog
from media.viewer import CNAME

TICK_S = 0.05
_REPORT_INTERVAL_S = 1.0
_DEFAULT_RTT_S = 0.1


class _Source:
    """One incoming stream of packets: what has come of it and what not."""

    def __init__(self, agreement: Agreement, track_format: Format) -> None:
        self.kind = track_format.kind
        self.clock_rate = track_format.clock_rate
        self.payload_type = agreement.codec.payload_type if agreement.codec else -1
        self.answers_nacks = agreement.codec is not None and "nack" in agreement.codec.feedback
        self.ssrc: int | None = None
        self.begin(None)

    def begin(self, ssrc: int | None) -> None:
        """Count from nothing: the packets are another SSRC's now."""
        self.ssrc = ssrc
        self.sequences = Unwrapped(16)
        self.missing = MissingPackets()
        self.first: int | None = None
        self.received = 0
        self.reported_expected = 0
        self.reported_received = 0
        self.jitter = 0.0
        self._transit: float | None = None
        self.last_sr = 0
        self.last_sr_at = 0.0

    def note(self, packet: RtpPacket, now: float) -> None:
        if packet.ssrc != self.ssrc:
            self.begin(packet.ssrc)
        sequence = self.sequences.extend(packet.sequence)
        if self.first is None:
            self.first = sequence
        self.received += 1
        self.missing.note(sequence, now)
        # RFC 3550 section 6.4.1
        transit = now * self.clock_rate - packet.timestamp
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < self.clock_rate * 10:
                self.jitter += (change - self.jitter) / 16
        self._transit = transit

    @property
    def expected(self) -> int:
        if self.first is None or self.sequences.last is None:
            return 0
        return self.sequences.last - self.first + 1


class Publisher:
    """Who sends one feed at the moment."""

    def __init__(
        self,
        agreements: Iterable[Agreement],
        *,
        feed: Feed,
        receiver: SrtpReceiver,
        sender: SrtpSender,
        send: Callable[[bytes], bool],
        on_first_media: Callable[[], None],
    ) -> None:
        self.rtt_s: float | None = None
        self.has_media = False
        self._feed = feed
        self._receiver = receiver
        self._sender = sender
        self._send = send
        self._on_first_media = on_first_media
        self._ssrc = secrets.randbits(32)
        self._arrivals = ArrivalLog()
        self._wide_sequence_id: int | None = None
        self._sources: dict[int, _Source] = {}
        self._repairs: dict[int, _Source] = {}
        self._expected, self._lost = RateMeter(), RateMeter()
        self._reported_at = 0.0
        for agreement in agreements:
            if agreement.format is None or agreement.codec is None:
                continue
            source = _Source(agreement, agreement.format)
            self._sources[agreement.codec.payload_type] = source
            if agreement.rtx_payload_type is not None:
                self._repairs[agreement.rtx_payload_type] = source
            # One number for all sections: RFC 8843 wants the same in a bundle.
            self._wide_sequence_id = agreement.transport_cc_id or self._wide_sequence_id

    def receive(self, datagram: bytes, now: float) -> bool:
        """Take a protected datagram; return whether it was authentic."""
        if is_rtcp(datagram):
            reports = self._receiver.unprotect_rtcp(datagram)
            if reports is not None:
                self._receive_reports(reports, now)
            return reports is not None
        data = self._receiver.unprotect(datagram)
        if data is None:
            return False
        packet = parse_rtp(data, self._wide_sequence_id)
        if packet is not None:
            self._receive_packet(packet, now)
        return True

    def _receive_packet(self, packet: RtpPacket, now: float) -> None:
        if packet.wide_sequence is not None:
            self._arrivals.record(packet.wide_sequence, now)
        source = self._sources.get(packet.payload_type)
        if source is None:
            source = self._repairs.get(packet.payload_type)
            if source is None or source.ssrc is None or len(packet.payload) < 3:
                return  # unknown, or padding with which browsers probe
            packet = _unwrap_repair(packet, source)
        source.note(packet, now)
        # Padding that probes has no payload but a number: it goes on to the viewers like any
        # packet, or they would see a hole.
        if packet.payload and not self.has_media:
            self.has_media = True
            self._on_first_media()
        self._feed.receive(source.kind, packet, now)
        if not source.missing.empty:
            self._ask_again(source, now)

    def _receive_reports(self, data: bytes, now: float) -> None:
        for report in parse_rtcp(data):
            if isinstance(report, SenderReport):
                for source in self._sources.values():
                    if source.ssrc == report.ssrc:
                        source.last_sr, source.last_sr_at = middle_of(report.ntp), now
                        self._feed.note_sender_report(
                            source.kind, report.ssrc, report.ntp, report.timestamp, now
                        )
            elif isinstance(report, ReceiverDelay):
                passed = (middle_of(ntp_of(now)) - report.last_rr - report.delay) & 0xFFFFFFFF
                if passed < 0x80000000:
                    self.rtt_s = passed / 65536

    def tick(self, now: float) -> None:
        """Send what is due."""
        while (body := self._arrivals.take_feedback()) is not None:
            media_ssrc = next((s.ssrc for s in self._sources.values() if s.ssrc is not None), 0)
            self._send_rtcp(write_wide_feedback(self._ssrc, media_ssrc, body))
        for source in self._sources.values():
            if not source.missing.empty:
                self._ask_again(source, now)
        if now - self._reported_at >= _REPORT_INTERVAL_S:
            self._reported_at = now
            self._send_receiver_report(now)
        self._feed.request_due_keyframe(now)

    def request_keyframe(self) -> bool:
        """Ask for a keyframe; False as long as no packet of the picture has come."""
        for source in self._sources.values():
            if source.kind == "video" and source.ssrc is not None:
                self._send_rtcp(write_pli(self._ssrc, source.ssrc))
                return True
        return False

    def loss(self, now: float) -> float:
        """Return the share of packets that never came, over the last seconds."""
        expected = self._expected.per_second(now)
        return min(1.0, self._lost.per_second(now) / expected) if expected else 0.0

    def _ask_again(self, source: _Source, now: float) -> None:
        rtt_s = self.rtt_s if self.rtt_s is not None else _DEFAULT_RTT_S
        due = source.missing.take_due(now, rtt_s)
        if due and source.answers_nacks and source.ssrc is not None:
            self._send_rtcp(write_nack(self._ssrc, source.ssrc, due))

    def _send_receiver_report(self, now: float) -> None:
        blocks = []
        for source in self._sources.values():
            if source.ssrc is None or source.sequences.last is None:
                continue
            expected = source.expected - source.reported_expected
            received = source.received - source.reported_received
            source.reported_expected, source.reported_received = source.expected, source.received
            lost = max(0, expected - received)
            self._expected.add(max(0, expected), now)
            self._lost.add(lost, now)
            delay = round((now - source.last_sr_at) * 65536) if source.last_sr else 0
            blocks.append(
                write_report_block(
                    source.ssrc,
                    fraction_lost=lost / expected if expected > 0 else 0.0,
                    lost=source.expected - source.received,
                    highest=source.sequences.last,
                    jitter=round(source.jitter),
                    last_sr=source.last_sr,
                    delay=delay,
                )
            )
        self._send_rtcp(write_receiver_report(self._ssrc, blocks, now_ntp=ntp_of(now), cname=CNAME))

    def _send_rtcp(self, report: bytes) -> None:
        self._send(self._sender.protect_rtcp(report))


def _unwrap_repair(packet: RtpPacket, source: _Source) -> RtpPacket:
    """Return what a retransmission carries (RFC 4588): the number stands before the payload."""
    return RtpPacket(
        source.payload_type,
        packet.marker,
        packet.payload[0] << 8 | packet.payload[1],
        packet.timestamp,
        source.ssrc or 0,
        packet.payload[2:],
    )
