"""Keyframes of live streams made small pictures, in a process that has little memory and time and
may open nothing.
"""

from __future__ import annotations

from pathlib import Path

from community.limited_process import Bounds, NoAnswer, answer_of
from community.picture_types import picture_type
from community.pictures import CONTENT_TYPE
from media.ports import CodedStill

WORKER = Path(__file__).with_name("still_worker.py")
BOUNDS = Bounds(
    # Of 4096 x 2304, VP9 takes most: 350 MB, most of which the library maps.
    memory_bytes=512 * 1024 * 1024,
    # The largest takes 0.3 s of a core, and some machines are slow.
    cpu_s=3,
    timeout_s=10.0,
    # What is kept of a snapshot at most.
    answer_bytes=200_000,
)


class UnusableStill(Exception):
    """Nothing is to be seen in it."""


class Stills:
    """Decodes stills. Whoever asks bounds how many at once."""

    def __init__(self, *, longest_side: int, bounds: Bounds = BOUNDS) -> None:
        self._longest_side = longest_side
        self._bounds = bounds

    async def develop(self, still: CodedStill) -> bytes:
        """Return what a keyframe shows, as WebP. Raises UnusableStill."""
        arguments = [still.codec, str(self._longest_side), *self._bounds.arguments]
        try:
            picture = await answer_of(WORKER, arguments, given=still.content, bounds=self._bounds)
        except (NoAnswer, OSError) as error:  # the machine may have no process to spare
            raise UnusableStill(str(error)) from error
        # The process has met hostile bytes: what it says is no picture until it looks like one.
        if picture_type(picture) != CONTENT_TYPE:
            raise UnusableStill("it cannot be read")
        return picture
