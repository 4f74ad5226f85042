"""Pictures of posts over HTTP: made anew, attached, served to those who may see the post, cleared
away when no post has them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import pytest
from PIL import Image

from community.post_pictures import WAITING_EACH
from errors import NotFound
from persistence.database import Database
from server.limits import Policy
from tests.edge import Answer, Client
from tests.pictures import PAYLOAD, picture, png_bomb
from tests.writing import Writing, open_writing, post

MEDIA = "/api/v1/media"


async def send(person: Client, content: bytes, content_type: str = "image/png") -> Answer:
    return await person.ask("POST", MEDIA, data=content, headers={"Content-Type": content_type})


async def added(person: Client, size: tuple[int, int] = (1_200, 600)) -> dict[str, Any]:
    answer = await send(person, picture("PNG", size))
    assert answer.status == 201, answer
    assert isinstance(answer.body, dict)
    return answer.body


async def download(
    person: Client, path: str, **headers: str
) -> tuple[int, Mapping[str, str], bytes]:
    if person.token:
        headers.setdefault("Authorization", f"Bearer {person.token}")
    async with person.http.get(person.url + path, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def statuses(person: Client, *paths: str) -> list[int]:
    return [(await download(person, path))[0] for path in paths]


async def test_picture_is_attached_and_served_in_two_sizes(writing: Writing) -> None:
    ann, nobody = await writing.person("ann"), writing.edge.nobody
    answer = await send(ann, picture("PNG", (3_000, 1_500)) + PAYLOAD)
    assert answer.status == 201, answer
    made = answer.body
    assert answer.headers["Location"] == f"{MEDIA}/{made['id']}"
    assert (made["width"], made["height"], made["alt_text"]) == (2_048, 1_024, None)
    described = await ann.ask("PATCH", answer.headers["Location"], {"alt_text": " Red and blue "})
    assert described.body["alt_text"] == "Red and blue"

    written = await post(ann, "look", media_ids=[made["id"]])
    assert written["media"] == [{**made, "alt_text": "Red and blue"}]
    for name, size in (("url", (2_048, 1_024)), ("small_url", (960, 480))):
        status, headers, content = await download(nobody, made[name])
        assert (status, headers["Content-Type"]) == (200, "image/webp")
        assert headers["Cache-Control"] == "public, max-age=300"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert Image.open(io.BytesIO(content)).size == size
        assert PAYLOAD not in content
        known = {"If-None-Match": headers["ETag"]}
        assert (await download(nobody, made[name], **known))[0] == 304
        status, headers, part = await download(nobody, made[name], Range="bytes=4-7")
        assert (status, part) == (206, content[4:8])


async def test_post_shows_its_first_picture_to_previews(writing: Writing) -> None:
    ann = await writing.person("ann")
    first, second = await added(ann), await added(ann)
    written = await post(ann, "look", media_ids=[second["id"], first["id"]])
    page = await writing.edge.nobody.ask(
        "GET", f"/posts/{written['id']}", headers={"Accept": "text/html"}
    )
    expected = f'<meta property="og:image" content="{writing.edge.url}{second["url"]}">'
    assert expected in page.body


async def test_post_may_be_pictures_alone_but_not_nothing(writing: Writing) -> None:
    ann = await writing.person("ann")
    made = await added(ann)
    await ann.ask("PATCH", f"{MEDIA}/{made['id']}", {"alt_text": '"Red" & blue'})
    written = await post(ann, "", media_ids=[made["id"]])
    assert (written["content"], written["content_html"]) == ("", "")
    path = f"/api/v1/posts/{written['id']}"
    emptied = await ann.ask("PATCH", path, {"media_ids": []})
    assert (emptied.status, emptied.body["errors"][0]["pointer"]) == (422, "/content")
    assert (await ann.ask("PATCH", path, {"content": "now with words"})).status == 200
    assert (await ann.ask("PATCH", path, {"media_ids": []})).status == 200
    assert (await ann.ask("PATCH", path, {"content": " "})).status == 422

    alone = await post(ann, "", media_ids=[made["id"]])
    page = await ann.ask("GET", f"/posts/{alone['id']}", headers={"Accept": "text/html"})
    assert "<title>ann: &quot;Red&quot; &amp; blue · Vibecast</title>" in page.body
    feed = await ann.ask("GET", "/users/ann/feed.atom")
    picture_there = f'<img src="{ann.url}{made["url"]}" alt="&quot;Red&quot; &amp; blue">'
    assert escape(picture_there, {}) in feed.body


async def test_small_picture_is_stored_once(writing: Writing) -> None:
    ann = await writing.person("ann")
    made = await added(ann, (64, 48))
    assert made["small_url"] == made["url"]
    assert await writing.database.fetchval("SELECT count(*) FROM media_objects") == 1


async def test_picture_is_its_owners_until_a_post_has_it_and_nobodys_after(
    writing: Writing,
) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await added(ann)
    both = made["url"], made["small_url"]
    assert await statuses(ann, *both) == [200, 200]
    assert (await download(ann, made["url"]))[1]["Cache-Control"] == "private, no-cache"
    assert await statuses(bob, *both) == [404, 404]
    path = f"/api/v1/posts/{(await post(ann, media_ids=[made['id']]))['id']}"
    assert await statuses(bob, *both) == [200, 200]
    assert (await ann.ask("DELETE", path)).status == 204
    assert await statuses(bob, *both) == [404, 404]
    assert await statuses(ann, *both) == [404, 404]


async def test_picture_of_a_post_that_a_moderator_took_away_is_served_no_more(
    writing: Writing,
) -> None:
    ann, eve = await writing.person("ann"), await writing.person("eve", role="moderator")
    made = await added(ann)
    written = await post(ann, media_ids=[made["id"]])
    assert (await eve.ask("DELETE", f"/api/v1/posts/{written['id']}")).status == 204
    assert await statuses(ann, made["url"], made["small_url"]) == [404, 404]


async def test_only_ones_own_whole_pictures_are_attached(writing: Writing) -> None:
    ann, bob = await writing.person("ann"), await writing.person("bob")
    made = await added(ann)
    small = await writing.database.fetchval("SELECT id FROM media_objects WHERE small_of > 0")
    avatar = await writing.database.fetchval(
        "INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, status) "
        "VALUES ($1, 'avatars/00/x', 'image/webp', 1, 'ready') RETURNING id",
        int(ann.user_id),
    )
    for who, media_id in ((bob, made["id"]), (ann, str(small)), (ann, str(avatar))):
        answer = await who.ask("POST", "/api/v1/posts", {"content": "a", "media_ids": [media_id]})
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/media_ids/0")


async def test_picture_that_no_post_took_is_cleared_away_after_a_day(writing: Writing) -> None:
    ann = await writing.person("ann")
    used, unused = await added(ann), await added(ann)
    await post(ann, media_ids=[used["id"]])
    assert await writing.pictures.clear() == 0
    await age(writing.database)
    assert await writing.pictures.clear() == 2
    assert await statuses(ann, used["url"], used["small_url"]) == [200, 200]
    assert await statuses(ann, unused["url"], unused["small_url"]) == [404, 404]
    with pytest.raises(NotFound):
        await writing.objects.get(unused["url"].removeprefix("/media/"))
    answer = await ann.ask("POST", "/api/v1/posts", {"content": "a", "media_ids": [unused["id"]]})
    assert answer.status == 422


async def test_picture_that_was_taken_out_of_its_last_post_has_another_day(
    writing: Writing,
) -> None:
    ann = await writing.person("ann")
    made = await added(ann)
    first, second = [(await post(ann, media_ids=[made["id"]]))["id"] for _ in range(2)]
    await ann.ask("PATCH", f"/api/v1/posts/{first}", {"media_ids": []})
    assert await waits(writing.database, made["id"]) is False
    # Whoever ends a post, in whatever way, ends its hold on its pictures.
    await writing.database.execute("DELETE FROM posts WHERE id = $1", int(second))
    assert await waits(writing.database, made["id"]) is True
    await age(writing.database)
    assert await writing.pictures.clear() == 2


async def test_two_posts_that_let_go_of_a_picture_at_once_leave_it_to_its_day(
    writing: Writing,
) -> None:
    ann = await writing.person("ann")
    made = await added(ann)
    posts = [(await post(ann, media_ids=[made["id"]]))["id"] for _ in range(6)]
    answers = await asyncio.gather(
        *(ann.ask("PATCH", f"/api/v1/posts/{each}", {"media_ids": []}) for each in posts)
    )
    assert {each.status for each in answers} == {200}
    assert await waits(writing.database, made["id"]) is True


async def age(database: Database) -> None:
    await database.execute(
        "UPDATE media_objects SET expires_at = now() WHERE expires_at IS NOT NULL"
    )


async def waits(database: Database, media_id: str) -> bool:
    found = await database.fetchval(
        "SELECT expires_at > now() + interval '23 hours' FROM media_objects WHERE id = $1",
        int(media_id),
    )
    return bool(found)


async def test_picture_is_taken_back_unless_a_post_has_it(writing: Writing) -> None:
    ann = await writing.person("ann")
    used, unused = await added(ann), await added(ann)
    await post(ann, media_ids=[used["id"]])
    assert (await ann.ask("DELETE", f"{MEDIA}/{used['id']}")).status == 409
    assert (await ann.ask("DELETE", f"{MEDIA}/{unused['id']}")).status == 204
    assert (await ann.ask("GET", f"{MEDIA}/{unused['id']}")).status == 404
    assert await statuses(ann, unused["url"], used["url"]) == [404, 200]
    assert await writing.pictures.clear() == 2


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (png_bomb(9_000, 9_000), "image/png", 422, "unusable-picture"),
        (picture()[:50], "image/png", 422, "unusable-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 415, None),
        (b"<!doctype html>", "image/png", 415, None),
        (picture(), "image/jpeg", 415, None),
    ],
)
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    writing: Writing, content: bytes, content_type: str, status: int, code: str | None
) -> None:
    ann = await writing.person("ann")
    answer = await send(ann, content, content_type)
    assert (answer.status, answer.body["code"]) == (status, code or "unsupported-media-type")
    assert await writing.database.fetchval("SELECT count(*) FROM media_objects") == 0


async def test_pictures_that_wait_are_counted(writing: Writing) -> None:
    ann = await writing.person("ann")
    await writing.database.execute(
        "INSERT INTO media_objects (user_id, object_key, content_type, size_bytes, status, "
        "expires_at) SELECT $1, 'pictures/' || n, 'image/webp', 1, 'ready', now() + '1 day' "
        "FROM generate_series(1, $2) AS n",
        int(ann.user_id),
        WAITING_EACH,
    )
    answer = await send(ann, picture())
    assert (answer.status, answer.body["code"]) == (409, "too-many-uploads")


async def test_pictures_for_posts_have_their_own_limit(database: Database) -> None:
    async with open_writing(database, post_pictures=Policy("post-pictures", 1, 600)) as limited:
        ann = await limited.person("ann")
        assert (await send(ann, picture())).status == 201
        answer = await send(ann, picture())
    assert (answer.status, answer.body["code"]) == (429, "too-many-requests")
