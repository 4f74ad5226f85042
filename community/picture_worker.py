"""The process in which one picture that somebody sent is decoded and made anew.

    python -I picture_worker.py SHAPE FORMAT MEMORY_BYTES CPU_S SIZE... < picture > answer

Decoders are where hostile bytes become code, so this holds nothing, has little memory and time, and
may die at any moment: whoever started it takes every death for "no". The answer is one line of
JSON, `{"refused": why}` or `{"made": [{"length", "width", "height"}, ...]}`, and then the WebP
pictures, one for each size: of the shape `square` the middle, of the shape `whole` all of it with
no side longer than that and never larger than it came. They are painted on new canvases: no
metadata, nothing behind the last pixel, one frame.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageCms

SIDE_PIXELS = 10_000
AREA_PIXELS = 33_000_000
QUALITY = 85
OPEN_FILES = 16

_ORIENTATION = 0x0112
# What EXIF says was done to the picture when it was taken, undone.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class RefusedPicture(Exception):
    """The picture is not taken; the message may be told to its sender."""


@dataclass(frozen=True, slots=True)
class Made:
    """One WebP picture."""

    content: bytes
    width: int
    height: int


def made_anew(content: bytes, *, shape: str, decoder: str, sizes: Sequence[int]) -> list[Made]:
    """Return the picture as WebP in each size. Raises RefusedPicture."""
    try:
        # Reads the header alone, with this decoder and no other.
        opened = Image.open(io.BytesIO(content), formats=[decoder])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise RefusedPicture(f"it has more than {AREA_PIXELS:,} pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise RefusedPicture("it cannot be read") from error
    with opened:
        width, height = opened.size
        if max(width, height) > SIDE_PIXELS:
            raise RefusedPicture(f"it has a side of more than {SIDE_PIXELS:,} pixels")
        if width * height > AREA_PIXELS:
            raise RefusedPicture(f"it has more than {AREA_PIXELS:,} pixels")
        try:
            # JPEG can be decoded smaller; of an animation only the first frame is ever decoded.
            opened.draft("RGB", _wanted(opened.size, max(sizes), shape=shape))
            opened.load()
            orientation = opened.getexif().get(_ORIENTATION)
            profile = opened.info.get("icc_profile")
            plain = _plain(opened)
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            raise RefusedPicture("it cannot be read") from error
    scaled = _SHAPES[shape]
    return [_webp(_upright(_in_srgb(scaled(plain, size), profile), orientation)) for size in sizes]


def _wanted(given: tuple[int, int], size: int, *, shape: str) -> tuple[int, int]:
    """Return the least that the decoder may make of a picture."""
    if shape == "square":
        return size, size
    scale = min(1.0, size / max(given))
    return max(1, round(given[0] * scale)), max(1, round(given[1] * scale))


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be scaled: L, RGB, RGBA or CMYK."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _middle(picture: Image.Image, size: int) -> Image.Image:
    side = min(picture.size)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    return picture.resize(
        (size, size),
        Image.Resampling.LANCZOS,
        box=(left, top, left + side, top + side),
        reducing_gap=3.0,
    )


def _whole(picture: Image.Image, size: int) -> Image.Image:
    scale = min(1.0, size / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


_SHAPES: Mapping[str, Callable[[Image.Image, int], Image.Image]] = {
    "square": _middle,
    "whole": _whole,
}


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours that a picture without a profile is taken to have."""
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, given, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # A profile that makes no sense is as good as none.
            converted = None
        if converted is not None:
            return converted
    return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")


def _upright(picture: Image.Image, orientation: int | None) -> Image.Image:
    turn = _UPRIGHT.get(orientation) if orientation is not None else None
    return picture if turn is None else picture.transpose(turn)


def _webp(picture: Image.Image) -> Made:
    # A new canvas: what the picture carries beside its pixels would be written too.
    canvas = Image.new(picture.mode, picture.size)
    canvas.paste(picture)
    written = io.BytesIO()
    canvas.save(written, "WEBP", quality=QUALITY, method=4)
    return Made(written.getvalue(), canvas.width, canvas.height)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def main() -> None:
    """Answer on standard output."""
    shape, decoder, memory_bytes, cpu_s, *sizes = sys.argv[1:]
    _limit(int(memory_bytes), int(cpu_s))
    Image.MAX_IMAGE_PIXELS = AREA_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    made: list[Made] = []
    try:
        content = sys.stdin.buffer.read()
        made = made_anew(content, shape=shape, decoder=decoder, sizes=[*map(int, sizes)])
        said: dict[str, object] = {
            "made": [
                {"length": len(each.content), "width": each.width, "height": each.height}
                for each in made
            ]
        }
    except RefusedPicture as refusal:
        said = {"refused": str(refusal)}
    sys.stdout.buffer.write(
        json.dumps(said).encode() + b"\n" + b"".join(each.content for each in made)
    )


if __name__ == "__main__":
    main()
