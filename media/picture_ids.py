"""The picture ids in VP8 and VP9 payloads: where they stand, and how to shift them.

The encodings of a simulcast count their pictures each on its own. A viewer that is moved from one
to another must see one count, so its payloads are shifted; all else of a payload stays as it came.
H264 and AV1 have nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class PictureIds(NamedTuple):
    """What one payload's descriptor says, and at which bytes."""

    at: int
    """The first byte of the picture id."""
    is_wide: bool
    """15 bits in two bytes, not 7 in one."""
    picture: int
    level_at: int
    """The byte of TL0PICIDX; 0 if there is none (the descriptor's first byte never is one)."""
    level: int


@dataclass(frozen=True, slots=True)
class PictureShift:
    """What is added to both ids, each in its own width."""

    picture: int
    level: int

    def apply(self, store: bytearray, start: int, ids: PictureIds) -> None:
        """Shift the ids of the payload that begins at `start` of `store`."""
        at = start + ids.at
        if ids.is_wide:
            shifted = (ids.picture + self.picture) & 0x7FFF
            store[at] = 0x80 | shifted >> 8
            store[at + 1] = shifted & 0xFF
        else:
            store[at] = (ids.picture + self.picture) & 0x7F
        if ids.level_at:
            store[start + ids.level_at] = (ids.level + self.level) & 0xFF

    def follow(self, last: PictureIds, first: PictureIds) -> PictureShift:
        """Return the shift with which `first` comes right after `last`, shifted by this one."""
        return PictureShift(
            last.picture + self.picture + 1 - first.picture,
            last.level + self.level + 1 - first.level,
        )


NO_SHIFT = PictureShift(0, 0)


def read_vp8_picture_ids(payload: bytes) -> PictureIds | None:
    """RFC 7741 section 4.2."""
    if len(payload) < 4 or not payload[0] & 0x80 or not payload[1] & 0x80:
        return None
    is_wide = payload[2] & 0x80 != 0
    after = 4 if is_wide else 3
    picture = (payload[2] & 0x7F) << 8 | payload[3] if is_wide else payload[2]
    if payload[1] & 0x40 and len(payload) > after:
        return PictureIds(2, is_wide, picture, after, payload[after])
    return PictureIds(2, is_wide, picture, 0, 0)


def read_vp9_picture_ids(payload: bytes) -> PictureIds | None:
    """RFC 9628 section 4.2; TL0PICIDX stands there only in non-flexible mode."""
    if len(payload) < 5 or not payload[0] & 0x80:
        return None
    is_wide = payload[1] & 0x80 != 0
    after = 3 if is_wide else 2
    picture = (payload[1] & 0x7F) << 8 | payload[2] if is_wide else payload[1]
    if payload[0] & 0x20 and not payload[0] & 0x10:
        return PictureIds(1, is_wide, picture, after + 1, payload[after + 1])
    return PictureIds(1, is_wide, picture, 0, 0)


READ_PICTURE_IDS: dict[str, Callable[[bytes], PictureIds | None]] = {
    "VP8": read_vp8_picture_ids,
    "VP9": read_vp9_picture_ids,
}
