"""What RFC 9725 and draft-ietf-wish-whep ask of a server, one row a line.

A row is one request and what must come back. `{publisher}` and `{viewer}` in it are the addresses
of sessions that are connected, `{publisher_etag}` the tag of the first. Run by `test_whip_whep.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.runtime.media_server import KEY, PRIVATE_STREAM_ID, STREAM_ID
from tests.runtime.whip_whep_answers import (
    Then,
    accepts_sdp,
    asks_for_bearer,
    contains,
    goes,
    has_extension,
    has_ice_servers,
    has_no_extension,
    has_no_links,
    has_session,
    has_strong_tag,
    is_at_most,
    is_bundled,
    is_complete_answer,
    is_empty,
    is_sdp_without_body,
    names_the_codecs,
    nothing_more,
    restarts,
    says_when,
    sets_up,
    tells_other_origins,
)
from tests.unit.media_offers import CHROMIUM, FFMPEG, with_lines

WHIP, WHEP = f"/whip/{STREAM_ID}", f"/whep/{STREAM_ID}"
PRIVATE = f"/whep/{PRIVATE_STREAM_ID}"
BEARER = {"Authorization": f"Bearer {KEY}"}
WRONG = {"Authorization": "Bearer somebody-elses"}
SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
PREFLIGHT = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}

SENDING = CHROMIUM
WATCHING = CHROMIUM.replace("a=sendonly", "a=recvonly")
CANDIDATE = "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host\r\n"
TRICKLE = f"m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n{CANDIDATE}"
RESTART = "a=ice-ufrag:newufrag\r\na=ice-pwd:0123456789012345678901\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the specifications."""

    line: str
    method: str = "POST"
    to: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    is_live: bool = False
    """Whether somebody publishes and somebody watches."""
    strict: bool = False
    status: int
    code: str | None = None
    """The problem's code, where the answer is one."""
    then: Then = nothing_more


_NONE: Mapping[str, str] = {}


def _publish(
    line: str,
    status: int,
    body: str = SENDING,
    *,
    headers: Mapping[str, str] = _NONE,
    strict: bool = False,
    code: str | None = None,
    then: Then = nothing_more,
) -> Row:
    return Row(
        line=line,
        to=WHIP,
        headers={**SDP, **BEARER, **headers},
        body=body,
        strict=strict,
        status=status,
        code=code,
        then=then,
    )


def _watch(
    line: str,
    status: int,
    body: str = WATCHING,
    *,
    is_live: bool = True,
    code: str | None = None,
    then: Then = nothing_more,
) -> Row:
    return Row(
        line=line,
        to=WHEP,
        headers=SDP,
        body=body,
        is_live=is_live,
        status=status,
        code=code,
        then=then,
    )


def _patch(
    line: str,
    status: int,
    body: str = TRICKLE,
    *,
    to: str = "{publisher}",
    headers: Mapping[str, str] = _NONE,
    strict: bool = False,
    code: str | None = None,
    then: Then = nothing_more,
) -> Row:
    return Row(
        line=line,
        method="PATCH",
        to=to,
        headers={**FRAGMENT, **headers},
        body=body,
        is_live=True,
        strict=strict,
        status=status,
        code=code,
        then=then,
    )


def _directed(direction: str) -> str:
    return CHROMIUM.replace("a=sendonly", f"a={direction}")


_TYPED = {"Content-Type": "Application/SDP; charset=utf-8"}
_TEXT = {"Content-Type": "text/plain"}
_BYTES = {"Authorization": "Bearer \udcff\udcfe"}
_TWO_STREAMS = SENDING.replace("a=msid:stream track1", "a=msid:another track1")
_TWO_VIDEOS = SENDING + "m=video" + SENDING.split("\r\nm=video")[1].replace("a=mid:1", "a=mid:2")
_UNBUNDLED = SENDING.replace("a=group:BUNDLE 0 1\r\n", "")
_SIMULCAST = with_lines(
    SENDING,
    1,
    "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    *(f"a=rid:{rid} send" for rid in "qhf"),
    "a=simulcast:send q;h;f",
)

CREATE = (
    _publish("a publisher is created with an answer", 201, then=is_complete_answer),
    _watch("a viewer is created with an answer", 201, then=is_complete_answer),
    _publish("a publisher's session has an address", 201, then=has_session("whip")),
    _watch("a viewer's session has an address", 201, then=has_session("whep")),
    _publish("the content type may have parameters and any case", 201, headers=_TYPED),
    _publish("another content type is refused", 415, headers=_TEXT, code="unsupported-media-type"),
    _publish("an empty offer is refused", 400, "", code="invalid-sdp"),
    _publish("nonsense is refused", 400, "v=0\r\nnonsense\r\n", code="invalid-sdp"),
    _watch("a viewer's empty offer is refused", 400, "", code="invalid-sdp"),
    _publish("a publisher is answered recvonly", 201, then=goes("recvonly")),
    _publish("sendrecv is a publisher too", 201, _directed("sendrecv"), then=goes("recvonly")),
    _publish("recvonly is no publisher", 422, _directed("recvonly"), code="unprocessable"),
    _publish("inactive is no publisher", 422, _directed("inactive"), code="unprocessable"),
    _watch("a viewer is answered sendonly", 201, then=goes("sendonly")),
    _watch("sendrecv is a viewer too", 201, _directed("sendrecv"), then=goes("sendonly")),
    _watch("sendonly is no viewer", 422, _directed("sendonly"), code="unprocessable"),
    _watch("inactive is no viewer", 422, _directed("inactive"), code="unprocessable"),
    _publish("a publisher's tag is strong", 201, then=has_strong_tag),
    _watch("a viewer's tag is strong", 201, then=has_strong_tag),
    _publish("everything is bundled and multiplexed, nothing rejected", 201, then=is_bundled),
    _publish("two videos are too many", 422, _TWO_VIDEOS, code="unprocessable"),
    _publish("tracks of two streams are too many", 422, _TWO_STREAMS, code="unprocessable"),
    _publish("actpass is answered passive", 201, then=sets_up("passive")),
    _publish(
        "active is answered passive",
        201,
        SENDING.replace("a=setup:actpass", "a=setup:active"),
        then=sets_up("passive"),
    ),
    _publish("passive, as FFmpeg offers, is answered active", 201, FFMPEG, then=sets_up("active")),
    _publish(
        "another setup is refused",
        400,
        SENDING.replace("a=setup:actpass", "a=setup:holdconn"),
        code="invalid-sdp",
    ),
    _publish("without a bundle it is bundled all the same", 201, _UNBUNDLED, then=is_bundled),
    _publish("strict: no bundle is refused", 422, _UNBUNDLED, strict=True, code="unprocessable"),
    _publish(
        "all encodings of a simulcast are taken",
        201,
        _SIMULCAST,
        then=lambda _headers, body: contains(body, "a=simulcast:recv q;h;f\r\n"),
    ),
    _publish(
        "the answer is one that FFmpeg can hold",
        201,
        FFMPEG,
        then=lambda _headers, body: is_at_most(body, 8192),
    ),
)

AUTHORISATION = (
    _publish("a token of any bytes is a wrong one", 401, headers=_BYTES, code="unauthenticated"),
    Row(
        line="publishing needs a token",
        to=WHIP,
        headers=SDP,
        body=SENDING,
        status=401,
        code="unauthenticated",
        then=asks_for_bearer,
    ),
    Row(
        line="a wrong token is told so",
        to=WHIP,
        headers=SDP | WRONG,
        body=SENDING,
        status=401,
        code="unauthenticated",
        then=asks_for_bearer,
    ),
    Row(
        line="a bare token is one",
        to=WHIP,
        headers={**SDP, "Authorization": KEY},
        body=SENDING,
        status=201,
    ),
    Row(
        line="strict: a bare token is none",
        to=WHIP,
        headers={**SDP, "Authorization": KEY},
        body=SENDING,
        strict=True,
        status=401,
        code="unauthenticated",
    ),
    Row(
        line="watching what is private needs a token",
        to=PRIVATE,
        headers=SDP,
        body=WATCHING,
        status=401,
        code="unauthenticated",
        then=asks_for_bearer,
    ),
    Row(
        line="a token without the right is told so",
        to=PRIVATE,
        headers=SDP | WRONG,
        body=WATCHING,
        status=403,
        code="forbidden",
    ),
    _patch("the session's address is a right to change it", 204),
    _patch("strict: it is not enough", 401, strict=True, code="unauthenticated"),
    _patch("strict: another token is told so", 403, headers=WRONG, strict=True, code="forbidden"),
    Row(
        line="strict: ending a session takes its token",
        method="DELETE",
        to="{publisher}",
        is_live=True,
        strict=True,
        status=401,
        code="unauthenticated",
        then=asks_for_bearer,
    ),
    Row(
        line="strict: with its token it ends",
        method="DELETE",
        to="{publisher}",
        headers=BEARER,
        is_live=True,
        strict=True,
        status=200,
    ),
    Row(
        line="strict: whoever watches without a token ends without one",
        method="DELETE",
        to="{viewer}",
        is_live=True,
        strict=True,
        status=200,
    ),
)

ICE_SERVERS = (
    _publish("a publisher is told of STUN and TURN servers", 201, then=has_ice_servers),
    _watch("a viewer is told of STUN and TURN servers", 201, then=has_ice_servers),
    Row(
        line="so is whoever asks with a token",
        method="OPTIONS",
        to=WHIP,
        headers=BEARER,
        status=200,
        then=has_ice_servers,
    ),
    Row(
        line="a preflight is not",
        method="OPTIONS",
        to=WHIP,
        headers=PREFLIGHT | BEARER,
        status=200,
        then=has_no_links,
    ),
    Row(
        line="nobody in particular is not",
        method="OPTIONS",
        to=WHEP,
        status=200,
        then=has_no_links,
    ),
    _watch("the layer extension is offered", 201, then=has_extension("layer")),
    _watch("the events extension is offered", 201, then=has_extension("server-sent-events")),
    _publish("a publisher is not offered what is for viewers", 201, then=has_no_extension),
)

READING = (
    *(
        Row(
            line=f"pages of other origins may use {place}",
            method="OPTIONS",
            to=place,
            headers=PREFLIGHT,
            is_live=True,
            status=200,
            then=tells_other_origins,
        )
        for place in (WHIP, WHEP, "{publisher}", "{viewer}")
    ),
    *(
        Row(
            line=f"{place} says what it takes",
            method="OPTIONS",
            to=place,
            status=200,
            then=accepts_sdp,
        )
        for place in (WHIP, WHEP)
    ),
    *(
        Row(
            line=f"reading {place} is no error and no content",
            method="GET",
            to=place,
            is_live=True,
            status=204,
            then=is_empty,
        )
        for place in (WHIP, WHEP, "{publisher}", "{viewer}")
    ),
    Row(
        line="a viewer's endpoint says what it would send",
        method="HEAD",
        to=WHEP,
        status=200,
        then=is_sdp_without_body,
    ),
    Row(
        line="an error can be read by pages of other origins",
        to=WHIP,
        headers=SDP,
        status=401,
        code="unauthenticated",
        then=tells_other_origins,
    ),
    Row(
        line="another method is refused",
        method="PUT",
        to=WHIP,
        status=405,
        code="method-not-allowed",
    ),
)

_STAR, _QUOTED_STAR = {"If-Match": "*"}, {"If-Match": '"*"'}
_OURS, _STALE = {"If-Match": "{publisher_etag}"}, {"If-Match": '"0123456789abcdef"'}
_SEVERAL = {"If-Match": '"0123456789abcdef", {publisher_etag}'}
_WEAK = {"If-Match": "W/{publisher_etag}"}

CHANGING = (
    _patch("another content type is refused", 415, headers=SDP, code="unsupported-media-type"),
    _patch("a malformed fragment is refused", 400, "nonsense", code="invalid-sdp"),
    _patch("an empty fragment is refused", 400, "", code="invalid-sdp"),
    _patch("candidates are taken without a word", 204, then=is_empty),
    _patch("a viewer's too", 204, to="{viewer}", then=is_empty),
    _patch(
        "the end of candidates too",
        204,
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n",
    ),
    _patch(
        "candidates of no use are discarded in silence",
        204,
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        "a=candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active\r\n"
        "a=candidate:2 1 udp 2122262783 2001:db8::7 50001 typ host\r\n"
        "a=candidate:3 1 udp 2122260223 5f0e6a2c-0d5e-4e1a-9a07-3d3d6f2e7b11.local 5 typ host\r\n",
        then=is_empty,
    ),
    _patch("component 0 is read as it is meant", 204, TRICKLE.replace(" 1 udp", " 0 udp")),
    _patch(
        "RTP/AVP 0 is read as it is meant", 204, TRICKLE.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")
    ),
    _patch(
        "one m-line per mid is read",
        204,
        TRICKLE + TRICKLE.replace("audio", "video").replace("mid:0", "mid:1"),
    ),
    _patch(
        "candidates joined by commas are read", 204, TRICKLE + CANDIDATE.rstrip() + "," + CANDIDATE
    ),
    _patch("new credentials restart ICE", 200, RESTART, then=restarts),
    _patch("a viewer's too", 200, RESTART, to="{viewer}", then=restarts),
    _patch("a star restarts whatever there is", 200, RESTART, headers=_STAR, then=restarts),
    _patch("a quoted star is one", 200, RESTART, headers=_QUOTED_STAR, then=restarts),
    _patch(
        "a restart that cannot be is refused",
        400,
        "a=ice-ufrag:newufrag\r\na=ice-pwd:short\r\n",
        code="invalid-sdp",
    ),
    _patch("no condition is none", 204),
    _patch("a stale condition is overlooked", 204, headers=_STALE),
    _patch(
        "strict: no condition is refused",
        428,
        headers=BEARER,
        strict=True,
        code="precondition-required",
    ),
    _patch(
        "strict: a stale condition is refused",
        412,
        headers=BEARER | _STALE,
        strict=True,
        code="precondition-failed",
    ),
    _patch(
        "strict: a weak condition never holds",
        412,
        headers=BEARER | _WEAK,
        strict=True,
        code="precondition-failed",
    ),
    _patch(
        "strict: the session's tag is a condition that holds",
        204,
        headers=BEARER | _OURS,
        strict=True,
    ),
    _patch("strict: one of several is enough", 204, headers=BEARER | _SEVERAL, strict=True),
    _patch(
        "strict: a star holds", 200, RESTART, headers=BEARER | _STAR, strict=True, then=restarts
    ),
    _patch("strict: a quoted star holds", 200, RESTART, headers=BEARER | _QUOTED_STAR, strict=True),
    _patch("half a pair of credentials is no restart", 204, "a=ice-ufrag:newufrag\r\n"),
    _patch(
        "strict: half a pair of credentials is refused",
        400,
        "a=ice-ufrag:newufrag\r\n",
        headers=BEARER | _STAR,
        strict=True,
        code="invalid-sdp",
    ),
    _patch("an unknown session is not found", 404, to="/whip/sessions/unknown", code="not-found"),
    _patch("a viewer's neither", 404, to="/whep/sessions/unknown", code="not-found"),
)

ENDING = (
    Row(
        line="a session ends with exactly 200",
        method="DELETE",
        to="{publisher}",
        is_live=True,
        status=200,
    ),
    Row(line="a viewer's too", method="DELETE", to="{viewer}", is_live=True, status=200),
    Row(
        line="whatever condition is sent",
        method="DELETE",
        to="{publisher}",
        headers=_STALE,
        is_live=True,
        status=200,
    ),
    Row(
        line="strict: whatever condition is sent",
        method="DELETE",
        to="{publisher}",
        headers=BEARER | _STALE,
        is_live=True,
        strict=True,
        status=200,
    ),
    Row(
        line="an unknown session is not found",
        method="DELETE",
        to="/whip/sessions/unknown",
        status=404,
        code="not-found",
    ),
)

WATCHING_ONLY = (
    _watch("nobody publishes: come back", 409, is_live=False, code="no-publisher", then=says_when),
    _watch(
        "what cannot be decoded is told by name",
        406,
        WATCHING.replace("H264/90000", "H263/90000"),
        code="not-acceptable",
        then=names_the_codecs,
    ),
    Row(
        line="an unknown stream is not found",
        to="/whep/99",
        headers=SDP,
        body=WATCHING,
        status=404,
        code="not-found",
    ),
)

SECTIONS = {
    "create": CREATE,
    "authorisation": AUTHORISATION,
    "ICE servers and extensions": ICE_SERVERS,
    "OPTIONS, GET, HEAD": READING,
    "PATCH": CHANGING,
    "DELETE": ENDING,
    "WHEP alone": WATCHING_ONLY,
}
