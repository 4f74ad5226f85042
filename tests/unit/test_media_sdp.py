"""What the reader of offers takes, and that nothing else than InvalidSdp ever leaves it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidSdp, NotAcceptable, Unprocessable
from media.negotiation import agree_publish, agree_watch
from media.sdp import read_fragment, read_offer
from tests.unit.media_offers import CHROMIUM, FFMPEG, with_lines


def test_a_browsers_offer_is_read() -> None:
    offer = read_offer(CHROMIUM)
    assert [section.kind for section in offer.sections] == ["audio", "video"]
    assert [section.mid for section in offer.sections] == ["0", "1"]
    assert offer.setup == "actpass"
    assert offer.fingerprints[0].algorithm == "sha-256"
    video = offer.sections[1]
    assert video.direction == "sendonly"
    assert {codec.name for codec in video.codecs} >= {"H264", "VP8", "VP9", "AV1", "RTX"}


def test_ffmpegs_offer_is_read() -> None:
    offer = read_offer(FFMPEG)
    assert offer.setup == "passive"
    assert [codec.name for codec in offer.sections[1].codecs] == ["H264", "RTX"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "v=0",
        "v=0\r\nm=video",
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96",
        CHROMIUM.replace("v=0", "v=1", 1),
        CHROMIUM.replace("a=ice-ufrag:", "a=ice-frag:"),
        CHROMIUM.replace("a=ice-pwd:", "a=ice-pwd:é"),
        CHROMIUM.replace("a=setup:actpass", "a=setup:holdconn"),
        CHROMIUM.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00"),
        CHROMIUM.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-1 "),
        CHROMIUM.replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus"),
        CHROMIUM.replace("a=rtpmap:111 ", "a=rtpmap:300 "),
        CHROMIUM.replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/4٨000/2"),
        CHROMIUM.replace("a=mid:1", "a=mid:0"),
        CHROMIUM + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 20,
        CHROMIUM + "a=x:y\r\n" * 3000,
        CHROMIUM.replace("minptime=10", "minptime=10\ra=x"),
    ],
)
def test_what_is_no_offer_is_refused(text: str) -> None:
    with pytest.raises(InvalidSdp):
        read_offer(text)


_FORMATS = {
    each.section.kind: each.format
    for each in agree_publish(read_offer(CHROMIUM))
    if each.format is not None
}
_MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(("drop", "double", "cut", "swap", "insert")),
        st.integers(0, 400),
        st.integers(0, 400),
        st.text(max_size=12),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(_MUTATIONS, st.sampled_from((CHROMIUM, FFMPEG)))
def test_a_damaged_offer_is_read_or_refused_by_name(
    mutations: list[tuple[str, int, int, str]], text: str
) -> None:
    lines = text.split("\r\n")
    for kind, at, other, junk in mutations:
        at, other = at % len(lines), other % len(lines)
        if kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[other])
        elif kind == "cut":
            lines[at] = lines[at][: other % (len(lines[at]) + 1)]
        elif kind == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        else:
            cut = other % (len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + junk + lines[at][cut:]
    damaged = "\r\n".join(lines)
    with contextlib.suppress(InvalidSdp, Unprocessable, NotAcceptable):
        agree_publish(read_offer(damaged))
    with contextlib.suppress(InvalidSdp, Unprocessable, NotAcceptable):
        agree_watch(read_offer(damaged.replace("sendonly", "recvonly")), _FORMATS)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_no_offer(text: str) -> None:
    with pytest.raises(InvalidSdp):
        read_offer(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="a=mc:0 9\r\nice-ufrapwdndt", max_size=200))
def test_any_fragment_is_read_or_refused_by_name(text: str) -> None:
    with contextlib.suppress(InvalidSdp):
        read_fragment(text)


@pytest.mark.parametrize(
    "text",
    [
        "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 RTP/AVP 0\r\n",
        "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n",
        "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\na=candidate:1 0 tcp 1 x.local 9 typ host\r\n",
        "a=end-of-candidates\r\n",
    ],
)
def test_fragments_are_read_leniently(text: str) -> None:
    read_fragment(text)


def test_a_fragment_without_anything_is_refused() -> None:
    with pytest.raises(InvalidSdp):
        read_fragment("m=audio 9 RTP/AVP 0\r\n")


def test_one_inserted_line_is_one_attribute() -> None:
    offer = read_offer(with_lines(CHROMIUM, 1, "a=rtcp-fb:* something"))
    assert all("something" in codec.feedback for codec in offer.sections[1].codecs)
