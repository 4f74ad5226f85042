"""Who may call what of videos and uploads, and that no value makes it fail.

A route that is not in the table fails the test, so nobody adds one without saying whose it is.
"""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import quote

import pytest
from openapi_spec_validator import validate

from community.tus import PATCH_TYPE
from server.routing import shape_of
from tests.edge import Client
from tests.service.test_hostile_values import HOSTILE
from tests.videos import TUS, VideoSite, create

CALLERS = ("anonymous", "other", "owner", "moderator", "admin")
UPLOADS = "/api/v1/uploads"
UPLOAD = UPLOADS + "/{upload_id}"
VIDEOS = "/api/v1/videos"
VIDEO = VIDEOS + "/{video_id}"
MAKE = {"upload_id": "{upload_id}", "title": "a"}
PATCH = {"Upload-Offset": "0", "Content-Type": PATCH_TYPE}

Statuses = tuple[int, int, int, int, int]
ANYBODY: Statuses = (200, 200, 200, 200, 200)
OWNER: Statuses = (401, 404, 200, 404, 404)
OWNER_DOES: Statuses = (401, 404, 204, 404, 404)
PRIVATE: Statuses = (404, 404, 200, 404, 404)

# What five callers get about a public video and about a private one.
TABLE: dict[tuple[str, str], tuple[Any, dict[str, str], Statuses, Statuses]] = {
    ("OPTIONS", UPLOADS): (None, {}, (204,) * 5, (204,) * 5),
    ("POST", UPLOADS): (
        None,
        {"Upload-Length": "5"},
        (401, 201, 201, 201, 201),
        (401, 201, 201, 201, 201),
    ),
    ("HEAD", UPLOAD): (None, {}, OWNER, OWNER),
    ("PATCH", UPLOAD): (b"", PATCH, OWNER_DOES, OWNER_DOES),
    ("DELETE", UPLOAD): (None, {}, OWNER_DOES, OWNER_DOES),
    ("POST", VIDEOS): (MAKE, {}, (401, 422, 201, 422, 422), (401, 422, 201, 422, 422)),
    ("GET", VIDEOS): (None, {}, ANYBODY, ANYBODY),
    ("GET", VIDEO): (None, {}, ANYBODY, PRIVATE),
    ("PATCH", VIDEO): ({}, {}, (401, 403, 200, 403, 403), OWNER),
    ("POST", VIDEO + "/views"): (None, {}, (204,) * 5, (404, 404, 204, 404, 404)),
    ("DELETE", VIDEO): (None, {}, (401, 403, 204, 204, 204), OWNER_DOES),
}


def test_every_route_has_its_row_and_every_row_its_route(video_site: VideoSite) -> None:
    assert {(route.method, route.path) for route in video_site.routes} == set(TABLE)


async def test_description_of_the_routes_is_valid(video_site: VideoSite) -> None:
    description = (await video_site.edge.nobody.ask("GET", "/api/v1/openapi.json")).body
    validate(description)
    assert {path for _, path in TABLE} <= set(description["paths"])
    appended = description["paths"][UPLOAD]["patch"]
    assert {"204", "404", "409", "412", "460"} <= set(appended["responses"])
    assert PATCH_TYPE in appended["requestBody"]["content"]


async def things(site: VideoSite, owner: Client, visibility: str) -> dict[str, str]:
    """Return an unfinished upload and a video of the owner's."""
    await site.database.execute("DELETE FROM media_objects")
    made = await create(owner, 5)
    video_id = await site.database.fetchval(
        "INSERT INTO videos (user_id, title, status, visibility, video_url) "
        "VALUES ($1, 'v', 'ready', $2, 'x') RETURNING id",
        int(owner.user_id),
        visibility,
    )
    upload_id = made.headers["Location"].rpartition("/")[2]
    return {"upload_id": upload_id, "video_id": str(video_id)}


def fitting(body: Any, words: dict[str, str]) -> Any:
    """Return the body with ids filled in."""
    if not isinstance(body, dict):
        return None
    return {name: str(value).format(**words) for name, value in body.items()}


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("caller", CALLERS)
async def test_routes_serve_those_they_are_for(
    video_site: VideoSite, caller: str, visibility: str
) -> None:
    owner = await video_site.person("owner_of_it")
    asking = {"anonymous": video_site.edge.nobody, "owner": owner}.get(caller)
    if asking is None:
        asking = await video_site.person(caller, {"other": "member"}.get(caller, caller))
    got, expected = {}, {}
    for (method, template), (body, headers, public, private) in TABLE.items():
        words = await things(video_site, owner, visibility)
        answer = await asking.ask(
            method,
            template.format(**words),
            fitting(body, words),
            headers={**TUS, **headers},
            data=body if isinstance(body, bytes) else None,
        )
        got[method, template] = answer.status
        statuses = public if visibility == "public" else private
        expected[method, template] = statuses[CALLERS.index(caller)]
    assert got == expected


async def test_no_field_makes_a_route_fail(video_site: VideoSite) -> None:
    owner = await video_site.person()
    failed = []
    words = await things(video_site, owner, "public")
    for route in video_site.routes:
        model = shape_of(route).body
        if model is None:
            continue
        body = fitting(TABLE[route.method, route.path][0], words)
        for name, value in itertools.product(model.model_fields, HOSTILE):
            path = route.path.format(**words)
            answer = await owner.ask(route.method, path, {**body, name: value})
            if answer.status not in (200, 201, 400, 422):
                failed.append((route.path, name, value, answer))
    assert failed == []


async def test_no_address_query_or_header_makes_a_route_fail(video_site: VideoSite) -> None:
    owner = await video_site.person()
    words = await things(video_site, owner, "public")
    failed = []
    texts = [value for value in HOSTILE if isinstance(value, str)]
    for (method, template), (body, headers, *_) in TABLE.items():
        data = body if isinstance(body, bytes) else None
        for text in texts:
            address = quote(text[:1000], safe="", errors="replace")
            if "{" in template and address:
                path = template.format(**dict.fromkeys(words, address))
                sent = {**TUS, **headers}
                answer = await owner.ask(
                    method, path, fitting(body, words), headers=sent, data=data
                )
                if answer.status not in (404, 405):
                    failed.append((template, text, answer))
            for name in ("user", "cursor", "limit"):
                if (method, template) == ("GET", VIDEOS):
                    answer = await owner.ask("GET", f"{VIDEOS}?{name}={address}")
                    if answer.status not in (200, 400):
                        failed.append((template, text, answer))
            if not template.startswith(UPLOADS) or not text.isprintable() or not text.isascii():
                continue
            for name in (
                "Tus-Resumable",
                "Upload-Length",
                "Upload-Offset",
                "Upload-Metadata",
                "Upload-Checksum",
            ):
                sent = {**TUS, **headers, name: text[:4000]}
                path = template.format(**words)
                answer = await owner.ask(method, path, headers=sent, data=data)
                if answer.status >= 500:
                    failed.append((template, f"{name}: {text}", answer))
    assert failed == []
