"""Pictures made anew in a process that may die: what is taken, what is refused and left out."""

from __future__ import annotations

import asyncio
import io
import os

import pytest
from PIL import Image

from community.picture_types import picture_type
from community.pictures import Picture, Pictures
from errors import TooLarge, UnsupportedMediaType, UnusablePicture
from tests.pictures import PAYLOAD, animation, picture, png_bomb, png_text_bomb


async def squares(content: bytes, declared_type: str | None = None) -> list[Image.Image]:
    made = await Pictures().squares(
        content, declared_type=declared_type or picture_type(content) or "", sizes=(64, 16)
    )
    return [opened(each) for each in made]


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    assert image.size == (picture.width, picture.height)
    return image


def colour(image: Image.Image, x: int, y: int) -> str:
    """Return the nearest of a few colours."""
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel[:3]
    return "red" if red > 200 and blue < 60 else "blue" if blue > 200 and red < 60 else "other"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
async def test_picture_of_every_kind_is_made_square_webp(kind: str, mode: str) -> None:
    large, small = await squares(picture(kind, (400, 200), mode))
    assert (large.format, large.size, small.size) == ("WEBP", (64, 64), (16, 16))
    assert (colour(large, 4, 32), colour(large, 60, 32)) == ("red", "blue")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3_000, 1_500), [(2_048, 1_024), (960, 480)]),
        ((1_500, 3_000), [(1_024, 2_048), (480, 960)]),
        ((1_200, 300), [(1_200, 300), (960, 240)]),
        ((64, 48), [(64, 48), (64, 48)]),
        ((9_000, 1), [(2_048, 1), (960, 1)]),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_whole_picture_keeps_its_shape_and_is_never_enlarged(
    kind: str, size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    made = await Pictures().wholes(
        picture(kind, size), declared_type=f"image/{kind.lower()}", sizes=(2_048, 960)
    )
    assert [opened(each).size for each in made] == expected


async def test_whole_picture_stands_as_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (made,) = await Pictures().wholes(
        picture("JPEG", (3_000, 1_500), exif=exif), declared_type="image/jpeg", sizes=(512,)
    )
    image = opened(made)
    assert image.size == (256, 512)
    assert (colour(image, 128, 10), colour(image, 128, 500)) == ("red", "blue")


async def test_largest_noise_that_is_taken_is_made_whole() -> None:
    written = io.BytesIO()
    noise = Image.frombytes("RGB", (1_600, 1_600), os.urandom(1_600 * 1_600 * 3))
    noise.save(written, "JPEG", quality=95)
    large, small = await Pictures().wholes(
        written.getvalue(), declared_type="image/jpeg", sizes=(2_048, 960)
    )
    assert (opened(large).size, opened(small).size) == ((1_600, 1_600), (960, 960))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
async def test_grey_pictures_are_taken(mode: str) -> None:
    written = io.BytesIO()
    Image.linear_gradient("L").convert("I;16" if mode == "I;16" else mode).save(written, "PNG")
    large, _ = await squares(written.getvalue())
    assert large.size == (64, 64)


async def test_picture_stands_as_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    large, _ = await squares(picture("JPEG", (64, 64), exif=exif))
    assert (colour(large, 32, 4), colour(large, 32, 60)) == ("red", "blue")


async def test_nothing_but_the_pixels_is_left() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (48.0, 8.0, 0.0)}
    made = await Pictures().squares(
        picture("JPEG", (64, 64), exif=exif, comment=b"by Ann"),
        declared_type="image/jpeg",
        sizes=(64,),
    )
    assert b"at home" not in made[0].content and b"by Ann" not in made[0].content
    image = opened(made[0])
    assert not image.getexif() and "icc_profile" not in image.info and "xmp" not in image.info


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG") + PAYLOAD,
        picture("JPEG", comment=PAYLOAD),
        picture("JPEG") + b"PK\x03\x04" + PAYLOAD,
        picture("GIF", mode="P", comment=PAYLOAD),
        b"GIF89a/*" + picture("GIF", mode="P")[8:] + b"*/=1;" + PAYLOAD,
    ],
    ids=["png+html", "jpeg comment", "jpeg+zip", "gif comment", "gif that is a script"],
)
async def test_what_is_two_things_at_once_is_one_afterwards(content: bytes) -> None:
    try:
        made = await Pictures().squares(
            content, declared_type=picture_type(content) or "", sizes=(64, 16)
        )
    except UnusablePicture:
        return
    assert not any(PAYLOAD in each.content or b"PK\x03\x04" in each.content for each in made)


@pytest.mark.parametrize(
    ("content", "declared_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        (b"<!doctype html>" + PAYLOAD, "image/png"),
        (picture("PNG"), "image/jpeg"),
        (picture("JPEG"), "image/png"),
        (picture("BMP"), "image/bmp"),
        (picture("TIFF"), "image/tiff"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "image/png"),
        (b"", "image/png"),
    ],
)
async def test_bytes_that_are_not_what_they_are_said_to_be_are_refused(
    content: bytes, declared_type: str
) -> None:
    with pytest.raises(UnsupportedMediaType):
        await Pictures().squares(content, declared_type=declared_type, sizes=(16,))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png_bomb(9_000, 9_000), "pixels"),
        (png_bomb(30_000, 30_000), "pixels"),
        (png_bomb(10_001, 10), "side"),
        (png_bomb(10, 10_001), "side"),
        (picture("PNG")[:60], "read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "read"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "read"),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(100), "read"),
        (picture("JPEG", (500, 500))[:400], "read"),
    ],
)
async def test_picture_that_cannot_be_used_is_refused_with_a_reason(
    content: bytes, why: str
) -> None:
    assert len(content) < 200_000
    with pytest.raises(UnusablePicture, match=why):
        await squares(content)


async def test_comment_that_inflates_is_not_inflated() -> None:
    bomb = png_text_bomb()
    assert len(bomb) < 300_000
    try:
        await squares(bomb)
    except UnusablePicture:
        return


async def test_largest_picture_that_is_taken_fits_into_memory_and_time() -> None:
    large, _ = await squares(png_bomb(5_740, 5_740))
    assert large.size == (64, 64)


async def test_only_the_first_frame_of_an_animation_is_made() -> None:
    large, _ = await squares(animation(300))
    assert getattr(large, "n_frames", 1) == 1


async def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(TooLarge):
        await squares(picture("PNG") + bytes(10_000_000))


async def test_process_that_wants_more_memory_than_it_has_ends_alone() -> None:
    pictures = Pictures(memory_bytes=160 << 20)
    with pytest.raises(UnusablePicture):
        await pictures.squares(png_bomb(5_740, 5_740), declared_type="image/png", sizes=(512,))
    await pictures.squares(picture(), declared_type="image/png", sizes=(16,))


async def test_process_that_takes_too_long_is_killed() -> None:
    before = children()
    with pytest.raises(UnusablePicture, match="too long"):
        await Pictures(timeout_s=0.01).squares(picture(), declared_type="image/png", sizes=(16,))
    assert children() <= before


async def test_whoever_stops_waiting_leaves_no_process() -> None:
    before = children()
    waiting = asyncio.create_task(squares(png_bomb(5_740, 5_740)))
    async with asyncio.timeout(10):
        await more_than(before)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert children() <= before


async def more_than(before: set[int]) -> None:
    while True:
        if children() - before:
            return
        await asyncio.sleep(0)


def children() -> set[int]:
    """Return the processes that this one started and that are still there."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as listed:
        return {int(pid) for pid in listed.read().split()}
