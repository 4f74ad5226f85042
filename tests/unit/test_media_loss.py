"""When a missing packet is asked for, and when it is given up."""

from __future__ import annotations

from media.loss import MissingPackets

RTT_S = 0.02


def test_an_overtaken_packet_is_not_asked_for() -> None:
    missing = MissingPackets()
    missing.note(1, 0.0)
    missing.note(3, 0.0)
    assert missing.take_due(0.001, RTT_S) == []
    missing.note(2, 0.002)
    assert missing.take_due(1.0, RTT_S) == []
    assert missing.empty


def test_a_gap_is_asked_for_after_two_later_packets() -> None:
    missing = MissingPackets()
    for sequence in (1, 4, 5):
        missing.note(sequence, 0.0)
    assert missing.take_due(0.0, RTT_S) == [2, 3]


def test_a_gap_at_the_end_is_asked_for_after_a_moment() -> None:
    missing = MissingPackets()
    missing.note(1, 0.0)
    missing.note(3, 0.0)
    assert missing.take_due(0.02, RTT_S) == [2]


def test_it_is_asked_again_after_a_round_trip_and_not_before() -> None:
    missing = MissingPackets()
    for sequence in (1, 3, 4):
        missing.note(sequence, 0.0)
    assert missing.take_due(0.0, 0.1) == [2]
    assert missing.take_due(0.1, 0.1) == []
    assert missing.take_due(0.13, 0.1) == [2]


def test_it_is_given_up_after_a_bounded_number_of_times() -> None:
    missing = MissingPackets()
    for sequence in (1, 3, 4):
        missing.note(sequence, 0.0)
    asked = sum(len(missing.take_due(float(second), RTT_S)) for second in range(30))
    assert asked == 10
    assert missing.lost == 1
    assert missing.empty


def test_a_long_hole_is_for_a_keyframe_to_mend() -> None:
    missing = MissingPackets()
    missing.note(1, 0.0)
    missing.note(2000, 0.0)
    assert missing.take_due(1.0, RTT_S) == []
    assert missing.lost == 1998
