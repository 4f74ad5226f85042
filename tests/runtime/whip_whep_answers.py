"""What must stand in an answer of WHIP and WHEP, for the rows of `whip_whep_lines.py`."""

from __future__ import annotations

import re
from collections.abc import Callable

from multidict import CIMultiDictProxy

STUN = "stun:stun.example:3478"
TURN = "turn:turn.example:3478?transport=udp"

Headers = CIMultiDictProxy[str]
Then = Callable[[Headers, str], None]


def nothing_more(_headers: Headers, _body: str) -> None: ...


def sections(answer: str) -> list[str]:
    return answer.split("\r\nm=")[1:]


def is_complete_answer(headers: Headers, body: str) -> None:
    assert headers["Content-Type"] == "application/sdp"
    assert body.startswith("v=0\r\n")
    assert body.endswith("\r\n")
    assert "\n" not in body.replace("\r\n", "")
    assert re.search(r"^a=candidate:\S+ 1 udp \d+ \S+ \d+ typ host\r$", body, re.M)
    assert "a=end-of-candidates\r\n" in body
    assert "a=ice-lite\r\n" in body


def has_session(kind: str) -> Then:
    def check(headers: Headers, _body: str) -> None:
        assert re.fullmatch(rf"/{kind}/sessions/[\w-]{{32,}}", headers["Location"])

    return check


def has_strong_tag(headers: Headers, _body: str) -> None:
    assert re.fullmatch(r'"[0-9a-f]{16}"', headers["ETag"])


def goes(direction: str) -> Then:
    def check(_headers: Headers, body: str) -> None:
        assert all(f"\r\na={direction}\r\n" in section for section in sections(body))

    return check


def is_bundled(_headers: Headers, body: str) -> None:
    assert "a=group:BUNDLE 0 1\r\n" in body
    for section in sections(body):
        assert section.split()[1] != "0", "a rejected m-line"
        assert "\r\na=rtcp-mux\r\n" in section
        assert "\r\na=rtcp-mux-only\r\n" in section


def sets_up(role: str) -> Then:
    def check(_headers: Headers, body: str) -> None:
        assert body.count(f"a=setup:{role}\r\n") == len(sections(body))

    return check


def asks_for_bearer(headers: Headers, _body: str) -> None:
    assert headers["WWW-Authenticate"] == "Bearer"


def says_when(headers: Headers, _body: str) -> None:
    assert int(headers["Retry-After"]) > 0


def has_ice_servers(headers: Headers, _body: str) -> None:
    stun, turn = (link for link in headers.getall("Link") if 'rel="ice-server"' in link)
    assert stun == f'<{STUN}>; rel="ice-server"'
    assert re.fullmatch(
        rf'<{re.escape(TURN)}>; rel="ice-server"; username="[^",;]+"; credential="[^",;]+"; '
        r'credential-type="password"',
        turn,
    )


def has_no_links(headers: Headers, _body: str) -> None:
    assert "Link" not in headers


def has_extension(name: str) -> Then:
    def check(headers: Headers, _body: str) -> None:
        links = headers.getall("Link")
        assert any(f'rel="urn:ietf:params:whep:ext:core:{name}"' in link for link in links)

    return check


def has_no_extension(headers: Headers, _body: str) -> None:
    assert all('rel="ice-server"' in link for link in headers.getall("Link"))


def tells_other_origins(headers: Headers, _body: str) -> None:
    assert headers["Access-Control-Allow-Origin"] == "*"
    methods = set(headers["Access-Control-Allow-Methods"].split(", "))
    assert methods == {"POST", "PATCH", "DELETE", "OPTIONS", "GET", "HEAD"}
    allowed = set(headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match"} <= allowed
    exposed = set(headers["Access-Control-Expose-Headers"].split(", "))
    assert {"Location", "Link", "ETag", "Retry-After", "Accept-Post"} <= exposed
    assert int(headers["Access-Control-Max-Age"]) > 0


def accepts_sdp(headers: Headers, _body: str) -> None:
    assert headers["Accept-Post"] == "application/sdp"


def is_empty(headers: Headers, body: str) -> None:
    assert body == ""
    assert "ETag" not in headers


def is_sdp_without_body(headers: Headers, body: str) -> None:
    assert (headers["Content-Type"], body) == ("application/sdp", "")


def restarts(headers: Headers, body: str) -> None:
    assert headers["Content-Type"] == "application/trickle-ice-sdpfrag"
    has_strong_tag(headers, body)
    assert re.search(r"^a=ice-ufrag:\S{4,}\r$", body, re.M)
    assert re.search(r"^a=ice-pwd:\S{22,}\r$", body, re.M)
    assert "a=candidate:" in body
    assert "a=end-of-candidates" in body
    has_ice_servers(headers, body)


def names_the_codecs(_headers: Headers, body: str) -> None:
    assert "H264" in body


def contains(body: str, part: str) -> None:
    assert part in body


def is_at_most(body: str, limit_bytes: int) -> None:
    assert len(body.encode()) <= limit_bytes
