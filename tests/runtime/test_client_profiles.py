"""The clients that exist, byte by byte: what each sends over HTTP, and the answer it cannot do
without. Read as each of them reads: some split headers at commas, some take one status only."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from media.ports import MediaOptions
from tests.runtime.media_clients import open_publisher
from tests.runtime.media_server import KEY, STREAM_ID, MediaServer, open_media_server
from tests.unit.media_offers import CHROMIUM, FFMPEG
from tests.unit.obs_offer import OBS

WHIP, WHEP = f"/whip/{STREAM_ID}", f"/whep/{STREAM_ID}"
WATCHING = CHROMIUM.replace("a=sendonly", "a=recvonly")
CREDENTIALS = "a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlkw\r\n"
CANDIDATE = "candidate:3495026 1 udp 2122260223 192.0.2.7 55555 typ host generation 0 ufrag 4ZcD"
RESTART = "a=ice-ufrag:n3wU\r\na=ice-pwd:ABCDEFGHIJKLMNOPQRSTUVWX\r\n"
JSON = "Content-Type: application/json"
FRAGMENT = "Content-Type: application/trickle-ice-sdpfrag"
PAGE = "Origin: https://player.example"


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it stood on the wire."""

    status: int
    head: str
    body: str

    def header(self, name: str) -> str:
        """Return the first header of that name as it is written."""
        found = re.search(rf"^{name}: (.*)\r$", self.head, re.M | re.I)
        assert found is not None, f"no {name}"
        return found[1]

    def every(self, name: str) -> list[str]:
        """Return all headers of that name."""
        return re.findall(rf"^{name}: (.*)\r$", self.head, re.M | re.I)


class Wire:
    """One client's connections to a node."""

    def __init__(self, server: MediaServer) -> None:
        self._port = int(server.url.rpartition(":")[2])

    async def ask(self, method: str, path: str, *lines: str, body: str = "") -> RawAnswer:
        """Send one request made of these bytes, and read its answer to the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        payload = body.encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", *lines]
        if payload or method in ("POST", "PATCH"):
            head.append(f"Content-Length: {len(payload)}")
        head.append("Connection: close")
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + payload)
            async with asyncio.timeout(20):
                answer = (await reader.read()).decode()
        finally:
            writer.close()
            await writer.wait_closed()
        first, _, rest = answer.partition("\r\n")
        headers, _, text = rest.partition("\r\n\r\n")
        return RawAnswer(int(first.split()[1]), headers + "\r\n", text)


@asynccontextmanager
async def _wire(*, live: bool = False) -> AsyncIterator[Wire]:
    options = MediaOptions(
        port=0,
        addresses=("127.0.0.1",),
        turn_urls=("stun:stun.example:3478", "turn:turn.example:3478?transport=udp"),
        turn_secret="0123456789abcdef",
    )
    async with open_media_server(options) as server:
        if not live:
            yield Wire(server)
            return
        async with open_publisher(server):
            yield Wire(server)


async def test_obs() -> None:
    bearer = f"Authorization: Bearer {KEY}"
    agent = "User-Agent: Mozilla/5.0 (OBS-Studio/30.2.0; Linux x86_64; en-US)"
    async with _wire() as wire:
        answer = await wire.ask(
            "POST", WHIP, agent, "Accept: */*", "Content-Type: application/sdp", bearer, body=OBS
        )
        # Nothing but 201 is a success, and a body without v=0 is an error.
        assert answer.status == 201
        assert "v=0" in answer.body
        # It looks for the name with a colon and a space, and drops a query.
        assert "\r\nLocation: /whip/sessions/" in "\r\n" + answer.head
        assert "?" not in answer.header("Location")
        # It splits all Link headers at commas and then at semicolons.
        servers = [
            part.strip().split(";") for link in answer.every("Link") for part in link.split(",")
        ]
        names = [re.sub(r"[<>]", "", each[0].strip()) for each in servers]
        assert names == ["stun:stun.example:3478", "turn:turn.example:3478?transport=udp"]
        turn = dict(each.strip().split("=", 1) for each in servers[1][1:])
        assert set(turn) == {"rel", "username", "credential", "credential-type"}
        # Without every layer in the answer, in lines that end in CRLF, it refuses to begin.
        assert "a=simulcast:recv 0;1;2\r\n" in answer.body
        assert [f"a=rid:{rid} recv\r\n" in answer.body for rid in "012"] == [True] * 3
        assert "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n" in answer.body
        assert "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" in answer.body
        ended = await wire.ask("DELETE", answer.header("Location"), agent, bearer)
        assert ended.status == 200


async def test_ffmpeg() -> None:
    bearer = f"Authorization: Bearer {KEY}"
    always = ("User-Agent: Lavf/62.3.100", "Accept: */*", "Icy-MetaData: 1")
    async with _wire() as wire:
        answer = await wire.ask(
            "POST",
            WHIP,
            *always,
            "Cache-Control: no-cache",
            "Content-Type: application/sdp",
            bearer,
            body=FFMPEG,
        )
        assert answer.status == 201
        assert answer.body.startswith("v=")
        assert len(answer.body.encode()) <= 8192
        # It takes the first UDP host candidate and no other, and needs a fingerprint.
        candidates = re.findall(r"^a=candidate:.*$", answer.body, re.M)
        assert re.search(r" udp \d+ 127\.0\.0\.1 \d+ typ host", candidates[0])
        assert re.search(
            r"^a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\r$", answer.body, re.M
        )
        # It offers to be the DTLS server.
        assert "a=setup:active\r\n" in answer.body
        ended = await wire.ask("DELETE", answer.header("Location"), *always, bearer)
        assert ended.status == 200


async def test_gstreamer() -> None:
    bearer = f"authorization: bearer {KEY}"
    async with _wire() as wire:
        links = await wire.ask("OPTIONS", WHIP, bearer, "accept: */*")
        assert links.status == 200
        assert len(links.every("Link")) == 2
        answer = await wire.ask(
            "POST", WHIP, "content-type: application/sdp", bearer, "accept: */*", body=CHROMIUM
        )
        assert answer.status in (200, 201)
        ended = await wire.ask("DELETE", answer.header("Location"), bearer, "accept: */*")
        assert ended.status == 200


async def test_whip_of_npm_whip_whep_from_a_page_of_another_origin() -> None:
    bearer = f"Authorization: Bearer {KEY}"
    async with _wire() as wire:
        asked = "Access-Control-Request-Headers: authorization,content-type,if-match"
        preflight = await wire.ask(
            "OPTIONS", WHIP, PAGE, "Access-Control-Request-Method: POST", asked
        )
        _allows(preflight, "POST", "authorization", "content-type", "if-match")
        answer = await wire.ask(
            "POST", WHIP, PAGE, "Content-Type: application/sdp", bearer, body=CHROMIUM
        )
        assert answer.status == 201
        exposed = answer.header("Access-Control-Expose-Headers").lower().split(", ")
        assert {"location", "link", "etag"} <= set(exposed)
        session = answer.header("Location")
        preflight = await wire.ask(
            "OPTIONS", session, PAGE, "Access-Control-Request-Method: PATCH", asked
        )
        _allows(preflight, "PATCH", "authorization", "content-type", "if-match")
        fragment = CREDENTIALS + f"m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na={CANDIDATE}\r\n"
        condition = f"If-Match: {answer.header('ETag')}"
        trickled = await wire.ask(
            "PATCH", session, PAGE, FRAGMENT, bearer, condition, body=fragment
        )
        assert (trickled.status, trickled.body) == (204, "")
        restarted = await wire.ask(
            "PATCH", session, PAGE, FRAGMENT, bearer, "If-Match: *", body=RESTART
        )
        assert restarted.status == 200
        # It takes both from the text with these very expressions.
        assert re.search(r"a=ice-ufrag:(.*)\r\n", restarted.body)
        assert re.search(r"a=ice-pwd:(.*)\r\n", restarted.body)
        assert restarted.header("ETag") != answer.header("ETag")
        assert (await wire.ask("DELETE", session, PAGE, bearer)).status == 200


async def test_whep_of_npm_whip_whep_from_a_page_of_another_origin() -> None:
    async with _wire(live=True) as wire:
        answer = await wire.ask("POST", WHEP, PAGE, "Content-Type: application/sdp", body=WATCHING)
        assert answer.status == 201
        # A browser joins the headers; it splits where a comma is followed by a bracket.
        links = re.split(r",\s+(?=<)", ", ".join(answer.every("Link")))
        addresses = {
            match[2]: match[1]
            for link in links
            if (match := re.match(r'<([^>]*)>;\s*rel="([^"]*)"', link)) is not None
        }
        events = addresses["urn:ietf:params:whep:ext:core:server-sent-events"]
        wanted = json.dumps(["active", "inactive", "layers", "viewercount"])
        subscribed = await wire.ask("POST", events, PAGE, JSON, body=wanted)
        assert subscribed.status == 201
        assert subscribed.header("Location").startswith(events)
        layer = addresses["urn:ietf:params:whep:ext:core:layer"]
        assert (await wire.ask("POST", layer, PAGE, JSON, body="{}")).status == 200
        assert (await wire.ask("DELETE", layer, PAGE)).status == 200
        # It never keeps the ETag, so it sends no condition, and throws at whatever is not 2xx.
        session = answer.header("Location")
        fragment = CREDENTIALS + f"m=audio 9 RTP/AVP 0\r\na=mid:0\r\na={CANDIDATE}\r\n"
        assert (await wire.ask("PATCH", session, PAGE, FRAGMENT, body=fragment)).status == 204
        joined = RESTART + f"m=audio 9 RTP/AVP 0\r\na=mid:0\r\na={CANDIDATE},a={CANDIDATE}\r\n"
        assert (await wire.ask("PATCH", session, PAGE, FRAGMENT, body=joined)).status == 200
        assert (await wire.ask("DELETE", session, PAGE)).status == 200


async def test_eyevinns_whip_web_client() -> None:
    async with _wire() as wire:
        # Without a key it says so.
        nobody = "Authorization: Bearer undefined"
        refused = await wire.ask(
            "POST", WHIP, PAGE, "Content-Type: application/sdp", nobody, body=CHROMIUM
        )
        assert refused.status == 401
        bearer = f"Authorization: Bearer {KEY}"
        # It asks by a real OPTIONS, not a preflight, whether it may trickle.
        options = await wire.ask("OPTIONS", WHIP, PAGE, bearer)
        assert "PATCH" in options.header("Access-Control-Allow-Methods").split(", ")
        answer = await wire.ask(
            "POST", WHIP, PAGE, "Content-Type: application/sdp", bearer, body=CHROMIUM
        )
        assert answer.status == 201
        session, tag = answer.header("Location"), answer.header("ETag")
        # Its condition stands in a header of another name, for which its browser asks first.
        preflight = await wire.ask(
            "OPTIONS",
            session,
            PAGE,
            "Access-Control-Request-Method: PATCH",
            "Access-Control-Request-Headers: content-type,etag",
        )
        _allows(preflight, "PATCH", "content-type", "etag")
        candidate = CANDIDATE.replace(" 1 udp", " 0 udp")
        fragment = CREDENTIALS + f"m=audio 9 RTP/AVP 0\r\na=mid:0\r\na={candidate}\r\n"
        trickled = await wire.ask("PATCH", session, PAGE, FRAGMENT, f"ETag: {tag}", body=fragment)
        assert trickled.status == 204
        assert (await wire.ask("DELETE", session, PAGE)).status == 200


async def test_eyevinns_webrtc_player() -> None:
    async with _wire(live=True) as wire:
        key = "Authorization: a-key-without-a-word-before-it"
        answer = await wire.ask(
            "POST", WHEP, PAGE, "Content-Type: application/sdp", key, body=WATCHING
        )
        assert 200 <= answer.status < 300
        assert answer.header("Location")
        assert (await wire.ask("DELETE", answer.header("Location"), PAGE)).status == 200
        # 406 is what makes it try with sound or picture alone; 400 would make it ask for an offer.
        other = WATCHING.replace("H264/90000", "H265/90000")
        refused = await wire.ask(
            "POST", WHEP, PAGE, "Content-Type: application/sdp", key, body=other
        )
        assert refused.status == 406
        head, audio, _ = other.replace("BUNDLE 0 1", "BUNDLE 0").split("\r\nm=")
        sound = f"{head}\r\nm={audio}\r\n"
        answer = await wire.ask(
            "POST", WHEP, PAGE, "Content-Type: application/sdp", key, body=sound
        )
        assert answer.status == 201


async def test_mediamtx_publisher_and_reader() -> None:
    bearer = f"Authorization: Bearer {KEY}"
    async with _wire(live=True) as wire:
        for path, offer in ((WHIP, CHROMIUM), (WHEP, WATCHING)):
            # Nobody in particular may ask a viewer's endpoint; a publisher's key is told more.
            options = await wire.ask("OPTIONS", path, PAGE, bearer)
            assert options.status == 200
            [_, turn] = options.every("Link")
            match = re.match(
                r'^<(.+?)>; rel="ice-server"'
                r'(; username="(.*?)"; credential="(.*?)"; credential-type="password")?',
                turn,
            )
            assert match is not None
            assert match[3]
            answer = await wire.ask(
                "POST", path, PAGE, "Content-Type: application/sdp", bearer, body=offer
            )
            assert answer.status == 201
            session = answer.header("Location")
            fragment = (
                CREDENTIALS + f"m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na={CANDIDATE}\r\n"
            )
            trickled = await wire.ask(
                "PATCH", session, PAGE, FRAGMENT, "If-Match: *", body=fragment
            )
            assert trickled.status == 204
            assert (await wire.ask("DELETE", session, PAGE)).status == 200


def _allows(preflight: RawAnswer, method: str, *headers: str) -> None:
    assert preflight.status == 200
    assert preflight.header("Access-Control-Allow-Origin") == "*"
    assert method in preflight.header("Access-Control-Allow-Methods").split(", ")
    allowed = preflight.header("Access-Control-Allow-Headers").lower().split(", ")
    assert set(headers) <= set(allowed)
