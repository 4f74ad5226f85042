"""Stored objects: files and S3 behave the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from errors import NotFound, StorageAway
from persistence.objects import Objects, new_key, open_objects
from tests.node import free_port

BIG = bytes(range(256)) * 4096


@pytest.fixture(params=["files", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """A store of each kind."""
    url = request.getfixturevalue("s3_url") if request.param == "s3" else None
    return open_objects(url, data_dir=tmp_path)


async def parts(objects: Objects, key: str, **bounds: int) -> bytes:
    return b"".join([chunk async for chunk in objects.stream(key, **bounds)])


async def test_what_was_put_is_got_whole_and_in_parts(objects: Objects) -> None:
    await objects.put("a/b", BIG)
    assert await objects.get("a/b") == BIG
    assert await objects.size("a/b") == len(BIG)
    assert await parts(objects, "a/b") == BIG
    assert await parts(objects, "a/b", start=5, end=9) == BIG[5:9]
    assert await parts(objects, "a/b", start=len(BIG) - 3) == BIG[-3:]


async def test_putting_again_replaces(objects: Objects) -> None:
    await objects.put("a", b"one")
    await objects.put("a", b"two!")
    assert await objects.get("a") == b"two!"


async def test_file_and_stream_are_put_without_holding_them_whole(
    objects: Objects, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(BIG)
    await objects.put("file", file)
    assert await objects.get("file") == BIG

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(BIG), 100_000):
            yield BIG[start : start + 100_000]

    await objects.put("chunks", chunks())
    assert await objects.get("chunks") == BIG


async def test_upload_that_is_cut_leaves_nothing(objects: Objects) -> None:
    class Cut(Exception):
        pass

    async def chunks() -> AsyncIterator[bytes]:
        yield BIG
        raise Cut

    with pytest.raises(Cut):
        await objects.put("cut", chunks())
    with pytest.raises(NotFound):
        await objects.get("cut")


async def test_missing_object_is_not_found_and_deleting_it_changes_nothing(
    objects: Objects,
) -> None:
    with pytest.raises(NotFound):
        await objects.get("nothing")
    with pytest.raises(NotFound):
        await objects.size("nothing")
    with pytest.raises(NotFound):
        await parts(objects, "nothing")
    await objects.delete("nothing")
    await objects.put("something", b"x")
    await objects.delete("something")
    with pytest.raises(NotFound):
        await objects.get("something")


async def test_many_readers_at_once(objects: Objects) -> None:
    await objects.put("a", BIG)
    read = await asyncio.gather(*(parts(objects, "a", start=n, end=n + 9) for n in range(50)))
    assert read == [BIG[n : n + 9] for n in range(50)]


async def test_store_that_is_away_is_said_to_be_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    url = f"s3://bucket/?endpoint=http://127.0.0.1:{free_port()}"
    with pytest.raises(StorageAway):
        await open_objects(url, data_dir=tmp_path).get("a")


def test_keys_are_random_and_say_nothing() -> None:
    assert re.fullmatch(r"pictures/([0-9a-f]{2})/\1[0-9a-f]{46}", new_key("pictures"))
    assert new_key("a") != new_key("a")
