"""What RFC 9725 and draft-ietf-wish-whep ask of a session that has begun, one row a line."""

from __future__ import annotations

from tests.runtime.whip_whep_answers import (
    accepts_sdp,
    is_empty,
    is_sdp_without_body,
    restarts,
    tells_other_origins,
)
from tests.runtime.whip_whep_rows import (
    BEARER,
    CANDIDATE,
    PREFLIGHT,
    RESTART,
    SDP,
    TRICKLE,
    WHEP,
    WHIP,
    Row,
    patch,
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
    patch("another content type is refused", 415, headers=SDP, code="unsupported-media-type"),
    patch("a malformed fragment is refused", 400, "nonsense", code="invalid-sdp"),
    patch("an empty fragment is refused", 400, "", code="invalid-sdp"),
    patch("candidates are taken without a word", 204, then=is_empty),
    patch("a viewer's too", 204, to="{viewer}", then=is_empty),
    patch(
        "the end of candidates too",
        204,
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n",
    ),
    patch(
        "candidates of no use are discarded in silence",
        204,
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        "a=candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active\r\n"
        "a=candidate:2 1 udp 2122262783 2001:db8::7 50001 typ host\r\n"
        "a=candidate:3 1 udp 2122260223 5f0e6a2c-0d5e-4e1a-9a07-3d3d6f2e7b11.local 5 typ host\r\n",
        then=is_empty,
    ),
    patch("component 0 is read as it is meant", 204, TRICKLE.replace(" 1 udp", " 0 udp")),
    patch("RTP/AVP 0 is read as it is meant", 204, TRICKLE.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")),
    patch(
        "one m-line per mid is read",
        204,
        TRICKLE + TRICKLE.replace("audio", "video").replace("mid:0", "mid:1"),
    ),
    patch(
        "candidates joined by commas are read", 204, TRICKLE + CANDIDATE.rstrip() + "," + CANDIDATE
    ),
    patch("new credentials restart ICE", 200, RESTART, then=restarts),
    patch("a viewer's too", 200, RESTART, to="{viewer}", then=restarts),
    patch("a star restarts whatever there is", 200, RESTART, headers=_STAR, then=restarts),
    patch("a quoted star is one", 200, RESTART, headers=_QUOTED_STAR, then=restarts),
    patch(
        "a restart that cannot be is refused",
        400,
        "a=ice-ufrag:newufrag\r\na=ice-pwd:short\r\n",
        code="invalid-sdp",
    ),
    patch("no condition is none", 204),
    patch("a stale condition is overlooked", 204, headers=_STALE),
    patch(
        "strict: no condition is refused",
        428,
        headers=BEARER,
        strict=True,
        code="precondition-required",
    ),
    patch(
        "strict: a stale condition is refused",
        412,
        headers=BEARER | _STALE,
        strict=True,
        code="precondition-failed",
    ),
    patch(
        "strict: a weak condition never holds",
        412,
        headers=BEARER | _WEAK,
        strict=True,
        code="precondition-failed",
    ),
    patch(
        "strict: the session's tag is a condition that holds",
        204,
        headers=BEARER | _OURS,
        strict=True,
    ),
    patch("strict: one of several is enough", 204, headers=BEARER | _SEVERAL, strict=True),
    patch("strict: a star holds", 200, RESTART, headers=BEARER | _STAR, strict=True, then=restarts),
    patch("strict: a quoted star holds", 200, RESTART, headers=BEARER | _QUOTED_STAR, strict=True),
    patch("half a pair of credentials is no restart", 204, "a=ice-ufrag:newufrag\r\n"),
    patch(
        "strict: half a pair of credentials is refused",
        400,
        "a=ice-ufrag:newufrag\r\n",
        headers=BEARER | _STAR,
        strict=True,
        code="invalid-sdp",
    ),
    patch("an unknown session is not found", 404, to="/whip/sessions/unknown", code="not-found"),
    patch("a viewer's neither", 404, to="/whep/sessions/unknown", code="not-found"),
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
