"""A publisher, connected: its packets into the feed, our feedback back to it.

Runs on the packet path and never waits; its session calls `tick` every 50 ms. What goes back:
congestion feedback (else browsers stay slow), NACKs, receiver reports, keyframe requests. The
encodings of a simulcast tell by header extension which they are, until we have reported on them;
from then on their SSRCs are known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

from media.feed import Feed
from media.loss import MissingPackets
from media.meters import RateMeter
from media.negotiation import REPAIRED_RID, RID, Agreement, Format
from media.red import read_red
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

    def __init__(self, agreement: Agreement, track_format: Format, encoding: str) -> None:
        self.kind = track_format.kind
        self.encoding = encoding
        self.clock_rate = track_format.clock_rate
        self.payload_type = agreement.codec.payload_type if agreement.codec else -1
        self.answers_nacks = agreement.codec is not None and "nack" in agreement.codec.feedback
        self.ssrc: int | None = None
        self.repair_ssrc: int | None = None
        self.begin(None)

    def begin(self, ssrc: int | None) -> None:
        """Count from nothing: the packets are another SSRC's now."""
        self.ssrc = ssrc
        self.sequences = Unwrapped(16)
        self.missing = MissingPackets()
        self.first: int | None = None
        self.newest_timestamp = 0
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
        if sequence == self.sequences.last:
            self.newest_timestamp = packet.timestamp
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

    def lacks_before(self, packet: RtpPacket) -> int:
        """Return how many numbers lie between the newest packet so far and `packet`."""
        newest = self.sequences.last
        if packet.ssrc != self.ssrc or newest is None:
            return 0
        return max(0, self.sequences.near(packet.sequence) - newest - 1)

    def is_ahead(self, timestamp: int) -> bool:
        """Return whether `timestamp` is after that of the newest packet so far."""
        return 0 < (timestamp - self.newest_timestamp) & 0xFFFFFFFF < 0x80000000

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
        self._wide_sequence_id = self._rid_id = self._repaired_rid_id = -1
        self._sources: list[_Source] = []
        # By RED's payload type: that of its blocks.
        self._red: dict[int, int] = {}
        self._by_ssrc: dict[int, _Source] = {}
        self._by_repair_ssrc: dict[int, _Source] = {}
        # By payload type, then by encoding: where packets of an unknown SSRC belong.
        self._named: dict[int, dict[str, _Source]] = {}
        self._repaired: dict[int, dict[str, _Source]] = {}
        self._expected, self._lost = RateMeter(), RateMeter()
        self._reported_at = 0.0
        for agreement in agreements:
            if agreement.format is None or agreement.codec is None:
                continue
            sources = {
                encoding: _Source(agreement, agreement.format, encoding)
                for encoding in agreement.encodings or ("",)
            }
            self._sources += sources.values()
            self._named[agreement.codec.payload_type] = sources
            if agreement.red_payload_type is not None:
                self._red[agreement.red_payload_type] = agreement.codec.payload_type
            if agreement.rtx_payload_type is not None:
                self._repaired[agreement.rtx_payload_type] = sources
            # One number for all sections: RFC 8843 wants the same in a bundle.
            if agreement.transport_cc_id is not None:
                self._wide_sequence_id = agreement.transport_cc_id
            if agreement.encodings:
                numbers = agreement.section.extensions
                self._rid_id = numbers[RID]
                self._repaired_rid_id = numbers.get(REPAIRED_RID, -1)

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
        packet = parse_rtp(data)
        if packet is not None:
            self._receive_packet(packet, now)
        return True

    def _receive_packet(self, packet: RtpPacket, now: float) -> None:
        wide_sequence = packet.extensions.get(self._wide_sequence_id, b"")
        if len(wide_sequence) == 2:
            self._arrivals.record(wide_sequence[0] << 8 | wide_sequence[1], now)
        if packet.payload_type in self._repaired:
            source = self._find_repaired(packet)
            if source is None or source.ssrc is None or len(packet.payload) < 3:
                return  # unknown, or padding with which browsers probe
            packet = _unwrap_repair(packet, source)
        else:
            unpacked = self._unpack_red(packet) if packet.payload_type in self._red else packet
            source = self._find_source(unpacked) if unpacked is not None else None
            if source is None or unpacked is None:
                return
            packet = unpacked
            if packet.red is not None:
                self._receive_earlier(source, packet, now)
        source.note(packet, now)
        # Padding that probes has no payload but a number: it goes on to the viewers like any
        # packet, or they would see a hole.
        if packet.payload and not self.has_media:
            self.has_media = True
            self._on_first_media()
        self._feed.receive(source.kind, packet, now, encoding=source.encoding)
        if not source.missing.empty:
            self._ask_again(source, now)

    def _unpack_red(self, packet: RtpPacket) -> RtpPacket | None:
        """Return what `packet` would be without RED; None if it is not what was agreed."""
        payload_type = self._red[packet.payload_type]
        unpacked = read_red(packet.payload, payload_type)
        if unpacked is None:
            return None
        return RtpPacket(
            payload_type,
            packet.marker,
            packet.sequence,
            packet.timestamp,
            packet.ssrc,
            unpacked.primary,
            red=unpacked,
        )

    def _receive_earlier(self, source: _Source, packet: RtpPacket, now: float) -> None:
        """Take out of `packet` those before it that have not come: nobody needs to ask for them."""
        earlier = packet.red.earlier if packet.red is not None else ()
        for back in range(min(source.lacks_before(packet), len(earlier)), 0, -1):
            block = earlier[-back]
            timestamp = (packet.timestamp - block.timestamp_offset) & 0xFFFFFFFF
            # A sender may leave one out that is too long: then this one has come already.
            if block.payload and source.is_ahead(timestamp):
                number = (packet.sequence - back) & 0xFFFF
                recovered = RtpPacket(
                    packet.payload_type, False, number, timestamp, packet.ssrc, block.payload
                )
                self._feed.receive(source.kind, recovered, now)

    def _find_source(self, packet: RtpPacket) -> _Source | None:
        source = self._by_ssrc.get(packet.ssrc)
        if source is not None and source.payload_type == packet.payload_type:
            return source
        source = _named_by(packet, self._rid_id, self._named.get(packet.payload_type))
        if source is not None:
            if source.ssrc is not None:
                self._by_ssrc.pop(source.ssrc, None)
            self._by_ssrc[packet.ssrc] = source
        return source

    def _find_repaired(self, packet: RtpPacket) -> _Source | None:
        source = self._by_repair_ssrc.get(packet.ssrc)
        if source is not None:
            return source
        source = _named_by(packet, self._repaired_rid_id, self._repaired.get(packet.payload_type))
        if source is not None:
            if source.repair_ssrc is not None:
                self._by_repair_ssrc.pop(source.repair_ssrc, None)
            source.repair_ssrc = packet.ssrc
            self._by_repair_ssrc[packet.ssrc] = source
        return source

    def _receive_reports(self, data: bytes, now: float) -> None:
        for report in parse_rtcp(data):
            if isinstance(report, SenderReport):
                source = self._by_ssrc.get(report.ssrc)
                if source is not None:
                    source.last_sr, source.last_sr_at = middle_of(report.ntp), now
                    self._feed.note_sender_report(
                        source.kind,
                        source.encoding,
                        ssrc=report.ssrc,
                        ntp=report.ntp,
                        timestamp=report.timestamp,
                        now=now,
                    )
            elif isinstance(report, ReceiverDelay):
                passed = (middle_of(ntp_of(now)) - report.last_rr - report.delay) & 0xFFFFFFFF
                if passed < 0x80000000:
                    self.rtt_s = passed / 65536

    def tick(self, now: float) -> None:
        """Send what is due."""
        while (body := self._arrivals.take_feedback()) is not None:
            media_ssrc = next((s.ssrc for s in self._sources if s.ssrc is not None), 0)
            self._send_rtcp(write_wide_feedback(self._ssrc, media_ssrc, body))
        for source in self._sources:
            if not source.missing.empty:
                self._ask_again(source, now)
        if now - self._reported_at >= _REPORT_INTERVAL_S:
            self._reported_at = now
            self._send_receiver_report(now)
        self._feed.tick(now)

    def request_keyframe(self, encoding: str) -> bool:
        """Ask for a keyframe; False as long as no packet of that encoding has come."""
        for source in self._sources:
            if (source.kind, source.encoding) == ("video", encoding) and source.ssrc is not None:
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
        for source in self._sources:
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


def _named_by(
    packet: RtpPacket, extension: int, sources: Mapping[str, _Source] | None
) -> _Source | None:
    """Return which of `sources` a packet is of; the only one, if it has no name."""
    if sources is None:
        return None
    only = sources.get("")
    if only is not None:
        return only
    return sources.get(packet.extensions.get(extension, b"").decode("ascii", "replace"))


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
