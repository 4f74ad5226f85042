"""What every REST route does with requests that are wrong, odd or hostile."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest
from openapi_spec_validator import validate

from persistence.database import Database
from server.limits import Limits, Policy
from server.routing import Call, Route, json_depth
from server.wire import Told
from tests.edge import GENEROUS, Edge, open_edge

JSON = {"Content-Type": "application/json"}


class Nothing(Told):
    """An empty answer."""


async def fail(_call: Call[None, None]) -> Nothing:
    raise RuntimeError("secret detail")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/api/v1/users", 405, "method-not-allowed"),
        ("PATCH", "/api/v1/streams", 405, "method-not-allowed"),
        ("GET", "/api/v1/streams/1", 404, "not-found"),
        ("GET", "/api/v1/users/me", 401, "unauthenticated"),
        ("GET", "/static/../run.py", 404, "not-found"),
        ("GET", "/static/%2e%2e/run.py", 404, "not-found"),
        ("LOCK", "/api/v1/streams", 405, "method-not-allowed"),
    ],
)
async def test_every_refusal_is_a_problem_with_a_code(
    edge: Edge, method: str, path: str, status: int, code: str
) -> None:
    answer = await edge.nobody.ask(method, path)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.body["code"] == code and answer.body["status"] == status
    assert answer.body["instance"] == f"urn:request:{answer.headers['X-Request-Id']}"
    if status == 405:
        assert answer.headers["Allow"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("data", "headers", "status", "code"),
    [
        (b"", JSON, 400, "bad-request"),
        (b"{", JSON, 400, "bad-request"),
        (b"\xff\xfe", JSON, 400, "bad-request"),
        (b'{"title": "\\ud800"}', JSON, 400, "bad-request"),
        (b"[]", JSON, 422, "unprocessable"),
        (b"null", JSON, 422, "unprocessable"),
        (b"[" * 100_000, JSON, 400, "bad-request"),
        (b'{"title": ' + b"[" * 30 + b"]" * 30 + b"}", JSON, 400, "bad-request"),
        (b'{"title": "' + b"x" * 262_144 + b'"}', JSON, 413, "too-large"),
        (b"title=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, None),
        (b'{"title": "x"}', {"Content-Type": "text/plain"}, 415, None),
        (b'{"title": "x"}', {}, 415, None),
        (
            gzip.compress(b'{"title": "x"}', mtime=0),
            {**JSON, "Content-Encoding": "gzip"},
            415,
            None,
        ),
    ],
)
async def test_body_that_is_no_json_of_ours_is_refused(
    edge: Edge, data: bytes, headers: dict[str, str], status: int, code: str | None
) -> None:
    ann = await edge.person()
    answer = await ann.ask("POST", "/api/v1/streams", data=data, headers=headers)
    assert (answer.status, answer.body["code"]) == (status, code or "unsupported-media-type")


def test_depth_counts_brackets_outside_strings_only() -> None:
    assert json_depth(b'{"a": ["[[[[", "\\"[["], "b": {}}') == 2
    assert json_depth(b'"' + b"[" * 50) == 0


async def test_bug_is_told_without_its_detail(database: Database) -> None:
    route = Route("GET", "/api/v1/broken", fail, summary="Fail")
    async with open_edge(database, extra_routes=[route]) as edge:
        answer = await edge.nobody.ask("GET", "/api/v1/broken")
    assert (answer.status, answer.body["code"]) == (500, "internal-error")
    assert "secret" not in json.dumps(answer.body)


async def never(_call: Call[None, None]) -> Nothing:
    await asyncio.Event().wait()
    return Nothing()


async def test_answer_that_takes_too_long_is_given_up(database: Database) -> None:
    route = Route("GET", "/api/v1/slow", never, summary="Never answer", timeout_s=0.05)
    async with open_edge(database, extra_routes=[route]) as edge:
        answer = await edge.nobody.ask("GET", "/api/v1/slow")
    assert (answer.status, answer.body["code"]) == (503, "overloaded")
    assert answer.headers["Retry-After"]


async def test_body_that_does_not_come_is_given_up(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.routing.BODY_TIMEOUT_S", 0.05)
    reader, writer = await open_socket(edge)
    writer.write(
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    )
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"}")
    writer.close()
    assert b" 408 " in answer.partition(b"\r\n")[0] and b"request-timeout" in answer


async def test_every_answer_carries_the_strict_headers(edge: Edge) -> None:
    for path in ("/healthz", "/api/v1/streams", "/api/v1/nothing"):
        headers = (await edge.nobody.ask("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Server"] == "Vibecast"
        assert headers["Referrer-Policy"] and headers["Cross-Origin-Opener-Policy"]
        assert "Strict-Transport-Security" not in headers


async def test_requests_are_limited_by_user_and_by_address(database: Database) -> None:
    limits = Limits(
        sign_up_per_address=GENEROUS.sign_up_per_address, requests=Policy("requests", 5, 60)
    )
    async with open_edge(database, limits=limits) as edge:
        ann = await edge.person()
        path = "/api/v1/streams"
        statuses = [(await edge.nobody.ask("GET", path)).status for _ in range(5)]
        assert statuses == [200, 200, 200, 200, 429]
        first = await ann.ask("GET", path)
        assert first.status == 200
        assert first.headers["RateLimit-Policy"] == '"requests";q=5;w=60'
        assert first.headers["RateLimit"] == '"requests";r=4;t=12'


async def test_description_is_valid_openapi_and_names_every_route(edge: Edge) -> None:
    description = (await edge.nobody.ask("GET", "/api/v1/openapi.json")).body
    validate(description)
    described = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.path) for route in edge.routes}
    created = description["paths"]["/api/v1/streams"]["post"]["responses"]
    assert {"201", "401", "409", "413", "415", "422", "429"} <= set(created)
    stream = description["components"]["schemas"]["StreamJson"]["properties"]
    assert stream["id"]["type"] == "string" and stream["created_at"]["format"] == "date-time"


async def open_socket(edge: Edge) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(edge.url.rpartition(":")[2]))


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"])
async def test_what_is_no_http_is_told_so(edge: Edge, sent: bytes) -> None:
    reader, writer = await open_socket(edge)
    writer.write(sent)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.") and b" 400 " in answer.partition(b"\r\n")[0]
    assert b"application/problem+json" in answer and b"Server: Vibecast" in answer
    assert b"aiohttp" not in answer


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: "])
async def test_half_a_header_holds_no_socket(database: Database, sent: bytes) -> None:
    async with open_edge(database, header_timeout_s=0.05) as edge:
        reader, writer = await open_socket(edge)
        writer.write(sent)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()


async def test_connection_between_requests_may_wait(database: Database) -> None:
    async with open_edge(database, header_timeout_s=0.05) as edge:
        reader, writer = await open_socket(edge)
        request = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        writer.write(request)
        assert b" 200 " in await reader.readuntil(b"}")
        # Others come and go meanwhile, each for longer than a header may take.
        for _ in range(3):
            other, other_writer = await open_socket(edge)
            assert await other.read() == b""
            other_writer.close()
        writer.write(request)
        assert b" 200 " in await reader.readuntil(b"}")
        writer.write(b"GET /healthz HTTP/1.1\r\n")
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
