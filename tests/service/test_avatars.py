"""Avatars over HTTP: sent, made anew, served as pictures and as nothing else, cleared away."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import AsyncIterator, Mapping

import pytest
from PIL import Image

from errors import NotFound
from persistence.database import Database
from server.limits import Limits, Policy
from tests.edge import GENEROUS, Answer, Client, Edge, open_edge
from tests.pictures import PAYLOAD, picture, png_bomb

AVATAR = "/api/v1/users/me/avatar"


async def send(
    person: Client, content: bytes, content_type: str = "image/png", **headers: str
) -> Answer:
    return await person.ask(
        "PUT", AVATAR, data=content, headers={"Content-Type": content_type, **headers}
    )


async def download(edge: Edge, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    async with edge.http.get(edge.url + path, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def test_avatar_is_served_in_two_sizes_and_can_be_nothing_but_a_picture(edge: Edge) -> None:
    ann = await edge.person("ann")
    answer = await send(ann, picture("PNG", (300, 200)) + PAYLOAD)
    assert answer.status == 200, answer
    me = (await ann.ask("GET", "/api/v1/users/me")).body
    assert {k: me[k] for k in answer.body} == answer.body
    for name, side in (("avatar_url", 512), ("avatar_small_url", 96)):
        status, headers, content = await download(edge, answer.body[name])
        assert (status, headers["Content-Type"]) == (200, "image/webp")
        image = Image.open(io.BytesIO(content))
        assert (image.format, image.size) == ("WEBP", (side, side))
        assert PAYLOAD not in content
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        known = {"If-None-Match": headers["ETag"]}
        assert (await download(edge, answer.body[name], **known))[0] == 304


async def test_addresses_of_pictures_are_random(edge: Edge) -> None:
    ann = await edge.person("ann")
    answer = await send(ann, picture())
    again = await send(ann, picture())
    for body in (answer.body, again.body):
        assert re.fullmatch(r"/media/avatars/[0-9a-f]{2}/[0-9a-f]{48}", body["avatar_url"])
    assert again.body["avatar_url"] != answer.body["avatar_url"]


async def test_replaced_and_removed_avatars_are_served_no_more_and_cleared_away(
    edge: Edge,
) -> None:
    ann = await edge.person("ann")
    first = (await send(ann, picture())).body["avatar_url"]
    second = (await send(ann, picture("JPEG"), "image/jpeg")).body["avatar_url"]
    assert (await download(edge, first))[0] == 404
    assert (await download(edge, second))[0] == 200
    assert (await ann.ask("DELETE", AVATAR)).status == 204
    assert (await download(edge, second))[0] == 404
    assert (await ann.ask("GET", "/api/v1/users/me")).body["avatar_url"] is None
    assert await edge.avatars.clear() == 4
    assert await edge.database.fetchval("SELECT count(*) FROM media_objects") == 0
    for address in (first, second):
        with pytest.raises(NotFound):
            await edge.objects.get(address.removeprefix("/media/"))


async def test_upload_that_was_never_finished_is_cleared_away_in_time(edge: Edge) -> None:
    ann = await edge.person("ann")
    kept = (await send(ann, picture())).body["avatar_url"]
    await edge.objects.put("avatars/00/lost", b"x")
    await edge.database.execute(
        "INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, expires_at)"
        " VALUES ($1, 'avatars/00/lost', 'image/webp', 1, now())",
        int(ann.user_id),
    )
    assert await edge.avatars.clear() == 1
    assert (await download(edge, kept))[0] == 200


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (png_bomb(9_000, 9_000), "image/png", 422, "unusable-picture"),
        (picture()[:50], "image/png", 422, "unusable-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 415, None),
        (b"<!doctype html>", "image/png", 415, None),
        (picture(), "image/jpeg", 415, None),
        (picture(), "application/json", 415, None),
        (picture(), "multipart/form-data", 415, None),
        (b"", "image/png", 415, None),
    ],
)
async def test_what_is_no_picture_for_here_is_refused(
    edge: Edge, content: bytes, content_type: str, status: int, code: str | None
) -> None:
    ann = await edge.person("ann")
    answer = await send(ann, content, content_type)
    assert (answer.status, answer.body["code"]) == (status, code or "unsupported-media-type")
    assert await edge.database.fetchval("SELECT count(*) FROM media_objects") == 0


async def test_compressed_body_is_refused_before_it_is_inflated(edge: Edge) -> None:
    ann = await edge.person("ann")
    bomb = gzip.compress(bytes(100_000_000))
    answer = await send(ann, bomb, **{"Content-Encoding": "gzip"})
    assert answer.status == 415


async def test_too_many_bytes_are_refused_declared_or_not(edge: Edge) -> None:
    ann = await edge.person("ann")
    headers = {"Content-Type": "image/png", "Authorization": f"Bearer {ann.token}"}
    declared = io.BytesIO(picture() + bytes(10_000_000))
    async with edge.http.put(edge.url + AVATAR, data=declared, headers=headers) as response:
        assert response.status == 413

    async def chunks() -> AsyncIterator[bytes]:
        yield picture()
        for _ in range(101):
            yield bytes(100_000)

    async with edge.http.put(edge.url + AVATAR, data=chunks(), headers=headers) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/media/avatars/../../etc/passwd",
        "/media/avatars/%2e%2e/%2e%2e/secret",
        "/media/avatars/00/" + "0" * 48,
        "/media//etc/passwd",
        "/media/avatars/00/%00",
        "/media/",
    ],
)
async def test_what_is_not_stored_as_a_picture_is_not_found(edge: Edge, path: str) -> None:
    assert (await download(edge, path))[0] == 404


async def test_stored_object_that_is_no_picture_is_not_served(edge: Edge) -> None:
    key = "videos/00/" + "0" * 48
    await edge.objects.put(key, b"<script>")
    await edge.database.execute(
        "INSERT INTO media_objects (object_key, content_type, size_bytes, status, sha256)"
        " VALUES ($1, 'text/html', 8, 'ready', sha256('x'))",
        key,
    )
    assert (await download(edge, f"/media/{key}"))[0] == 404


async def test_avatars_are_limited_by_user(database: Database) -> None:
    limits = Limits(
        requests=GENEROUS.requests,
        sign_up_per_address=GENEROUS.sign_up_per_address,
        pictures_per_user=Policy("pictures", 1, 600),
    )
    async with open_edge(database, limits=limits) as limited:
        ann = await limited.person("ann")
        assert (await send(ann, picture())).status == 200
        assert (await send(ann, picture())).status == 429
