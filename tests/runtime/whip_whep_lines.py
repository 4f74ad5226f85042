"""What RFC 9725 and draft-ietf-wish-whep ask of a server, one row a line: how a session begins.

Run by `test_whip_whep.py`, with the rows of what comes after it (`whip_whep_session_lines.py`).
"""

from __future__ import annotations

from tests.runtime.media_server import KEY
from tests.runtime.whip_whep_answers import (
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
    names_the_codecs,
    says_when,
    sets_up,
)
from tests.runtime.whip_whep_rows import (
    BEARER,
    PREFLIGHT,
    PRIVATE,
    SDP,
    SENDING,
    WATCHING,
    WHEP,
    WHIP,
    WRONG,
    Row,
    patch,
    publish,
    watch,
)
from tests.runtime.whip_whep_session_lines import CHANGING, ENDING, READING
from tests.unit.media_offers import CHROMIUM, FFMPEG, with_lines


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
    publish("a publisher is created with an answer", 201, then=is_complete_answer),
    watch("a viewer is created with an answer", 201, then=is_complete_answer),
    publish("a publisher's session has an address", 201, then=has_session("whip")),
    watch("a viewer's session has an address", 201, then=has_session("whep")),
    publish("the content type may have parameters and any case", 201, headers=_TYPED),
    publish("another content type is refused", 415, headers=_TEXT, code="unsupported-media-type"),
    publish("an empty offer is refused", 400, "", code="invalid-sdp"),
    publish("nonsense is refused", 400, "v=0\r\nnonsense\r\n", code="invalid-sdp"),
    watch("a viewer's empty offer is refused", 400, "", code="invalid-sdp"),
    publish("a publisher is answered recvonly", 201, then=goes("recvonly")),
    publish("sendrecv is a publisher too", 201, _directed("sendrecv"), then=goes("recvonly")),
    publish("recvonly is no publisher", 422, _directed("recvonly"), code="unprocessable"),
    publish("inactive is no publisher", 422, _directed("inactive"), code="unprocessable"),
    watch("a viewer is answered sendonly", 201, then=goes("sendonly")),
    watch("sendrecv is a viewer too", 201, _directed("sendrecv"), then=goes("sendonly")),
    watch("sendonly is no viewer", 422, _directed("sendonly"), code="unprocessable"),
    watch("inactive is no viewer", 422, _directed("inactive"), code="unprocessable"),
    publish("a publisher's tag is strong", 201, then=has_strong_tag),
    watch("a viewer's tag is strong", 201, then=has_strong_tag),
    publish("everything is bundled and multiplexed, nothing rejected", 201, then=is_bundled),
    publish("two videos are too many", 422, _TWO_VIDEOS, code="unprocessable"),
    publish("tracks of two streams are too many", 422, _TWO_STREAMS, code="unprocessable"),
    publish("actpass is answered passive", 201, then=sets_up("passive")),
    publish(
        "active is answered passive",
        201,
        SENDING.replace("a=setup:actpass", "a=setup:active"),
        then=sets_up("passive"),
    ),
    publish("passive, as FFmpeg offers, is answered active", 201, FFMPEG, then=sets_up("active")),
    publish(
        "another setup is refused",
        400,
        SENDING.replace("a=setup:actpass", "a=setup:holdconn"),
        code="invalid-sdp",
    ),
    publish("without a bundle it is bundled all the same", 201, _UNBUNDLED, then=is_bundled),
    publish("strict: no bundle is refused", 422, _UNBUNDLED, strict=True, code="unprocessable"),
    publish(
        "all encodings of a simulcast are taken",
        201,
        _SIMULCAST,
        then=lambda _headers, body: contains(body, "a=simulcast:recv q;h;f\r\n"),
    ),
    publish(
        "the answer is one that FFmpeg can hold",
        201,
        FFMPEG,
        then=lambda _headers, body: is_at_most(body, 8192),
    ),
)

AUTHORISATION = (
    publish("a token of any bytes is a wrong one", 401, headers=_BYTES, code="unauthenticated"),
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
    patch("the session's address is a right to change it", 204),
    patch("strict: it is not enough", 401, strict=True, code="unauthenticated"),
    patch("strict: another token is told so", 403, headers=WRONG, strict=True, code="forbidden"),
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
    publish("a publisher is told of STUN and TURN servers", 201, then=has_ice_servers),
    watch("a viewer is told of STUN and TURN servers", 201, then=has_ice_servers),
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
    watch("the layer extension is offered", 201, then=has_extension("layer")),
    watch("the events extension is offered", 201, then=has_extension("server-sent-events")),
    publish("a publisher is not offered what is for viewers", 201, then=has_no_extension),
)


WATCHING_ONLY = (
    watch("nobody publishes: come back", 409, is_live=False, code="no-publisher", then=says_when),
    watch(
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
