"""The files of videos as players and strangers get them: in parts, to whom they are for, inert."""

from __future__ import annotations

import json

from community.byte_ranges import Span, asked_span
from tests.videos import HTML, VideoSite, get_file, video


async def test_private_video_is_there_for_its_owner_only(video_site: VideoSite) -> None:
    ann, bob = await video_site.person(), await video_site.person(role="admin")
    seen = await video_site.video(ann, visibility="private")
    path = f"/api/v1/videos/{seen['id']}"
    for url in (seen["video_url"], seen["thumbnail_url"]):
        assert (await get_file(ann, url))[0] == 200
        assert (await get_file(ann, url))[1]["Cache-Control"] == "private, no-cache"
        for person in (bob, video_site.edge.nobody):
            assert (await get_file(person, url))[0] == 404
            assert (await get_file(person, url, "HEAD"))[0] == 404
            assert (await person.ask("GET", path)).status == 404
            assert (await person.ask("POST", path + "/views")).status == 404
    assert (await bob.ask("DELETE", path)).status == 404
    await ann.ask("PATCH", path, {"visibility": "unlisted"})
    assert (await get_file(bob, seen["video_url"]))[0] == 200
    assert (await bob.ask("GET", "/api/v1/videos")).body["items"] == []


async def test_players_get_the_parts_they_ask_for(video_site: VideoSite) -> None:
    ann, content = await video_site.person(), video("mp4", seconds=2)
    url = (await video_site.video(ann, content))["video_url"]
    size = len(content)
    status, headers, got = await get_file(ann, url)
    etag = headers["ETag"]
    assert (status, got, headers["Accept-Ranges"]) == (200, content, "bytes")
    for asked, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, size),
        ("bytes=100-199", 100, 200),
        (f"bytes={size - 1}-", size - 1, size),
        ("bytes=-100", size - 100, size),
        (f"bytes=5-{size * 2}", 5, size),
        (f"bytes=-{size * 2}", 0, size),
    ):
        status, headers, got = await get_file(ann, url, Range=asked)
        assert (status, got) == (206, content[start:end]), asked
        assert headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        status, headers, got = await get_file(ann, url, "HEAD", Range=asked)
        assert (status, got, headers["Content-Length"]) == (206, b"", str(end - start))
    for asked in (f"bytes={size}-", f"bytes={size}-{size + 1}", "bytes=-0"):
        status, headers, told = await get_file(ann, url, Range=asked)
        assert (status, headers["Content-Range"]) == (416, f"bytes */{size}"), asked
        assert json.loads(told)["code"] == "range-not-satisfiable"
    for asked in ("bytes=2-1", "bytes=a-", "bytes=0-1,3-4", "lines=0-1", "bytes=", "x" * 5000):
        assert (await get_file(ann, url, Range=asked))[0] == 200, asked
    fitting, other = {"If-Range": etag}, {"If-Range": '"other"'}
    date = {"If-Range": "Sun, 22 Nov 2026 14:00:00 GMT"}
    assert (await get_file(ann, url, Range="bytes=0-9", **fitting))[0] == 206
    assert (await get_file(ann, url, Range="bytes=0-9", **other))[0] == 200
    assert (await get_file(ann, url, Range="bytes=0-9", **date))[0] == 200
    assert (await get_file(ann, url, **{"If-None-Match": etag}))[0] == 304


def test_ranges_of_what_has_no_bytes() -> None:
    assert asked_span("bytes=0-", if_range=None, etag="", size=1) == Span(0, 1)
    assert asked_span(None, if_range=None, etag="", size=0) is None


async def test_nothing_runs_where_videos_are_served(video_site: VideoSite) -> None:
    ann = await video_site.person()
    # Plays, and is a page behind its last byte.
    seen = await video_site.video(ann, video() + HTML)
    assert seen["status"] == "ready"
    for url in (seen["video_url"], seen["thumbnail_url"]):
        _, headers, _ = await get_file(video_site.edge.nobody, url)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Content-Disposition"].startswith("inline; filename=")
    for path in ("videos/../../etc/passwd", "videos/x", "thumbnails/%00", "videos/00/" + "0" * 48):
        assert (await get_file(video_site.edge.nobody, f"/media/{path}"))[0] == 404


async def test_viewer_who_leaves_and_store_that_fails_end_one_answer_only(
    video_site: VideoSite,
) -> None:
    ann = await video_site.person()
    content = video() + bytes(900_000)
    url = (await video_site.video(ann, content))["video_url"]
    async with ann.http.get(ann.url + url) as response:
        await response.content.readany()
        # And closes the connection in the middle.
        response.close()
    await video_site.objects.delete(url.removeprefix("/media/"))
    assert (await get_file(ann, url))[0] == 404
