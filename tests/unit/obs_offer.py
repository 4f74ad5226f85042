"""An offer as OBS writes it: short, three layers, no candidates (it gathers after the answer)."""

from __future__ import annotations

_PRINT = ":".join(f"{index:02X}" for index in range(32))
_TRANSPORT = (
    "c=IN IP4 0.0.0.0",
    "a=setup:actpass",
    "a=ice-ufrag:obsU",
    "a=ice-pwd:0123456789abcdefghijkl",
    f"a=fingerprint:sha-256 {_PRINT}",
    "a=rtcp-mux",
    "a=sendonly",
)

OBS = "\r\n".join(
    [
        "v=0",
        "o=rtc 3767197920 0 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=group:LS 0 1",
        "a=msid-semantic:WMS *",
        "a=ice-options:ice2,trickle",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "a=mid:0",
        *_TRANSPORT,
        "a=msid:obs obs-audio",
        "a=ssrc:1001 cname:obs",
        "a=ssrc:1001 msid:obs obs-audio",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "a=mid:1",
        *_TRANSPORT,
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=msid:obs obs-video",
        "a=rid:0 send",
        "a=rid:1 send",
        "a=rid:2 send",
        "a=simulcast:send 0;1;2",
        "a=rtpmap:96 H264/90000",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 goog-remb",
        "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
        "",
    ]
)
