"""No value in a body, an address or a query makes a route fail: it is taken or refused by name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from server.routing import Route, shape_of
from server.signing_in import Proof
from tests.edge import PASSWORD, Client, Edge

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    1e308,
    "",
    " ",
    "\x00",
    "a\u202eb",
    "\ud800",
    "x" * 10_000,
    "'; DROP TABLE users; --",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "9999-12-31T23:59:59.999999+00:00",
    "0001-01-01T00:00:00+23:59",
    "2026-11-22T14:00:00Z",
    [],
    {},
    [[["x"]]],
    {"$gt": ""},
)
# What is asked again is never right: this is not about the end of ann's account.
WRONG = "not the password"
ANSWERS = {200, 201, 202, 204, 400, 401, 403, 409, 422, 428}
FITTING = {
    "username": "new_user",
    "email": "new@mail.example",
    "password": PASSWORD,
    "login": "ann",
    "title": "a",
    "language": "python",
    "token": "x",
    "challenge": "x",
    "otp": "x",
    "current_password": WRONG,
    "content": "keep",
    "at": "0",
    "name": "first",
}
CODE = {"title": "a", "language": "python"}


def fitting(model: type[BaseModel]) -> dict[str, Any]:
    """Return a body that would do."""
    required = [name for name, each in model.model_fields.items() if each.is_required()]
    body = {name: FITTING[name] for name in required}
    return {**body, "password": WRONG} if issubclass(model, Proof) else body


async def test_no_field_makes_a_route_fail(edge: Edge) -> None:
    ann = await edge.person("ann")
    there = await things_of(ann)
    failed = []
    for route in edge.routes:
        model = shape_of(route).body
        if model is None:
            continue
        path = address(route, there)
        for name, value in itertools.product(model.model_fields, HOSTILE):
            answer = await ann.ask(route.method, path, {**fitting(model), name: value})
            if answer.status not in ANSWERS:
                failed.append((route.path, name, value, answer))
    assert failed == []


async def test_no_address_or_query_makes_a_route_fail(edge: Edge) -> None:
    ann = await edge.person("ann")
    there = await things_of(ann)
    failed = []
    for route, value in itertools.product(edge.routes, (v for v in HOSTILE if isinstance(v, str))):
        text = quote(value[:1000], safe="", errors="replace")
        if "{" in route.path and text:
            words = dict.fromkeys(re.findall(r"{(\w+)}", route.path), text)
            answer = await ann.ask(route.method, route.path.format(**words), body_of(route))
            if answer.status not in (404, 405):
                failed.append((route.path, value, answer))
        if (query := shape_of(route).query) is not None:
            for name in query.model_fields:
                path = address(route, there)
                answer = await ann.ask(route.method, f"{path}?{name}={text}")
                if answer.status not in (200, 400):
                    failed.append((route.path, f"{name}={value}", answer))
    assert failed == []


async def things_of(ann: Client) -> dict[str, str]:
    """Make what addresses lead to, and return its ids by the addresses' words."""
    stream = await ann.ask("POST", "/api/v1/streams", {"title": "a"})
    code = await ann.ask("POST", f"/api/v1/streams/{stream.body['id']}/code-sessions", CODE)
    return {
        "username": "ann",
        "stream_id": stream.body["id"],
        "code_session_id": code.body["id"],
    }


def address(route: Route, there: Mapping[str, str]) -> str:
    """Return the route's address; what does not exist has the id 1."""
    words = re.findall(r"{(\w+)}", route.path)
    return route.path.format(**{word: there.get(word, "1") for word in words})


def body_of(route: Route) -> dict[str, Any] | None:
    model = shape_of(route).body
    return fitting(model) if model else None
