"""Uploads by tus 1.0: what was acknowledged is there, and nothing else is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from community.tus import PATCH_TYPE
from community.uploads import AT_ONCE_EACH
from errors import NotFound
from persistence.database import Database
from persistence.uploads import UNFINISHED_UPLOADS, parts_of
from tests.edge import Client
from tests.videos import TUS, VideoSite, create, offset_of, open_video_site, patch, video

WAIT_S = 20.0
CONTENT = os.urandom(300_000)


def metadata(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def checksum(content: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, content).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


async def uploaded(site: VideoSite, path: str) -> bytes:
    """Return the bytes of an upload as the store has them."""
    content = b""
    for part in await parts_of(site.database, int(path.rpartition("/")[2])):
        assert part.start == len(content)
        content += await site.objects.get(part.key)
    return content


async def test_server_tells_what_it_can(video_site: VideoSite) -> None:
    answer = await video_site.edge.nobody.ask("OPTIONS", "/api/v1/uploads")
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == "300000000"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


async def test_upload_goes_on_where_it_was(video_site: VideoSite) -> None:
    ann = await video_site.person()
    said = metadata(filename="größe.mp4", filetype="video/mp4")
    made = await create(ann, len(CONTENT), **{"Upload-Metadata": said})
    assert (made.status, made.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert parsedate_to_datetime(made.headers["Upload-Expires"]).tzinfo is not None
    path = made.headers["Location"]
    for start in range(0, len(CONTENT), 70_000):
        assert await offset_of(ann, path) == start
        answer = await patch(ann, path, CONTENT[start : start + 70_000], start)
        assert (answer.status, answer.body) == (204, "")
        assert int(answer.headers["Upload-Offset"]) == min(start + 70_000, len(CONTENT))
        assert answer.headers["Upload-Expires"].endswith("GMT")
    asked = await ann.ask("HEAD", path, headers=TUS)
    assert asked.headers["Upload-Length"] == str(len(CONTENT))
    assert asked.headers["Upload-Metadata"] == said
    assert asked.headers["Cache-Control"] == "no-store"
    assert await uploaded(video_site, path) == CONTENT


async def test_large_request_is_stored_in_bounded_pieces(database: Database) -> None:
    async with open_video_site(database, piece_bytes=65_536) as site:
        ann = await site.person()
        path = (await create(ann, len(CONTENT))).headers["Location"]
        assert (await patch(ann, path, CONTENT)).status == 204
        parts = await parts_of(site.database, int(path.rpartition("/")[2]))
        assert [part.size_bytes for part in parts] == [65_536] * 4 + [len(CONTENT) % 65_536]
        assert await uploaded(site, path) == CONTENT


async def test_other_offset_changes_nothing(video_site: VideoSite) -> None:
    ann = await video_site.person()
    path = (await create(ann, 100)).headers["Location"]
    await patch(ann, path, b"a" * 10)
    for offset in (0, 9, 11, 100, 10**17):
        answer = await patch(ann, path, b"b" * 10, offset)
        assert (answer.status, answer.body["code"]) == (409, "offset-mismatch")
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert await offset_of(ann, path) == 10
    assert await uploaded(video_site, path) == b"a" * 10


async def test_of_two_that_go_on_at_once_one_does(video_site: VideoSite) -> None:
    ann = await video_site.person()
    path = (await create(ann, len(CONTENT))).headers["Location"]
    halves = [CONTENT[:150_000], CONTENT[150_000:]]
    for _ in range(5):
        answers = await asyncio.gather(*(patch(ann, path, half) for half in halves))
        # The first may be ended by the second; later rounds find the upload elsewhere.
        assert {answer.status for answer in answers} <= {204, 400, 409}
    content = await uploaded(video_site, path)
    assert content and any(half.startswith(content) for half in halves)


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", ""])
async def test_other_version_is_refused(video_site: VideoSite, version: str | None) -> None:
    ann = await video_site.person()
    path = (await create(ann, 10)).headers["Location"]
    headers = {"Upload-Length": "10", "Upload-Offset": "0"}
    headers |= {} if version is None else {"Tus-Resumable": version}
    typed = {**headers, "Content-Type": PATCH_TYPE}
    for method, address, sent in (
        ("POST", "/api/v1/uploads", headers),
        ("HEAD", path, headers),
        ("PATCH", path, typed),
        ("DELETE", path, headers),
    ):
        answer = await ann.ask(method, address, headers=sent)
        assert (answer.status, answer.headers["Tus-Version"]) == (412, "1.0.0"), method
    assert await offset_of(ann, path) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "1" * 30}, 400),
        ({"Upload-Length": "300000001"}, 413),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Metadata": "a YQ==,a YQ=="}, 400),
        ({"Upload-Metadata": "a " + "A" * 4000}, 400),
        ({"Upload-Metadata": metadata(filetype="image/svg+xml")}, 415),
        ({"Upload-Metadata": metadata(filetype="video/webm")}, 201),
        ({"Upload-Metadata": "is_private"}, 201),
        ({"Content-Encoding": "gzip"}, 415),
    ],
)
async def test_beginning_says_what_it_is(
    video_site: VideoSite, headers: dict[str, str], status: int
) -> None:
    answer = await create(await video_site.person(), 100, **headers)
    assert (answer.status, answer.headers["Tus-Resumable"]) == (status, "1.0.0")


async def test_body_is_counted_whatever_it_says_of_itself(video_site: VideoSite) -> None:
    ann = await video_site.person()
    path = (await create(ann, 100)).headers["Location"]
    assert (await patch(ann, path, b"a" * 101)).status == 413
    assert (await patch(ann, path, b"a", **{"Content-Encoding": "gzip"})).status == 415
    assert (await patch(ann, path, b"a", **{"Content-Type": "text/plain"})).status == 415

    async def endless() -> object:
        yield b"a" * 60
        yield b"a" * 60

    headers = {
        **TUS,
        "Authorization": f"Bearer {ann.token}",
        "Upload-Offset": "0",
        "Content-Type": PATCH_TYPE,
    }
    async with ann.http.patch(ann.url + path, data=endless(), headers=headers) as response:
        assert response.status == 413
    assert await offset_of(ann, path) == 0


async def test_quota_holds_for_everything_a_person_stores(database: Database) -> None:
    async with open_video_site(database, limit_bytes=1_000, quota_bytes=1_500) as site:
        ann, bob = await site.person(), await site.person()
        answers = await asyncio.gather(*(create(ann, 1_000) for _ in range(4)))
        assert sorted(answer.status for answer in answers) == [201, 413, 413, 413]
        assert (await create(bob, 1_000)).status == 201
        (path,) = [each.headers["Location"] for each in answers if each.status == 201]
        refused = await create(ann, 501)
        assert refused.body["code"] == "quota-exceeded"
        assert (await create(ann, 500)).status == 201
        assert (await ann.ask("DELETE", path, headers=TUS)).status == 204
        assert (await create(ann, 1_000)).status == 201


async def test_unfinished_uploads_are_few(video_site: VideoSite) -> None:
    ann = await video_site.person()
    for _ in range(UNFINISHED_UPLOADS):
        assert (await create(ann, 10)).status == 201
    answer = await create(ann, 10)
    assert (answer.status, answer.body["code"]) == (409, "too-many-uploads")


async def test_bytes_under_a_checksum_come_all_or_none(database: Database) -> None:
    async with open_video_site(database, piece_bytes=65_536) as site:
        ann = await site.person()
        path = (await create(ann, len(CONTENT))).headers["Location"]
        first, second = CONTENT[:200_000], CONTENT[200_000:]
        wrong = {"Upload-Checksum": checksum(second)}
        answer = await patch(ann, path, first, **wrong)
        assert (answer.status, answer.body["code"]) == (460, "checksum-mismatch")
        assert answer.body["title"] == "Checksum Mismatch"
        assert await offset_of(ann, path) == 0
        right = {"Upload-Checksum": checksum(first)}
        assert (await patch(ann, path, first, **right)).status == 204
        sha256 = {"Upload-Checksum": checksum(second, "sha256")}
        assert (await patch(ann, path, second, 200_000, **sha256)).status == 204
        assert await uploaded(site, path) == CONTENT


@pytest.mark.parametrize("given", ["md5 AAAA", "sha1", "sha1 !", "sha1 AAAA", ""])
async def test_checksum_that_is_none_is_refused(video_site: VideoSite, given: str) -> None:
    ann = await video_site.person()
    path = (await create(ann, 10)).headers["Location"]
    assert (await patch(ann, path, b"a", **{"Upload-Checksum": given})).status == 400
    assert await offset_of(ann, path) == 0


async def test_upload_is_there_for_its_owner_only(video_site: VideoSite) -> None:
    ann, bob = await video_site.person(), await video_site.person(role="admin")
    path = (await create(ann, 10)).headers["Location"]
    assert (await bob.ask("HEAD", path, headers=TUS)).status == 404
    assert (await patch(bob, path, b"b")).status == 404
    assert (await bob.ask("DELETE", path, headers=TUS)).status == 404
    assert (await patch(video_site.edge.nobody, path, b"b")).status == 401
    assert await offset_of(ann, path) == 0


async def test_what_is_given_up_or_has_expired_is_gone_with_its_bytes(
    video_site: VideoSite,
) -> None:
    ann = await video_site.person()
    given_up = (await create(ann, 100)).headers["Location"]
    expired = (await create(ann, 100)).headers["Location"]
    kept = (await create(ann, 100)).headers["Location"]
    keys = []
    for path in (given_up, expired, kept):
        await patch(ann, path, b"a" * 10)
        (part,) = await parts_of(video_site.database, int(path.rpartition("/")[2]))
        keys.append(part.key)
    assert (await ann.ask("DELETE", given_up, headers=TUS)).status == 204
    await video_site.database.execute(
        "UPDATE media_objects SET expires_at = now() WHERE id = $1",
        int(expired.rpartition("/")[2]),
    )
    for path in (given_up, expired):
        assert (await ann.ask("HEAD", path, headers=TUS)).status == 404
        assert (await patch(ann, path, b"a", 10)).status == 404
        assert (await ann.ask("DELETE", path, headers=TUS)).status == 404
    assert await video_site.uploads.clear() == 2
    assert [await _is_stored(video_site, key) for key in keys] == [False, False, True]
    assert await offset_of(ann, kept) == 10


async def _is_stored(site: VideoSite, key: str) -> bool:
    try:
        await site.objects.size(key)
    except NotFound:
        return False
    return True


async def test_what_came_before_the_line_broke_is_kept(database: Database) -> None:
    async with open_video_site(database, piece_bytes=65_536) as site:
        ann = await site.person()
        path = (await create(ann, len(CONTENT))).headers["Location"]
        _, writer = await _begin_patch(ann, path, length=len(CONTENT))
        writer.write(CONTENT[:100_000])
        await _wait_stored(site, path, 65_536)
        writer.close()
        await writer.wait_closed()
        await _wait_stored(site, path, 100_000)
        assert (await patch(ann, path, CONTENT[100_000:], 100_000)).status == 204
        assert await uploaded(site, path) == CONTENT


async def test_whoever_comes_again_is_told_what_the_request_before_had_brought(
    database: Database,
) -> None:
    async with open_video_site(database, piece_bytes=65_536) as site:
        ann, bob = await site.person(), await site.person()
        path = (await create(ann, len(CONTENT))).headers["Location"]
        reader, writer = await _begin_patch(ann, path, length=len(CONTENT))
        writer.write(CONTENT[:100_000])
        await _wait_stored(site, path, 65_536)
        # Nobody else ends it.
        assert (await bob.ask("HEAD", path, headers=TUS)).status == 404
        offset = await offset_of(ann, path)
        assert 65_536 <= offset <= 100_000
        async with asyncio.timeout(WAIT_S):
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400") and b"Connection: close" in head
        writer.close()
        await writer.wait_closed()
        assert await offset_of(ann, path) == offset
        assert (await patch(ann, path, CONTENT[offset:], offset)).status == 204
        assert await uploaded(site, path) == CONTENT


async def test_refusal_before_the_body_has_come_ends_the_connection(video_site: VideoSite) -> None:
    ann = await video_site.person()
    path = (await create(ann, 10)).headers["Location"]
    reader, writer = await _begin_patch(ann, path, length=11)
    async with asyncio.timeout(WAIT_S):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413") and b"Connection: close" in head
    writer.close()
    await writer.wait_closed()


async def _wait_stored(site: VideoSite, path: str, offset: int) -> None:
    """Wait without asking over HTTP, which would end the request that goes on."""
    async with asyncio.timeout(WAIT_S):
        while offset != await site.database.fetchval(
            "SELECT upload_offset FROM media_objects WHERE id = $1", int(path.rpartition("/")[2])
        ):
            pass


async def _begin_patch(
    person: Client, path: str, *, length: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(person.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(
        f"PATCH {path} HTTP/1.1\r\nHost: {address.netloc}\r\nTus-Resumable: 1.0.0\r\n"
        f"Authorization: Bearer {person.token}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: {PATCH_TYPE}\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    return reader, writer


async def test_nobody_sends_too_much_at_once(video_site: VideoSite) -> None:
    ann = await video_site.person()
    path = (await create(ann, len(CONTENT))).headers["Location"]
    others = [(await create(ann, 10)).headers["Location"] for _ in range(AT_ONCE_EACH)]
    writers = [(await _begin_patch(ann, each, length=10))[1] for each in others]
    async with asyncio.timeout(WAIT_S):
        # Until all of them hold their places, another is taken.
        while (await patch(ann, path, b"")).status != 429:
            pass
    for writer in writers:
        writer.close()
        await writer.wait_closed()
    async with asyncio.timeout(WAIT_S):
        while (await patch(ann, path, b"")).status != 204:
            pass


async def test_parts_in_s3_become_one_video(database: Database, s3_url: str) -> None:
    async with open_video_site(database, object_store_url=s3_url, piece_bytes=4_096) as site:
        ann = await site.person()
        seen = await site.video(ann)
        assert seen["status"] == "ready"
        async with ann.http.get(ann.url + seen["video_url"]) as response:
            assert await response.read() == video()
        async with ann.http.get(
            ann.url + seen["video_url"], headers={"Range": "bytes=10-19"}
        ) as response:
            assert (response.status, await response.read()) == (206, video()[10:20])
        assert await site.uploads.clear() == 1
        assert await site.stored() == ["videos", "thumbnails"]
