"""Who may call what of posts, comments, likes, tags and news, and that no value makes it fail.

Every route is asked by five people. One that is not in the table fails the test, so nobody adds a
route without saying whose it is.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from openapi_spec_validator import validate

from server.routing import shape_of
from tests.edge import Client
from tests.service.test_hostile_values import HOSTILE
from tests.writing import Writing, comment, post

NOUNS = ("post", "comment", "like", "feed", "tag", "media")
CALLERS = ("anonymous", "other", "owner", "moderator", "admin")
POST = "/api/v1/posts/{post_id}"
COMMENT = "/api/v1/comments/{comment_id}"
MEDIA = "/api/v1/media/{media_id}"
TAG = "/api/v1/tags/{name}"
TEXT = {"content": "x"}

ANYBODY = (200, 200, 200, 200, 200)
SIGNED_IN = (401, 200, 200, 200, 200)
MAKES = (401, 201, 201, 201, 201)
DOES = (401, 204, 204, 204, 204)
OWNER = (401, 403, 200, 403, 403)
OWNER_DOES = (401, 403, 204, 403, 403)
OWNER_OR_MODERATOR = (401, 403, 204, 204, 204)
OWNED = (401, 404, 200, 404, 404)
PRIVATE = (404, 404, 200, 404, 404)
# What is said in private is as good as not there.
PRIVATE_MAKES = (401, 404, 201, 404, 404)


@dataclass(frozen=True)
class Row:
    """What five callers get."""

    statuses: tuple[int, int, int, int, int]
    body: Any = None


TABLE = {
    ("POST", "/api/v1/posts"): Row(MAKES, TEXT),
    ("GET", POST): Row(ANYBODY),
    ("PATCH", POST): Row(OWNER, TEXT),
    ("DELETE", POST): Row(OWNER_OR_MODERATOR),
    ("PUT", POST + "/pin"): Row(OWNER_DOES),
    ("DELETE", POST + "/pin"): Row(OWNER_DOES),
    ("PUT", POST + "/like"): Row(DOES),
    ("DELETE", POST + "/like"): Row(DOES),
    ("GET", POST + "/comments"): Row(ANYBODY),
    ("POST", POST + "/comments"): Row(MAKES, TEXT),
    ("GET", COMMENT): Row(ANYBODY),
    ("GET", COMMENT + "/replies"): Row(ANYBODY),
    ("PATCH", COMMENT): Row(OWNER, TEXT),
    ("DELETE", COMMENT): Row(OWNER_OR_MODERATOR),
    ("PUT", COMMENT + "/like"): Row(DOES),
    ("DELETE", COMMENT + "/like"): Row(DOES),
    # A private video and a private stream.
    ("PUT", "/api/v1/videos/{video_id}/like"): Row((401, 404, 204, 404, 404)),
    ("DELETE", "/api/v1/videos/{video_id}/like"): Row(DOES),
    ("GET", "/api/v1/videos/{video_id}/comments"): Row(PRIVATE),
    ("POST", "/api/v1/videos/{video_id}/comments"): Row(PRIVATE_MAKES, TEXT),
    ("GET", "/api/v1/streams/{stream_id}/comments"): Row(PRIVATE),
    ("POST", "/api/v1/streams/{stream_id}/comments"): Row(PRIVATE_MAKES, TEXT),
    # What is no picture is refused behind the door.
    ("POST", "/api/v1/media"): Row((401, 415, 415, 415, 415)),
    ("GET", MEDIA): Row(OWNED),
    ("PATCH", MEDIA): Row(OWNED, {"alt_text": "x"}),
    ("DELETE", MEDIA): Row((401, 404, 204, 404, 404)),
    ("POST", "/api/v1/previews"): Row(SIGNED_IN, {"content": "*x*"}),
    ("GET", "/api/v1/feeds/home"): Row(SIGNED_IN),
    ("GET", "/api/v1/feeds/latest"): Row(ANYBODY),
    ("GET", "/api/v1/feeds/hot"): Row(ANYBODY),
    ("GET", "/api/v1/users/{username}/posts"): Row(ANYBODY),
    ("GET", "/api/v1/users/me/tags"): Row(SIGNED_IN),
    ("GET", "/api/v1/tags"): Row(ANYBODY),
    ("GET", TAG): Row(ANYBODY),
    ("GET", TAG + "/posts"): Row(ANYBODY),
    ("PUT", TAG + "/follow"): Row(DOES),
    ("DELETE", TAG + "/follow"): Row(DOES),
    ("GET", "/api/v1/moderation/sources"): Row((401, 403, 403, 200, 200)),
    ("GET", TAG + "/sources"): Row((401, 403, 403, 200, 200)),
    # For those who may, an address that is not fetched.
    ("POST", TAG + "/sources"): Row((401, 403, 403, 422, 422), {"url": "http://127.0.0.1/"}),
    ("DELETE", TAG + "/sources/{source_id}"): Row((401, 403, 403, 204, 204)),
}


@dataclass(frozen=True)
class Things:
    """One of everything, all of it the owner's."""

    words: dict[str, str]

    def path(self, template: str) -> str:
        return template.format(**self.words)


async def make_things(writing: Writing, owner: Client) -> Things:
    post_id = (await post(owner, "#rust"))["id"]
    stream = await owner.ask("POST", "/api/v1/streams", {"title": "a", "visibility": "private"})
    await owner.ask("POST", f"/api/v1/streams/{stream.body['id']}/end")
    video_id = await writing.database.fetchval(
        "INSERT INTO videos (user_id, title, status, visibility, video_url) "
        "VALUES ($1, 'v', 'ready', 'private', 'x') RETURNING id",
        int(owner.user_id),
    )
    source_id = await writing.database.fetchval(
        "INSERT INTO tag_sources (tag_id, url) SELECT id, 'https://x.example/' || $1::text "
        "FROM tags RETURNING id",
        post_id,
    )
    media_id = await writing.database.fetchval(
        "INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, status, width, "
        "height) VALUES ($1, 'pictures/' || $2::text, 'image/webp', 1, 'ready', 1, 1) RETURNING id",
        int(owner.user_id),
        post_id,
    )
    words = {
        "media_id": str(media_id),
        "post_id": post_id,
        "comment_id": (await comment(owner, f"posts/{post_id}"))["id"],
        "video_id": str(video_id),
        "stream_id": str(stream.body["id"]),
        "source_id": str(source_id),
        "name": "rust",
        "username": owner.username,
    }
    return Things(words)


def of_writing(writing: Writing) -> set[tuple[str, str]]:
    """Return the routes of what people write."""
    ours = {f"community.{noun}_routes" for noun in NOUNS}
    ours |= {"community.source_routes", "community.preview_routes"}
    return {
        (route.method, route.path)
        for route in writing.edge.routes
        if route.answer.__module__ in ours
    }


async def test_every_route_has_its_row_and_every_row_its_route(writing: Writing) -> None:
    assert of_writing(writing) == set(TABLE)


async def test_description_of_the_routes_is_valid(writing: Writing) -> None:
    description = (await writing.edge.nobody.ask("GET", "/api/v1/openapi.json")).body
    validate(description)
    assert {path for _, path in TABLE} <= set(description["paths"])
    liked = description["paths"]["/api/v1/posts/{post_id}/like"]["put"]["responses"]
    assert {"204", "401", "403", "404"} <= set(liked)


@pytest.mark.parametrize("caller", CALLERS)
async def test_routes_serve_those_they_are_for(writing: Writing, caller: str) -> None:
    owner = await writing.person("owner")
    asking = {
        "anonymous": writing.edge.nobody,
        "owner": owner,
    }.get(caller) or await writing.person(caller, role={"other": "member"}.get(caller, caller))
    place = CALLERS.index(caller)
    got, expected = {}, {}
    for (method, template), row in TABLE.items():
        things = await make_things(writing, owner)
        answer = await asking.ask(method, things.path(template), row.body)
        got[method, template] = answer.status
        expected[method, template] = row.statuses[place]
    assert got == expected


async def test_no_field_makes_a_route_fail(writing: Writing) -> None:
    owner = await writing.person("owner", role="admin")
    things = await make_things(writing, owner)
    failed = []
    for route in writing.edge.routes:
        model = shape_of(route).body
        if model is None or (route.method, route.path) not in TABLE:
            continue
        body = TABLE[route.method, route.path].body
        for name, value in itertools.product(model.model_fields, HOSTILE):
            path = things.path(route.path)
            answer = await owner.ask(route.method, path, {**body, name: value})
            if answer.status not in (200, 201, 400, 422):
                failed.append((route.path, name, value, answer))
    assert failed == []


async def test_no_address_or_query_makes_a_route_fail(writing: Writing) -> None:
    owner = await writing.person("owner", role="admin")
    things = await make_things(writing, owner)
    failed = []
    words = [quote(v[:1000], safe="", errors="replace") for v in HOSTILE if isinstance(v, str)]
    for route, text in itertools.product(writing.edge.routes, words):
        if (route.method, route.path) not in TABLE:
            continue
        body = TABLE[route.method, route.path].body
        if "{" in route.path and text:
            path = route.path.format(**dict.fromkeys(things.words, text))
            answer = await owner.ask(route.method, path, body)
            # An address of a feed that is refused, or a tag that follows from its name.
            if answer.status not in (404, 405, 422):
                failed.append((route.path, text, answer))
        if (query := shape_of(route).query) is not None:
            for name in query.model_fields:
                answer = await owner.ask("GET", f"{things.path(route.path)}?{name}={text}")
                if answer.status not in (200, 400):
                    failed.append((route.path, f"{name}={text}", answer))
    assert failed == []
