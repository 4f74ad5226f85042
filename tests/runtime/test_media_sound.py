"""Sound on its way: earlier sound that goes along (RED), silence, and lips that match."""

from __future__ import annotations

from struct import pack

from media.rtcp import (
    SenderReport,
    ntp_of,
    parse_rtcp,
    write_nack,
    write_receiver_report,
    write_report_block,
    write_sender_report,
)
from tests.runtime.arrivals import Received
from tests.runtime.light_peer import H264, OPUS, LightPeer, OfferedCodec
from tests.runtime.media_clients import HandPublisher, HandViewer, open_publisher, open_viewer
from tests.runtime.media_server import open_media_server
from tests.unit.test_red import red

RED = OfferedCodec(63, "red/48000/2", "111/111")
# A viewer's own numbers.
THEIR_OPUS = OfferedCodec(109, "opus/48000/2", "minptime=10;useinbandfec=1")
THEIR_RED = OfferedCodec(120, "red/48000/2", "109/109")
_TICKS = 960


class RedVoice:
    """Speaks through a publisher, each packet with the one before in it."""

    def __init__(self, publisher: HandPublisher) -> None:
        self._publisher = publisher
        self._said: list[bytes] = []

    def say(self, payload: bytes, *, lose: bool = False, ticks: int = _TICKS) -> None:
        """Send 20 ms of sound, or lose them on the way."""
        sender = self._publisher
        sender.audio_sequence = (sender.audio_sequence + 1) & 0xFFFF
        sender.audio_timestamp = (sender.audio_timestamp + ticks) & 0xFFFFFFFF
        earlier = [(_TICKS, self._said[-1])] if self._said else []
        self._said.append(payload)
        if lose:
            return
        head = pack(
            "!BBHII",
            0x80,
            RED.payload_type,
            sender.audio_sequence,
            sender.audio_timestamp,
            sender.audio_ssrc,
        )
        sender.peer.send_rtp(head + red(*earlier, primary=payload))


def _sound(viewer: HandViewer) -> list[Received]:
    numbers = {each.payload_type for each in (OPUS, RED, THEIR_OPUS, THEIR_RED)}
    return [p for p in viewer.peer.arrivals.packets if p.payload_type in numbers]


async def _hears(viewer: HandViewer, payload: bytes) -> Received:
    """Return the packet in which `payload` came."""

    def found() -> list[Received]:
        return [packet for packet in _sound(viewer) if packet.payload.endswith(payload)]

    await viewer.peer.wait_until(lambda: found() != [])
    return found()[0]


def _report_loss(viewer: HandViewer, share: float) -> None:
    block = write_report_block(
        _sound(viewer)[0].ssrc,
        fraction_lost=share,
        lost=9,
        highest=100,
        jitter=0,
        last_sr=0,
        delay=0,
    )
    viewer.peer.send_rtcp(write_receiver_report(1, [block], now_ntp=0, cname=b"viewer"))


async def test_both_sides_are_told_that_earlier_sound_may_go_along() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, THEIR_RED, H264) as viewer,
    ):
        for answer, opus, repeated in (
            (publisher.answer, OPUS, RED),
            (viewer.answer, THEIR_OPUS, THEIR_RED),
        ):
            numbers = f"{repeated.payload_type} {opus.payload_type}"
            assert f"m=audio 9 UDP/TLS/RTP/SAVPF {numbers}\r\n" in answer
            assert f"a=rtpmap:{repeated.payload_type} red/48000/2\r\n" in answer
            assert f"a=fmtp:{repeated.payload_type} {repeated.parameters}\r\n" in answer


async def test_without_loss_everybody_gets_plain_sound() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, THEIR_RED, H264) as able,
        open_viewer(server, THEIR_OPUS, H264) as unable,
    ):
        voice = RedVoice(publisher)
        for payload in (b"first", b"second", b"third"):
            voice.say(payload)
        for viewer in (able, unable):
            await _hears(viewer, b"third")
            assert [packet.payload for packet in _sound(viewer)] == [b"first", b"second", b"third"]
            assert {packet.payload_type for packet in _sound(viewer)} == {109}


async def test_who_loses_sound_gets_it_twice_and_nobody_else_does() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, THEIR_RED, H264) as able,
        open_viewer(server, THEIR_OPUS, H264) as unable,
    ):
        voice = RedVoice(publisher)
        voice.say(b"first")
        for viewer in (able, unable):
            await _hears(viewer, b"first")
            _report_loss(viewer, 0.05)
        said = 0
        while _sound(able)[-1].payload_type != 120:
            said += 1
            voice.say(b"word %d." % said)
            await _hears(able, b"word %d." % said)
            await _hears(unable, b"word %d." % said)
        doubled = _sound(able)[-1]
        before = b"word %d." % (said - 1) if said > 1 else b"first"
        assert doubled.payload == red(
            (_TICKS, before), primary=b"word %d." % said, payload_type=109
        )
        numbers = [packet.sequence for packet in _sound(able)]
        assert numbers == [(numbers[0] + step) & 0xFFFF for step in range(len(numbers))]
        assert {packet.payload_type for packet in _sound(unable)} == {109}


async def test_what_was_sent_is_sent_again_as_it_was_plain_or_twice() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, THEIR_RED, H264) as viewer,
    ):
        on_the_wire: list[bytes] = []
        taken = True

        def keep(datagram: bytes) -> bool:
            on_the_wire.append(datagram)
            return not taken

        viewer.peer.drop = keep
        voice = RedVoice(publisher)
        voice.say(b"first")
        await _hears(viewer, b"first")
        _report_loss(viewer, 0.05)
        said = 0
        while _sound(viewer)[-1].payload_type != 120:
            said += 1
            voice.say(b"word %d." % said)
            await _hears(viewer, b"word %d." % said)
        first, *_, last = sent = tuple(on_the_wire)
        # Taken already: the window against replays would refuse them the second time.
        taken = False
        for packet in (_sound(viewer)[0], _sound(viewer)[-1]):
            viewer.peer.send_rtcp(write_nack(1, packet.ssrc, [packet.sequence]))
        await viewer.peer.wait_until(lambda: len(on_the_wire) == len(sent) + 2)
        assert on_the_wire[-2:] == [first, last]


async def test_what_the_publishers_line_lost_comes_out_of_the_packet_after() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, H264) as viewer,
    ):
        voice = RedVoice(publisher)
        voice.say(b"first")
        voice.say(b"second", lose=True)
        voice.say(b"third")
        voice.say(b"fourth", lose=True)
        voice.say(b"fifth", lose=True)
        voice.say(b"sixth")
        await _hears(viewer, b"sixth")
        heard = _sound(viewer)
        assert [packet.payload for packet in heard] == [
            b"first",
            b"second",
            b"third",
            b"fifth",
            b"sixth",
        ]
        steps = [(packet.sequence - heard[0].sequence) & 0xFFFF for packet in heard]
        assert steps == [0, 1, 2, 4, 5]
        ticks = [(packet.timestamp - heard[0].timestamp) & 0xFFFFFFFF for packet in heard]
        assert ticks == [step * _TICKS for step in steps]


async def test_a_payload_that_is_no_red_reaches_nobody_and_harms_nobody() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, H264) as viewer,
    ):
        voice = RedVoice(publisher)
        voice.say(b"first")
        for number, payload in enumerate(
            (b"", b"\xef", b"\xef\xff\xff\xff", b"\x0dother"), start=1
        ):
            sequence = (publisher.audio_sequence + number) & 0xFFFF
            head = pack("!BBHII", 0x80, RED.payload_type, sequence, 0, publisher.audio_ssrc)
            publisher.peer.send_rtp(head + payload)
        publisher.audio_sequence = (publisher.audio_sequence + 4) & 0xFFFF
        voice.say(b"second")
        await _hears(viewer, b"second")
        assert [packet.payload for packet in _sound(viewer)] == [b"first", b"second"]


async def test_silence_of_a_byte_passes_unchanged() -> None:
    """Opus DTX: now and then a packet of its first byte alone, and hundreds of ms of nothing."""
    async with (
        open_media_server() as server,
        open_publisher(server, OPUS, RED, H264) as publisher,
        open_viewer(server, THEIR_OPUS, THEIR_RED, H264) as viewer,
    ):
        voice = RedVoice(publisher)
        for payload, ticks in ((b"word", _TICKS), (b"\xf8", _TICKS), (b"\xf8", 20 * _TICKS)):
            voice.say(payload, ticks=ticks)
        voice.say(b"again", ticks=20 * _TICKS)
        await _hears(viewer, b"again")
        heard = _sound(viewer)
        assert [packet.payload for packet in heard] == [b"word", b"\xf8", b"\xf8", b"again"]
        ticks_since = [(packet.timestamp - heard[0].timestamp) & 0xFFFFFFFF for packet in heard]
        assert ticks_since == [0, _TICKS, 21 * _TICKS, 41 * _TICKS]


async def test_lips_match_for_every_viewer() -> None:
    """Each gets reports on both tracks, and they put one moment of the publisher at one moment."""
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as first,
        open_viewer(server) as second,
    ):
        publisher.send_keyframe()
        publisher.send_audio()
        ntp = ntp_of(1_700_000_000.0)
        for ssrc, timestamp in (
            (publisher.video_ssrc, publisher.video_timestamp),
            # The sound that was sent last was made 40 ms before the picture that was.
            (publisher.audio_ssrc, publisher.audio_timestamp + 2 * _TICKS),
        ):
            publisher.peer.send_rtcp(
                write_sender_report(
                    ssrc,
                    ntp=ntp,
                    timestamp=timestamp & 0xFFFFFFFF,
                    packets=1,
                    octets=1,
                    cname=b"live",
                )
            )
        await server.house.wait_told("started")
        for viewer in (first, second):
            assert abs(await _lead_of_the_picture(viewer) - 0.040) < 0.002


async def _lead_of_the_picture(viewer: HandViewer) -> float:
    """Return how much later the last picture is to be shown than the last sound is to be heard."""

    def times() -> list[float | None]:
        if not viewer.video() or not viewer.audio():
            return [None]
        picture, sound = viewer.video()[-1], viewer.audio()[-1]
        return [_shown_at(viewer.peer, picture, 90_000), _shown_at(viewer.peer, sound, 48_000)]

    await viewer.peer.wait_until(lambda: None not in times())
    shown, heard = times()
    assert shown is not None
    assert heard is not None
    return shown - heard


def _shown_at(peer: LightPeer, packet: Received, clock_rate: int) -> float | None:
    """Return the publisher's time of `packet`, by the last report in that time."""
    reports = [
        report
        for data in peer.arrivals.reports
        for report in parse_rtcp(data)
        if isinstance(report, SenderReport) and report.ssrc == packet.ssrc
    ]
    publishers = [each for each in reports if each.ntp < ntp_of(1_700_100_000.0)]
    if not publishers:
        return None
    ticks = ((packet.timestamp - publishers[-1].timestamp + 2**31) & 0xFFFFFFFF) - 2**31
    return publishers[-1].ntp / 2**32 + ticks / clock_rate
