"""Posts as they are stored: text, the HTML made of it, tags, pictures. Which of them stand in a
feed is `persistence/feeds.py`'s to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from persistence.database import Connection, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("posts")


@dataclass(frozen=True, slots=True)
class PostMedia:
    """A picture of a post."""

    id: int
    object_key: str
    small_key: str | None
    """Of a smaller copy, where there is one."""
    content_type: str
    width: int | None
    height: int | None
    alt_text: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """One post, as one reader sees it."""

    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    content: str
    content_html: str
    html_version: int
    """Of the renderer that made `content_html`."""
    created_at: datetime
    edited_at: datetime | None
    likes_count: int
    comments_count: int
    is_pinned: bool
    is_liked: bool
    """By the reader."""
    tags: tuple[str, ...]
    media: tuple[PostMedia, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be mentioned."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class LockedPost:
    """A post that nobody else changes until the transaction ends."""

    user_id: int
    content: str
    given_tags: tuple[str, ...]
    """Beside those that stand in the text."""


def _post(row: asyncpg.Record) -> Post:
    return Post(
        row["id"],
        row["user_id"],
        row["username"],
        row["avatar_small_url"],
        row["content"],
        row["content_html"],
        row["html_version"],
        row["created_at"],
        row["edited_at"],
        row["likes_count"],
        row["comments_count"],
        row["is_pinned"],
        row["is_liked"],
        tuple(row["tags"]),
        tuple(PostMedia(**each) for each in row["media"]),
    )


async def add_post(
    connection: Connection,
    user_id: int,
    *,
    content: str,
    html: str,
    html_version: int,
    given_tags: Sequence[str],
) -> int:
    """Add a post and return its id."""
    return int(
        await connection.fetchval(_QUERIES["add"], user_id, content, html, html_version, given_tags)
    )


async def posts_by_ids(
    db: Queryable, post_ids: Sequence[int], *, reader_id: int | None
) -> list[Post]:
    """Return those of the posts that are there, in the order of `post_ids`."""
    return [_post(row) for row in await db.fetch(_QUERIES["by_ids"], post_ids, reader_id)]


async def post_by_id(db: Queryable, post_id: int, *, reader_id: int | None) -> Post | None:
    """Return the post, or None."""
    found = await posts_by_ids(db, [post_id], reader_id=reader_id)
    return found[0] if found else None


async def lock_post(connection: Connection, post_id: int) -> LockedPost | None:
    """Keep others from changing the post until the transaction ends, and return it, or None."""
    row = await connection.fetchrow(_QUERIES["lock"], post_id)
    if row is None:
        return None
    return LockedPost(row["user_id"], row["content"], tuple(row["given_tags"]))


async def edit_post(
    connection: Connection,
    post_id: int,
    *,
    content: str,
    html: str,
    html_version: int,
    given_tags: Sequence[str],
) -> None:
    """Replace the text of a locked post."""
    await connection.execute(_QUERIES["edit"], post_id, content, html, html_version, given_tags)


async def keep_html(db: Queryable, made: Sequence[tuple[Post, str]], *, html_version: int) -> None:
    """Keep what a newer renderer made of these posts, for the next reader."""
    await db.execute(
        _QUERIES["keep_html"],
        [post.id for post, _ in made],
        [post.content for post, _ in made],
        [html for _, html in made],
        html_version,
    )


async def delete_post(connection: Connection, post_id: int) -> None:
    """Take a locked post away; what is left of it goes with `purge_posts`."""
    await connection.execute(_QUERIES["delete"], post_id)
    await connection.execute(_QUERIES["forget_tags"], post_id, [])


async def set_tags(connection: Connection, post_id: int, tag_ids: Sequence[int]) -> None:
    """Let the post have just these tags."""
    await connection.execute(_QUERIES["forget_tags"], post_id, tag_ids)
    await connection.execute(_QUERIES["add_tags"], post_id, tag_ids)


async def set_media(
    connection: Connection, post_id: int, media_ids: Sequence[int], *, owner_id: int
) -> list[int]:
    """Let the post have these pictures. Returns those it got: the owner's own, and ready."""
    await connection.execute(_QUERIES["forget_media"], post_id)
    rows = await connection.fetch(_QUERIES["add_media"], post_id, media_ids, owner_id)
    return [row["media_id"] for row in rows]


async def pinned_beside(connection: Connection, post_id: int, *, owner_id: int) -> int:
    """Return how many other posts the owner has pinned, and keep that so until the transaction
    ends."""
    await connection.fetchval(_QUERIES["lock_pins"], owner_id)
    return int(await connection.fetchval(_QUERIES["count_pinned"], owner_id, post_id))


async def set_pinned(connection: Connection, post_id: int, *, pinned: bool) -> None:
    """Pin a locked post on its author's page, or unpin it."""
    await connection.execute(_QUERIES["pin"], post_id, pinned)


async def people_named(db: Queryable, usernames: Sequence[str]) -> list[Person]:
    """Return those who have one of these names, which are in lower case."""
    rows = await db.fetch(_QUERIES["people_named"], usernames)
    return [Person(row["id"], row["username"]) for row in rows]


async def purge_posts(db: Queryable, *, older_than: timedelta, limit: int) -> None:
    """Remove for good what was deleted that long ago."""
    await db.execute(_QUERIES["purge"], older_than, limit)
