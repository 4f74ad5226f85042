"""Comments as they are stored: threads under posts, videos and streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg

from community.plain_text import plain_text
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("comments")

SubjectKind = Literal["post", "video", "stream"]
Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be commented on or liked, as one person finds it."""

    owner_id: int | None
    """None: its author's account is gone."""
    title: str
    """Its title, or how it begins."""
    is_blocked: bool
    """Its owner has blocked that person."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A comment that is being answered."""

    user_id: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class LockedComment:
    """A comment that nobody else changes until the transaction ends."""

    user_id: int | None
    content: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, as one reader sees it. One of the three subjects is set."""

    id: int
    post_id: int | None
    video_id: int | None
    stream_id: int | None
    parent_id: int | None
    depth: int
    user_id: int | None
    """None: deleted, or the author's account is gone."""
    username: str | None
    avatar_small_url: str | None
    content: str
    content_html: str
    html_version: int
    created_at: datetime
    edited_at: datetime | None
    likes_count: int
    replies_count: int
    is_liked: bool
    is_deleted: bool


def _comment(row: asyncpg.Record) -> Comment:
    return Comment(
        row["id"],
        row["post_id"],
        row["video_id"],
        row["stream_id"],
        row["parent_id"],
        row["depth"],
        row["user_id"],
        row["username"],
        row["avatar_small_url"],
        row["content"],
        row["content_html"],
        row["html_version"],
        row["created_at"],
        row["edited_at"],
        row["likes_count"],
        row["replies_count"],
        row["is_liked"],
        row["is_deleted"],
    )


def _columns(kind: SubjectKind, subject_id: int) -> tuple[int | None, int | None, int | None]:
    return (
        subject_id if kind == "post" else None,
        subject_id if kind == "video" else None,
        subject_id if kind == "stream" else None,
    )


async def subject_of(
    db: Queryable, kind: SubjectKind, subject_id: int, *, person_id: int | None
) -> Subject | None:
    """Return the post, video or stream if that person may see it, else None."""
    row = await db.fetchrow(_QUERIES[f"{kind}_subject"], subject_id, person_id)
    if row is None:
        return None
    title = plain_text(row["html"]) if kind == "post" else row["title"]
    return Subject(row["user_id"], title, row["is_blocked"])


async def comment_subject(
    db: Queryable, comment_id: int, *, person_id: int | None
) -> Subject | None:
    """Return the comment if it is there and that person may see what it is about, else None."""
    row = await db.fetchrow(_QUERIES["comment_subject"], comment_id, person_id)
    if row is None:
        return None
    kind, subject_id = _subject(row["post_id"], row["video_id"], row["stream_id"])
    about = await subject_of(db, kind, subject_id, person_id=person_id)
    if about is None:
        return None
    is_blocked = row["is_blocked"] or about.is_blocked
    return Subject(row["user_id"], plain_text(row["html"]), is_blocked)


def subject_of_comment(comment: Comment) -> tuple[SubjectKind, int]:
    """Return what the comment is about."""
    return _subject(comment.post_id, comment.video_id, comment.stream_id)


def _subject(
    post_id: int | None, video_id: int | None, stream_id: int | None
) -> tuple[SubjectKind, int]:
    if post_id is not None:
        return "post", post_id
    if video_id is not None:
        return "video", video_id
    assert stream_id is not None  # the schema has one of the three set
    return "stream", stream_id


async def lock_parent(
    connection: Connection, parent_id: int, *, kind: SubjectKind, subject_id: int
) -> Parent | None:
    """Return a comment on that subject that is to be answered, or None."""
    row = await connection.fetchrow(_QUERIES["parent"], parent_id, *_columns(kind, subject_id))
    return Parent(row["user_id"], row["depth"]) if row else None


async def add_comment(
    connection: Connection,
    user_id: int,
    *,
    kind: SubjectKind,
    subject_id: int,
    parent_id: int | None,
    depth: int,
    content: str,
    html: str,
    html_version: int,
) -> int:
    """Add a comment and return its id."""
    return int(
        await connection.fetchval(
            _QUERIES["add"],
            user_id,
            *_columns(kind, subject_id),
            parent_id,
            depth,
            content,
            html,
            html_version,
        )
    )


async def comments_by_ids(
    db: Queryable, comment_ids: Sequence[int], *, reader_id: int | None
) -> list[Comment]:
    """Return those of the comments that are there, in the order of `comment_ids`."""
    return [_comment(row) for row in await db.fetch(_QUERIES["by_ids"], comment_ids, reader_id)]


async def comment_by_id(db: Queryable, comment_id: int, *, reader_id: int | None) -> Comment | None:
    """Return the comment, or None."""
    found = await comments_by_ids(db, [comment_id], reader_id=reader_id)
    return found[0] if found else None


async def top_comments(
    db: Queryable,
    kind: SubjectKind,
    subject_id: int,
    *,
    reader_id: int | None,
    order: Order,
    start: Start[int],
) -> list[int]:
    """Return the comments that answer no other, from `start` on."""
    query = _QUERIES[start.way(f"{order}_on_{kind}")]
    rows = await db.fetch(query, subject_id, reader_id, start.key, start.limit)
    return [row["id"] for row in rows]


async def replies_to(
    db: Queryable, comment_id: int, *, reader_id: int | None, start: Start[int]
) -> list[int]:
    """Return the answers to a comment, oldest first."""
    rows = await db.fetch(
        _QUERIES[start.way("replies")], comment_id, reader_id, start.key, start.limit
    )
    return [row["id"] for row in rows]


async def lock_comment(connection: Connection, comment_id: int) -> LockedComment | None:
    """Keep others from changing the comment until the transaction ends, and return it, or None."""
    row = await connection.fetchrow(_QUERIES["lock"], comment_id)
    return LockedComment(row["user_id"], row["content"]) if row else None


async def edit_comment(
    connection: Connection, comment_id: int, *, content: str, html: str, html_version: int
) -> None:
    """Replace the text of a locked comment."""
    await connection.execute(_QUERIES["edit"], comment_id, content, html, html_version)


async def keep_comment_html(
    db: Queryable, made: Sequence[tuple[Comment, str]], *, html_version: int
) -> None:
    """Keep what a newer renderer made of these comments, for the next reader."""
    await db.execute(
        _QUERIES["keep_html"],
        [comment.id for comment, _ in made],
        [comment.content for comment, _ in made],
        [html for _, html in made],
        html_version,
    )


async def delete_comment(connection: Connection, comment_id: int) -> None:
    """Take the words of a locked comment away. Its place in the thread stays."""
    await connection.execute(_QUERIES["delete"], comment_id)
