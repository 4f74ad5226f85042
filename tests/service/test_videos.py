"""Videos over REST: from an upload to something that is watched, or to a reason why not."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest

from community.video_probe import Probes
from community.videos import ATTEMPTS, Videos
from errors import StorageAway
from persistence.database import Database
from persistence.objects import Objects
from tests.edge import PASSWORD
from tests.pictures import picture
from tests.videos import (
    HTML,
    TUS,
    VideoSite,
    create,
    get_file,
    live_video,
    open_video_site,
    patch,
    video,
)
from tests.writing import pages


@pytest.mark.parametrize(
    ("kind", "codec", "content_type"),
    [
        ("mp4", "h264", "video/mp4"),
        ("webm", "vp8", "video/webm"),
        ("mov", "h264", "video/quicktime"),
        ("matroska", "h264", "video/x-matroska"),
    ],
)
async def test_upload_becomes_a_video(
    video_site: VideoSite, kind: str, codec: str, content_type: str
) -> None:
    ann = await video_site.person("ann")
    content = video(kind, seconds=2)
    said = {"description": "how it is made", "tags": ["#Rust", "rust"]}
    seen = await video_site.video(ann, content, **said)
    assert seen["user"] == {"id": ann.user_id, "username": "ann", "avatar_small_url": None}
    assert (seen["status"], seen["failure"], seen["duration"]) == ("ready", None, 2)
    assert (seen["width"], seen["height"]) == (160, 120)
    assert (seen["video_codec"], seen["audio_codec"]) == (codec, None)
    assert (seen["content_type"], seen["size_bytes"]) == (content_type, len(content))
    assert (seen["title"], seen["description"]) == ("A video", "how it is made")
    assert seen["tags"] == ["rust"]
    status, headers, got = await get_file(video_site.edge.nobody, seen["video_url"])
    assert (status, headers["Content-Type"], got) == (200, content_type, content)
    _, headers, thumbnail = await get_file(video_site.edge.nobody, seen["thumbnail_url"])
    assert headers["Content-Type"] == "image/jpeg"
    assert thumbnail.startswith(b"\xff\xd8\xff")
    # What it was made of is not kept twice.
    assert await video_site.uploads.clear() == 1
    assert await video_site.stored() == ["videos", "thumbnails"]
    told = {"id": seen["id"], "status": "ready", "failure": None}
    assert video_site.told == [(int(ann.user_id), "video:state", told)]


async def test_video_recorded_by_a_browser_has_a_length(video_site: VideoSite) -> None:
    seen = await video_site.video(await video_site.person(), live_video())
    assert (seen["status"], seen["duration"]) == ("ready", 2)


BOX = struct.pack(">I4s4sI4s", 24, b"ftyp", b"isom", 512, b"isom") + b"mp41"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 10_000,
        picture(),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"RIFF\0\0\0\0AVI LIST",
        # Begins as a video and is something else.
        BOX + HTML * 100,
        BOX + struct.pack(">I4s", 2**31 - 1, b"moov") + HTML * 100,
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + HTML * 100,
        video()[: len(video()) // 3],
        video("webm")[:60],
        HTML + video(),
    ],
    ids=[
        "nothing",
        "letters",
        "picture",
        "playlist",
        "concat",
        "avi",
        "page in mp4",
        "page in moov",
        "page in webm",
        "cut mp4",
        "cut webm",
        "page before mp4",
    ],
)
async def test_what_is_no_video_fails_with_a_reason(video_site: VideoSite, content: bytes) -> None:
    ann = await video_site.person()
    seen = await video_site.video(ann, content or b"\0")
    assert seen["status"] == "failed"
    assert seen["failure"].startswith("it ")
    assert (seen["video_url"], seen["thumbnail_url"]) == (None, None)
    assert await video_site.uploads.clear() == 1
    assert await video_site.stored() == []
    path = f"/api/v1/videos/{seen['id']}"
    assert (await video_site.edge.nobody.ask("GET", path)).status == 404
    assert video_site.told[-1][2]["status"] == "failed"


async def test_declared_type_must_agree(video_site: VideoSite) -> None:
    ann = await video_site.person()
    said = {"Upload-Metadata": "filetype dmlkZW8vd2VibQ=="}
    path = (await create(ann, len(video()), **said)).headers["Location"]
    await patch(ann, path, video())
    body = {"upload_id": path.rpartition("/")[2], "title": "a"}
    made = await ann.ask("POST", "/api/v1/videos", body)
    await video_site.videos.process_next()
    seen = await ann.ask("GET", made.headers["Location"])
    assert seen.body["failure"] == "it is not what its type says"


async def test_looking_has_little_time_and_memory(database: Database) -> None:
    large = video(size=(2_000, 1_500))
    for probes in (Probes(timeout_s=0.001), Probes(memory_bytes=1 << 20)):
        async with open_video_site(database, probes=probes) as site:
            seen = await site.video(await site.person(), large)
            assert (seen["status"], seen["video_url"]) == ("failed", None)


async def test_video_names_the_upload_that_it_waits_for(video_site: VideoSite) -> None:
    ann, content = await video_site.person(), video()
    path = (await create(ann, len(content))).headers["Location"]
    upload_id = path.rpartition("/")[2]
    made = await ann.ask("POST", "/api/v1/videos", {"upload_id": upload_id, "title": "a"})
    assert (made.body["status"], made.body["upload_id"]) == ("uploading", upload_id)
    assert (await patch(ann, path, content)).status == 204
    seen = await ann.ask("GET", made.headers["Location"])
    assert (seen.body["status"], seen.body["upload_id"]) == ("processing", None)


async def test_video_may_be_made_before_its_last_byte(video_site: VideoSite) -> None:
    ann, content = await video_site.person(), video()
    path = (await create(ann, len(content))).headers["Location"]
    body = {"upload_id": path.rpartition("/")[2], "title": "a"}
    made = await ann.ask("POST", "/api/v1/videos", body)
    assert (made.status, made.body["status"]) == (201, "uploading")
    assert not await video_site.videos.process_next()
    await patch(ann, path, content)
    assert (await ann.ask("GET", made.headers["Location"])).body["status"] == "processing"
    assert await video_site.videos.process_next()
    assert (await ann.ask("GET", made.headers["Location"])).body["status"] == "ready"


async def test_video_whose_upload_is_given_up_fails(video_site: VideoSite) -> None:
    ann = await video_site.person()
    made = []
    for _ in range(2):
        path = (await create(ann, 100)).headers["Location"]
        body = {"upload_id": path.rpartition("/")[2], "title": "a"}
        made.append(await ann.ask("POST", "/api/v1/videos", body))
    await video_site.database.execute("UPDATE media_objects SET expires_at = now() WHERE id = 1")
    assert (await ann.ask("DELETE", path, headers=TUS)).status == 204
    await video_site.uploads.clear()
    for each in made:
        seen = (await ann.ask("GET", each.headers["Location"])).body
        assert (seen["status"], seen["failure"]) == ("failed", "its upload was not finished")


async def test_upload_becomes_one_video_of_its_owner(video_site: VideoSite) -> None:
    ann, bob = await video_site.person(), await video_site.person()
    upload_id = await video_site.upload(ann, video())
    body = {"upload_id": upload_id, "title": "a"}
    assert (await bob.ask("POST", "/api/v1/videos", body)).status == 422
    again = {"Idempotency-Key": "k1"}
    made = await ann.ask("POST", "/api/v1/videos", body, headers=again)
    assert (made.status, made.body["status"]) == (201, "processing")
    replayed = await ann.ask("POST", "/api/v1/videos", body, headers=again)
    assert (replayed.status, replayed.body) == (201, made.body)
    refused = await ann.ask("POST", "/api/v1/videos", body)
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/upload_id")


async def test_work_of_a_node_that_died_is_taken_up(video_site: VideoSite) -> None:
    ann = await video_site.person()
    upload_id = await video_site.upload(ann, video())
    made = await ann.ask("POST", "/api/v1/videos", {"upload_id": upload_id, "title": "a"})
    # Claimed, and nothing done about it.
    await video_site.database.execute(
        "UPDATE video_jobs SET attempts = 1, due_at = now() + interval '1 minute'"
    )
    assert not await video_site.videos.process_next()
    await video_site.database.execute("UPDATE video_jobs SET due_at = now()")
    assert await video_site.videos.process_next()
    assert (await ann.ask("GET", made.headers["Location"])).body["status"] == "ready"


async def test_nodes_share_the_work_and_do_nothing_twice(video_site: VideoSite) -> None:
    ann = await video_site.person()
    for _ in range(6):
        upload_id = await video_site.upload(ann, video())
        await ann.ask("POST", "/api/v1/videos", {"upload_id": upload_id, "title": "a"})
    took = await asyncio.gather(*(video_site.videos.process_next() for _ in range(8)))
    assert sorted(took) == [False] * 2 + [True] * 6
    statuses = await video_site.database.fetch("SELECT status, object_id FROM videos")
    assert {row["status"] for row in statuses} == {"ready"}
    assert (await video_site.stored()).count("videos") == 6


async def test_what_fails_the_server_again_and_again_fails_for_good(
    video_site: VideoSite,
) -> None:
    class Away(Probes):
        async def look_at(self, *_args: Any, **_named: Any) -> Any:
            raise StorageAway()

    ann = await video_site.person()
    upload_id = await video_site.upload(ann, video())
    made = await ann.ask("POST", "/api/v1/videos", {"upload_id": upload_id, "title": "a"})
    broken = Videos(
        video_site.database,
        objects=video_site.objects,
        probes=Away(),
        work_dir=video_site.videos._work_dir,
        tell_user=lambda *_: None,
    )
    for _ in range(ATTEMPTS):
        assert await broken.process_next()
        assert not await broken.process_next()
        assert (await ann.ask("GET", made.headers["Location"])).body["status"] == "processing"
        await video_site.database.execute("UPDATE video_jobs SET due_at = now()")
    assert await broken.process_next()
    seen = (await ann.ask("GET", made.headers["Location"])).body
    assert seen["failure"] == "this server could not process it"


async def test_video_is_edited_by_its_owner(video_site: VideoSite) -> None:
    ann = await video_site.person()
    seen = await video_site.video(ann, description="old")
    path = f"/api/v1/videos/{seen['id']}"
    edited = await ann.ask("PATCH", path, {"title": "New", "tags": ["go"]})
    assert edited.body == {
        **seen,
        "title": "New",
        "tags": ["go"],
        "updated_at": edited.body["updated_at"],
    }
    assert (await ann.ask("PATCH", path, {"description": None})).body["description"] is None
    for body in (
        {"title": ""},
        {"title": "x" * 101},
        {"visibility": "secret"},
        {"status": "ready"},
    ):
        assert (await ann.ask("PATCH", path, body)).status == 422


async def test_lists_go_page_by_page(video_site: VideoSite) -> None:
    ann, bob = await video_site.person("ann"), await video_site.person("bob")
    await video_site.database.execute(
        "INSERT INTO videos (user_id, title, status, visibility, video_url) "
        "SELECT $1, n::text, 'ready', CASE n % 3 WHEN 0 THEN 'private' ELSE 'public' END, 'x' "
        "FROM generate_series(1, 9) AS n",
        int(ann.user_id),
    )
    for person, path, titles in (
        (bob, "/api/v1/videos", "875421"),
        (bob, "/api/v1/videos?user=ANN", "875421"),
        (ann, "/api/v1/videos?user=ann", "987654321"),
        (ann, "/api/v1/videos?user=nobody_here", ""),
    ):
        listed = await pages(person, path, 4)
        assert "".join(item["title"] for page in listed for item in page) == titles
    block = await bob.ask("PUT", "/api/v1/users/ann/block")
    assert block.status == 204
    assert (await bob.ask("GET", "/api/v1/videos")).body["items"] == []
    answer = await bob.ask("GET", "/api/v1/videos?cursor=x")
    assert (answer.status, answer.body["code"]) == (400, "invalid-cursor")


async def test_most_watched_come_first_when_asked_for(video_site: VideoSite) -> None:
    ann = await video_site.person()
    for number, views in enumerate((5, 9, 5, 0)):
        await video_site.database.execute(
            "INSERT INTO videos (user_id, title, status, video_url, views_count) "
            "VALUES ($1, $2, 'ready', 'x', $3)",
            int(ann.user_id),
            str(number),
            views,
        )
    path, seen = "/api/v1/videos?sort=popular&limit=1", []
    cursor: str | None = ""
    while cursor is not None:
        page = await ann.ask("GET", path + (f"&cursor={cursor}" if cursor else ""))
        seen += [each["title"] for each in page.body["items"]]
        cursor = page.body["next"]
    assert seen == ["1", "2", "0", "3"]
    newest = await ann.ask("GET", "/api/v1/videos?limit=1")
    mixed = await ann.ask("GET", f"{path}&cursor={newest.body['next']}")
    assert (mixed.status, mixed.body["code"]) == (400, "invalid-cursor")


async def test_deleted_video_goes_with_its_objects(video_site: VideoSite) -> None:
    ann = await video_site.person()
    mine, kept = [await video_site.video(ann) for _ in range(2)]
    path = f"/api/v1/videos/{mine['id']}"
    assert (await ann.ask("DELETE", path)).status == 204
    assert (await ann.ask("DELETE", path)).status == 404
    assert (await ann.ask("GET", path)).status == 404
    assert (await get_file(ann, mine["video_url"]))[0] == 404
    assert (await get_file(ann, mine["thumbnail_url"]))[0] == 404
    await video_site.uploads.clear()
    assert await video_site.videos.clear() == 2
    assert await video_site.stored() == ["videos", "thumbnails"]
    assert (await get_file(ann, kept["video_url"]))[0] == 200
    assert not await _has(video_site.objects, mine["video_url"])


async def test_video_that_a_moderator_removes_is_hidden_and_may_come_back(
    video_site: VideoSite,
) -> None:
    ann, bob = await video_site.person(), await video_site.person()
    moderator = await video_site.person(role="moderator")
    video = await video_site.video(ann)
    path = f"/api/v1/videos/{video['id']}"
    assert (await moderator.ask("DELETE", path)).status == 204
    assert (await bob.ask("GET", path)).status == 404
    assert (await get_file(bob, video["video_url"]))[0] == 404
    assert (await ann.ask("GET", path)).body["visibility"] == "private"
    actions = await video_site.database.fetch("SELECT action FROM moderation_log")
    assert [row["action"] for row in actions] == ["remove_video"]
    await video_site.uploads.clear()
    assert await video_site.videos.clear() == 0


async def _has(objects: Objects, url: str) -> bool:
    return url.removeprefix("/media/") in [key async for key in objects.keys_under("videos")]


async def test_video_deleted_while_it_is_processed_leaves_nothing(
    video_site: VideoSite,
) -> None:
    ann = await video_site.person()
    upload_id = await video_site.upload(ann, video())
    made = await ann.ask("POST", "/api/v1/videos", {"upload_id": upload_id, "title": "a"})

    class Deleting(Probes):
        async def look_at(self, *args: Any, **named: Any) -> Any:
            assert (await ann.ask("DELETE", made.headers["Location"])).status == 204
            return await super().look_at(*args, **named)

    slow = Videos(
        video_site.database,
        objects=video_site.objects,
        probes=Deleting(),
        work_dir=video_site.videos._work_dir,
        tell_user=lambda *_: None,
    )
    assert await slow.process_next()
    await video_site.database.execute("UPDATE media_objects SET expires_at = now()")
    await video_site.uploads.clear()
    await video_site.videos.clear()
    assert await video_site.stored() == []
    assert [key async for key in video_site.objects.keys_under("videos")] == []


@pytest.mark.parametrize(("content", "left"), [("delete", []), ("keep", ["videos", "thumbnails"])])
async def test_end_of_an_account_takes_its_videos_along_if_so_wanted(
    video_site: VideoSite, content: str, left: list[str]
) -> None:
    ann = await video_site.person()
    await video_site.video(ann)
    await video_site.upload(ann, b"unused")
    body = {"password": PASSWORD, "content": content}
    assert (await ann.ask("DELETE", "/api/v1/users/me", body)).status == 204
    await video_site.edge.erasures.finish()
    await video_site.uploads.clear()
    await video_site.videos.clear()
    assert await video_site.stored() == left
