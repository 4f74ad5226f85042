"""Offers as real clients write them, shortened to what matters."""

from __future__ import annotations

_PRINT = ":".join(f"{index:02X}" for index in range(32))
_VIDEO_FEEDBACK = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")


def _codec(number: int, name: str, parameters: str = "", rtx: int | None = None) -> list[str]:
    lines = [f"a=rtpmap:{number} {name}"]
    lines += [f"a=rtcp-fb:{number} {each}" for each in _VIDEO_FEEDBACK]
    if parameters:
        lines.append(f"a=fmtp:{number} {parameters}")
    if rtx is not None:
        lines += [f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={number}"]
    return lines


def _h264(number: int, profile: str, mode: int, rtx: int) -> list[str]:
    parameters = f"level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profile}"
    return _codec(number, "H264/90000", parameters, rtx)


def _transport(mid: int, direction: str) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=ice-ufrag:4ZcD",
        "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlkw",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {_PRINT}",
        "a=setup:actpass",
        f"a=mid:{mid}",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        f"a={direction}",
        "a=msid:stream track" + str(mid),
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]


CHROMIUM = "\r\n".join(
    [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS stream",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
        *_transport(0, "sendonly"),
        "a=rtpmap:111 opus/48000/2",
        "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:63 red/48000/2",
        "a=fmtp:63 111/111",
        "a=rtpmap:9 G722/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 108 109 127 125 39 40 98 99 45 46 112 113",
        *_transport(1, "sendonly"),
        *_codec(96, "VP8/90000", "", 97),
        *_h264(102, "42001f", 1, 103),
        *_h264(108, "42e01f", 1, 109),
        *_h264(127, "42e01f", 0, 125),
        *_h264(112, "64001f", 1, 113),
        *_codec(39, "AV1/90000", "level-idx=5;profile=0;tier=0", 40),
        *_codec(98, "VP9/90000", "profile-id=0", 99),
        *_codec(45, "VP9/90000", "profile-id=2", 46),
        "a=ssrc-group:FID 11 12",
        "a=ssrc:11 cname:x",
        "a=ssrc:12 cname:x",
        "",
    ]
)

FFMPEG = "\r\n".join(
    [
        "v=0",
        "o=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1",
        "s=FFmpegPublishSession",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS",
        "a=ice-lite",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:a3f1c2d4",
        "a=ice-pwd:00112233445566778899aabbccddeeff",
        f"a=fingerprint:sha-256 {_PRINT}",
        "a=setup:passive",
        "a=mid:0",
        "a=sendonly",
        "a=msid:FFmpeg audio",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=ssrc:1 cname:FFmpeg",
        "m=video 9 UDP/TLS/RTP/SAVPF 106 105",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:a3f1c2d4",
        "a=ice-pwd:00112233445566778899aabbccddeeff",
        f"a=fingerprint:sha-256 {_PRINT}",
        "a=setup:passive",
        "a=mid:1",
        "a=sendonly",
        "a=msid:FFmpeg video",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=rtpmap:106 H264/90000",
        "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c01e",
        "a=rtcp-fb:106 nack",
        "a=rtpmap:105 rtx/90000",
        "a=fmtp:105 apt=106",
        "a=ssrc-group:FID 2 3",
        "a=ssrc:2 cname:FFmpeg",
        "a=ssrc:3 cname:FFmpeg",
        "",
    ]
)


def with_lines(offer: str, section: int, *lines: str) -> str:
    """Return `offer` with `lines` at the end of its m-section number `section`."""
    head, *parts = offer.split("\r\nm=")
    parts[section] = parts[section].rstrip("\r\n") + "\r\n" + "\r\n".join(lines)
    return "\r\nm=".join([head, *parts]) + "\r\n"
