"""The names of who is here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("presence")

RoleHere = Literal["owner", "moderator", "collaborator", "member"]


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody who is in a room."""

    id: int
    username: str
    avatar_small_url: str | None
    role: RoleHere


async def people_here(
    db: Queryable,
    user_ids: Collection[int],
    *,
    seen_by: int | None,
    owner_id: int,
    stream_id: int,
    behind: str | None,
    limit: int,
) -> list[PersonHere]:
    """Return those of the users whom a reader sees, by name."""
    rows = await db.fetch(
        _QUERIES["people"], list(user_ids), seen_by, behind, limit, owner_id, stream_id
    )
    return [
        PersonHere(row["id"], row["username"], row["avatar_small_url"], row["role"]) for row in rows
    ]
