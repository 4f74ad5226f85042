"""One track as one viewer gets it: its own numbers, and what may be sent again.

A viewer's sequence numbers rise by one for everything it is meant to get, whatever it was not
sent in between: libsrtp refuses old numbers, and a hole would be taken for loss. So the mapping
from the track's numbers to the viewer's is a list of segments, each one addition. A segment belongs
to one track: a viewer that gets another encoding of the picture begins a segment on that one's
track, with timestamps and picture ids that go on. Payload is never kept here.
"""

from __future__ import annotations

import enum
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from media.picture_ids import NO_SHIFT, PictureShift
from media.red import write_red
from media.srtp import Layout
from media.track import FeedPacket, FeedTrack

# A viewer that lost more than this many times within the ring asks for a keyframe anyway.
_SEGMENTS_LIMIT = 8
_ANSWERS_LIMIT = 3
_REPEAT_LIMIT_S = 0.1
# At a tenth of a 3 Mb/s stream lost this is ten seconds.
_REMEMBERED_ANSWERS = 256
# Frames of a replay follow each other by one millisecond: shown at once, not at the pace at which
# they were made, or the viewer would stay that far behind for good.
_REPLAY_STEP = 90
# Two encodings of one moment that differ by more have sender reports that cannot be believed.
_ALIGNMENT_LIMIT_S = 0.5
# How far back the last packet that was sent is looked for: the frames around it may be lost.
_LOOK_BACK = 256


class Phase(enum.Enum):
    """What a track is waiting for."""

    WAITING = "waiting"
    """A keyframe must come first."""
    REPLAYING = "replaying"
    """The ring is being sent, from the last keyframe on."""
    LIVE = "live"


@dataclass(slots=True)
class Segment:
    """From `first` on the viewer's number is the track's plus `offset`; open while no `last`.

    Nothing of it is changed once used: a resend must be the same bytes.
    """

    track: FeedTrack
    first: int
    offset: int
    timestamp_offset: int
    shift: PictureShift
    timestamps: Mapping[int, int]
    """Timestamps that differ from the ordinary mapping, by the track's."""
    ordinary_from: int
    """No packet from here on has one of them."""
    block_type: int | None = None
    """The payload type of earlier sound that goes along (RED), None if none does."""
    last: int | None = None


@dataclass(slots=True)
class _Answers:
    count: int
    last_at: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a viewer's answer negotiated for one track."""

    payload_type: int
    rtx_payload_type: int | None
    ssrc: int
    rtx_ssrc: int
    red_payload_type: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet exactly as the viewer was sent it."""

    payload_type: int
    marker: bool
    number: int
    timestamp: int
    payload: bytes


class DownTrack:
    """The mapping of one viewer's sound, or of its picture."""

    def __init__(self, track: FeedTrack, numbers: Numbers) -> None:
        self.track = track
        """What the open segment is of, or the last one was."""
        self.wanted = track
        """What is to be sent from its next keyframe on; mostly the same."""
        self.numbers = numbers
        self.kind = track.format.kind
        self.phase = Phase.WAITING if self.kind == "video" else Phase.LIVE
        self.cursor = 0
        """While replaying: the track's number that is sent next."""
        self.packets = 0
        self.octets = 0
        self.resent = 0
        self.waiting_since = 0.0
        self.block_type: int | None = None
        """That of the open segment, and of those that follow."""
        self.segment: Segment | None = None
        """The open segment, if there is one."""
        # RFC 3550: random start. The upper half is left out, so that ROC starts at 0 for sure.
        self._next = secrets.randbits(15)
        self._segments: list[Segment] = []
        self._first_offset = secrets.randbits(32)
        self._rtx_next = secrets.randbits(15)
        self._answers: OrderedDict[int, _Answers] = OrderedDict()

    @property
    def timestamp_offset(self) -> int:
        """What is added to the present track's timestamps."""
        return self._segments[-1].timestamp_offset if self._segments else self._first_offset

    def begin_at(
        self,
        track: FeedTrack,
        sequence: int,
        *,
        timestamp_offset: int | None = None,
        timestamps: Mapping[int, int] | None = None,
    ) -> Segment:
        """Send `track` from `sequence` on, with numbers that follow what was sent before."""
        self.stop()
        ordinary_from = track.newest + 1 if timestamps else sequence
        opened = Segment(
            track,
            sequence,
            self._next - sequence,
            self.timestamp_offset if timestamp_offset is None else timestamp_offset,
            self._find_shift(track, sequence),
            timestamps or {},
            ordinary_from,
            self.block_type,
        )
        self.track = track
        self.segment = opened
        self._segments.append(opened)
        del self._segments[:-_SEGMENTS_LIMIT]
        return opened

    def stop(self) -> None:
        """Close the open segment: nothing that is not yet sent belongs to it."""
        if self.segment is not None:
            self.segment.last = self._next - 1 - self.segment.offset
            self.segment = None

    def carry_earlier(self, carries: bool) -> bool:
        """Send sound with earlier sound in it from the next packet on, or plain again; return
        whether that is a change.

        What was sent under a number stays what is sent again under it, so a segment ends here.
        """
        agreed = self.numbers.red_payload_type is not None
        block_type = self.numbers.payload_type if carries and agreed else None
        if block_type == self.block_type:
            return False
        self.block_type = block_type
        self.stop()
        return True

    def sent_up_to(self, sequence: int) -> None:
        """The track's numbers up to `sequence` have been used in the open segment."""
        if self.segment is not None:
            after = sequence + self.segment.offset + 1
            if after > self._next:
                self._next = after

    def wait_for_keyframe(self, now: float) -> None:
        """Send no more video until a keyframe begins."""
        self.stop()
        self.phase = Phase.WAITING
        self.waiting_since = now

    def begin_replay(self, keyframe: FeedPacket) -> None:
        """Send the wanted ring from `keyframe` on, with timestamps moved together before the
        newest."""
        track = self.wanted
        newest = track.newest_timestamp
        distinct: dict[int, None] = {}
        for sequence in range(keyframe.sequence, track.newest + 1):
            packet = track.get(sequence)
            if packet is not None and packet.timestamp < newest:
                distinct[packet.timestamp] = None
        ordered = sorted(distinct)
        timestamps = {
            timestamp: newest - (len(ordered) - index) * _REPLAY_STEP
            for index, timestamp in enumerate(ordered)
        }
        lead = (len(ordered) + 1) * _REPLAY_STEP
        offset = self._align(track, newest, track.newest_arrived_at, lead=lead)
        self.begin_at(track, keyframe.sequence, timestamp_offset=offset, timestamps=timestamps)
        self.cursor = keyframe.sequence
        self.phase = Phase.REPLAYING

    def take_replay(self, limit: int) -> list[Layout]:
        """Return the next packets of the replay, at most `limit`; live begins after the last."""
        segment = self.segment
        taken: list[Layout] = []
        while segment is not None and len(taken) < limit and self.cursor <= self.track.newest:
            packet = self.track.get(self.cursor)
            self.cursor += 1
            if packet is not None:
                taken.append(self._lay_out(packet, segment))
        if self.cursor > self.track.newest:
            self.phase = Phase.LIVE
        self.sent_up_to(self.cursor - 1)
        return taken

    def is_fed_by(self, track: FeedTrack) -> bool:
        """Return whether packets of `track` that come now concern this viewer."""
        if track is self.wanted:
            return self.phase is not Phase.REPLAYING
        return track is self.track and self.phase is Phase.LIVE

    def is_switching(self) -> bool:
        """Return whether another encoding is to be sent as soon as a keyframe of it comes."""
        return self.phase is not Phase.WAITING and self.wanted is not self.track

    def _align(
        self, track: FeedTrack, timestamp: int, arrived_at: float, *, lead: int = _REPLAY_STEP
    ) -> int:
        """Return what to add to `track`'s timestamps so that the viewer's clock goes on, with
        `timestamp` at least `lead` after the last.

        Encodings of one picture have clocks of their own; the publisher's reports say how they
        stand to each other. Before the first reports the times of arrival have to do.
        """
        if not self._segments:
            return self._first_offset
        last = self._segments[-1]
        if last.track is track:
            return last.timestamp_offset
        before, rate = last.track, track.format.clock_rate
        at = before.newest_timestamp + round((arrived_at - before.newest_arrived_at) * rate)
        old, new = before.sender_clock, track.sender_clock
        if old is not None and new is not None:
            passed_s = (new.ntp - old.ntp) / 4_294_967_296 + (timestamp - new.timestamp) / rate
            reported = old.timestamp + round(passed_s * rate)
            if abs(reported - at) <= _ALIGNMENT_LIMIT_S * rate:
                at = reported
        # The same moment may have been shown already: a frame of an older time would be dropped.
        sent = self._last_sent(last)
        if sent is not None:
            at = max(at, sent.timestamp + lead)
        return at + last.timestamp_offset - timestamp

    def _find_shift(self, track: FeedTrack, sequence: int) -> PictureShift:
        """Return what is added to the picture ids of a segment that begins at `sequence`."""
        if not self._segments:
            return NO_SHIFT
        last = self._segments[-1]
        first, sent = track.get(sequence), self._last_sent(last)
        if first is None or first.ids is None or sent is None or sent.ids is None:
            return NO_SHIFT
        return last.shift.follow(sent.ids, first.ids)

    def _last_sent(self, segment: Segment) -> FeedPacket | None:
        newest = segment.last if segment.last is not None else self._next - 1 - segment.offset
        for sequence in range(newest, max(segment.first, newest - _LOOK_BACK) - 1, -1):
            packet = segment.track.get(sequence)
            if packet is not None:
                return packet
        return None

    def select(self, track: FeedTrack, packets: list[FeedPacket]) -> list[Layout]:
        """Return those of `packets` that this viewer is sent, and begin if a keyframe is there.

        The way for the odd case: a viewer that is live gets the whole frame as it was laid out.
        """
        if track is self.wanted and (self.phase is Phase.WAITING or track is not self.track):
            keyframe = track.keyframe
            if keyframe is None or all(p.sequence != keyframe.sequence for p in packets):
                return []
            offset = self._align(track, keyframe.timestamp, keyframe.arrived_at)
            self.begin_at(track, keyframe.sequence, timestamp_offset=offset)
            self.phase = Phase.LIVE
        segment = self.segment
        if segment is None:
            segment = self.begin_at(track, min(p.sequence for p in packets))
        chosen = [p for p in packets if p.sequence >= segment.first]
        if chosen:
            self.sent_up_to(max(p.sequence for p in chosen))
        return [self._lay_out(p, segment) for p in chosen]

    def find(self, number: int) -> tuple[Segment, FeedPacket] | None:
        """Return what was sent under the viewer's 16 bit `number`, if the ring still has it."""
        # Newest number with these low bits that is not beyond what was sent.
        last = self._next - 1
        full = last - ((last - number) & 0xFFFF)
        for segment in reversed(self._segments):
            sequence = full - segment.offset
            if sequence < segment.first:
                continue
            if segment.last is not None and sequence > segment.last:
                return None
            packet = segment.track.get(sequence)
            return (segment, packet) if packet is not None else None
        return None

    def needs(self, segment: Segment, packet: FeedPacket) -> bool:
        """Return whether a player that lacks `packet` cannot go on without it: a picture does
        without what was sent before its latest keyframe."""
        if self.kind != "video":
            return True
        keyframe = segment.track.keyframe
        is_before = keyframe is not None and packet.sequence < keyframe.sequence
        return segment is self.segment and not is_before

    def latest(self, count: int) -> list[int]:
        """Return up to `count` of the numbers (16 bit) that were sent last."""
        segment = self.segment
        if segment is None:
            return []
        first = max(segment.first + segment.offset, self._next - count)
        return [number & 0xFFFF for number in range(first, self._next)]

    def may_answer(self, number: int, now: float, rtt_s: float) -> bool:
        """Return whether a NACK for `number` is answered now, and count it if so.

        At most three answers for a packet, and none within a round trip of the last: receivers ask
        again before an answer can have arrived.
        """
        answered = self._answers.get(number)
        if answered is None:
            self._answers[number] = _Answers(1, now)
            if len(self._answers) > _REMEMBERED_ANSWERS:
                self._answers.popitem(last=False)
            return True
        too_soon = now - answered.last_at < min(_REPEAT_LIMIT_S, 2 * rtt_s)
        # The number was used 65536 packets ago as well: that count says nothing about this one.
        if now - answered.last_at > 10:
            answered.count = 0
        if too_soon or answered.count >= _ANSWERS_LIMIT:
            return False
        answered.count += 1
        answered.last_at = now
        return True

    def rebuild(self, segment: Segment, packet: FeedPacket) -> Sent:
        """Return `packet` exactly as it was sent."""
        laid_out = self._lay_out(packet, segment)
        payload, numbers = laid_out.payload, self.numbers
        if packet.ids is not None and segment.shift != NO_SHIFT:
            shifted = bytearray(payload)
            segment.shift.apply(shifted, 0, packet.ids)
            payload = bytes(shifted)
        payload_type = numbers.red_payload_type if laid_out.is_red else numbers.payload_type
        assert payload_type is not None  # only who agreed on RED has segments with it
        return Sent(
            payload_type,
            packet.marker,
            (laid_out.sequence + segment.offset) & 0xFFFF,
            (laid_out.timestamp + segment.timestamp_offset) & 0xFFFFFFFF,
            payload,
        )

    def next_rtx_number(self) -> int:
        """Return a number of the retransmission stream, never given before."""
        self._rtx_next += 1
        return self._rtx_next & 0xFFFF

    def _lay_out(self, packet: FeedPacket, segment: Segment) -> Layout:
        timestamp = segment.timestamps.get(packet.timestamp, packet.timestamp)
        return lay_out(packet, timestamp, block_type=segment.block_type)


def lay_out(packet: FeedPacket, timestamp: int, *, block_type: int | None) -> Layout:
    """Return how `packet` goes out: with earlier sound in it if `block_type` says of what type that
    is and the publisher sent it so."""
    if block_type is None or packet.red is None:
        return Layout(packet.sequence, timestamp, packet.marker, packet.payload, packet.ids)
    payload = write_red(packet.red, block_type)
    return Layout(packet.sequence, timestamp, packet.marker, payload, is_red=True)
