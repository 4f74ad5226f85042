"""FFmpeg's WHIP muxer as a publisher, in a process of its own.

    python -m tests.runtime.ffmpeg_publisher URL KEY FOLDER [WHIP_FLAGS]

Its own process because PyAV holds the interpreter while FFmpeg waits for an answer. Publishes noise
and silence until its standard input closes; FOLDER holds certificate.pem and key.pem.
"""

from __future__ import annotations

import os
import sys
import threading
from fractions import Fraction
from pathlib import Path

import av

WIDTH, HEIGHT, FRAMES_PER_SECOND = 320, 240, 30
_SOUND_SAMPLES = 960


def publish(url: str, key: str, folder: Path, flags: str, stop: threading.Event) -> None:
    """Publish in real time until `stop` is set."""
    options = {
        "authorization": key,
        "cert_file": str(folder / "certificate.pem"),
        "key_file": str(folder / "key.pem"),
    }
    if flags:
        options["whip_flags"] = flags
    with av.open(url, "w", format="whip", options=options) as output:
        video = output.add_stream(
            "libx264",
            rate=FRAMES_PER_SECOND,
            options={
                "profile": "baseline",
                "preset": "ultrafast",
                "tune": "zerolatency",
                "bf": "0",
                "g": "30",
            },
        )
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.time_base = Fraction(1, FRAMES_PER_SECOND)
        audio = output.add_stream("libopus", rate=48000)
        audio.layout = "stereo"
        frame = sound = 0
        while not stop.wait(1 / FRAMES_PER_SECOND):
            picture = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
            for plane in picture.planes:
                plane.update(os.urandom(plane.buffer_size))
            picture.pts, picture.time_base = frame, Fraction(1, FRAMES_PER_SECOND)
            for packet in video.encode(picture):
                output.mux(packet)
            frame += 1
            while sound * _SOUND_SAMPLES / 48000 < frame / FRAMES_PER_SECOND:
                silence = av.AudioFrame(format="s16", layout="stereo", samples=_SOUND_SAMPLES)
                silence.planes[0].update(bytes(silence.planes[0].buffer_size))
                silence.sample_rate = 48000
                silence.pts, silence.time_base = sound * _SOUND_SAMPLES, Fraction(1, 48000)
                for packet in audio.encode(silence):
                    output.mux(packet)
                sound += 1


def _watch_standard_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main(arguments: list[str]) -> None:
    """Read the arguments and publish."""
    url, key, folder = arguments[:3]
    stop = threading.Event()
    threading.Thread(target=_watch_standard_input, args=(stop,), daemon=True).start()
    publish(url, key, Path(folder), arguments[3] if len(arguments) > 3 else "", stop)


if __name__ == "__main__":
    main(sys.argv[1:])
