"""Fetching from a real server on loopback, which is allowed as one place and no other."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from community.fetching import FetchFailed, open_fetcher

LIMIT_BYTES = 20_000


@dataclass
class Site:
    """A server that keeps what it was asked."""

    asked: list[web.Request] = field(default_factory=list)
    port: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def place(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    site = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        site.asked.append(request)
        match request.path.split("/")[1:]:
            case ["to", *rest]:
                raise web.HTTPFound(request.query.get("place", "/" + "/".join(rest)))
            case ["nowhere"]:
                return web.Response(status=302)
            case ["large"]:
                return web.Response(body=b"x" * (LIMIT_BYTES + 1))
            case ["bomb"]:
                body = gzip.compress(b"\0" * 10_000_000)
                assert len(body) < LIMIT_BYTES
                return web.Response(body=body, headers={"Content-Encoding": "gzip"})
            case ["zipped"]:
                body = gzip.compress(b"hello")
                return web.Response(body=body, headers={"Content-Encoding": "gzip"})
            case ["odd", encoding]:
                return web.Response(body=b"x", headers={"Content-Encoding": encoding})
            case ["missing"]:
                return web.Response(status=404)
            case ["slow"]:
                response = web.StreamResponse()
                await response.prepare(request)
                await response.write(b"x")
                await site.closed.wait()
                return response
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(
            body=b"hello",
            headers={"ETag": '"1"', "Last-Modified": "Sun, 22 Nov 2026 14:00:00 GMT"},
        )

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        site.port = server.port
        yield site
        site.closed.set()


async def test_what_is_there_is_fetched_and_only_when_it_changed() -> None:
    async with open_site() as site, open_fetcher(also_allow=[site.place]) as fetcher:
        first = await fetcher.fetch(site.url("/a"))
        assert (first.status, first.content, first.etag) == (200, b"hello", '"1"')
        again = await fetcher.fetch(
            site.url("/a"), etag=first.etag, last_modified=first.last_modified
        )
        assert (again.status, again.content) == (304, b"")
    headers = site.asked[1].headers
    assert headers["If-Modified-Since"] == "Sun, 22 Nov 2026 14:00:00 GMT"
    assert "Cookie" not in headers and "Authorization" not in headers


async def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    async with open_site() as site, open_fetcher(also_allow=[site.place]) as fetcher:
        fetched = await fetcher.fetch(site.url("/to/to/to/a"))
        assert (fetched.content, fetched.url) == (b"hello", site.url("/a"))
        with pytest.raises(FetchFailed, match="more than 3 times"):
            await fetcher.fetch(site.url("/to/to/to/to/a"))
        with pytest.raises(FetchFailed, match="nowhere"):
            await fetcher.fetch(site.url("/nowhere"))


async def test_redirect_leads_to_no_other_place() -> None:
    async with (
        open_site() as inside,
        open_site() as site,
        open_fetcher(also_allow=[site.place]) as fetcher,
    ):
        for place in (
            inside.url("/secret"),
            f"http://localhost:{inside.port}/secret",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
            "http://0x7f.1/",
            "file:///etc/passwd",
            "http://user@127.0.0.1/",
            "http://[oops",
        ):
            with pytest.raises(FetchFailed):
                await fetcher.fetch(f"{site.url('/to/x')}?place={place}")
        assert inside.asked == []
        assert {request.path for request in site.asked} == {"/to/x"}


async def test_name_of_a_machine_of_ours_is_not_fetched() -> None:
    async with open_site() as site, open_fetcher(also_allow=[("192.0.2.1", site.port)]) as fetcher:
        for host in ("localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f000001"):
            with pytest.raises(FetchFailed):
                await fetcher.fetch(f"http://{host}:{site.port}/")
    assert site.asked == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/large", "larger than"),
        ("/bomb", "larger than"),
        ("/odd/br", "encodes"),
        ("/odd/gzip", "not what its encoding says"),
        ("/missing", "status 404"),
    ],
)
async def test_answer_that_cannot_be_used_is_refused(path: str, reason: str) -> None:
    async with (
        open_site() as site,
        open_fetcher(also_allow=[site.place], limit_bytes=LIMIT_BYTES) as fetcher,
    ):
        with pytest.raises(FetchFailed, match=reason):
            await fetcher.fetch(site.url(path))


async def test_compressed_answer_is_read() -> None:
    async with open_site() as site, open_fetcher(also_allow=[site.place]) as fetcher:
        assert (await fetcher.fetch(site.url("/zipped"))).content == b"hello"


async def test_server_that_does_not_finish_is_given_up() -> None:
    async with (
        open_site() as site,
        open_fetcher(also_allow=[site.place], timeout_s=0.2) as fetcher,
    ):
        with pytest.raises(FetchFailed, match=r"within 0\.2 seconds"):
            await fetcher.fetch(site.url("/slow"))


async def test_server_that_is_not_there_is_said_so() -> None:
    async with open_site() as site:
        place = site.place
    async with open_fetcher(also_allow=[place]) as fetcher:
        with pytest.raises(FetchFailed, match="nobody answers"):
            await fetcher.fetch(site.url("/"))
