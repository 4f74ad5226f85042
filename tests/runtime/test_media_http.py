"""WHIP and WHEP over HTTP: the codes and headers that clients depend on."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientResponse

from media.ports import MediaOptions
from tests.runtime.light_peer import H264, OPUS, VP8, open_light_peer
from tests.runtime.media_clients import certificate, open_publisher, open_viewer
from tests.runtime.media_server import (
    KEY,
    PRIVATE_STREAM_ID,
    STREAM_ID,
    MediaServer,
    open_media_server,
)

WHIP, WHEP = f"/whip/{STREAM_ID}", f"/whep/{STREAM_ID}"
SDP = {"Content-Type": "application/sdp"}
BEARER = {"Authorization": f"Bearer {KEY}"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


async def _ask(
    server: MediaServer, method: str, path: str, body: str = "", **headers: str
) -> ClientResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = path if path.startswith("http") else server.url + path
    response = await server.client.request(method, url, data=body, headers=named)
    await response.read()
    return response


async def _offer(direction: str, *codecs: Any) -> str:
    async with open_light_peer(certificate()) as peer:
        return peer.write_offer(direction, *(codecs or (OPUS, H264)))


async def _code(response: ClientResponse) -> str:
    assert response.content_type == "application/problem+json"
    return str((await response.json())["code"])


async def test_publishing_is_created_with_all_that_clients_read() -> None:
    options = MediaOptions(
        port=0,
        addresses=("127.0.0.1",),
        turn_urls=("stun:stun.example:3478", "turn:turn.example:3478?transport=udp"),
        turn_secret="0123456789abcdef",
    )
    async with open_media_server(options) as server:
        offer = await _offer("sendonly")
        response = await _ask(server, "POST", WHIP, offer, **SDP, **BEARER)
        assert response.status == 201
        assert response.headers["Content-Type"] == "application/sdp"
        assert response.headers["Location"].startswith("/whip/sessions/")
        assert response.headers["ETag"].strip('"')
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        links = response.headers.getall("Link")
        assert links[0] == '<stun:stun.example:3478>; rel="ice-server"'
        assert 'credential-type="password"' in links[1]
        assert (await response.text()).startswith("v=0\r\n")


async def test_the_address_that_the_client_has_reached_is_the_first_candidate() -> None:
    options = MediaOptions(port=0, addresses=("192.0.2.9", "127.0.0.1"))
    async with open_media_server(options) as server:
        response = await _ask(server, "POST", WHIP, await _offer("sendonly"), **SDP, **BEARER)
        lines = (await response.text()).splitlines()
        candidates = [line.split()[4] for line in lines if line.startswith("a=candidate")]
        assert candidates == ["127.0.0.1", "192.0.2.9"]


async def test_a_stream_is_found_by_its_key_alone() -> None:
    async with open_media_server() as server:
        response = await _ask(server, "POST", "/whip", await _offer("sendonly"), **SDP, **BEARER)
        assert response.status == 201


async def test_each_refusal_has_its_status_and_code() -> None:
    async with open_media_server() as server:
        sending, receiving = await _offer("sendonly"), await _offer("recvonly")
        wrong = {"Authorization": "Bearer wrong"}
        text = {"Content-Type": "text/plain"}
        private = f"/whep/{PRIVATE_STREAM_ID}"
        for method, path, body, headers, status, code in (
            ("POST", WHIP, sending, SDP, 401, "unauthenticated"),
            ("POST", WHIP, sending, SDP | wrong, 401, "unauthenticated"),
            ("POST", "/whip", sending, SDP | wrong, 401, "unauthenticated"),
            ("POST", "/whip/99", sending, SDP | BEARER, 404, "not-found"),
            ("POST", "/whip/x", sending, SDP | BEARER, 404, "not-found"),
            ("POST", WHIP, sending, text | BEARER, 415, "unsupported-media-type"),
            ("POST", WHIP, "", SDP | BEARER, 400, "invalid-sdp"),
            ("POST", WHIP, "nonsense", SDP | BEARER, 400, "invalid-sdp"),
            ("POST", WHIP, "v=0\r\n" * 20_000, SDP | BEARER, 413, "too-large"),
            ("POST", WHIP, receiving, SDP | BEARER, 422, "unprocessable"),
            ("POST", WHEP, receiving, SDP, 409, "no-publisher"),
            ("POST", "/whep/99", receiving, SDP, 404, "not-found"),
            ("POST", private, receiving, SDP, 401, "unauthenticated"),
            ("POST", private, receiving, SDP | wrong, 403, "forbidden"),
            ("PUT", WHIP, "", BEARER, 405, "method-not-allowed"),
            ("DELETE", "/whip/sessions/unknown", "", {}, 404, "not-found"),
            ("PATCH", "/whep/sessions/unknown", "", FRAGMENT, 404, "not-found"),
        ):
            response = await _ask(server, method, path, body, **headers)
            told = (response.status, await _code(response))
            assert told == (status, code), (method, path, body[:20], headers)
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            if status == 401:
                assert response.headers["WWW-Authenticate"] == "Bearer"
            if status == 409:
                assert int(response.headers["Retry-After"]) > 0


async def test_a_compressed_body_is_refused_before_it_is_inflated() -> None:
    async with open_media_server() as server:
        headers = SDP | BEARER | {"Content-Encoding": "gzip"}
        response = await _ask(server, "POST", WHIP, "x", **headers)
        assert response.status in (400, 415)


async def test_a_viewer_that_cannot_decode_is_told_what_there_is() -> None:
    async with open_media_server() as server, open_publisher(server):
        response = await _ask(server, "POST", WHEP, await _offer("recvonly", OPUS, VP8), **SDP)
        assert (response.status, await _code(response)) == (406, "not-acceptable")
        assert "H264" in (await response.json())["detail"]


async def test_a_deleted_session_is_gone() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        publisher.send_keyframe()
        await server.house.wait_told("started")
        assert (await _ask(server, "GET", publisher.session_url)).status == 204
        assert (await _ask(server, "DELETE", publisher.session_url)).status == 200
        assert (await _ask(server, "DELETE", publisher.session_url)).status == 404
        await server.house.wait_told("started", "stopped")
        async with server.client.post(server.url + WHEP, headers=SDP) as response:
            assert response.status in (400, 409)


async def test_a_viewers_secret_is_no_publishers() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server),
    ):
        swapped = publisher.session_url.replace("/whip/", "/whep/")
        assert (await _ask(server, "DELETE", swapped)).status == 404


async def test_reading_an_endpoint_answers_without_content() -> None:
    async with open_media_server() as server:
        assert (await _ask(server, "GET", WHIP)).status == 204
        assert (await _ask(server, "GET", WHEP)).status == 204
        head = await _ask(server, "HEAD", WHEP)
        assert (head.status, head.content_type) == (200, "application/sdp")


async def test_options_tells_a_page_of_another_origin_what_it_may_do() -> None:
    turn = {"turn_urls": ("turn:turn.example",), "turn_secret": "0123456789abcdef"}
    options = MediaOptions(port=0, addresses=("127.0.0.1",), **turn)  # type: ignore[arg-type]
    async with open_media_server(options) as server:
        preflight = {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
        response = await _ask(server, "OPTIONS", WHIP, **preflight)
        assert response.status == 200
        assert response.headers["Accept-Post"] == "application/sdp"
        assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
        assert "Location" in response.headers["Access-Control-Expose-Headers"]
        assert "Link" not in response.headers
        assert "Link" in (await _ask(server, "OPTIONS", WHIP, **BEARER)).headers
        assert (await _ask(server, "OPTIONS", WHIP, Authorization="Bearer no")).status == 401


async def test_trickled_candidates_are_taken_without_a_word() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        fragment = "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n"
        response = await _ask(server, "PATCH", publisher.session_url, fragment, **FRAGMENT)
        assert (response.status, await response.text()) == (204, "")
        assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [("application/sdp", "a=end-of-candidates\r\n", 415), (FRAGMENT["Content-Type"], "x", 400)],
)
async def test_a_wrong_fragment_is_refused(content_type: str, body: str, status: int) -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        headers = {"Content-Type": content_type}
        response = await _ask(server, "PATCH", publisher.session_url, body, **headers)
        assert response.status == status


async def test_ice_restarts_with_new_credentials_while_media_goes_on() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        fragment = "a=ice-ufrag:newufrag\r\na=ice-pwd:0123456789012345678901\r\n"
        response = await _ask(
            server, "PATCH", publisher.session_url, fragment, **FRAGMENT, If_Match='"*"'
        )
        assert response.status == 200
        assert response.content_type == FRAGMENT["Content-Type"]
        assert response.headers["ETag"]
        publisher.peer.ufrag = "newufrag"
        publisher.peer.read_ice(await response.text())
        await publisher.peer.check()
        sent = publisher.send_keyframe()
        await viewer.peer.wait_until(lambda: len(viewer.video()) >= len(sent))


async def test_half_open_sessions_are_bounded_and_do_not_stay() -> None:
    options = MediaOptions(
        port=0, addresses=("127.0.0.1",), half_open_limit=3, handshake_limit_s=0.3
    )
    async with open_media_server(options) as server:
        offer = await _offer("sendonly")
        for _ in range(3):
            assert (await _ask(server, "POST", WHIP, offer, **SDP, **BEARER)).status == 201
        refused = await _ask(server, "POST", WHIP, offer, **SDP, **BEARER)
        assert (refused.status, await _code(refused)) == (503, "overloaded")
        assert int(refused.headers["Retry-After"]) > 0
        while server.media.statistics().half_open:
            await _ask(server, "GET", WHIP)
        assert (await _ask(server, "POST", WHIP, offer, **SDP, **BEARER)).status == 201
