"""One viewer's numbers, with real encryption and a wire that can be made to refuse."""

from __future__ import annotations

import secrets
from itertools import pairwise

from pylibsrtp import Policy

from media.downtrack import DownTrack, Numbers, Phase
from media.feed import Feed
from media.negotiation import Format
from media.ports import Slot
from media.rtcp import write_nack
from media.rtp import RtpPacket
from media.srtp import Dialect, FrameBuffer, Layout, Run, SrtpKeys, SrtpReceiver, SrtpSender
from media.track import FeedTrack
from media.viewer import Viewer

H264 = Format("video", "H264", 90000, "constrained-baseline", "1")
PROFILE = Policy.SRTP_PROFILE_AEAD_AES_128_GCM


class DamagingWire:
    """Keeps what is sent, cut into datagrams; refuses when `full`."""

    def __init__(self) -> None:
        self.datagrams: list[bytes] = []
        self.full = False
        self.calls = 0

    def send_run(self, run: Run) -> bool:
        if self.full:
            return False
        self.calls += 1
        data = bytes(run.view)
        size = run.segment_bytes
        self.datagrams += [data[at : at + size] for at in range(0, len(data), size)]
        return True

    def send(self, datagram: bytes) -> bool:
        self.datagrams.append(datagram)
        return not self.full


class Stage:
    """A feed with one viewer and a publisher made by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.planned: list[object] = []
        self.buffer = FrameBuffer()
        slot = Slot(1, 1, "camera")
        self.feed = Feed(slot, buffer=self.buffer, schedule=self._plan, clock=lambda: self.now)
        self.requests = 0
        self.rtt_s = None
        self.feed.attach(self, {"video": H264}, self.now)
        self.requests = 0
        self.wire = DamagingWire()
        self.sequence, self.timestamp, self.ssrc = 65_530, 2**32 - 5000, 1
        key = secrets.token_bytes(28)
        keys = SrtpKeys(PROFILE, key, key)
        self.receiver = SrtpReceiver(keys)
        self.down = DownTrack(self.feed.layers[""].track, Numbers(102, 103, 5, 6))
        self.viewer = Viewer(
            {"video": self.down},
            srtp=SrtpSender(keys, self.buffer),
            wire=self.wire,
            buffer=self.buffer,
        )

    def request_keyframe(self, encoding: str) -> bool:
        self.requests += 1
        return True

    def loss(self, now: float) -> float:
        return 0.0

    def _plan(self, delay_s: float, call: object) -> None:
        self.planned.append(call)

    def run_planned(self) -> None:
        while self.planned:
            call = self.planned.pop(0)
            assert callable(call)
            call()

    def send_frame(self, *, keyframe: bool, packets: int = 3) -> None:
        self.now += 1 / 30
        self.timestamp = (self.timestamp + 3000) & 0xFFFFFFFF
        for index in range(packets):
            self.sequence = (self.sequence + 1) & 0xFFFF
            flags = (0x80 if index == 0 else 0) | (5 if keyframe else 1)
            payload = bytes((0x7C, flags)) + self.sequence.to_bytes(2, "big") + bytes(600)
            marker = index == packets - 1
            self.feed.receive(
                "video",
                RtpPacket(102, marker, self.sequence, self.timestamp, self.ssrc, payload),
                self.now,
            )

    def arrived(self) -> list[tuple[int, int, bytes]]:
        """Return (sequence, timestamp, the publisher's number) of what came through, and clear."""
        found = []
        for datagram in self.wire.datagrams:
            packet = self.receiver.unprotect(datagram)
            assert packet is not None
            numbers = int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[4:8], "big")
            found.append((*numbers, packet[14:16]))
        self.wire.datagrams.clear()
        return found


def test_a_frame_of_equal_packets_is_one_send() -> None:
    stage = Stage()
    stage.feed.admit(stage.viewer, stage.now)
    stage.send_frame(keyframe=True, packets=9)
    assert stage.wire.calls == 1
    assert len(stage.arrived()) == 9


def test_neighbours_of_unlike_size_are_separate_sends() -> None:
    buffer = FrameBuffer()
    sizes = (100, 100, 80, 100, 101, 101, 30)
    packets = [Layout(index, 0, False, bytes(size)) for index, size in enumerate(sizes)]
    runs = buffer.lay_out(packets, Dialect(tag_bytes=16, payload_type=102)).runs
    assert [run.packets for run in runs] == [3, 1, 3]
    assert [len(run.view) for run in runs] == [
        sum(size + 28 for size in part) for part in ((100, 100, 80), (100,), (101, 101, 30))
    ]


def test_a_viewer_whose_socket_is_full_loses_whole_frames_until_the_next_keyframe() -> None:
    stage = Stage()
    stage.feed.admit(stage.viewer, stage.now)
    stage.send_frame(keyframe=True)
    before = stage.arrived()
    stage.wire.full = True
    stage.send_frame(keyframe=False)
    stage.wire.full = False
    stage.send_frame(keyframe=False)
    stage.send_frame(keyframe=False)
    assert stage.arrived() == []
    assert stage.down.phase is Phase.WAITING
    stage.send_frame(keyframe=True)
    stage.send_frame(keyframe=False)
    after = stage.arrived()
    assert len(after) == 6
    # The frame that was refused counts as lost: its three numbers are used, those after are not.
    assert (after[0][0] - before[-1][0]) & 0xFFFF == 4
    assert [(b[0] - a[0]) & 0xFFFF for a, b in pairwise(after)] == [1] * 5


def test_numbers_go_on_where_the_publishers_wrap_and_restart() -> None:
    stage = Stage()
    stage.feed.admit(stage.viewer, stage.now)
    for frame in range(4):
        stage.send_frame(keyframe=frame == 0)
    stage.feed.attach(stage, {"video": H264}, stage.now)
    stage.sequence, stage.timestamp, stage.ssrc = 17, 5, 2
    stage.send_frame(keyframe=False)
    stage.send_frame(keyframe=True)
    stage.send_frame(keyframe=False)
    arrived = stage.arrived()
    assert len(arrived) == 18
    assert {(b[0] - a[0]) & 0xFFFF for a, b in pairwise(arrived)} == {1}
    steps = [(b[1] - a[1]) & 0xFFFFFFFF for a, b in pairwise(arrived)]
    assert all(step < 90_000 for step in steps)


def test_no_number_ever_carries_two_payloads() -> None:
    stage = Stage()
    carried: dict[int, bytes] = {}
    stage.send_frame(keyframe=True)
    stage.feed.admit(stage.viewer, stage.now)
    for round_ in range(12):
        stage.wire.full = round_ % 4 == 2
        stage.send_frame(keyframe=round_ % 3 == 0, packets=1 + round_ % 5)
        stage.now += 0.3
        stage.feed.request_due_keyframes(stage.now)
        stage.run_planned()
        for number, _, payload in stage.arrived():
            assert carried.setdefault(number, payload) == payload
    assert len(carried) > 20


def test_a_packet_is_answered_at_most_three_times() -> None:
    down = DownTrack(FeedTrack(H264), Numbers(102, None, 1, 2))
    answers = [down.may_answer(7, now, 0.02) for now in (0.0, 0.01, 0.2, 0.4, 0.6, 0.8)]
    assert answers == [True, False, True, True, False, False]


def test_a_full_line_carries_no_repair_of_what_came_before_the_latest_keyframe() -> None:
    stage = Stage()
    stage.feed.admit(stage.viewer, stage.now)
    for is_keyframe in (True, False, True, False):
        stage.send_frame(keyframe=is_keyframe)
    lost = [number for number, _, _ in stage.arrived()]
    stage.viewer.receive_reports(write_nack(1, 5, lost), stage.now)
    on_a_wide_line = [datagram[12:14] for datagram in _opened(stage)]
    stage.now += 1
    stage.viewer.line.limit_bps = 400_000.0
    stage.viewer.receive_reports(write_nack(1, 5, lost), stage.now)
    on_a_full_one = [datagram[12:14] for datagram in _opened(stage)]
    assert on_a_wide_line == [number.to_bytes(2, "big") for number in lost]
    assert on_a_full_one == on_a_wide_line[6:]


def _opened(stage: Stage) -> list[bytes]:
    datagrams = [stage.receiver.unprotect(each) for each in stage.wire.datagrams]
    stage.wire.datagrams.clear()
    return [each for each in datagrams if each is not None]


def test_a_picture_in_another_encoding_needs_nothing_of_the_one_before() -> None:
    large, small = FeedTrack(H264), FeedTrack(H264)
    down = DownTrack(large, Numbers(102, 103, 5, 6))
    sent = {}
    for track in (large, small):
        kept = [
            track.ingest(RtpPacket(102, True, number, 3000 * number, 1, payload), float(number))
            for number, payload in ((1, b"\x7c\x85"), (2, b"\x7c\x81"))
        ]
        sent[track] = [each for each in kept if each is not None]
        down.begin_at(track, 0)
        down.sent_up_to(1)
    before, after = down.find(down.latest(1)[0] - 2), down.find(down.latest(1)[0])
    assert before is not None and before[1] is sent[large][1]
    assert after is not None and after[1] is sent[small][1]
    assert [down.needs(*before), down.needs(*after)] == [False, True]


def test_a_replay_is_sent_in_parts_and_then_live() -> None:
    stage = Stage()
    stage.send_frame(keyframe=True, packets=40)
    for _ in range(40):
        stage.send_frame(keyframe=False)
    stage.feed.admit(stage.viewer, stage.now)
    assert stage.down.phase is Phase.REPLAYING
    stage.run_planned()
    stage.send_frame(keyframe=False)
    arrived = stage.arrived()
    assert len(arrived) == 40 + 41 * 3
    assert {(b[0] - a[0]) & 0xFFFF for a, b in pairwise(arrived)} == {1}
    assert (arrived[-4][1] - arrived[0][1]) & 0xFFFFFFFF == 40 * 90
    assert (arrived[-1][1] - arrived[-4][1]) & 0xFFFFFFFF == 3000


def test_an_old_keyframe_is_not_replayed_while_a_new_one_may_come() -> None:
    stage = Stage()
    stage.send_frame(keyframe=True)
    stage.now += 30
    stage.feed.admit(stage.viewer, stage.now)
    assert stage.requests == 1
    phases = [stage.down.phase]
    stage.now += 0.3  # it does not come: the publisher takes no requests
    stage.feed.request_due_keyframes(stage.now)
    phases.append(stage.down.phase)
    assert phases == [Phase.WAITING, Phase.REPLAYING]


def test_the_library_still_takes_a_resend_from_the_whole_ring() -> None:
    key = secrets.token_bytes(28)
    sender = SrtpSender(SrtpKeys(PROFILE, key, key), FrameBuffer())
    head = b"\x80\x66"
    first = head + (0).to_bytes(2, "big") + bytes(8) + b"first"
    protected = sender.protect(first)
    for number in range(1, 4096):
        sender.protect(head + number.to_bytes(2, "big") + bytes(8) + b"next")
    assert sender.protect(first) == protected
