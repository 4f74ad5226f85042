"""Keyframes made small pictures in a process that may die: what is shown, what is not."""

from __future__ import annotations

import asyncio
import io
import secrets
from dataclasses import replace

import pytest
from PIL import Image

from community.stills import BOUNDS, Stills, UnusableStill
from media.ports import CodedStill
from tests.coded_pictures import CODECS, keyframe


async def developed(codec: str, content: bytes) -> Image.Image:
    picture = await Stills(longest_side=480).develop(CodedStill(codec, content))
    return Image.open(io.BytesIO(picture))


def colour(image: Image.Image, x: int, y: int) -> str:
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel[:3]
    return "red" if red > 200 and blue < 60 else "blue" if blue > 200 and red < 60 else "other"


@pytest.mark.parametrize("codec", CODECS)
async def test_a_keyframe_becomes_a_small_webp(codec: str) -> None:
    image = await developed(codec, keyframe(codec))
    assert (image.format, image.size) == ("WEBP", (480, 270))
    assert (colour(image, 20, 135), colour(image, 460, 135)) == ("red", "blue")


@pytest.mark.parametrize(
    ("size", "small"), [((360, 640), (270, 480)), ((64, 64), (64, 64)), ((1600, 16), (480, 4))]
)
async def test_a_picture_keeps_its_shape_and_is_never_enlarged(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    image = await developed("H264", keyframe("H264", size))
    assert image.size == small


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_no_picture_costs_only_itself(codec: str) -> None:
    true = keyframe(codec)
    for content in (b"", b"\0", secrets.token_bytes(5_000), true[:10]):
        with pytest.raises(UnusableStill):
            await developed(codec, content)
    # A decoder may make something of a broken one, or nothing; it never takes longer than that.
    for broken in (true[: len(true) // 2], true[:60] + secrets.token_bytes(2_000)):
        answers = await asyncio.gather(developed(codec, broken), return_exceptions=True)
        assert isinstance(answers[0], Image.Image | UnusableStill)


async def test_a_picture_of_more_pixels_than_anybody_streams_is_not_decoded() -> None:
    with pytest.raises(UnusableStill):
        await developed("H264", keyframe("H264", (4112, 2320)))


@pytest.mark.parametrize(
    "bounds",
    [replace(BOUNDS, memory_bytes=100 * 1024 * 1024), replace(BOUNDS, timeout_s=0.0)],
    ids=["memory", "time"],
)
async def test_one_that_takes_too_much_is_ended(bounds: object) -> None:
    assert isinstance(bounds, type(BOUNDS))
    stills = Stills(longest_side=480, bounds=bounds)
    with pytest.raises(UnusableStill):
        await stills.develop(CodedStill("VP9", keyframe("VP9", (1920, 1080))))
