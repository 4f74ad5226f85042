"""Code sessions and who may write in them. The documents themselves belong to `collab/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from persistence.database import Connection, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("code_sessions")


@dataclass(frozen=True, slots=True)
class Collaborator:
    """Somebody who may write beside the stream's owner."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class CodeSession:
    """One shared document of a stream, with its text as it was last projected."""

    id: int
    stream_id: int
    title: str
    language: str
    code_content: str
    version: int
    created_at: datetime
    updated_at: datetime
    owner_id: int
    """Who owns the stream."""
    visibility: str
    """The stream's: public, unlisted or private."""
    user_id: int | None
    """Who opened the session; None when that account was erased."""
    username: str | None

    def is_visible_to(self, user_id: int | None) -> bool:
        """Tell whether somebody who has the address may read it."""
        return self.visibility != "private" or user_id == self.owner_id


@dataclass(frozen=True, slots=True)
class SessionTitle:
    """One line in a stream's list of sessions."""

    id: int
    title: str
    language: str


async def count_sessions(connection: Connection, stream_id: int) -> int:
    """Return how many sessions the stream has, and keep others from adding one until the caller's
    transaction ends."""
    await connection.fetchval(_QUERIES["lock_stream"], stream_id)
    return int(await connection.fetchval(_QUERIES["count"], stream_id))


async def add_code_session(
    db: Queryable, stream_id: int, *, user_id: int, title: str, language: str
) -> int:
    """Add a session and return its id."""
    return int(await db.fetchval(_QUERIES["add"], stream_id, user_id, title, language))


async def code_session_by_id(db: Queryable, session_id: int) -> CodeSession | None:
    """Return the session, or None."""
    row = await db.fetchrow(_QUERIES["by_id"], session_id)
    if row is None:
        return None
    return CodeSession(
        row["id"],
        row["stream_id"],
        row["title"],
        row["language"],
        row["code_content"],
        row["version"],
        row["created_at"],
        row["updated_at"],
        row["owner_id"],
        row["visibility"],
        row["user_id"],
        row["username"],
    )


async def rename_session(
    db: Queryable, session_id: int, *, title: str | None, language: str | None
) -> None:
    """Change what a session is called or written in; None leaves it."""
    await db.execute(_QUERIES["rename"], session_id, title, language)


async def close_session(db: Queryable, session_id: int) -> None:
    """Let nobody see a session any more. Closing twice is closing once."""
    await db.execute(_QUERIES["close"], session_id)


async def code_sessions_of(db: Queryable, stream_id: int) -> list[SessionTitle]:
    """Return the stream's sessions, the oldest first."""
    rows = await db.fetch(_QUERIES["of_stream"], stream_id)
    return [SessionTitle(row["id"], row["title"], row["language"]) for row in rows]


async def collaborators_of(db: Queryable, session_id: int) -> list[Collaborator]:
    """Return who may write beside the stream's owner, by name."""
    rows = await db.fetch(_QUERIES["collaborators"], session_id)
    return [Collaborator(row["id"], row["username"]) for row in rows]


async def count_other_collaborators(
    connection: Connection, session_id: int, *, user_id: int
) -> int:
    """Return how many beside `user_id` may write, and keep others from adding one until the
    caller's transaction ends."""
    await connection.fetchval(_QUERIES["lock"], session_id)
    return int(await connection.fetchval(_QUERIES["count_collaborators"], session_id, user_id))


async def add_collaborator(db: Queryable, session_id: int, *, user_id: int, added_by: int) -> None:
    """Let `user_id` write. Adding twice is adding once."""
    await db.execute(_QUERIES["add_collaborator"], session_id, user_id, added_by)


async def remove_collaborator(db: Queryable, session_id: int, *, user_id: int) -> None:
    """Let `user_id` only read."""
    await db.execute(_QUERIES["remove_collaborator"], session_id, user_id)
