"""Engine.IO over real sockets: handshake, polling, WebSockets, the upgrade, pings, endings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvloop
from aiohttp import web

from server.connections import open_http, tls_context
from tests.certificates import make_certificate
from tests.engine_echo import Echo, open_echo

WAIT_S = 5.0


class Site:
    """An echo server, and requests to it."""

    def __init__(self, echo: Echo, url: str, http: aiohttp.ClientSession) -> None:
        self.echo = echo
        self.url = url
        self._http = http

    async def ask(
        self,
        method: str = "GET",
        body: str | bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> tuple[int, str]:
        """Send one polling request and return status and text."""
        query = {"EIO": "4", "transport": "polling", **query}
        async with self._http.request(
            method, self.url, params=query, data=body, headers=headers
        ) as response:
            return response.status, await response.text()

    async def open_session(self) -> str:
        """Begin by polling and return the session's id."""
        status, text = await self.ask()
        assert status == 200
        assert text[0] == "0"
        sid: str = json.loads(text[1:])["sid"]
        return sid

    async def connect(self, **query: str) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket."""
        query = {"EIO": "4", "transport": "websocket", **query}
        return await self._http.ws_connect(self.url, params=query)

    async def upgrade(self, sid: str) -> aiohttp.ClientWebSocketResponse:
        """Go over to a WebSocket as clients do."""
        socket = await self.connect(sid=sid)
        await socket.send_str("2probe")
        assert await socket.receive_str() == "3probe"
        await socket.send_str("5")
        return socket

    async def wait_ended(self) -> None:
        """Wait until no session is left."""
        await self.wait_until(lambda: not self.echo.open)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, while the server goes on answering."""
        async with asyncio.timeout(WAIT_S):
            while not condition():
                await self.ask(EIO="none")


@asynccontextmanager
async def open_site(*, certificate: Path | None = None, **options: Any) -> AsyncIterator[Site]:
    """Run an echo server."""
    echo, app, tls, connector = Echo(), web.Application(), None, None
    if certificate is not None:
        tls = tls_context(*make_certificate(certificate))
        connector = aiohttp.TCPConnector(ssl=False)
    async with (
        asyncio.timeout(4 * WAIT_S),
        open_echo(app, echo, **options),
        open_http(app, host="127.0.0.1", port=0, tls=tls) as port,
        aiohttp.ClientSession(connector=connector) as http,
    ):
        yield Site(echo, f"http{'s' if tls else ''}://127.0.0.1:{port}/engine.io/", http)


async def test_handshake_tells_the_client_what_it_must_know() -> None:
    async with open_site() as site, await site.connect() as socket:
        by_polling = json.loads((await site.ask())[1][1:])
        by_websocket = json.loads((await socket.receive_str())[1:])
        for hello in (by_polling, by_websocket):
            assert hello["pingInterval"] == 25_000
            assert hello["pingTimeout"] == 20_000
            assert hello["maxPayload"] == 65_536
        assert by_polling["upgrades"] == ["websocket"]
        assert by_websocket["upgrades"] == []
        assert by_polling["sid"] != by_websocket["sid"]


@pytest.mark.parametrize(
    ("query", "method", "code"),
    [
        ({"transport": "smoke"}, "GET", 0),
        ({"sid": "nobody"}, "GET", 1),
        ({"sid": "nobody"}, "POST", 1),
        ({}, "POST", 2),
        ({}, "PUT", 2),
        ({"transport": "websocket"}, "GET", 3),
        ({"EIO": "3"}, "GET", 5),
        ({"EIO": "abc"}, "GET", 5),
    ],
)
async def test_wrong_request_is_refused_with_the_protocols_number(
    query: dict[str, Any], method: str, code: int
) -> None:
    async with open_site() as site:
        status, text = await site.ask(method, **query)
        assert status == 400
        assert json.loads(text)["code"] == code
        assert site.echo.open == set()


async def test_pages_of_strangers_are_refused_and_own_ones_may_read() -> None:
    async with open_site() as site:
        status, _ = await site.ask(headers={"Origin": "http://evil.example"})
        assert status == 403
        async with aiohttp.ClientSession() as http:
            own = {"Origin": "http://own.example"}
            query = {"EIO": "4", "transport": "polling"}
            async with http.get(site.url, params=query, headers=own) as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == own["Origin"]


async def test_polling_carries_text_and_binary_in_order() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        assert await site.ask("POST", "4hello\x1ebAQIDBA==\x1e4\u00e9", sid=sid) == (200, "ok")
        assert await site.ask(sid=sid) == (200, "4hello\x1ebAQIDBA==\x1e4\u00e9")


async def test_poll_waits_for_what_comes() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        polling = asyncio.create_task(site.ask(sid=sid))
        await site.wait_until(lambda: site.echo.engine.statistics().polls == 1)
        assert await site.ask("POST", "4later", sid=sid) == (200, "ok")
        assert await polling == (200, "4later")


async def test_second_poll_at_once_ends_the_session() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        polling = asyncio.create_task(site.ask(sid=sid))
        await site.wait_until(lambda: site.echo.engine.statistics().polls == 1)
        assert (await site.ask(sid=sid))[0] == 400
        assert await polling == (200, "1")
        assert (await site.ask(sid=sid))[0] == 400


@pytest.mark.parametrize(
    "body", ["abc", "", "9", b"4\xff", "bno base64", "2", "\x1e".join("3" * 65)]
)
async def test_polled_nonsense_ends_the_session(body: str | bytes) -> None:
    async with open_site() as site:
        sid = await site.open_session()
        assert (await site.ask("POST", body, sid=sid))[0] == 400
        assert (await site.ask(sid=sid))[0] == 400
        assert site.echo.cut == ["nonsense"]


async def test_body_that_is_too_long_or_packed_is_refused() -> None:
    async with open_site(message_limit_bytes=100) as site:
        sid = await site.open_session()
        assert (await site.ask("POST", "4" + "x" * 100, sid=sid))[0] == 413
        packed = {"Content-Encoding": "gzip"}
        assert (await site.ask("POST", b"\x1f\x8b", headers=packed, sid=sid))[0] == 400
        assert (await site.ask("POST", "4fits", sid=sid)) == (200, "ok")


async def test_body_that_does_not_come_is_refused() -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b"4"
        await asyncio.Event().wait()

    async with open_site(body_timeout_s=0.05) as site:
        sid = await site.open_session()
        assert (await site.ask("POST", nothing(), sid=sid))[0] == 400
        assert (await site.ask("POST", "4whole", sid=sid)) == (200, "ok")


async def test_client_that_polls_may_end_its_session() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        polling = asyncio.create_task(site.ask(sid=sid))
        await site.wait_until(lambda: site.echo.engine.statistics().polls == 1)
        assert await site.ask("POST", "1", sid=sid) == (200, "ok")
        assert await polling == (200, "6")
        assert (await site.ask(sid=sid))[0] == 400


async def test_websocket_carries_text_and_binary() -> None:
    async with open_site() as site, await site.connect() as socket:
        await socket.receive_str()
        await socket.send_str("4hello")
        assert await socket.receive_str() == "4hello"
        await socket.send_bytes(b"\x01\x02")
        assert await socket.receive_bytes() == b"\x01\x02"
        await socket.ping(b"there?")
        await socket.send_str("4" + "x" * 60_000)
        assert len(await socket.receive_str()) == 60_001


@pytest.mark.parametrize("nonsense", ["abc", "", "2", "5", "6"])
async def test_nonsense_ends_a_websocket(nonsense: str) -> None:
    async with open_site() as site, await site.connect() as socket:
        await socket.receive_str()
        await socket.send_str(nonsense)
        assert (await socket.receive()).data == 1008
        await site.wait_ended()
        assert site.echo.cut == ["nonsense"]


async def test_message_that_is_too_long_ends_a_websocket() -> None:
    async with open_site(message_limit_bytes=100) as site, await site.connect() as socket:
        await socket.receive_str()
        await socket.send_str("4" + "x" * 100)
        assert (await socket.receive()).data == 1009
        await site.wait_ended()


async def test_client_may_end_its_websocket_either_way() -> None:
    async with open_site() as site:
        async with await site.connect() as socket:
            await socket.receive_str()
            await socket.send_str("1")
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await site.wait_ended()
        async with await site.connect() as socket:
            await socket.receive_str()
            assert await socket.close()
        await site.wait_ended()


async def test_upgrade_keeps_what_was_queued_and_ends_polling() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        await site.ask("POST", "4one\x1e4two", sid=sid)
        async with await site.upgrade(sid) as socket:
            assert await socket.receive_str() == "4one"
            assert await socket.receive_str() == "4two"
            assert (await site.ask(sid=sid))[0] == 400
            async with await site.connect(sid=sid) as late:
                assert (await late.receive()).type is aiohttp.WSMsgType.CLOSE
            await socket.send_str("4three")
            assert await socket.receive_str() == "4three"
        await site.wait_ended()


async def test_poll_under_way_returns_when_the_probe_has_come() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        polling = asyncio.create_task(site.ask(sid=sid))
        await site.wait_until(lambda: site.echo.engine.statistics().polls == 1)
        async with await site.connect(sid=sid) as socket:
            await socket.send_str("2probe")
            assert await socket.receive_str() == "3probe"
            assert await polling == (200, "6")
            assert await site.ask(sid=sid) == (200, "6")


async def test_upgrade_that_fails_leaves_the_session_polling() -> None:
    async with open_site() as site:
        sid = await site.open_session()
        async with await site.connect(sid=sid) as socket:
            await socket.send_str("5")  # without a probe
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await site.wait_until(lambda: site.echo.engine.statistics().websockets == 0)
        await site.ask("POST", "4still here", sid=sid)
        assert await site.ask(sid=sid) == (200, "4still here")
        async with await site.upgrade(sid) as socket:
            await socket.send_str("4again")
            assert await socket.receive_str() == "4again"


async def test_who_answers_pings_stays() -> None:
    async with open_site(ping_interval_s=0.2, ping_timeout_s=2.0) as site:
        async with await site.connect() as answering:
            await answering.receive_str()
            for _ in range(12):  # longer than silence is borne
                assert await answering.receive_str() == "2"
                await answering.send_str("3")
        await site.wait_ended()


async def test_silence_ends_a_session() -> None:
    async with open_site(ping_interval_s=0.05, ping_timeout_s=0.05) as site:
        sid = await site.open_session()
        async with await site.connect() as silent:
            await silent.receive_str()
            assert (await silent.receive()).data == "2"
            assert (await silent.receive()).type is aiohttp.WSMsgType.CLOSE
        await site.wait_ended()
        assert (await site.ask(sid=sid))[0] == 400


def test_upgraded_connection_works_over_tls_on_the_loop_of_a_node(tmp_path: Path) -> None:
    """Taking a connection over from aiohttp is between the loop and us, and nodes run on uvloop."""

    async def speak() -> None:
        async with open_site(certificate=tmp_path) as site:
            sid = await site.open_session()
            async with await site.upgrade(sid) as socket:
                for length in (10, 60_000):
                    await socket.send_str("4" + "x" * length)
                    assert len(await socket.receive_str()) == length + 1
                await socket.send_str("1")
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            await site.wait_ended()
            await site.wait_until(lambda: site.echo.engine.statistics().websockets == 0)

    uvloop.run(speak())
