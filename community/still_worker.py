"""The process in which keyframes of live streams are decoded and made small pictures.

    python -I still_worker.py LONGEST_SIDE MEMORY_BYTES CPU_S TIMEOUT_S ANSWER_BYTES

A request on standard input is the number of the codec, the keyframe's length and the keyframe; the
answer on standard output is the length of a WebP and the WebP, never larger than the picture came,
or a length of nothing where there is none to be seen.

Decoders are where hostile bytes become code, so each keyframe gets a child, forked when everything
is loaded: that takes a fourth of what a new process does, and holds up nobody but us. The child has
no way to us or to the next one's answer but its pipe; it has little memory and time, may open
nothing, no file and no socket, and may die at any moment: every death is taken for "no".
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from struct import Struct

from av.codec.context import CodecContext, ThreadType
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

# In the order of the numbers that requests have: H264, VP8, VP9, AV1.
DECODERS = ("h264", "vp8", "vp9", "libdav1d")
# 4096 x 2304: more is not published to be watched.
AREA_PIXELS = 9_500_000
QUALITY = 75
NICENESS = 10
PIPE_BYTES = 1 << 16
REQUEST, ANSWER = Struct("!BI"), Struct("!I")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one child may take."""

    memory_bytes: int
    cpu_s: int
    timeout_s: int
    answer_bytes: int


def still_of(content: bytes, *, decoder: VideoCodecContext, longest_side: int) -> bytes:
    """Return what a keyframe shows, as WebP; nothing where it cannot be decoded."""
    try:
        for packet in (Packet(content), None):
            for frame in decoder.decode(packet):
                return _webp(frame, longest_side)
    except (FFmpegError, ValueError, MemoryError, OverflowError):
        return b""
    return b""


def open_decoder(name: str) -> VideoCodecContext:
    """Return a decoder that takes one thread and no picture that is too large."""
    decoder = CodecContext.create(name, "r")
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


def answer_of_child(content: bytes, *, decoder: str, longest_side: int, bounds: Bounds) -> bytes:
    """Return what a child makes of a keyframe; nothing if it does not say so in time, or dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _keep_only(writing)
            _limit(bounds)
            picture = still_of(content, decoder=open_decoder(decoder), longest_side=longest_side)
            _write(ANSWER.pack(len(picture)) + picture)
        finally:
            os._exit(0)  # nothing of ours is to be done by it, whatever happened
    os.close(writing)
    try:
        answer = _read(reading, bounds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)  # it may have closed its pipe and gone on
        os.waitpid(child, 0)
    length, picture = answer[: ANSWER.size], answer[ANSWER.size :]
    is_whole = len(length) == ANSWER.size and ANSWER.unpack(length)[0] == len(picture)
    return picture if is_whole else b""


def _keep_only(writing: int) -> None:
    """Leave of everything that is open the one pipe, as standard output."""
    os.dup2(writing, 1)
    os.closerange(2, writing + 1)
    os.close(0)


def _limit(bounds: Bounds) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s))
    for none in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(none, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _write(answer: bytes) -> None:
    while answer:
        answer = answer[os.write(1, answer) :]


def _read(reading: int, bounds: Bounds) -> bytes:
    """Return what the child says until it ends, within its time and not more than it may say."""
    answer = bytearray()
    ends_at = time.monotonic() + bounds.timeout_s
    while len(answer) <= ANSWER.size + bounds.answer_bytes:
        ready, _, _ = select.select([reading], [], [], max(0.0, ends_at - time.monotonic()))
        chunk = os.read(reading, PIPE_BYTES) if ready else b""
        if not chunk:
            return bytes(answer) if ready else b""
        answer += chunk
    return b""


def main() -> None:
    """Answer requests until the input ends."""
    longest_side, *numbers = map(int, sys.argv[1:])
    bounds = Bounds(*numbers)
    os.nice(NICENESS)
    while head := sys.stdin.buffer.read(REQUEST.size):
        codec, length = REQUEST.unpack(head)
        content = sys.stdin.buffer.read(length)
        picture = answer_of_child(
            content, decoder=DECODERS[codec], longest_side=longest_side, bounds=bounds
        )
        sys.stdout.buffer.write(ANSWER.pack(len(picture)) + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
