"""The OpenAPI 3.1 description of the REST routes, made from the same table that serves them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from errors import (
    BadRequest,
    CrossSite,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    VibecastError,
)
from server.cookies import PLAIN_NAME, SECURE_NAME
from server.gate import SAFE_METHODS, Access
from server.routing import Route, Shape, shape_of
from server.wire import Told

REF = "#/components/schemas/{model}"
Schemas = dict[tuple[Any, str], dict[str, Any]]


class ProblemFieldJson(Told):
    """One field that is wrong; `pointer` is a JSON pointer into the body, or / and the name of a
    query parameter."""

    pointer: str
    detail: str


class ProblemJson(Told):
    """RFC 9457. Programs go by `code`; `detail` is for people; `instance` stands in the log."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: list[ProblemFieldJson] | None = None


def describe(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """Return the description of `routes`."""
    shapes = [(route, shape_of(route)) for route in routes]
    wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (ProblemJson, "serialization")
    ]
    for _, shape in shapes:
        if shape.body is not None:
            wanted.append((shape.body, "validation"))
        if shape.content is not None:
            wanted.append((shape.content, "serialization"))
    references, definitions = models_json_schema(wanted, ref_template=REF)
    schemas: Schemas = {(model, mode): schema for (model, mode), schema in references.items()}

    paths: dict[str, dict[str, Any]] = {}
    for route, shape in shapes:
        operation = _operation(route, shape, schemas)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    _link_created(shapes, paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vibecast", "version": version},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": SECURE_NAME},
                "plainCookie": {"type": "apiKey", "in": "cookie", "name": PLAIN_NAME},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def _link_created(shapes: Sequence[tuple[Route, Shape]], paths: dict[str, dict[str, Any]]) -> None:
    """Tell with each answer that makes something what can be asked of it, by its `id`.

    What is made by a POST to a list lives under the address that continues the list's.
    """
    for route, shape in shapes:
        told = shape.content.model_fields if shape.content is not None else {}
        if route.method != "POST" or "id" not in told:
            continue
        links = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": parameters,
            }
            for path, methods in paths.items()
            if (parameters := _parameters_of_made(route, path)) is not None
            for operation in methods.values()
        }
        if links:
            operation = paths[route.path][route.method.lower()]
            operation["responses"][str(route.status)]["links"] = links


def _parameters_of_made(route: Route, path: str) -> dict[str, str] | None:
    """Return what the names of `path` are once `route` has made something, if all are known."""
    list_name = route.path.rpartition("/")[2]
    made = f"{list_name.removesuffix('s').replace('-', '_')}_id"
    if f"/{list_name}/{{{made}}}" not in path:
        return None
    known = {name: f"$request.path.{name}" for name in _names(route.path)}
    known[made] = "$response.body#/id"
    names = _names(path)
    return {name: known[name] for name in names} if set(names) <= set(known) else None


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _operation(route: Route, shape: Shape, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(shape),
            *_condition_parameters(route),
        ],
        "responses": _responses(route, shape, schemas),
        "security": _security(route),
    }
    if shape.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[shape.body, "validation"]}},
        }
    if route.raw is not None:
        bytes_only = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(route.raw.content_types, bytes_only),
        }
    return operation


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", route.path.removeprefix("/api/v1").lower()).strip("_")
    return f"{route.method.lower()}_{words}"


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"}
            if name.endswith("_id")
            else {"type": "string"},
        }
        for name in _names(route.path)
    ]


def _query_parameters(shape: Shape) -> list[dict[str, Any]]:
    if shape.query is None:
        return []
    schema = shape.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _condition_parameters(route: Route) -> list[dict[str, Any]]:
    if not route.has_etag:
        return []
    is_read = route.method in SAFE_METHODS
    if not is_read and not route.is_exact:
        return []
    # Its absence is answered 428, so it need not be sent to be described.
    name = "If-None-Match" if is_read else "If-Match"
    return [{"name": name, "in": "header", "required": False, "schema": {"type": "string"}}]


def _responses(route: Route, shape: Shape, schemas: Schemas) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if shape.content is not None:
        content = {"schema": schemas[shape.content, "serialization"]}
        success["content"] = {"application/json": content}
    responses: dict[str, Any] = {str(route.status): success}
    if route.has_etag and route.method in SAFE_METHODS:
        responses["304"] = {"description": "It is as the If-None-Match of the request knows it"}
    by_status: dict[int, list[type[VibecastError]]] = {}
    for error in dict.fromkeys((*route.errors, *_everywhere(route, shape))):
        by_status.setdefault(error.status, []).append(error)
    problem = {"application/problem+json": {"schema": schemas[ProblemJson, "serialization"]}}
    for status, errors in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "; ".join(
                f"`{error.code}`: {(error.__doc__ or '').splitlines()[0]}" for error in errors
            ),
            "content": problem,
        }
    return responses


def _everywhere(route: Route, shape: Shape) -> list[type[VibecastError]]:
    errors: list[type[VibecastError]] = [BadRequest, TooManyRequests, Unavailable]
    if route.access is not Access.UNASKED:
        errors.append(Unauthenticated)
    if route.method not in SAFE_METHODS:
        errors += [CrossSite, UnsupportedMediaType, TooLarge]
    if shape.body is not None:
        errors.append(Unprocessable)
    return errors


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access is Access.UNASKED:
        return []
    csrf: dict[str, list[str]] = {} if route.method in SAFE_METHODS else {"csrf": []}
    known = [{"bearer": list[str]()}, {"cookie": [], **csrf}, {"plainCookie": [], **csrf}]
    # The empty requirement is OpenAPI's way to say "or nobody in particular".
    return known if route.access is Access.SIGNED_IN else [*known, {}]


def description_route(routes: Sequence[Route], *, version: str) -> web.RouteDef:
    """Return the route that serves the description."""
    description = describe(routes, version=version)

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(description)

    return web.get("/api/v1/openapi.json", answer)
