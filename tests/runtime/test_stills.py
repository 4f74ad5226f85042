"""Keyframes made small pictures in a process that may die: what is shown, what is not."""

from __future__ import annotations

import asyncio
import io
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from community.stills import StillBounds, Stills, UnusableStill, open_stills
from media.ports import CodedStill
from tests.coded_pictures import CODECS, keyframe


@pytest_asyncio.fixture
async def stills() -> AsyncIterator[Stills]:
    """The process, for one test."""
    async with open_stills() as stills:
        yield stills


async def developed(stills: Stills, codec: str, content: bytes) -> Image.Image:
    picture = await stills.develop(CodedStill(codec, content))
    return Image.open(io.BytesIO(picture))


def colour(image: Image.Image, x: int, y: int) -> str:
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel[:3]
    return "red" if red > 200 and blue < 60 else "blue" if blue > 200 and red < 60 else "other"


@pytest.mark.parametrize("codec", CODECS)
async def test_a_keyframe_becomes_a_small_webp(stills: Stills, codec: str) -> None:
    image = await developed(stills, codec, keyframe(codec))
    assert (image.format, image.size) == ("WEBP", (480, 270))
    assert (colour(image, 20, 135), colour(image, 460, 135)) == ("red", "blue")


@pytest.mark.parametrize(
    ("size", "small"), [((360, 640), (270, 480)), ((64, 64), (64, 64)), ((1600, 16), (480, 4))]
)
async def test_a_picture_keeps_its_shape_and_is_never_enlarged(
    stills: Stills, size: tuple[int, int], small: tuple[int, int]
) -> None:
    image = await developed(stills, "H264", keyframe("H264", size))
    assert image.size == small


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_no_picture_costs_only_itself(stills: Stills, codec: str) -> None:
    true = keyframe(codec)
    for content in (b"", b"\0", secrets.token_bytes(5_000), true[:10]):
        with pytest.raises(UnusableStill):
            await developed(stills, codec, content)
    # A decoder may make something of a broken one, or nothing; it never takes longer than that.
    for broken in (true[: len(true) // 2], true[:60] + secrets.token_bytes(2_000)):
        answers = await asyncio.gather(developed(stills, codec, broken), return_exceptions=True)
        assert isinstance(answers[0], Image.Image | UnusableStill)


async def test_a_picture_of_more_pixels_than_anybody_streams_is_not_decoded(stills: Stills) -> None:
    with pytest.raises(UnusableStill):
        await developed(stills, "H264", keyframe("H264", (4112, 2320)))


@pytest.mark.parametrize(
    "bounds",
    [
        StillBounds(memory_bytes=100 * 1024 * 1024),
        StillBounds(cpu_s=0),
        StillBounds(timeout_s=0),
        StillBounds(answer_bytes=100),
    ],
    ids=["memory", "cpu", "time", "answer"],
)
async def test_one_that_takes_too_much_is_ended(bounds: StillBounds) -> None:
    async with open_stills(bounds=bounds) as stills:
        for _ in range(2):
            with pytest.raises(UnusableStill):
                await stills.develop(CodedStill("VP9", keyframe("VP9", (1920, 1080))))


async def test_after_one_that_is_no_picture_comes_the_next(stills: Stills) -> None:
    with pytest.raises(UnusableStill):
        await developed(stills, "H264", b"no picture")
    assert (await developed(stills, "VP8", keyframe("VP8"))).size == (480, 270)


async def test_two_at_once_get_each_their_own(stills: Stills) -> None:
    large, small = await asyncio.gather(
        developed(stills, "H264", keyframe("H264")),
        developed(stills, "H264", keyframe("H264", (64, 64))),
    )
    assert (large.size, small.size) == ((480, 270), (64, 64))


async def test_one_that_nobody_waits_for_is_not_the_next_ones_answer(stills: Stills) -> None:
    await developed(stills, "H264", keyframe("H264"))
    waiting = asyncio.create_task(developed(stills, "VP9", keyframe("VP9", (1920, 1080))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await developed(stills, "H264", keyframe("H264", (64, 64)))).size == (64, 64)
