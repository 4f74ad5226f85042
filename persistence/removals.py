"""What people may report and moderators take away: looked at, taken away, given back.

A post, a comment and a chat message go as if their author had deleted them; a video and a stream
become private and stay it. What giving them back needs is kept beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from persistence.database import Connection, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("removals")

ContentKind = Literal["post", "comment", "video", "stream", "chat_message"]
SubjectKind = Literal["user", "post", "comment", "video", "stream", "chat_message"]
Key = tuple[SubjectKind, int]
CONTENT_KINDS: tuple[ContentKind, ...] = ("post", "comment", "video", "stream", "chat_message")


@dataclass(frozen=True, slots=True)
class Subject:
    """What was reported, as it stands now."""

    kind: SubjectKind
    id: int
    user_id: int | None
    """Whose it is; None: the account is gone."""
    username: str | None
    role: str
    words: str
    """Its title, or how it begins; a moderator also reads what was taken away."""
    stream_id: int | None
    """Of the room that it stands in."""
    is_visible: bool
    """To the person who was named."""
    is_removed: bool
    is_suspended: bool
    """Its owner."""


async def subjects(
    db: Queryable, keys: Sequence[Key], *, seen_by: int | None
) -> dict[Key, Subject]:
    """Return those that there are, or that there were and whose traces are left."""
    rows = await db.fetch(
        _QUERIES["subjects"], [kind for kind, _ in keys], [each for _, each in keys], seen_by
    )
    return {
        (row["kind"], row["id"]): Subject(
            row["kind"],
            row["id"],
            row["user_id"],
            row["username"],
            row["role"],
            row["words"],
            row["stream_id"],
            row["is_visible"],
            row["is_removed"],
            row["is_suspended"],
        )
        for row in rows
    }


async def subject_of(db: Queryable, key: Key, *, seen_by: int | None) -> Subject | None:
    """Return one of them, or None."""
    return (await subjects(db, [key], seen_by=seen_by)).get(key)


async def take_away(
    connection: Connection,
    kind: ContentKind,
    subject_id: int,
    *,
    author_id: int | None,
    reason: str | None,
) -> bool:
    """Take something away. False: it was gone already."""
    row = await connection.fetchrow(_QUERIES[f"keep_{kind}"], subject_id)
    if row is None:
        return False
    added = await connection.fetchval(
        _QUERIES["add"], kind, subject_id, author_id, row["kept"], reason
    )
    if not added:
        return False
    await connection.execute(_QUERIES[f"take_{kind}"], subject_id)
    return True


async def give_back(connection: Connection, kind: ContentKind, subject_id: int) -> bool:
    """Give back what was taken away. False: it was not, or it is gone for good."""
    kept = await connection.fetchval(_QUERIES["drop"], kind, subject_id)
    if kept is None:
        return False
    return await connection.fetchval(_QUERIES[f"give_{kind}"], subject_id, kept) is not None
