"""What a row of the specifications is, and what is sent in one.

A row is one request and what must come back. `{publisher}` and `{viewer}` in it are the addresses
of sessions that are connected, `{publisher_etag}` the tag of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.runtime.media_server import KEY, PRIVATE_STREAM_ID, STREAM_ID
from tests.runtime.whip_whep_answers import Then, nothing_more
from tests.unit.media_offers import CHROMIUM

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


NO_HEADERS: Mapping[str, str] = {}


def publish(
    line: str,
    status: int,
    body: str = SENDING,
    *,
    headers: Mapping[str, str] = NO_HEADERS,
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


def watch(
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


def patch(
    line: str,
    status: int,
    body: str = TRICKLE,
    *,
    to: str = "{publisher}",
    headers: Mapping[str, str] = NO_HEADERS,
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
