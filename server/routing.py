"""REST routes as data: method, address, and a handler whose annotations say what goes in and out.

    Route("POST", "/api/v1/streams", self._create, summary="Create a stream", status=201)

    async def _create(self, call: Call[NewStream, None]) -> CreatedStream: ...

A package offers a list of `Route`; `route_definitions` turns them into aiohttp's, and
`server/openapi.py` describes the same list. Bodies are read, bounded and checked here, so a
handler sees only what its models let through. `Call[Body, Query]` names the pydantic models of the
body and of the query string, None where there is none; `bytes` is a body that is not JSON, whose
types and size its route tells, and `StreamReader` one that the handler reads piece by piece.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from aiohttp import StreamReader, hdrs, web
from pydantic import BaseModel, ValidationError

from errors import (
    BadRequest,
    FieldError,
    NotFound,
    Overloaded,
    PreconditionFailed,
    PreconditionRequired,
    TooLarge,
    Unauthenticated,
    Unprocessable,
    UnsupportedMediaType,
    VibecastError,
)
from server.gate import SAFE_METHODS, Access, Gate
from server.headers import ROUTE_HEADERS
from server.identity import Identity
from server.wire import Page, parse_id

Body = TypeVar("Body")
Query = TypeVar("Query")
Content = TypeVar("Content")

JSON_LIMIT_BYTES = 256 * 1024
JSON_DEPTH = 20
# A body that size takes no second on any line worth serving; slower is somebody holding a socket.
BODY_TIMEOUT_S = 15.0
HANDLER_TIMEOUT_S = 30.0
REPORTED_ERRORS = 20
TAG_CHARS = 32

_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_JSON_BRACKET = re.compile(rb"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class Call(Generic[Body, Query]):
    """One request, read and checked."""

    request: web.Request
    identity: Identity | None
    body: Body
    query: Query

    @property
    def user_id(self) -> int | None:
        """Who asks, or None."""
        return self.identity.user_id if self.identity else None

    @property
    def signed_in(self) -> Identity:
        """Who asks, on a route for those who are signed in."""
        if self.identity is None:
            raise Unauthenticated()
        return self.identity

    def path_id(self, name: str) -> int:
        """Return an id from the address. Raises NotFound for what can be no id."""
        number = parse_id(self.request.match_info[name])
        if number is None:
            raise NotFound()
        return number

    def path_text(self, name: str) -> str:
        """Return a word from the address."""
        return self.request.match_info[name]


@dataclass(frozen=True, slots=True)
class Reply(Generic[Content]):
    """An answer that says more than its body."""

    content: Content
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[web.Response], None] | None = None
    """Sets cookies."""


@dataclass(frozen=True, slots=True)
class RawBody:
    """A body that is not JSON: of which types, and how large at most."""

    content_types: tuple[str, ...]
    limit_bytes: int | None
    """None where the handler reads it, and counts."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address and method. The answer's annotations are part of it: see the module."""

    method: str
    path: str
    answer: Callable[[Call[Any, Any]], Awaitable[Any]]
    summary: str = field(kw_only=True)
    access: Access = field(default=Access.ANYBODY, kw_only=True)
    status: int = field(default=200, kw_only=True)
    errors: tuple[type[VibecastError], ...] = field(default=(), kw_only=True)
    """What it may be refused with beside what every route may be."""
    has_etag: bool = field(default=False, kw_only=True)
    """Whether it answers If-None-Match with 304."""
    is_exact: bool = field(default=False, kw_only=True)
    """Whether its ETag is a strong one, which If-Match can name."""
    raw: RawBody | None = field(default=None, kw_only=True)
    """What it takes in place of JSON."""
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """What every answer carries, errors too."""
    timeout_s: float = field(default=HANDLER_TIMEOUT_S, kw_only=True)
    """How long reading the request and answering it may take."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a route takes and gives, from its handler's annotations."""

    body: type[BaseModel] | None
    """None where there is no body, and where it is not JSON."""
    query: type[BaseModel] | None
    content: type[BaseModel] | None


def shape_of(route: Route) -> Shape:
    """Return what the route takes and gives. Raises TypeError for a handler that does not say."""
    hints = get_type_hints(route.answer)
    content = hints.pop("return", type(None))
    if get_origin(content) is Reply:
        (content,) = get_args(content)
    (call,) = hints.values()
    if get_origin(call) is not Call:
        raise TypeError(f"{route.method} {route.path} must take a Call[Body, Query]")
    body, query = get_args(call)
    is_raw = body in (bytes, StreamReader)
    if is_raw != (route.raw is not None):
        raise TypeError(f"{route.method} {route.path} must tell of its bytes, and only of bytes")
    if route.raw is not None and (body is StreamReader) != (route.raw.limit_bytes is None):
        raise TypeError(f"{route.method} {route.path} must have a limit, or count for itself")
    return Shape(None if is_raw else _model(body), _model(query), _model(content))


def _model(annotation: Any) -> type[BaseModel] | None:
    if annotation is type(None):
        return None
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        raise TypeError(f"{annotation!r} is no pydantic model")
    return annotation


def route_definitions(routes: Sequence[Route], gate: Gate) -> list[web.RouteDef]:
    """Return the routes as aiohttp takes them."""
    return [web.route(route.method, route.path, _handler(route, gate)) for route in routes]


def _handler(route: Route, gate: Gate) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    shape = shape_of(route)
    has_cursor = shape.query is not None and "cursor" in shape.query.model_fields

    async def handle(request: web.Request) -> web.StreamResponse:
        request[ROUTE_HEADERS] = route.headers
        limit = asyncio.timeout(route.timeout_s)
        try:
            async with limit:
                identity = await gate.admit(request, route.access)
                body = await _read(request, shape.body, route.raw)
                query = _read_query(request, shape.query)
                result = await route.answer(Call(request, identity, body, query))
        except TimeoutError as error:
            if limit.expired():
                raise Overloaded() from error
            raise
        return _response(request, route, result, has_cursor=has_cursor)

    return handle


async def _read(
    request: web.Request, model: type[BaseModel] | None, raw: RawBody | None
) -> BaseModel | bytes | StreamReader | None:
    if hdrs.CONTENT_ENCODING in request.headers:
        # aiohttp would inflate it, and a small body can inflate to anything.
        raise UnsupportedMediaType("send the body without Content-Encoding")
    if raw is not None:
        return await _read_raw(request, raw)
    return await _read_body(request, model)


async def _read_raw(request: web.Request, raw: RawBody) -> bytes | StreamReader:
    if request.content_type not in raw.content_types:
        raise UnsupportedMediaType(f"send one of {', '.join(raw.content_types)}")
    if raw.limit_bytes is None:
        return request.content
    if (request.content_length or 0) > raw.limit_bytes:
        raise TooLarge(f"send at most {raw.limit_bytes} bytes")
    body = bytearray()
    # Counted here: what was declared need not be what is sent.
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > raw.limit_bytes:
            raise TooLarge(f"send at most {raw.limit_bytes} bytes")
    return bytes(body)


async def _read_body(request: web.Request, model: type[BaseModel] | None) -> BaseModel | None:
    if request.can_read_body and request.content_type != "application/json":
        raise UnsupportedMediaType("send application/json")
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            text = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    if model is None:
        return None
    if not text.strip():
        raise BadRequest("send a JSON object")
    if json_depth(text) > JSON_DEPTH:
        raise BadRequest(f"the JSON is nested more than {JSON_DEPTH} deep")
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _body_error(error) from error


def json_depth(text: bytes) -> int:
    """Return how deep arrays and objects are nested, without parsing what may be a bomb."""
    depth = deepest = 0
    for bracket in _JSON_BRACKET.findall(_JSON_STRING.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _body_error(error: ValidationError) -> VibecastError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return BadRequest("the body is not JSON")
    return Unprocessable("some fields cannot be used", errors=_field_errors(error))


def _field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    details = error.errors(include_url=False, include_input=False)[:REPORTED_ERRORS]
    return tuple(
        FieldError(_pointer(each["loc"]), each["msg"].removeprefix("Value error, "))
        for each in details
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def _read_query(request: web.Request, model: type[BaseModel] | None) -> BaseModel | None:
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in given:
            raise BadRequest(
                "a query parameter is given twice", errors=(FieldError(_pointer((name,)), "twice"),)
            )
        given[name] = value
    if model is None:
        # Nothing is read from it, and caches and links add what they like.
        return None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise BadRequest("the query string cannot be used", errors=_field_errors(error)) from error


def _response(request: web.Request, route: Route, result: Any, *, has_cursor: bool) -> web.Response:
    reply = result if isinstance(result, Reply) else Reply(result)
    response = web.Response(status=route.status, headers=reply.headers)
    response.headers.setdefault(
        hdrs.CACHE_CONTROL, "private, no-cache" if route.has_etag else "no-store"
    )
    if isinstance(reply.content, BaseModel):
        response.body = _written(reply.content)
        response.content_type = "application/json"
        response.charset = "utf-8"
    # Lists of rooms go by `before` and have no cursor to link with.
    is_linked = has_cursor and isinstance(reply.content, Page)
    if is_linked and (link := _neighbours(request, reply.content)):
        response.headers[hdrs.LINK] = link
    if route.has_etag:
        _answer_conditionally(request, response, is_exact=route.is_exact)
    if reply.finish is not None:
        reply.finish(response)
    return response


def _neighbours(request: web.Request, page: Page[Any]) -> str:
    """Return the Link to the pages before and after (RFC 8288)."""
    cursors = {"prev": page.prev, "next": page.next}
    return ", ".join(
        f'<{request.rel_url.update_query(cursor=cursor)}>; rel="{relation}"'
        for relation, cursor in cursors.items()
        if cursor is not None
    )


def _answer_conditionally(request: web.Request, response: web.Response, *, is_exact: bool) -> None:
    """Tell the answer's ETag; answer 304 when the client has just this.

    Weak where it need not be exact: equal in meaning, and that is all we say.
    """
    assert isinstance(response.body, bytes)  # set by _response just before
    tag = _tag(response.body)
    response.headers[hdrs.ETAG] = f'"{tag}"' if is_exact else f'W/"{tag}"'
    response.headers[hdrs.VARY] = "Authorization, Cookie"
    is_read = request.method in SAFE_METHODS
    if is_read and any(known.value in (tag, "*") for known in request.if_none_match or ()):
        response.set_status(304)
        response.body = None


def require_match(request: web.Request, current: BaseModel) -> None:
    """Let a change pass only if it names the version it was made on, which must be `current`.

    Raises PreconditionRequired, PreconditionFailed.
    """
    if request.if_match is None:
        raise PreconditionRequired()
    tag = etag_of(current)
    if not any(given.value in (tag, "*") and not given.is_weak for given in request.if_match):
        raise PreconditionFailed()


def etag_of(content: BaseModel) -> str:
    """Return the strong ETag of an answer, without its quotes."""
    return _tag(_written(content))


def _written(content: BaseModel) -> bytes:
    return content.model_dump_json().encode()


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:TAG_CHARS]
