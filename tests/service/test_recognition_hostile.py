"""No value in a body, an address or a query makes a route of the recognition fail, and what they
answer is described."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import quote

from openapi_spec_validator import validate

from server.routing import shape_of
from tests.push_receiver import Browser
from tests.recognition import Recognition

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**31,
    2**63,
    1e308,
    "",
    " ",
    "\x00",
    "a\u202eb",
    "\ud800",
    "x" * 10_001,
    "'; DROP TABLE users; --",
    "../../etc/passwd",
    "https://a.example/\u202e",
    "9999-12-31T23:59:59.999999+00:00",
    "0001-01-01T00:00:00+23:59",
    "2026-11-22T14:00:00Z",
    [],
    [[["x"]]],
    {"$gt": ""},
)
FITTING = {
    "title": "a",
    "start_date": "2020-01-01T00:00:00Z",
    "end_date": "2100-01-01T00:00:00Z",
    "url": "https://git.example/a",
    "note": "again",
    "name": "a",
    **Browser().subscription("https://push.example/1"),
}
ALLOWED = {200, 201, 204, 400, 404, 409, 422}


async def test_no_field_makes_a_route_fail(recognition: Recognition) -> None:
    admin, ann = await recognition.person("admin", "admin"), await recognition.person("ann")
    made = await admin.ask("POST", "/api/v1/challenges", FITTING_CHALLENGE)
    path = made.headers["Location"]
    for person in (admin, ann):
        await person.ask("PUT", path + "/participation")
    failed = []
    for route in recognition.routes:
        model = shape_of(route).body
        if model is None:
            continue
        fitting = {
            name: FITTING[name] for name, each in model.model_fields.items() if each.is_required()
        }
        address = route.path.format(challenge_id=made.body["id"], badge_id="1", username="ann")
        for name, value in itertools.product(model.model_fields, HOSTILE):
            answer = await admin.ask(route.method, address, {**fitting, name: value})
            if answer.status not in ALLOWED:
                failed.append((route.path, name, value, answer))
    assert failed == []


FITTING_CHALLENGE = {
    name: value for name, value in FITTING.items() if name in ("title", "start_date", "end_date")
}


async def test_no_address_or_query_makes_a_route_fail(recognition: Recognition) -> None:
    admin = await recognition.person("admin", "admin")
    failed = []
    texts = [value for value in HOSTILE if isinstance(value, str)]
    for route, value in itertools.product(recognition.routes, texts):
        text = quote(value[:1000], safe="", errors="replace")
        shape = shape_of(route)
        if "{" in route.path and text:
            words = dict.fromkeys(("challenge_id", "badge_id", "username", "period"), text)
            answer = await admin.ask(route.method, route.path.format(**words), _body(shape.body))
            if answer.status not in (404, 405):
                failed.append((route.path, value, answer))
            one = {**words, "challenge_id": "1", "badge_id": "1"}
            answer = await admin.ask(route.method, route.path.format(**one), _body(shape.body))
            if answer.status not in ALLOWED:
                failed.append((route.path, value, answer))
        if shape.query is not None and route.method == "GET":
            for name in shape.query.model_fields:
                query = f"{name}={text}" + ("" if name == "q" else "&q=a")
                path = route.path.format(
                    challenge_id="1", badge_id="1", username="admin", period="weekly"
                )
                answer = await admin.ask("GET", f"{path}?{query}")
                if answer.status not in ALLOWED:
                    failed.append((route.path, query, answer))
    assert failed == []


def _body(model: type[Any] | None) -> dict[str, Any] | None:
    if model is None:
        return None
    return {name: FITTING[name] for name, each in model.model_fields.items() if each.is_required()}


async def test_description_of_the_routes_is_valid_openapi(recognition: Recognition) -> None:
    description = (await recognition.edge.nobody.ask("GET", "/api/v1/openapi.json")).body
    validate(description)
    schemas = description["components"]["schemas"]
    assert {"BoardJson", "ChallengeWithMeJson", "FoundJson", "NotificationJson"} <= set(schemas)
    assert schemas["Reading"]["properties"]["ids"]["anyOf"][0]["items"]["type"] == "string"
