"""The process in which one keyframe of a live stream is decoded and made a small picture.

    python -I still_worker.py CODEC LONGEST_SIDE MEMORY_BYTES CPU_S < keyframe > picture

Decoders are where hostile bytes become code, so this holds nothing, has little memory and time, and
may die at any moment: whoever started it takes every death for "no". It may open nothing any more
when it begins to read: no file, and no socket. The answer is the picture as WebP, never larger than
it came, or nothing at all where there is none to be seen.
"""

from __future__ import annotations

import os
import resource
import sys
from fractions import Fraction

from av.codec.context import CodecContext, ThreadType
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

# Decoders by the names that WebRTC has for what they decode.
DECODERS = {"H264": "h264", "VP8": "vp8", "VP9": "vp9", "AV1": "libdav1d"}
# 4096 x 2304: more is not published to be watched.
AREA_PIXELS = 9_500_000
QUALITY = 75
NICENESS = 10
# Standard input, output and error.
OPEN_FILES = 3


def still_of(content: bytes, *, decoder: VideoCodecContext, longest_side: int) -> bytes:
    """Return what a keyframe shows, as WebP; nothing where it cannot be decoded."""
    try:
        for packet in (Packet(content), None):
            for frame in decoder.decode(packet):
                return _webp(frame, longest_side)
    except (FFmpegError, ValueError, MemoryError, OverflowError):
        return b""
    return b""


def open_decoder(codec: str) -> VideoCodecContext:
    """Return what decodes `codec`, in one thread and with a bound on the picture's size."""
    decoder = CodecContext.create(DECODERS[codec], "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    decoder.thread_type = ThreadType.NONE
    decoder.options = {"max_pixels": str(AREA_PIXELS)}
    decoder.open()
    return decoder


def _webp(frame: VideoFrame, longest_side: int) -> bytes:
    scale = min(1.0, longest_side / max(frame.width, frame.height))
    # Even sides: colour has half the resolution.
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA")
    encoder = CodecContext.create("libwebp", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"quality": str(QUALITY)}
    small.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(small), *encoder.encode(None)))


def _limit(memory_bytes: int, cpu_s: int) -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def main() -> None:
    """Answer on standard output."""
    codec, longest_side, memory_bytes, cpu_s = sys.argv[1:]
    decoder = open_decoder(codec)
    _limit(int(memory_bytes), int(cpu_s))
    content = sys.stdin.buffer.read()
    sys.stdout.buffer.write(still_of(content, decoder=decoder, longest_side=int(longest_side)))


if __name__ == "__main__":
    main()
