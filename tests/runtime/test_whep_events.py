"""A viewer's server-sent events over HTTP: what is told, to whom, and when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, StreamReader

from media.ports import MediaOptions
from tests.runtime.media_clients import HandViewer, open_publisher, open_viewer
from tests.runtime.media_server import MediaServer, open_media_server
from tests.runtime.whip_whep_rows import SDP, WATCHING, WHEP

PATIENCE_S = 20


async def _until_empty(lines: StreamReader) -> AsyncIterator[bytes]:
    while (line := await lines.readline()) not in (b"", b"\n"):
        yield line


class EventReader:
    """Reads a stream as an EventSource does."""

    def __init__(self, response: ClientResponse) -> None:
        self._lines = response.content

    async def next(self) -> tuple[str, Any] | None:
        """Return the next event with its data, None at the end of the stream."""
        async with asyncio.timeout(PATIENCE_S):
            message = b"".join([line async for line in _until_empty(self._lines)])
        if not message:
            return None
        if message.startswith(b":"):
            return await self.next()
        [name, data] = message.decode().rstrip("\n").split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def wait_for(self, name: str, data: Any) -> None:
        """Return when that event has come."""
        while (event := await self.next()) != (name, data):
            assert event is not None, f"the stream ended before {name}"

    async def wait_end(self) -> None:
        """Return when the stream is over."""
        while await self.next() is not None:
            pass


async def _subscribe(
    server: MediaServer, viewer: HandViewer, body: str | None = None, **headers: str
) -> str:
    async with server.client.post(
        viewer.session_url + "/events", data=body, headers=headers
    ) as response:
        assert response.status == 201, await response.text()
        return server.url + response.headers["Location"]


@asynccontextmanager
async def _reading(server: MediaServer, url: str) -> AsyncIterator[EventReader]:
    async with server.client.get(url) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        yield EventReader(response)


async def _status(server: MediaServer, method: str, url: str) -> int:
    async with server.client.request(method, url) as response:
        return response.status


async def test_the_answer_says_where_events_are_and_which() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        server.client.post(server.url + WHEP, data=WATCHING, headers=SDP) as response,
    ):
        [link] = [each for each in response.headers.getall("Link") if "server-sent" in each]
        assert link == (
            f"<{response.headers['Location']}/events>; "
            'rel="urn:ietf:params:whep:ext:core:server-sent-events"; '
            'events="active,inactive,layers,viewercount"'
        )


async def test_a_viewer_is_told_how_it_stands_and_what_changes() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
    ):
        url = await _subscribe(server, viewer)
        async with _reading(server, url) as events:
            assert await events.next() == ("active", {})
            name, layers = await events.next() or ("", {})
            assert (name, set(layers)) == ("layers", {"1"})
            await events.wait_for("viewercount", {"viewercount": 1})
            async with open_viewer(server):
                await events.wait_for("viewercount", {"viewercount": 2})
            await events.wait_for("viewercount", {"viewercount": 1})


async def test_a_publisher_that_goes_and_comes_back_is_told() -> None:
    async with open_media_server() as server, AsyncExitStack() as publishing:
        await publishing.enter_async_context(open_publisher(server))
        async with open_viewer(server) as viewer:
            url = await _subscribe(server, viewer, '["active", "inactive"]')
            async with _reading(server, url) as events:
                assert await events.next() == ("active", {})
                await publishing.aclose()
                assert await events.next() == ("inactive", {})
                async with open_publisher(server):
                    assert await events.next() == ("active", {})


async def test_a_stream_ends_with_its_session() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
    ):
        url = await _subscribe(server, viewer)
        async with _reading(server, url) as events:
            assert await _status(server, "DELETE", viewer.session_url) == 200
            await events.wait_end()
        assert await _status(server, "GET", url) == 404


async def test_a_stream_that_is_deleted_ends_and_is_not_found() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
    ):
        url = await _subscribe(server, viewer)
        async with _reading(server, url) as events:
            assert await _status(server, "DELETE", url) == 200
            await events.wait_end()
        assert await _status(server, "GET", url) == 404
        assert await _status(server, "DELETE", url) == 404


async def test_who_comes_back_takes_the_stream_over_and_is_told_everything() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
    ):
        url = await _subscribe(server, viewer, '["viewercount"]')
        told = ("viewercount", {"viewercount": 1})
        async with _reading(server, url) as first:
            assert await first.next() == told
            async with _reading(server, url) as second:
                assert await second.next() == told
                await first.wait_end()


async def test_a_session_has_a_bounded_number_of_streams() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
    ):
        urls = [await _subscribe(server, viewer) for _ in range(4)]
        async with server.client.post(viewer.session_url + "/events") as refused:
            assert refused.status == 409
            assert (await refused.json())["code"] == "too-many-event-streams"
        assert await _status(server, "DELETE", urls[0]) == 200
        await _subscribe(server, viewer)


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ("{}", 400), ("[3]", 400), ('["weather"]', 422), ("[" * 5000, 413)],
)
async def test_a_subscription_that_is_none_is_refused(body: str, status: int) -> None:
    async with (
        open_media_server() as server,
        open_publisher(server),
        open_viewer(server) as viewer,
        server.client.post(viewer.session_url + "/events", data=body) as response,
    ):
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_nobody_reads_what_is_another_sessions() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
        open_viewer(server) as other,
    ):
        stream = (await _subscribe(server, viewer)).rpartition("/")[2]
        assert await _status(server, "GET", f"{other.session_url}/events/{stream}") == 404
        assert await _status(server, "GET", viewer.session_url + "/events/guessed") == 404
        assert await _status(server, "POST", publisher.session_url + "/events") == 404


async def test_strict_means_that_only_the_token_of_the_session_subscribes() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), strict=True)
    bearer = {"Authorization": "Bearer a-viewers"}
    async with open_media_server(options) as server, open_publisher(server):
        async with server.client.post(
            server.url + WHEP, data=WATCHING, headers=SDP | bearer
        ) as response:
            url = server.url + response.headers["Location"]
        for path in ("/events", "/layer"):
            assert await _status(server, "POST", url + path) == 401
        async with server.client.post(url + "/events", headers=bearer) as response:
            assert response.status == 201


async def test_a_node_that_stops_does_not_wait_for_its_streams() -> None:
    async with AsyncExitStack() as node:
        server = await node.enter_async_context(open_media_server())
        async with open_publisher(server), open_viewer(server) as viewer:
            url = await _subscribe(server, viewer)
            async with _reading(server, url) as events:
                assert await events.next() == ("active", {})
                async with asyncio.timeout(PATIENCE_S):
                    await node.aclose()
