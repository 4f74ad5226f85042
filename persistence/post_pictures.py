"""Pictures of posts as they are stored: two sizes of each, and a time after which one that no post
has is cleared away. The trigger in `routines/post_pictures.sql` sets that time and takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from errors import Conflict, NotFound
from persistence.database import Queryable
from persistence.sql import load_queries
from persistence.stored_files import StoredFile, stored_file

_QUERIES = load_queries("post_pictures")

KIND = "pictures"
# How long one waits for its post.
WAITING_LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PostPicture:
    """A picture that a post has, or may have."""

    id: int
    key: str
    small_key: str | None
    """None where the picture is small itself."""
    content_type: str
    width: int
    height: int
    alt_text: str | None


async def keep_picture(db: Queryable, picture_id: int, *, small_id: int | None) -> None:
    """Let a picture be used whose bytes are stored."""
    await db.execute(_QUERIES["keep"], picture_id, small_id, WAITING_LIFE)


async def picture_by_id(db: Queryable, picture_id: int, *, user_id: int) -> PostPicture:
    """Return a picture of that user's. Raises NotFound."""
    row = await db.fetchrow(_QUERIES["by_id"], picture_id, user_id)
    if row is None:
        raise NotFound()
    return PostPicture(
        row["id"],
        row["object_key"],
        row["small_key"],
        row["content_type"],
        row["width"],
        row["height"],
        row["alt_text"],
    )


async def describe_picture(
    db: Queryable, picture_id: int, *, user_id: int, alt_text: str | None
) -> None:
    """Say in words what is to be seen."""
    await db.execute(_QUERIES["describe"], picture_id, user_id, alt_text)


async def waiting_pictures(db: Queryable, user_id: int) -> int:
    """Return how many pictures of the user wait for a post."""
    return int(await db.fetchval(_QUERIES["count_waiting"], user_id))


async def discard_picture(db: Queryable, picture_id: int, *, user_id: int) -> None:
    """Take away a picture that no post has. Raises NotFound, Conflict."""
    await picture_by_id(db, picture_id, user_id=user_id)
    if not await db.fetch(_QUERIES["discard"], picture_id):
        raise Conflict("a post has this picture; take it out of the post first")


async def retire_unused(db: Queryable, *, limit: int) -> None:
    """Have some pictures cleared away that no post has had for long."""
    await db.execute(_QUERIES["retire_unused"], limit)


async def picture_file(db: Queryable, key: str) -> StoredFile | None:
    """Return a picture of a post by its key."""
    return stored_file(await db.fetchrow(_QUERIES["file"], key))
