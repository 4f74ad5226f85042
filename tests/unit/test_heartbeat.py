"""Who is pinged when, and who is given up."""

from __future__ import annotations

from rooms.heartbeat import Heartbeat


def test_everybody_is_pinged_an_interval_after_the_last_answer() -> None:
    heartbeat = Heartbeat[str](interval_s=25, timeout_s=20)
    heartbeat.heard("ann", now=0)
    heartbeat.heard("bob", now=5)
    assert heartbeat.due(now=24) == []
    assert heartbeat.due(now=25) == ["ann"]
    heartbeat.heard("ann", now=26)
    assert heartbeat.due(now=31) == ["bob"]
    assert heartbeat.due(now=50) == []
    assert heartbeat.due(now=51) == ["ann"]


def test_who_does_not_answer_in_time_is_named_once() -> None:
    heartbeat = Heartbeat[str](interval_s=25, timeout_s=20)
    for name in ("ann", "bob", "cid"):
        heartbeat.heard(name, now=0)
    assert heartbeat.due(now=26) == ["ann", "bob", "cid"]
    heartbeat.heard("bob", now=30)
    heartbeat.forget("cid")
    assert heartbeat.silent(now=44) == []
    assert heartbeat.silent(now=45) == ["ann"]
    assert heartbeat.silent(now=99) == []
    assert len(heartbeat) == 1
