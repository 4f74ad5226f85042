"""Uploads as they are stored: parts, each under a key of its own, and how far it has got.

Bytes are acknowledged when their parts are stored and `upload_offset` stands behind them, which is
one transaction. It moves only from where the writer believed it to be, so of two writers at once
one wins, and a part that was put and not acknowledged is a file that nobody refers to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from errors import NotFound, OffsetMismatch, QuotaExceeded, TooManyUploads, Unauthenticated
from persistence.database import Connection, Database, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("uploads")
_VIDEOS = load_queries("videos")

KIND = "uploads"
# From the last byte that came.
UPLOAD_LIFE = timedelta(hours=24)
UNFINISHED_UPLOADS = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way, or just arrived."""

    id: int
    key: str
    size_bytes: int
    offset: int
    metadata: str | None
    expires_at: datetime | None
    """None once a video is being made of it."""

    @property
    def is_whole(self) -> bool:
        """Tell whether every byte is here."""
        return self.offset == self.size_bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of an upload that follow one another."""

    start: int
    size_bytes: int
    key: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """What appending came to."""

    expires_at: datetime | None
    video_id: int | None
    """The video that waited for the last byte, if it just came."""


async def create_upload(
    database: Database,
    user_id: int,
    *,
    key: str,
    size_bytes: int,
    content_type: str,
    metadata: str | None,
    quota_bytes: int,
) -> Upload:
    """Begin an upload. Raises QuotaExceeded, TooManyUploads, Unauthenticated."""
    async with database.transaction() as connection:
        if not await connection.fetchval(_QUERIES["lock_owner"], user_id):
            raise Unauthenticated()
        usage = await connection.fetchrow(_QUERIES["usage"], user_id)
        assert usage is not None  # an aggregate always has its row
        if usage["uploads"] >= UNFINISHED_UPLOADS:
            raise TooManyUploads()
        if usage["bytes"] + size_bytes > quota_bytes:
            raise QuotaExceeded()
        row = await connection.fetchrow(
            _QUERIES["create"], user_id, key, content_type, size_bytes, metadata, UPLOAD_LIFE
        )
    assert row is not None  # just inserted
    return _upload(row)


async def upload_by_id(db: Queryable, upload_id: int, *, user_id: int) -> Upload:
    """Return an upload of that user. Raises NotFound."""
    row = await db.fetchrow(_QUERIES["by_id"], upload_id, user_id)
    if row is None:
        raise NotFound()
    return _upload(row)


async def lock_upload(connection: Connection, upload_id: int, *, user_id: int) -> Upload | None:
    """Return an upload of that user that no video is made of, held until the transaction ends."""
    row = await connection.fetchrow(_QUERIES["lock"], upload_id, user_id)
    return None if row is None else _upload(row)


async def append_parts(database: Database, upload: Upload, parts: Sequence[Part]) -> Advanced:
    """Acknowledge parts that are stored. Raises OffsetMismatch when somebody else was there."""
    start, last = parts[0].start, parts[-1]
    end = last.start + last.size_bytes
    async with database.transaction() as connection:
        row = await connection.fetchrow(_QUERIES["advance"], upload.id, start, end, UPLOAD_LIFE)
        if row is None:
            raise OffsetMismatch()
        try:
            await connection.execute(
                _QUERIES["add_parts"],
                upload.id,
                [part.start for part in parts],
                [part.size_bytes for part in parts],
                [part.key for part in parts],
            )
        except asyncpg.UniqueViolationError as error:
            raise OffsetMismatch() from error
        if end < upload.size_bytes:
            return Advanced(row["expires_at"], None)
        video_id = await connection.fetchval(_QUERIES["video_waits"], upload.id)
        if video_id is None:
            return Advanced(row["expires_at"], None)
        await begin_processing(connection, upload.id, video_id=video_id)
        return Advanced(None, video_id)


async def begin_processing(connection: Connection, upload_id: int, *, video_id: int) -> None:
    """Have a video made of an upload that is whole."""
    await connection.execute(_QUERIES["begin_processing"], upload_id)
    await connection.execute(_VIDEOS["add_job"], video_id)


async def parts_of(db: Queryable, upload_id: int) -> list[Part]:
    """Return the parts of an upload, in order."""
    rows = await db.fetch(_QUERIES["parts"], upload_id)
    return [Part(row["start_offset"], row["size_bytes"], row["object_key"]) for row in rows]


async def terminate_upload(db: Queryable, upload_id: int, *, user_id: int) -> None:
    """Give up an upload. Raises NotFound."""
    if await db.fetchval(_QUERIES["terminate"], upload_id, user_id) is None:
        raise NotFound()


async def give_up_videos(db: Queryable, upload_ids: Sequence[int], *, failure: str) -> None:
    """Let videos fail that wait for uploads which will never be whole."""
    await db.execute(_QUERIES["give_up_videos"], list(upload_ids), failure)


def _upload(row: asyncpg.Record) -> Upload:
    return Upload(
        row["id"],
        row["object_key"],
        row["size_bytes"],
        row["upload_offset"],
        row["upload_metadata"],
        row["expires_at"],
    )
