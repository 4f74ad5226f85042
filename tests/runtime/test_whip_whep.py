"""WHIP and WHEP to the letter: each line of the specifications against a real node over HTTP, then
what takes more than one request to prove."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest

from media.ports import MediaOptions
from media.sessions import PublishSession
from server.forwarded import Forwarded
from server.gate import Gate
from server.identity import Identity
from server.limits import Limits, MemoryLimiter, Policy
from tests.runtime.media_clients import open_publisher, open_viewer
from tests.runtime.media_server import MediaServer, open_media_server
from tests.runtime.whip_whep_answers import STUN, TURN
from tests.runtime.whip_whep_lines import SECTIONS
from tests.runtime.whip_whep_rows import BEARER, FRAGMENT, RESTART, TRICKLE, WHEP, WHIP, Row

REDIRECTS = (301, 302)


class NobodyIsKnown:
    """A house without accounts."""

    async def by_token(self, token: str) -> Identity | None:
        return None

    async def is_valid(self, session_hash: bytes) -> bool:
        return False


def _options(*, strict: bool) -> MediaOptions:
    return MediaOptions(
        port=0,
        addresses=("127.0.0.1",),
        turn_urls=(STUN, TURN),
        turn_secret="0123456789abcdef",
        strict=strict,
    )


def _tables() -> Iterator[tuple[str, bool, tuple[Row, ...]]]:
    for (name, rows), strict in itertools.product(SECTIONS.items(), (False, True)):
        chosen = tuple(row for row in rows if row.strict is strict)
        if chosen:
            yield name, strict, chosen


@pytest.mark.parametrize(("section", "strict", "rows"), tuple(_tables()))
async def test_every_line_of_the_specifications_holds(
    section: str, strict: bool, rows: tuple[Row, ...]
) -> None:
    failed = []
    async with open_media_server(_options(strict=strict)) as server:
        for row in rows:
            try:
                await _prove(row, server)
            except AssertionError as error:
                failed.append(f"{section}: {row.line}: {error}")
    assert failed == []


async def _prove(row: Row, server: MediaServer) -> None:
    if not row.is_live:
        await _ask(row, server, {})
        return
    async with open_publisher(server) as publisher, open_viewer(server) as viewer:
        secret = publisher.session_url.rpartition("/")[2]
        names = {
            "publisher": publisher.session_url.removeprefix(server.url),
            "viewer": viewer.session_url.removeprefix(server.url),
            "publisher_etag": server.media.find_session(secret, PublishSession).etag,
        }
        await _ask(row, server, names)


async def _ask(row: Row, server: MediaServer, names: dict[str, str]) -> None:
    headers = {name: value.format_map(names) for name, value in row.headers.items()}
    url = server.url + row.to.format_map(names)
    async with server.client.request(
        row.method, url, data=row.body.encode() or None, headers=headers, allow_redirects=False
    ) as response:
        body = await response.text()
        assert response.status not in REDIRECTS
        assert response.status == row.status, body
        if row.code is None:
            assert response.content_type != "application/problem+json"
        else:
            assert response.content_type == "application/problem+json"
            assert (await response.json())["code"] == row.code
        row.then(response.headers, body)


async def _patch(
    server: MediaServer, session_url: str, fragment: str, **headers: str
) -> tuple[int, str, str | None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with server.client.patch(
        session_url, data=fragment, headers=FRAGMENT | named
    ) as response:
        return response.status, await response.text(), response.headers.get("ETag")


async def test_an_ended_session_is_not_found() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        for method, status in (("DELETE", 200), ("DELETE", 404), ("PATCH", 404), ("GET", 404)):
            async with server.client.request(method, publisher.session_url) as response:
                assert (method, response.status) == (method, status)


async def test_after_a_restart_that_failed_media_goes_on_as_before() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        status, _, _ = await _patch(
            server, publisher.session_url, "a=ice-ufrag:newufrag\r\na=ice-pwd:short\r\n"
        )
        assert status == 400
        await publisher.peer.check()
        await viewer.wait_for(publisher.send_keyframe()[-1])


async def test_a_candidate_that_comes_after_its_restart_is_late_and_not_another_restart() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        former = f"a=ice-ufrag:{publisher.peer.ufrag}\r\na=ice-pwd:{publisher.peer.pwd}\r\n"
        assert (await _patch(server, publisher.session_url, former + TRICKLE))[0] == 204
        status, fragment, _ = await _patch(server, publisher.session_url, RESTART)
        assert status == 200
        publisher.peer.read_ice(fragment)
        assert (await _patch(server, publisher.session_url, former + TRICKLE))[0] == 204
        assert (await _patch(server, publisher.session_url, RESTART + TRICKLE))[0] == 204
        await publisher.peer.check()
        await viewer.wait_for(publisher.send_keyframe()[-1])


async def test_each_restart_makes_a_new_tag_and_the_old_one_stale() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), strict=True)
    async with open_media_server(options) as server, open_publisher(server) as publisher:
        url = publisher.session_url
        tags = []
        for number in range(4):
            fragment = RESTART.replace("newufrag", f"newufrag{number}")
            status, _, tag = await _patch(server, url, fragment, **BEARER, If_Match="*")
            assert status == 200
            tags.append(tag or "")
        assert len(set(tags)) == len(tags)
        answers = [await _patch(server, url, TRICKLE, **BEARER, If_Match=tag) for tag in tags]
        assert [status for status, _, _ in answers] == [412, 412, 412, 204]


async def test_restarts_without_end_leave_nothing_behind() -> None:
    async with open_media_server() as server, open_publisher(server) as publisher:
        secret = publisher.session_url.rpartition("/")[2]
        session = server.media.find_session(secret, PublishSession)
        for number in range(20):
            fragment = RESTART.replace("newufrag", f"newufrag{number}")
            assert (await _patch(server, publisher.session_url, fragment))[0] == 200
        assert len(session.peer.ufrags) == 2


async def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    limits = Limits(media=Policy("media", 3, 60))
    gate = Gate(
        NobodyIsKnown(),
        limiter=MemoryLimiter(clock=time.time),
        limits=limits,
        forwarded=Forwarded(trusted_proxies=(), public_url=None),
    )
    async with open_media_server(door=gate) as server:
        answers = []
        for method, path in (
            ("POST", WHIP),
            ("PATCH", "/whip/sessions/unknown"),
            ("DELETE", "/whep/sessions/unknown"),
            ("POST", WHEP),
            ("PATCH", "/whip/sessions/unknown"),
            ("DELETE", "/whep/sessions/unknown"),
        ):
            async with server.client.request(method, server.url + path) as response:
                answers.append((response.status, int(response.headers.get("Retry-After", 0)) > 0))
        assert answers == [(401, False), (404, False), (404, False), *[(429, True)] * 3]
