"""Which codec is chosen, and what the answer says."""

from __future__ import annotations

import pytest

from errors import InvalidSdp, NotAcceptable, Unprocessable
from media.answers import AnswerTransport, Source, write_publish_answer, write_watch_answer
from media.negotiation import Format, agree_publish, agree_watch, h264_family
from media.sdp import read_offer
from tests.unit.media_offers import CHROMIUM, FFMPEG

TRANSPORT = AnswerTransport("ufrag", "pwd", "AA:BB", "passive", (("192.0.2.1", 8443),))
WATCHING = CHROMIUM.replace("a=sendonly", "a=recvonly")
OPUS = Format("audio", "OPUS", 48000)
H264 = Format("video", "H264", 90000, "constrained-baseline", "1")


@pytest.mark.parametrize(
    ("profile_level_id", "family"),
    [
        ("42e01f", "constrained-baseline"),
        ("42c01e", "constrained-baseline"),
        ("42E015", "constrained-baseline"),
        ("4d801f", "constrained-baseline"),
        ("42001f", "baseline"),
        ("4d001f", "main"),
        ("640c1f", "high"),
        ("f4001f", "other"),
        ("", "baseline"),
        ("zz", "baseline"),
    ],
)
def test_an_h264_profile_is_matched_by_family(profile_level_id: str, family: str) -> None:
    assert h264_family(profile_level_id) == family


def test_a_publisher_is_asked_for_constrained_baseline_with_its_rtx() -> None:
    audio, video = agree_publish(read_offer(CHROMIUM))
    assert audio.codec is not None
    assert audio.codec.payload_type == 111
    assert video.codec is not None
    assert (video.codec.payload_type, video.rtx_payload_type) == (108, 109)
    assert video.format == H264


def test_without_h264_the_publishers_own_order_decides() -> None:
    offer = CHROMIUM.replace("H264/90000", "H263/90000")
    _, video = agree_publish(read_offer(offer))
    assert video.codec is not None
    assert video.codec.name == "VP8"


def test_ffmpegs_h264_is_taken_whatever_its_level() -> None:
    _, video = agree_publish(read_offer(FFMPEG))
    assert video.format == H264
    assert video.rtx_payload_type == 105


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
def test_a_publisher_that_does_not_send_is_refused(direction: str) -> None:
    with pytest.raises(Unprocessable):
        agree_publish(read_offer(CHROMIUM.replace("a=sendonly", f"a={direction}")))


def test_a_second_video_section_is_refused() -> None:
    second = CHROMIUM[CHROMIUM.index("m=video") :].replace("a=mid:1", "a=mid:2")
    with pytest.raises(Unprocessable):
        agree_publish(read_offer(CHROMIUM + second))


def test_tracks_of_two_streams_are_refused() -> None:
    with pytest.raises(Unprocessable):
        agree_publish(read_offer(CHROMIUM.replace("a=msid:stream track1", "a=msid:other track1")))


def test_one_payload_type_for_two_codecs_is_refused() -> None:
    offer = CHROMIUM.replace("VP8/90000", "H264/90000").replace("108", "111")
    with pytest.raises(Unprocessable):
        agree_publish(read_offer(offer))


def test_a_data_channel_is_refused() -> None:
    offer = CHROMIUM + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n"
    with pytest.raises(Unprocessable):
        agree_publish(read_offer(offer))


def test_a_publisher_without_any_known_codec_is_told_which_ones_are() -> None:
    offer = CHROMIUM.replace("opus/48000/2", "speex/16000")
    with pytest.raises(NotAcceptable, match="OPUS"):
        agree_publish(read_offer(offer))


def test_a_viewer_gets_the_feeds_codec_under_its_own_number() -> None:
    audio, video = agree_watch(read_offer(WATCHING), {"audio": OPUS, "video": H264})
    assert audio.format == OPUS
    assert video.codec is not None
    assert video.codec.payload_type == 108


def test_a_viewer_that_decodes_high_takes_a_feed_in_high() -> None:
    high = Format("video", "H264", 90000, "high", "1")
    _, video = agree_watch(read_offer(WATCHING), {"audio": OPUS, "video": high})
    assert video.codec is not None
    assert video.codec.payload_type == 112


def test_a_viewer_that_cannot_decode_the_feed_is_told_what_it_is() -> None:
    unknown = Format("video", "VP9", 90000, "1")
    with pytest.raises(NotAcceptable, match="VP9"):
        agree_watch(read_offer(WATCHING), {"video": unknown})


def test_a_kind_that_the_feed_lacks_is_inactive_not_rejected() -> None:
    agreements = agree_watch(read_offer(WATCHING), {"audio": OPUS})
    answer = write_watch_answer(
        agreements, TRANSPORT, session_id=1, sources={"audio": Source(1, 2)}
    )
    assert "a=inactive" in answer
    assert "m=video 0 " not in answer


def test_a_viewer_that_asks_for_nothing_the_feed_has_is_refused() -> None:
    only_video = WATCHING.replace("m=audio", "m=video").replace("a=mid:0", "a=mid:9")
    with pytest.raises((NotAcceptable, Unprocessable)):
        agree_watch(read_offer(only_video), {"audio": OPUS})


def test_a_publishers_answer_has_what_each_client_looks_for() -> None:
    answer = write_publish_answer(agree_publish(read_offer(CHROMIUM)), TRANSPORT, session_id=1)
    lines = answer.split("\r\n")
    assert lines[0] == "v=0"
    assert len(answer) <= 8192
    assert "\n" not in answer.replace("\r\n", "")
    assert lines.count("a=recvonly") == 2
    assert lines.count("a=rtcp-mux-only") == 2
    assert lines.count("a=setup:passive") == 2
    assert "a=ice-lite" in lines
    assert "a=end-of-candidates" in lines
    first = next(line for line in lines if line.startswith("a=candidate"))
    assert first.endswith("192.0.2.1 8443 typ host")
    assert sum("transport-wide-cc" in line for line in lines) == 2


def test_a_viewers_answer_names_the_media_ssrc_before_the_one_for_repairs() -> None:
    agreements = agree_watch(read_offer(WATCHING), {"audio": OPUS, "video": H264})
    sources = {"audio": Source(1, 2), "video": Source(33, 44)}
    answer = write_watch_answer(agreements, TRANSPORT, session_id=1, sources=sources)
    assert "a=ssrc-group:FID 33 44" in answer
    assert answer.index("a=ssrc:33 ") < answer.index("a=ssrc:44 ")


def test_only_a_viewers_picture_is_measured_and_only_with_a_repair_stream() -> None:
    for offer, expected in ((WATCHING, 1), (WATCHING.replace(" rtx/90000", " other/90000"), 0)):
        agreements = agree_watch(read_offer(offer), {"audio": OPUS, "video": H264})
        sources = {"audio": Source(1, 2), "video": Source(33, 44)}
        answer = write_watch_answer(agreements, TRANSPORT, session_id=1, sources=sources)
        assert answer.count("transport-wide-cc") == expected
        assert answer.count(" transport-cc") == expected


SIMULCAST = CHROMIUM.replace(
    "a=ssrc-group:FID 11 12\r\na=ssrc:11 cname:x\r\na=ssrc:12 cname:x\r\n",
    "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
    "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
    "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h,x;~f\r\n",
)


def test_every_encoding_of_a_simulcast_is_taken() -> None:
    agreements = agree_publish(read_offer(SIMULCAST))
    assert [agreement.encodings for agreement in agreements] == [(), ("q", "h", "f")]
    lines = write_publish_answer(agreements, TRANSPORT, session_id=1).split("\r\n")
    assert "a=simulcast:recv q;h;f" in lines
    assert [line for line in lines if line.startswith("a=rid:")] == [
        f"a=rid:{each} recv" for each in "qhf"
    ]
    for number, name in ((4, "sdes:mid"), (10, "rtp-stream-id"), (11, "repaired-rtp-stream-id")):
        extensions = [line for line in lines if line.startswith(f"a=extmap:{number} ")]
        assert len(extensions) == 1
        assert extensions[0].endswith(name)


def test_a_rid_that_is_named_twice_is_no_session_description() -> None:
    with pytest.raises(InvalidSdp):
        read_offer(SIMULCAST.replace("send q;h,x;~f", "send q;q"))


def test_red_is_agreed_on_where_its_blocks_are_the_sound_that_was_chosen() -> None:
    audio, _ = agree_publish(read_offer(CHROMIUM))
    assert audio.red_payload_type == 63
    other = CHROMIUM.replace("a=fmtp:63 111/111", "a=fmtp:63 0/0")
    assert agree_publish(read_offer(other))[0].red_payload_type is None
    assert agree_publish(read_offer(FFMPEG))[0].red_payload_type is None


def test_a_viewer_that_did_not_offer_red_is_not_answered_with_it() -> None:
    plain = WATCHING.replace("111 63 9", "111 9")
    agreements = agree_watch(read_offer(plain), {"audio": OPUS})
    assert agreements[0].red_payload_type is None
    answer = write_watch_answer(
        agreements[:1], TRANSPORT, session_id=1, sources={"audio": Source(1, 2)}
    )
    assert "red/" not in answer
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" in answer


def test_what_a_client_says_of_its_opus_is_said_back() -> None:
    said = "minptime=10;useinbandfec=1;usedtx=1;stereo=1"
    offer = CHROMIUM.replace("minptime=10;useinbandfec=1", said)
    answer = write_publish_answer(agree_publish(read_offer(offer)), TRANSPORT, session_id=1)
    assert f"a=fmtp:111 {said}\r\n" in answer
