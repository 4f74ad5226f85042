"""The synthetic camera: a drawn screen, published by FFmpeg's WHIP muxer from a process of its own.

    python -m demo.camera URL FOLDER < key

The key comes on standard input, because a command line can be read by everybody on the machine.
Its own process because PyAV holds the interpreter while FFmpeg waits for an answer. Publishes until
its standard input closes. FOLDER is where the certificate of DTLS is put.
"""

from __future__ import annotations

import datetime
import math
import sys
import threading
import time
from array import array
from fractions import Fraction
from pathlib import Path

import av
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

from demo.drawing import code_font, colour, font, frame_of
from demo.story import CODE, LIVE_TITLE

WIDTH, HEIGHT, FRAMES_PER_SECOND = 1280, 720, 15
SOUND_RATE, SOUND_SAMPLES = 48_000, 960
LETTERS_PER_SECOND = 7
# Where the streamer's face is, in pixels.
CAMERA = (WIDTH - 330, HEIGHT - 270, WIDTH - 30, HEIGHT - 30)
_INK, _PAPER, _LINE = (226, 222, 240), (24, 20, 37), (58, 50, 84)
_WALL = (70, 56, 110)


def publish(url: str, key: str, folder: Path, stop: threading.Event) -> None:
    """Publish in real time until `stop` is set."""
    certificate, private_key = write_certificate(folder)
    options = {"authorization": key, "cert_file": certificate, "key_file": private_key}
    with av.open(url, "w", format="whip", options=options) as output:
        coding = {
            "profile": "baseline",
            "preset": "veryfast",
            "tune": "zerolatency",
            "bf": "0",
            "g": str(FRAMES_PER_SECOND * 2),
            "b": "1200k",
        }
        video = output.add_stream("libx264", rate=FRAMES_PER_SECOND, options=coding)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.time_base = Fraction(1, FRAMES_PER_SECOND)
        audio = output.add_stream("libopus", rate=SOUND_RATE)
        # FFmpeg's muxer takes nothing else than stereo.
        audio.layout = "stereo"
        screen, chord = Screen(), _chord()
        began, number, sounds = time.monotonic(), 0, 0
        while not stop.wait(max(0.0, began + number / FRAMES_PER_SECOND - time.monotonic())):
            frame = frame_of(screen.at(number / FRAMES_PER_SECOND))
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            output.mux(video.encode(frame))
            number += 1
            while sounds * SOUND_SAMPLES < number * SOUND_RATE // FRAMES_PER_SECOND:
                output.mux(audio.encode(_sound(sounds, chord[sounds % len(chord)])))
                sounds += 1


class Screen:
    """What the streamer shows: code that is being typed, a face that nods, a clock."""

    def __init__(
        self, title: str = LIVE_TITLE, code: str = CODE, *, has_camera: bool = True
    ) -> None:
        self._code = code
        self._has_camera = has_camera
        self._background = self._draw_background(title, has_camera=has_camera)
        self._code_font, self._clock_font = code_font(18), font(24)

    def at(self, second: float) -> Image.Image:
        """Return the picture at a moment of the stream."""
        picture = self._background.copy()
        draw = ImageDraw.Draw(picture)
        typed = int(second * LETTERS_PER_SECOND) % (len(self._code) + 60)
        code = self._code[:typed] + ("\u2588" if second % 1 < 0.5 else "")
        lines = code.splitlines()[-23:]
        draw.multiline_text((70, 96), "\n".join(lines), font=self._code_font, fill=_INK, spacing=5)
        if self._has_camera:
            self._draw_face(draw, second)
        clock = time.strftime("%H:%M:%S")
        draw.text((WIDTH - 150, 22), clock, font=self._clock_font, fill=(190, 180, 220))
        return picture

    @staticmethod
    def _draw_background(title: str, *, has_camera: bool) -> Image.Image:
        picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 0, WIDTH, 70), fill=(36, 30, 54))
        for place, tone in enumerate(((255, 95, 87), (254, 188, 46), (40, 200, 64))):
            draw.ellipse((24 + place * 26, 27, 40 + place * 26, 43), fill=tone)
        draw.text((130, 20), title, font=font(26), fill=_INK)
        draw.line((50, 70, 50, HEIGHT), fill=_LINE, width=2)
        if has_camera:
            draw.rounded_rectangle(CAMERA, 24, fill=_WALL)
        return picture

    @staticmethod
    def _draw_face(draw: ImageDraw.ImageDraw, second: float) -> None:
        x, y = WIDTH - 180, HEIGHT - 150 + 5 * math.sin(second * 2)
        skin, hair = colour(0.07, lightness=0.5, saturation=0.45), (34, 24, 30)
        draw.ellipse((x - 95, y + 62, x + 95, y + 190), fill=colour(0.47, lightness=0.4))
        draw.rectangle((x - 110, HEIGHT - 30, x + 110, HEIGHT), fill=_PAPER)
        draw.ellipse((x - 66, y - 82, x + 66, y + 40), fill=hair)
        draw.ellipse((x - 50, y - 58, x + 50, y + 62), fill=skin)
        blink = 1 if second % 4 < 0.15 else 6
        for eye in (x - 20, x + 20):
            draw.ellipse((eye - 5, y - blink, eye + 5, y + blink), fill=hair)
        mouth = 4 + 7 * abs(math.sin(second * 5)) * (math.sin(second) > 0)
        draw.ellipse((x - 14, y + 30 - mouth / 2, x + 14, y + 30 + mouth / 2), fill=(120, 40, 50))


def _chord() -> list[bytes]:
    """Return eight seconds of a quiet chord, in blocks of 20 ms, ready to be repeated."""
    blocks = []
    for block in range(8 * SOUND_RATE // SOUND_SAMPLES):
        samples = array("h")
        for sample in range(SOUND_SAMPLES):
            second = (block * SOUND_SAMPLES + sample) / SOUND_RATE
            swell = 1 - math.cos(2 * math.pi * second / 8)
            tone = sum(math.sin(2 * math.pi * pitch * second) for pitch in (110.0, 165.0, 220.0))
            samples.extend((round(180 * swell * tone),) * 2)
        blocks.append(samples.tobytes())
    return blocks


def _sound(number: int, block: bytes) -> av.AudioFrame:
    sound = av.AudioFrame(format="s16", layout="stereo", samples=SOUND_SAMPLES)
    sound.planes[0].update(block)
    sound.sample_rate = SOUND_RATE
    sound.pts, sound.time_base = number * SOUND_SAMPLES, Fraction(1, SOUND_RATE)
    return sound


def write_certificate(folder: Path) -> tuple[str, str]:
    """Write a fresh certificate and its key, and return where they are."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return str(certificate_file), str(key_file)


def _watch_standard_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main(arguments: list[str]) -> None:
    """Read the key and publish."""
    url, folder = arguments
    key = sys.stdin.readline().strip()
    stop = threading.Event()
    threading.Thread(target=_watch_standard_input, args=(stop,), daemon=True).start()
    publish(url, key, Path(folder), stop)


if __name__ == "__main__":
    main(sys.argv[1:])
