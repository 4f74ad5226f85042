"""What a viewer's line is found to carry: a simulated line, a simulated player, no clock."""

from __future__ import annotations

import random
from collections import deque

import pytest

from media.layer_choice import Rung, choose_encoding, next_above, sort_ladder
from media.line import Line
from media.twcc import ArrivalLog, WideFeedback, read_wide_feedback

PACKET = 1100
LADDER = (
    Rung("q", (426, 240), 200_000, 30, True),
    Rung("h", (640, 360), 600_000, 30, True),
    Rung("f", (1280, 720), 2_500_000, 30, True),
)


class Household:
    """A line of `rate_bps` to a player that reports every 100 ms."""

    def __init__(self, rate_bps: float, *, loss: float = 0.0, queue_s: float = 0.5) -> None:
        self.line = Line()
        self.rate_bps = rate_bps
        self.loss = loss
        self.queue_s = queue_s
        self.now = 50.0
        self.encoding: str | None = "f"
        self.seen: list[tuple[float, str | None]] = []
        self.worst_queue_s = 0.0
        self._dice = random.Random(7)
        self._free_at = 0.0
        self._number = 0
        self._arrivals: deque[tuple[int, float]] = deque()
        self._log = ArrivalLog()
        self._debt = 0.0

    def run(self, seconds: float) -> None:
        """Let time pass in steps of 10 ms."""
        for step in range(round(seconds * 100)):
            self.now += 0.01
            if step % 3 == 0:
                self._send_frame()
            if step % 5 == 0 and (octets := self.line.take_probe(self.now)):
                self._send(-(-octets // PACKET), single=True)
            if step % 10 == 0:
                self._report()
            if step % 25 == 0:
                self._choose()

    def _send_frame(self) -> None:
        rung = next(rung for rung in LADDER if rung.encoding == self.encoding)
        self._debt += rung.bitrate_bps * 0.03 / 8
        packets = int(self._debt // PACKET)
        self._debt -= packets * PACKET
        if packets:
            self._send(packets)

    def _send(self, packets: int, *, single: bool = False) -> None:
        for _ in range(packets if single else 1):
            count = 1 if single else packets
            self.line.note_sent(count, count * PACKET, self.now)
        for _ in range(packets):
            number, self._number = self._number, self._number + 1
            starts_at = max(self.now, self._free_at)
            self.worst_queue_s = max(self.worst_queue_s, starts_at - self.now)
            if starts_at - self.now > self.queue_s or self._dice.random() < self.loss:
                continue
            self._free_at = starts_at + 8 * PACKET / self.rate_bps
            self._arrivals.append((number, self._free_at + 0.02))

    def _report(self) -> None:
        while self._arrivals and self._arrivals[0][1] <= self.now:
            number, arrived_at = self._arrivals.popleft()
            self._log.record(number & 0xFFFF, arrived_at + 1000)
        while (body := self._log.take_feedback()) is not None:
            feedback = read_wide_feedback(body)
            assert feedback is not None
            if self.line.note_feedback(feedback, self.now):
                self._choose()

    def _choose(self) -> None:
        chosen = choose_encoding(
            LADDER, limit_bps=self.line.limit_bps, current=self.encoding, chosen=None
        )
        sent_bps = next(rung.bitrate_bps for rung in LADDER if rung.encoding == chosen)
        self.line.aim(next_above(LADDER, chosen), sent_bps=sent_bps)
        if chosen != self.encoding:
            self.encoding = chosen
            self.seen.append((self.now, chosen))


def test_a_wide_line_is_never_found_full() -> None:
    house = Household(20_000_000)
    house.run(20)
    assert house.seen == []
    assert house.line.limit_bps == float("inf")


@pytest.mark.parametrize("loss", [0.03, 0.05])
def test_loss_without_a_queue_is_not_a_full_line(loss: float) -> None:
    house = Household(20_000_000, loss=loss)
    house.run(20)
    assert house.seen == []


@pytest.mark.parametrize("queue_s", [0.05, 0.3, 2.0])
def test_a_narrow_line_is_found_full_within_three_seconds(queue_s: float) -> None:
    house = Household(20_000_000, queue_s=queue_s)
    house.run(5)
    house.rate_bps = 400_000
    house.run(3)
    assert house.encoding == "q"
    if queue_s > 0.1:  # a queue tells at once how much is carried, loss in two steps
        assert [encoding for _, encoding in house.seen] == ["q"]
    house.run(20)
    assert house.encoding == "q"
    assert house.line.limit_bps < 450_000


def test_a_sharp_fall_is_found_before_a_long_queue_has_filled() -> None:
    house = Household(20_000_000, queue_s=5.0)
    house.run(5)
    house.rate_bps = 400_000
    house.run(0.7)
    assert house.encoding == "q"


def test_a_queue_that_drains_is_not_taken_for_a_line_that_got_narrower_still() -> None:
    house = Household(20_000_000, queue_s=2.0)
    house.run(5)
    house.rate_bps = 400_000
    house.run(6)
    assert [encoding for _, encoding in house.seen] == ["q"]
    assert house.line.limit_bps > 0.8 * house.rate_bps


@pytest.mark.parametrize("queue_s", [0.1, 0.3, 2.0])
def test_trying_a_line_that_stays_full_makes_the_picture_wait_a_moment_only(
    queue_s: float,
) -> None:
    house = Household(400_000, queue_s=queue_s)
    house.run(15)
    house.worst_queue_s = 0.0
    house.run(40)
    assert house.worst_queue_s < 0.2


@pytest.mark.parametrize("relief_bps", [3_500_000, 20_000_000])
def test_relief_brings_the_large_picture_back_within_fifteen_seconds(relief_bps: float) -> None:
    house = Household(400_000)
    house.run(40)  # long enough for the pauses between trials to have grown
    house.rate_bps = relief_bps
    house.run(12)
    assert house.encoding == "f"


@pytest.mark.parametrize("rate_bps", [300_000, 450_000, 550_000, 900_000, 1_500_000, 2_000_000])
def test_a_line_between_two_sizes_does_not_flap(rate_bps: float) -> None:
    house = Household(rate_bps)
    house.run(10)
    settled = len(house.seen)
    house.worst_queue_s = 0.0
    house.run(60)
    assert len(house.seen) - settled <= 1
    # Trying for more costs those who watch no more than a moment.
    assert house.worst_queue_s < 0.35


def test_a_longer_way_is_not_a_full_line_for_long() -> None:
    house = Household(20_000_000)
    house.run(5)
    house._free_at = house.now + 0.08  # everything is late by a moment, once
    house.run(20)
    assert house.encoding == "f"


def test_a_report_on_what_was_never_sent_changes_nothing() -> None:
    line = Line()
    assert not line.note_feedback(WideFeedback(500, (1.0, None, 1.1)), 10.0)
    line.note_sent(3, 3000, 10.0)
    assert not line.note_feedback(WideFeedback(60_000, (1.0, 1.1)), 10.1)
    assert line.limit_bps == float("inf")


def test_what_a_viewer_has_chosen_holds_as_long_as_it_is_sent() -> None:
    ladder = LADDER[:2]
    assert choose_encoding(ladder, limit_bps=1e5, current="q", chosen="h") == "h"
    assert choose_encoding(ladder, limit_bps=1e9, current="q", chosen="f") == "h"
    stopped = (LADDER[0], Rung("h", (640, 360), 0, 0, False))
    assert choose_encoding(stopped, limit_bps=1e9, current="h", chosen="h") == "q"
    assert choose_encoding((), limit_bps=1e9, current=None, chosen=None) is None


def test_encodings_are_told_apart_by_size_and_else_by_bitrate() -> None:
    unknown = [Rung("1", None, 900_000, 30, True), Rung("0", None, 100_000, 30, True)]
    assert [rung.encoding for rung in sort_ladder(unknown)] == ["0", "1"]
    assert [rung.encoding for rung in sort_ladder(reversed(LADDER))] == ["q", "h", "f"]


def test_repairs_take_of_a_full_line_only_what_the_picture_leaves() -> None:
    line = Line()
    assert all(line.may_repair(1_200, 0.0) for _ in range(1_000)), "nothing is known of this line"
    line.limit_bps = 400_000.0
    line.aim(None, sent_bps=250_000)
    sent = sum(1_200 for step in range(1_000) if line.may_repair(1_200, 1 + step / 100))
    assert 8 * sent / 10 == pytest.approx(150_000, rel=0.1)
