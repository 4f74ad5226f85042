"""What a viewer's line carries, from when the packets sent to it arrived.

A line that is full keeps a queue: packets arrive ever later than the quickest did. A queue that
does not go away is the sign, and what arrives meanwhile is what the line carries. Whether a line
that was full carries more again is tried out with packets sent twice. Knows neither socket nor
layers; the clock is an argument. See docs/decisions/0006-viewer-bandwidth.md.
"""

from __future__ import annotations

from collections import deque

from media.layer_choice import Rung
from media.rtp import Unwrapped
from media.twcc import WideFeedback

# A queue that never was shorter than this within a moment is not one frame's own length.
_QUEUE_LIMIT_S = 0.06
_MOMENT_S = 0.3
_MOMENT_BURSTS = 4
# Less than half of what is sent comes: such a fall is believed sooner.
_FALL_SHARE = 0.5
_FALL_BURSTS = 3
_FALL_SPAN_S = 0.25
_ARRIVALS_SPAN_S = 1.0
_SHORTEST_SPAN_S = 0.15
# What the line carried while it was full, less something to let the queue go.
_BACK_OFF = 0.85
# RFC 8698 and others take a tenth as the line between bad radio and a full line.
_LOSS_LIMIT = 0.1
_LOSS_PACKETS = 30
# After a cut its effect must show before the next: a keyframe has to come first.
_SETTLE_S = 1.0
# The longest queue that lines are known to keep. What waits in it was sent before the cut.
_DRAIN_LIMIT_S = 5.0
# The quickest packet of the last five to ten seconds: routes change, clocks drift.
_BASE_SPAN_S = 5.0
# Four seconds of frames: what has not been reported on by then will not be.
_BURSTS_LIMIT = 128

# What repairs may take of a line that was found full, however much the picture takes.
_REPAIR_LEAST = 0.1
_REPAIR_BURST_S = 0.5

_PROBE_S = 0.3
_PROBE_TAIL_S = 0.2
_PROBE_STEP_S = 0.05
_PROBE_VERDICT_S = 0.4
_PROBE_FACTOR = 2.0
# Of a line that has just been found full the next trial asks less: what does not fit is a queue.
_CAREFUL_FACTOR = 1.5
_PROBE_MARGIN = 1.2
_PROBE_FIRST_S = 2.0
_PROBE_LONGEST_S = 6.0
_AFTER_SUCCESS_S = 0.2
# A line that is found full so soon after a trial went well is tried less often.
_PROVEN_S = 10.0


class _Burst:
    """Packets that left together: a frame, or a part of one."""

    __slots__ = ("end", "first", "is_counted", "octets", "sent_at")

    def __init__(self, first: int, end: int, octets: float, sent_at: float) -> None:
        self.first = first
        self.end = end
        self.octets = octets
        """Of one packet, on average."""
        self.sent_at = sent_at
        self.is_counted = False
        """Whether the time it took has been looked at."""


class _Probe:
    __slots__ = ("began_at", "extra_bps", "octets", "queues_s", "sent_until")

    def __init__(self, began_at: float, extra_bps: float) -> None:
        self.began_at = began_at
        self.extra_bps = extra_bps
        self.octets = 0
        """What was sent while it lasted, the picture included."""
        self.sent_until = began_at
        self.queues_s: list[float] = []
        """What its last packets waited."""

    @property
    def rate_bps(self) -> float:
        return 8 * self.octets / (self.sent_until - self.began_at + _PROBE_STEP_S)

    def was_carried(self) -> bool:
        return bool(self.queues_s) and min(self.queues_s) < _QUEUE_LIMIT_S / 2


class Line:
    """One viewer's. `limit_bps` is infinite until the line has been found full."""

    def __init__(self) -> None:
        self.limit_bps = float("inf")
        self.queue_s = 0.0
        """How much later than the quickest the last packets came."""
        self._numbers = Unwrapped(16)
        self._sent = 0
        self._bursts: deque[_Burst] = deque(maxlen=_BURSTS_LIMIT)
        self._moment: deque[tuple[float, float]] = deque()
        self._arrived: deque[tuple[float, float]] = deque()
        self._bases = [float("inf"), float("inf")]
        self._base_since = 0.0
        self._received = self._lost = 0
        self._loss_since = 0.0
        self._cut_at = float("-inf")
        self._goal_bps: float | None = None
        self._sent_bps = 0.0
        self._repair_octets = 0.0
        self._repaired_at = float("-inf")
        self._probe: _Probe | None = None
        self._probe_pause_s = _PROBE_FIRST_S
        self._probe_factor = _CAREFUL_FACTOR
        self._probe_at = float("-inf")
        self._carried_at = float("-inf")

    @property
    def is_limited(self) -> bool:
        """Whether it has been found full."""
        return self.limit_bps != float("inf")

    def note_sent(self, packets: int, octets: int, now: float) -> None:
        """The next `packets` transport-wide numbers have been used, for `octets` in all."""
        first = self._sent
        self._sent += packets
        self._bursts.append(_Burst(first, self._sent, octets / packets, now))
        if self._probe is not None and now < self._probe.sent_until + _PROBE_STEP_S:
            self._probe.octets += octets

    def note_feedback(self, feedback: WideFeedback, now: float) -> bool:
        """Take what the viewer reports; return whether the line was found full."""
        first = self._full_number(feedback.first)
        if first is None:
            return False
        arrivals, end = feedback.arrivals, first + len(feedback.arrivals)
        newest = max([each for each in arrivals if each is not None], default=None)
        if newest is None:
            return False
        for burst in self._bursts:
            if burst.end <= first:
                continue
            if burst.first >= end:
                break
            part = arrivals[max(0, burst.first - first) : burst.end - first]
            came = [each for each in part if each is not None]
            self._received += len(came)
            self._lost += len(part) - len(came)
            if came:
                self._arrived.append((came[-1], 8 * burst.octets * len(came)))
                if not burst.is_counted:
                    burst.is_counted = True
                    self._note_transit(came[0] - burst.sent_at, burst.sent_at, now)
        while self._bursts and self._bursts[0].end <= first:
            self._bursts.popleft()
        while self._arrived and newest - self._arrived[0][0] > _ARRIVALS_SPAN_S:
            self._arrived.popleft()
        return self._judge(now)

    def arriving_bps(self, span_s: float) -> float:
        """Return what has arrived a second, over the last `span_s`."""
        if not self._arrived:
            return 0.0
        since = self._arrived[-1][0] - span_s
        return sum(bits for arrived_at, bits in self._arrived if arrived_at > since) / span_s

    def aim(self, rung: Rung | None, *, sent_bps: float) -> None:
        """`rung` is the next larger encoding, None if there is none to reach; `sent_bps` is what
        the present one takes."""
        self._sent_bps = sent_bps
        self._goal_bps = _PROBE_MARGIN * rung.bitrate_bps if rung is not None else None

    def may_repair(self, octets: int, now: float) -> bool:
        """Return whether the line has room for a packet sent again, and count it if so.

        On a line that is full, answering every loss is what keeps it full: repairs get what the
        picture leaves of the limit.
        """
        if not self.is_limited:
            return True
        room_bps = max(self.limit_bps - self._sent_bps, _REPAIR_LEAST * self.limit_bps)
        earned = (now - self._repaired_at) * room_bps / 8
        self._repair_octets = min(_REPAIR_BURST_S * room_bps / 8, self._repair_octets + earned)
        self._repaired_at = now
        if self._repair_octets < octets:
            return False
        self._repair_octets -= octets
        return True

    def take_probe(self, now: float) -> int:
        """Return how many octets to send twice now, to see whether the line carries more."""
        probe = self._probe
        if probe is None:
            probe = self._begin_probe(now)
            if probe is None:
                return 0
        if now - probe.began_at > _PROBE_S + _PROBE_VERDICT_S:
            self._end_probe(now, carried=probe.was_carried())
            return 0
        if now - probe.began_at > _PROBE_S:
            return 0
        step = max(_PROBE_STEP_S, now - probe.sent_until)
        probe.sent_until = now
        return int(probe.extra_bps * step / 8)

    def _full_number(self, number: int) -> int | None:
        """Return the 16 bit `number` as it was counted when it was sent."""
        last = self._sent - 1
        full = last - ((last - number) & 0xFFFF)
        return full if full >= 0 else None

    def _note_transit(self, transit_s: float, sent_at: float, now: float) -> None:
        if now - self._base_since > _BASE_SPAN_S:
            self._bases = [float("inf"), self._bases[0]]
            self._base_since = now
        self._bases[0] = min(self._bases[0], transit_s)
        self.queue_s = transit_s - min(self._bases)
        self._moment.append((sent_at, self.queue_s))
        while self._moment and sent_at - self._moment[0][0] > _MOMENT_S:
            self._moment.popleft()
        probe = self._probe
        if (
            probe is not None
            and _PROBE_TAIL_S <= sent_at - probe.began_at <= _PROBE_S + _PROBE_STEP_S
        ):
            probe.queues_s.append(self.queue_s)

    def _judge(self, now: float) -> bool:
        if not (self._stands_full() or self._has_fallen() or self._loses_much(now)):
            settled = now - self._cut_at > _SETTLE_S and self.queue_s < _QUEUE_LIMIT_S / 2
            if self.is_limited and settled:
                self.limit_bps = max(self.limit_bps, self.arriving_bps(_ARRIVALS_SPAN_S))
            return False
        if self._probe is not None:
            # It was the probe that filled the line: what was sent before fits as it did.
            self._end_probe(now, carried=False)
            self._cut_at = now
            return False
        if now - self._cut_at < _SETTLE_S or self._is_draining(now):
            return False
        self._cut_at = now
        if now - self._carried_at > _PROVEN_S:
            self._probe_pause_s = _PROBE_FIRST_S
        self._pause_probes(now)
        self.limit_bps = min(self.limit_bps, _BACK_OFF * self._carried_bps())
        return True

    def _stands_full(self) -> bool:
        return len(self._moment) >= _MOMENT_BURSTS and all(
            queue_s > _QUEUE_LIMIT_S for _, queue_s in self._moment
        )

    def _has_fallen(self) -> bool:
        queues_s = [queue_s for _, queue_s in self._moment][-_FALL_BURSTS:]
        return (
            len(queues_s) == _FALL_BURSTS
            and min(queues_s) > _QUEUE_LIMIT_S
            and self.arriving_bps(_FALL_SPAN_S) < _FALL_SHARE * self._sent_bps
        )

    def _is_draining(self, now: float) -> bool:
        fallen_s = self._moment[0][1] - self._moment[-1][1] if self._moment else 0.0
        return now - self._cut_at < _DRAIN_LIMIT_S and fallen_s > _QUEUE_LIMIT_S / 2

    def _carried_bps(self) -> float:
        """Return what came while the queue stood: what is sent in a moment takes longer to come."""
        queued = [each for each in self._moment if each[1] > _QUEUE_LIMIT_S]
        if len(queued) < 2:
            return self.arriving_bps(_MOMENT_S)
        (first_at, first_s), (last_at, last_s) = queued[0], queued[-1]
        return self.arriving_bps(max(_SHORTEST_SPAN_S, last_at + last_s - first_at - first_s))

    def _loses_much(self, now: float) -> bool:
        count = self._received + self._lost
        if count < _LOSS_PACKETS or now - self._loss_since < _MOMENT_S:
            return False
        lost = self._lost / count
        self._received = self._lost = 0
        self._loss_since = now
        return lost > _LOSS_LIMIT

    def _begin_probe(self, now: float) -> _Probe | None:
        goal = self._goal_bps
        if goal is None or self.limit_bps >= goal or now < self._probe_at:
            return None
        if self.queue_s > _QUEUE_LIMIT_S / 2:
            return None
        rate = min(goal, self._probe_factor * max(self.limit_bps, self._sent_bps))
        extra = rate - self._sent_bps
        if extra <= 0:
            return None
        self._probe = _Probe(now, extra)
        return self._probe

    def _end_probe(self, now: float, *, carried: bool) -> None:
        probe, self._probe = self._probe, None
        if carried and probe is not None:
            self.limit_bps = max(self.limit_bps, probe.rate_bps)
            self._carried_at = now
            self._probe_factor = _PROBE_FACTOR
            self._probe_at = now + _AFTER_SUCCESS_S
            return
        self._pause_probes(now)

    def _pause_probes(self, now: float) -> None:
        self._probe_at = now + self._probe_pause_s
        self._probe_factor = _CAREFUL_FACTOR
        self._probe_pause_s = min(1.5 * self._probe_pause_s, _PROBE_LONGEST_S)
