"""Everything the demonstration shows is drawn here: avatars, pictures, recordings."""

from __future__ import annotations

import colorsys
import io
import math
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

RECORDING_WIDTH, RECORDING_HEIGHT, RECORDING_FPS = 640, 360, 24


# PyAV gives this one no types.
frame_of: Callable[[Image.Image], av.VideoFrame] = av.VideoFrame.from_image


def hue_of(text: str) -> float:
    """Return a hue, 0 to 1, that is always the same for the same text."""
    return zlib.crc32(text.encode()) % 360 / 360


def colour(hue: float, *, lightness: float, saturation: float = 0.6) -> Colour:
    """Return a colour as three bytes."""
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings along."""
    return ImageFont.load_default(size)


def code_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font of equal widths where this machine has one."""
    try:
        return ImageFont.truetype("DejaVuSansMono.ttf", size)
    except OSError:
        return font(size)


def avatar(username: str) -> bytes:
    """Return a PNG, 256 pixels square: a pattern of half circles that only this name has."""
    hue, seed = hue_of(username), zlib.crc32(username.encode()[::-1])
    picture = Image.new("RGB", (256, 256), colour(hue, lightness=0.86))
    draw = ImageDraw.Draw(picture)
    for place in range(16):
        left, top = place % 4 * 64, place // 4 * 64
        turn = (seed >> place * 2) % 4 * 90
        tone = colour(hue + (seed >> place) % 3 * 0.07, lightness=0.35 + (seed >> place) % 4 * 0.1)
        draw.pieslice((left, top, left + 64, top + 64), turn, turn + 180, fill=tone)
    return _png(picture)


def poster(words: str) -> bytes:
    """Return a PNG, 1200 by 675: a few words on rings of colour."""
    width, height, hue = 1200, 675, hue_of(words)
    picture = Image.new("RGB", (width, height), colour(hue, lightness=0.16))
    draw = ImageDraw.Draw(picture)
    for ring in range(14, 0, -1):
        radius = ring * 62
        tone = colour(hue + ring * 0.012, lightness=0.16 + (14 - ring) * 0.016)
        draw.ellipse((980 - radius, 120 - radius, 980 + radius, 120 + radius), fill=tone)
    draw.multiline_text((80, 330), words, font=font(52), fill=(245, 242, 250), spacing=18)
    return _png(picture)


def recording(title: str, *, seconds: int = 8) -> bytes:
    """Return an MP4 (H.264, no sound): circles that breathe, and the title."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=RECORDING_FPS, options={"crf": "26"})
        stream.width, stream.height, stream.pix_fmt = RECORDING_WIDTH, RECORDING_HEIGHT, "yuv420p"
        for number, picture in enumerate(_breathing(title, frames=seconds * RECORDING_FPS)):
            frame = frame_of(picture)
            frame.pts, frame.time_base = number, Fraction(1, RECORDING_FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return written.getvalue()


def _breathing(title: str, *, frames: int) -> Iterator[Image.Image]:
    hue = hue_of(title)
    for number in range(frames):
        turn = number / frames * 2 * math.pi
        picture = Image.new("RGB", (RECORDING_WIDTH, RECORDING_HEIGHT), colour(hue, lightness=0.12))
        draw = ImageDraw.Draw(picture)
        for ring in range(31, 0, -1):
            radius = ring * 9 + 7 * math.sin(turn * 2 + ring / 3)
            x = RECORDING_WIDTH / 2 + 90 * math.cos(turn + ring / 9)
            y = RECORDING_HEIGHT / 2 + 40 * math.sin(turn * 2 + ring / 9)
            tone = colour(hue + ring / 90, lightness=0.15 + (31 - ring) / 31 * 0.5)
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
        draw.text((24, RECORDING_HEIGHT - 52), title, font=font(26), fill=(250, 250, 252))
        yield picture


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
