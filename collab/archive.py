"""The older part of a document's log, packed: each update with its author and time, in few bytes.

Column by column, so that what is alike stands together: ids and times as steps from one to the
next, then authors, lengths, and the updates themselves; compressed as one. A typed character takes
some 6 bytes in a piece and some 140 as a row with its indexes.

A checkpoint is the document at the end of a piece and who wrote which bytes of it. There is one
whenever the updates since the last weigh twice what the document does, so that any moment is
brought back with work in proportion to the document, and checkpoints take less than the updates.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

# Less than that is not worth a piece; more at once would hold memory and a thread for long.
PIECE_UPDATES = 2000
PIECE_LIMIT_UPDATES = 20_000
PIECE_LIMIT_BYTES = 4 * 1024 * 1024
CHECKPOINT_RATIO = 2

_COMPRESSION = 6
_COUNT = struct.Struct("<I")
_NOBODY = 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Edit:
    """One update of the log, with who made it and when."""

    update_id: int
    user_id: int | None
    made_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes of the text in a row that one author wrote within one minute."""

    length_bytes: int
    user_id: int | None
    minute: int
    """Since 1970."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A document as it was after an update."""

    update_id: int
    state: bytes
    """The whole document as one update."""
    written: tuple[Written, ...]
    """Who wrote the text, from its start to its end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the log as it is archived."""

    after_id: int
    last_id: int
    first_at: datetime
    last_at: datetime
    updates: int
    updates_bytes: int
    content: bytes
    checkpoint: bytes | None


def pack(edits: Sequence[Edit]) -> bytes:
    """Return the edits as they are archived."""
    times = [_milliseconds(edit.made_at) for edit in edits]
    columns = (
        _steps([edit.update_id for edit in edits]),
        _steps(times),
        [edit.user_id or _NOBODY for edit in edits],
        [len(edit.content) for edit in edits],
    )
    numbers = struct.Struct(f"<{len(edits)}q")
    plain = b"".join(
        (
            _COUNT.pack(len(edits)),
            *(numbers.pack(*column) for column in columns),
            *(edit.content for edit in edits),
        )
    )
    return zlib.compress(plain, _COMPRESSION)


def unpack(packed: bytes) -> list[Edit]:
    """Return the edits of a piece."""
    plain = zlib.decompress(packed)
    (count,) = _COUNT.unpack_from(plain)
    numbers = struct.Struct(f"<{count}q")
    at = _COUNT.size
    columns = []
    for _ in range(4):
        columns.append(numbers.unpack_from(plain, at))
        at += numbers.size
    ids, times, users, lengths = columns
    contents = _cut(plain, at, lengths)
    return [
        Edit(update_id, user_id or None, _EPOCH + made_at * _MILLISECOND, content)
        for update_id, made_at, user_id, content in zip(
            accumulate(ids), accumulate(times), users, contents, strict=True
        )
    ]


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Return a checkpoint as it is archived; the update's id stands beside it."""
    written = checkpoint.written
    numbers = [
        number
        for each in written
        for number in (each.length_bytes, each.user_id or _NOBODY, each.minute)
    ]
    plain = b"".join(
        (
            _COUNT.pack(len(written)),
            struct.pack(f"<{len(numbers)}q", *numbers),
            checkpoint.state,
        )
    )
    return zlib.compress(plain, _COMPRESSION)


def unpack_checkpoint(update_id: int, packed: bytes) -> Checkpoint:
    """Return an archived checkpoint."""
    plain = zlib.decompress(packed)
    (count,) = _COUNT.unpack_from(plain)
    numbers = struct.Struct(f"<{3 * count}q")
    flat = numbers.unpack_from(plain, _COUNT.size)
    written = tuple(
        Written(flat[at], flat[at + 1] or None, flat[at + 2]) for at in range(0, len(flat), 3)
    )
    return Checkpoint(update_id, plain[_COUNT.size + numbers.size :], written)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _steps(numbers: Sequence[int]) -> list[int]:
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _cut(plain: bytes, at: int, lengths: Sequence[int]) -> Iterator[bytes]:
    for length in lengths:
        yield plain[at : at + length]
        at += length
