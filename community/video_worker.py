"""The process in which one video that somebody sent is looked at.

    python -I video_worker.py DEMUXER MEMORY_BYTES CPU_S < video > answer

Demuxers and decoders are where hostile bytes become code, so this holds nothing, has little memory
and time, and may die at any moment: whoever started it takes every death for "no". It may open
nothing any more when it begins to read: no file, and no socket, whatever the video refers to. The
answer is one line of JSON, `{"refused": why}` or what was found, and then one frame as JPEG.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import BinaryIO

import av
from av.codec.context import ThreadType
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

SIDE_PIXELS = 8_192
AREA_PIXELS = 40_000_000
STREAMS = 16
THUMBNAIL_PIXELS = 640
# Further in than most titles and black beginnings.
THUMBNAIL_AT_S = 3.0
# What browsers play.
VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1"})
AUDIO_CODECS = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})
NICENESS = 10
# Standard input, output and error.
OPEN_FILES = 3


class RefusedVideo(Exception):
    """The video is not taken; the message may be told to its sender."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a video is."""

    duration_ms: int
    width: int
    height: int
    video_codec: str
    audio_codec: str | None
    thumbnail_bytes: int


def look_at(file: BinaryIO, *, demuxer: str) -> tuple[Found, bytes]:
    """Return what the video is, and a frame of it as JPEG. Raises RefusedVideo."""
    try:
        # This demuxer and no other, and nothing that a file names is followed.
        with av.open(
            file, "r", format=demuxer, options={"protocol_whitelist": "", "enable_drefs": "0"}
        ) as container:
            return _look(container)
    except (FFmpegError, OSError, ValueError, MemoryError, OverflowError) as error:
        raise RefusedVideo("it cannot be read") from error


def _look(container: InputContainer) -> tuple[Found, bytes]:
    if len(container.streams) > STREAMS:
        raise RefusedVideo(f"it has more than {STREAMS} tracks")
    video = next((each for each in container.streams.video if not _is_cover(each)), None)
    if video is None:
        raise RefusedVideo("it has no moving picture")
    audio = next(iter(container.streams.audio), None)
    _check_codec(video.codec_context.name, VIDEO_CODECS)
    if audio is not None:
        _check_codec(audio.codec_context.name, AUDIO_CODECS)
    width, height = video.codec_context.width, video.codec_context.height
    if not width or not height:
        raise RefusedVideo("it cannot be read")
    if max(width, height) > SIDE_PIXELS or width * height > AREA_PIXELS:
        raise RefusedVideo("its picture is too large")
    video.codec_context.thread_count = 1
    video.codec_context.thread_type = ThreadType.NONE
    duration_s = _duration_s(container, video)
    thumbnail = _jpeg(_frame(container, video, at_s=min(THUMBNAIL_AT_S, duration_s / 3)))
    found = Found(
        round(duration_s * 1000),
        width,
        height,
        _plain_name(video.codec_context.name),
        _plain_name(audio.codec_context.name) if audio is not None else None,
        len(thumbnail),
    )
    return found, thumbnail


def _is_cover(stream: VideoStream) -> bool:
    return "attached_pic" in str(stream.disposition)


def _check_codec(name: str, taken: frozenset[str]) -> None:
    if _plain_name(name) not in taken:
        raise RefusedVideo(f"browsers do not play {_plain_name(name)[:20]}")


def _plain_name(decoder: str) -> str:
    """Return the codec that a decoder decodes: libdav1d decodes av1."""
    return str(av.Codec(decoder, "r").canonical_name)


def _duration_s(container: InputContainer, video: VideoStream) -> float:
    if container.duration is not None and container.duration > 0:
        return float(container.duration / av.time_base)
    # Browsers record without knowing when they will stop: the last packet tells.
    end = 0.0
    for packet in container.demux(video):
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    if end <= 0:
        raise RefusedVideo("it has no length")
    return end


def _frame(container: InputContainer, video: VideoStream, *, at_s: float) -> VideoFrame:
    for position_s in (at_s, 0.0):
        try:
            container.seek(int(position_s * av.time_base))
            for frame in container.decode(video):
                return frame
        except (FFmpegError, OSError):
            # Not there; perhaps at the beginning.
            continue
    raise RefusedVideo("no frame of it can be read")


def _jpeg(frame: VideoFrame) -> bytes:
    scale = min(1.0, THUMBNAIL_PIXELS / max(frame.width, frame.height))
    # Even sides: colour has half the resolution.
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    plain = frame.reformat(width=width, height=height, format="yuvj420p")
    plain.pts = 0
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    packets = [*encoder.encode(plain), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def _load_everything() -> None:
    """Import what the library would import when it meets a kind of track: files cannot be opened
    then."""
    for each in pkgutil.walk_packages(av.__path__, "av."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def main() -> None:
    """Answer on standard output."""
    demuxer, memory_bytes, cpu_s = sys.argv[1:]
    _load_everything()
    _limit(int(memory_bytes), int(cpu_s))
    thumbnail = b""
    try:
        found, thumbnail = look_at(sys.stdin.buffer, demuxer=demuxer)
        said: dict[str, object] = asdict(found)
    except RefusedVideo as refusal:
        said = {"refused": str(refusal)}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + thumbnail)


if __name__ == "__main__":
    main()
