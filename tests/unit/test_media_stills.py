"""One keyframe out of a feed: put together from its packets, or nothing."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.depacketising import JOIN
from media.feed import Feed
from media.keyframes import KEYFRAME_STARTS
from media.negotiation import Format
from media.ports import CodedStill, Slot
from media.rtp import RtpPacket
from media.srtp import FrameBuffer
from media.still import LIMIT_BYTES, YOUNG_S, take_still
from tests.coded_pictures import CODECS, av1_units, h264_units, keyframe, payloads

DELTA = {"H264": b"\x41" + bytes(50), "VP8": b"\x10\x01" + bytes(50), "VP9": b"\x48" + bytes(50)}
DELTA["AV1"] = b"\x10" + bytes(50)
# A start code of four bytes before a unit of one is the worst.
GROWTH = 5


class Publisher:
    """Sends to a feed by hand, and counts what it is asked for."""

    def __init__(self, codec: str = "VP8", encodings: tuple[str, ...] = ()) -> None:
        self.now = 100.0
        self.asked: list[str] = []
        self.rtt_s = None
        self.sequence, self.timestamp = 65_534, 1000
        self.feed = Feed(
            Slot(1, 1, "camera"),
            buffer=FrameBuffer(),
            schedule=lambda _delay_s, _call: None,
            clock=lambda: self.now,
        )
        formats = {"video": Format("video", codec, 90000)}
        self.feed.attach(self, formats, self.now, encodings=encodings)
        self.asked.clear()

    def request_keyframe(self, encoding: str) -> bool:
        self.asked.append(encoding)
        return True

    def loss(self, now: float) -> float:
        return 0.0

    def send(
        self,
        parts: list[bytes],
        *,
        encoding: str = "",
        lose: frozenset[int] = frozenset(),
        marker: bool = True,
    ) -> None:
        """Send one picture."""
        self.timestamp += 3000
        for at, part in enumerate(parts):
            self.sequence = (self.sequence + 1) & 0xFFFF
            if at in lose:
                continue
            is_last = marker and at == len(parts) - 1
            packet = RtpPacket(102, is_last, self.sequence, self.timestamp, 7, part)
            self.feed.receive("video", packet, self.now, encoding=encoding)
        self.feed.choose_layers(self.now)

    def still(self) -> CodedStill | None:
        return take_still(self.feed, self.now)


def meaning(codec: str, content: bytes) -> object:
    """Return what two ways to write the same picture have in common."""
    if codec == "H264":
        return sorted(h264_units(content))  # the small ones travel together
    return av1_units(content) if codec == "AV1" else content


@pytest.mark.parametrize("codec", CODECS)
def test_a_still_is_what_the_encoder_made(codec: str) -> None:
    publisher = Publisher(codec)
    sent = payloads(codec, keyframe(codec))
    assert KEYFRAME_STARTS[codec](sent[0]) and len(sent) > 2
    publisher.send(sent)
    publisher.send([DELTA[codec]])
    still = publisher.still()
    assert still is not None and still.codec == codec
    assert meaning(codec, still.content) == meaning(codec, keyframe(codec))


@pytest.mark.parametrize("lost", [1, 2])
def test_a_keyframe_with_a_packet_missing_is_no_still(lost: int) -> None:
    publisher = Publisher()
    publisher.send(payloads("VP8", keyframe("VP8")), lose=frozenset({lost}))
    publisher.send([DELTA["VP8"]])
    assert publisher.still() is None


def test_the_next_picture_ends_one_whose_marker_never_came() -> None:
    publisher = Publisher()
    publisher.send(payloads("VP8", keyframe("VP8")), marker=False)
    assert publisher.still() is None
    publisher.send([DELTA["VP8"]])
    still = publisher.still()
    assert still is not None and still.content == keyframe("VP8")


def test_an_endless_keyframe_is_not_gathered() -> None:
    publisher = Publisher()
    first = payloads("VP8", keyframe("VP8"))[0]
    part = b"\x00" + bytes(1400)
    publisher.send([first, *[part] * (LIMIT_BYTES // 1400 + 1)])
    assert publisher.still() is None


def test_who_sends_no_keyframe_is_asked_for_one_now_and_then() -> None:
    publisher = Publisher()
    publisher.send(payloads("VP8", keyframe("VP8")))
    assert publisher.still() is not None and publisher.asked == []
    publisher.now += YOUNG_S
    for _ in range(4):  # an old one is none
        assert publisher.still() is None
        publisher.now += YOUNG_S / 5
    assert publisher.asked == [""]
    publisher.now += YOUNG_S / 5
    assert publisher.still() is None and publisher.asked == ["", ""]
    publisher.send(payloads("VP8", keyframe("VP8")))
    assert publisher.still() is not None and publisher.asked == ["", ""]


def test_what_viewers_ask_for_is_not_asked_for_again() -> None:
    publisher = Publisher()
    publisher.send([DELTA["VP8"]])
    publisher.now += YOUNG_S
    publisher.feed.layers[""].keyframe_wished = True
    publisher.feed.request_due_keyframes(publisher.now)
    assert publisher.still() is None and publisher.asked == [""]


def test_of_a_simulcast_it_is_the_smallest_that_comes() -> None:
    publisher = Publisher("VP8", ("h", "l"))
    small, large = keyframe("VP8", (320, 180)), keyframe("VP8")
    for encoding, content in (("h", large), ("l", small)):
        publisher.send(payloads("VP8", content), encoding=encoding)
    still = publisher.still()
    assert still is not None and still.content == small
    publisher.now += 5
    publisher.send(payloads("VP8", large), encoding="h")
    still = publisher.still()
    assert still is not None and still.content == large


def test_nobody_and_sound_alone_have_no_still() -> None:
    publisher = Publisher()
    publisher.send(payloads("VP8", keyframe("VP8")))
    publisher.feed.detach(publisher)
    assert publisher.still() is None
    publisher.feed.attach(publisher, {"audio": Format("audio", "OPUS", 48000)}, publisher.now)
    assert publisher.still() is None


@pytest.mark.parametrize("codec", CODECS)
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_payload_upsets_what_puts_pictures_together(codec: str, data: st.DataObject) -> None:
    """Also after what made a publisher's first packet a keyframe's."""
    hostile = data.draw(st.lists(st.binary(max_size=40), max_size=8))
    true = real_payloads(codec)
    sent = [*data.draw(st.sampled_from(([], true[:1], true))), *hostile]
    assert len(JOIN[codec](sent)) <= GROWTH * sum(map(len, sent))


@functools.cache
def real_payloads(codec: str) -> list[bytes]:
    return payloads(codec, keyframe(codec))


@pytest.mark.parametrize(
    ("codec", "sent", "joined"),
    [
        # A fragment that never began, a length past the end, kinds that nobody agreed to.
        ("H264", [b"\x7c\x05abc"], b"abc"),
        ("H264", [b"\x78\xff\xffab"], b"\0\0\0\1ab"),
        ("H264", [b"\x79ab", b"\x7dab", b"\x60ab", b"", b"\x7c\x85"], b""),
        ("VP8", [b"", b"\x80", b"\x90\x80"], b""),
        # References of a picture that needs others, and a structure with sizes and pictures.
        ("VP9", [b"\xd0\x01\x03\x03\x02ab"], b"ab"),
        ("VP9", [b"\x0a\x18" + bytes(4) + b"\x01\x04\x05ab"], b"ab"),
        ("VP9", [b"", b"\x80", b"\x0a\x08\xff"], b""),
        # Lengths past the end and without end; a delimiter; a unit that has its size already.
        ("AV1", [b"\x00\x7f\x30ab"], b"\x32\x02ab"),
        ("AV1", [b"\x00\xff\xff\xff\xff\xff\xff"], b"\xff"),
        ("AV1", [b"\x10\x12\x00", b"\x10\x32\x01a", b""], b"\x32\x01a"),
        # One that was to go on and never did.
        ("AV1", [b"\x50\x30ab", b"\x10\x30c"], b"\x32\x02ab\x32\x01c"),
    ],
)
def test_what_makes_no_sense_is_left_out(codec: str, sent: list[bytes], joined: bytes) -> None:
    assert JOIN[codec](sent) == joined
