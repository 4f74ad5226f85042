"""Videos as they are stored, and the work that is to be done on them.

A video is made of an upload; `video_jobs` holds those that are to be processed. What it became is
two objects, the video and its thumbnail, which go when it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from errors import FieldError, Unprocessable
from persistence.database import Connection, Database, Queryable
from persistence.media_objects import keep_objects
from persistence.sql import load_queries
from persistence.stored_files import StoredFile, stored_file
from persistence.uploads import begin_processing, lock_upload
from server.paging import Start

_QUERIES = load_queries("videos")

Visibility = Literal["public", "unlisted", "private"]
Status = Literal["uploading", "processing", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class Video:
    """A video as one reader sees it."""

    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    title: str
    description: str | None
    status: Status
    failure: str | None
    visibility: Visibility
    tags: Sequence[str]
    video_url: str | None
    thumbnail_url: str | None
    duration_s: int | None
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    content_type: str | None
    size_bytes: int | None
    upload_id: int | None
    """Where its bytes are still to go."""
    views_count: int
    likes_count: int
    comments_count: int
    is_liked: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RawVideo:
    """A video that is to be processed."""

    id: int
    user_id: int
    upload_id: int
    declared_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """A claim to process a video."""

    video_id: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Finished:
    """What a video became."""

    key: str
    thumbnail_key: str
    url: str
    thumbnail_url: str
    duration_s: int
    width: int
    height: int
    video_codec: str
    audio_codec: str | None


async def create_video(
    connection: Connection,
    user_id: int,
    *,
    upload_id: int,
    title: str,
    description: str | None,
    visibility: Visibility,
    tags: Sequence[str],
) -> int:
    """Make a video of an upload, whole or not yet. Raises Unprocessable."""
    upload = await lock_upload(connection, upload_id, user_id=user_id)
    if upload is None or await connection.fetchval(_QUERIES["has_video"], upload_id):
        error = FieldError("/upload_id", "is no upload of yours that waits for this")
        raise Unprocessable("the upload cannot be used", errors=(error,))
    video_id = int(
        await connection.fetchval(
            _QUERIES["create"],
            user_id,
            title,
            description,
            visibility,
            list(tags),
            "processing" if upload.is_whole else "uploading",
            upload_id,
        )
    )
    if upload.is_whole:
        await begin_processing(connection, upload_id, video_id=video_id)
    return video_id


async def videos_by_ids(db: Queryable, ids: Sequence[int], *, reader_id: int | None) -> list[Video]:
    """Return those of the videos that the reader may see, in that order."""
    return [
        Video(
            row["id"],
            row["user_id"],
            row["username"],
            row["avatar_small_url"],
            row["title"],
            row["description"],
            row["status"],
            row["failure"],
            row["visibility"],
            row["tags"],
            row["video_url"],
            row["thumbnail_url"],
            row["duration"],
            row["width"],
            row["height"],
            row["video_codec"],
            row["audio_codec"],
            row["content_type"],
            row["size_bytes"],
            row["upload_id"],
            row["views_count"],
            row["likes_count"],
            row["comments_count"],
            row["is_liked"],
            row["created_at"],
            row["updated_at"],
        )
        for row in await db.fetch(_QUERIES["by_ids"], list(ids), reader_id)
    ]


async def video_by_id(db: Queryable, video_id: int, *, reader_id: int | None) -> Video | None:
    """Return a video if the reader may see it."""
    found = await videos_by_ids(db, [video_id], reader_id=reader_id)
    return found[0] if found else None


async def newest_videos(db: Queryable, *, reader_id: int | None, start: Start[int]) -> list[int]:
    """Return the newest public videos."""
    rows = await db.fetch(_QUERIES[start.way("newest")], reader_id, start.key, start.limit)
    return [row["id"] for row in rows]


async def popular_videos(
    db: Queryable, *, reader_id: int | None, start: Start[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the most watched public videos: views and id of each."""
    views, last = start.key or (None, None)
    rows = await db.fetch(_QUERIES[start.way("popular")], reader_id, last, start.limit, views)
    return [(row["views_count"], row["id"]) for row in rows]


async def newest_videos_of(
    db: Queryable, username: str, *, reader_id: int | None, start: Start[int]
) -> list[int]:
    """Return a person's newest videos; all of them to the person."""
    rows = await db.fetch(
        _QUERIES[start.way("newest_of")], reader_id, start.key, start.limit, username
    )
    return [row["id"] for row in rows]


async def lock_video(connection: Connection, video_id: int, *, user_id: int) -> int | None:
    """Return whose video it is, held until the transaction ends; None if that user sees none."""
    owner_id = await connection.fetchval(_QUERIES["lock"], video_id, user_id)
    return None if owner_id is None else int(owner_id)


async def edit_video(
    connection: Connection,
    video_id: int,
    *,
    title: str | None,
    description: str | None,
    sets_description: bool,
    visibility: Visibility | None,
    tags: Sequence[str] | None,
) -> None:
    """Change what is not None, and the description if so said."""
    await connection.execute(
        _QUERIES["edit"],
        video_id,
        title,
        sets_description,
        description,
        visibility,
        None if tags is None else list(tags),
    )


async def delete_video(connection: Connection, video_id: int) -> None:
    """Take a locked video away; its objects are cleared away soon."""
    await connection.execute(_QUERIES["delete"], video_id)
    await connection.execute(_QUERIES["retire_objects"], video_id)
    await connection.execute(_QUERIES["drop_job"], video_id)


async def video_file(db: Queryable, key: str) -> StoredFile | None:
    """Return a video or a thumbnail by its key."""
    return stored_file(await db.fetchrow(_QUERIES["file"], key))


async def take_job(db: Queryable, *, lease: timedelta) -> Job | None:
    """Claim a video that is to be processed, for the caller alone as long as the lease lasts."""
    row = await db.fetchrow(_QUERIES["take_job"], lease)
    return None if row is None else Job(row["video_id"], row["attempts"])


async def put_off_job(db: Queryable, video_id: int, *, by: timedelta) -> None:
    """Let nobody take the job before that time has passed."""
    await db.execute(_QUERIES["put_off_job"], video_id, by)


async def raw_video(db: Queryable, video_id: int) -> RawVideo | None:
    """Return a video that is to be processed, if it still is."""
    row = await db.fetchrow(_QUERIES["raw_video"], video_id)
    if row is None:
        return None
    return RawVideo(
        row["id"], row["user_id"], row["upload_id"], row["content_type"], row["size_bytes"]
    )


async def finish_video(database: Database, video_id: int, finished: Finished) -> bool:
    """Let a video be seen. False: it was deleted meanwhile, or somebody else was first."""
    async with database.transaction() as connection:
        is_finished = await connection.fetchval(
            _QUERIES["finish"],
            video_id,
            finished.url,
            finished.thumbnail_url,
            finished.duration_s,
            finished.width,
            finished.height,
            finished.video_codec,
            finished.audio_codec,
            finished.key,
            finished.thumbnail_key,
        )
        if is_finished:
            await keep_objects(connection, [finished.key, finished.thumbnail_key])
        await connection.execute(_QUERIES["retire_upload"], video_id)
        await connection.execute(_QUERIES["drop_job"], video_id)
    return bool(is_finished)


async def fail_video(database: Database, video_id: int, *, failure: str) -> None:
    """Say of a video that it will never be seen, and why."""
    async with database.transaction() as connection:
        await connection.execute(_QUERIES["fail"], video_id, failure)
        await connection.execute(_QUERIES["retire_upload"], video_id)
        await connection.execute(_QUERIES["drop_job"], video_id)
