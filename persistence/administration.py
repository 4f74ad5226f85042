"""What admins see of the whole site: its accounts and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from persistence.database import Queryable
from persistence.moderation import Role
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("administration")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as admins see it."""

    id: int
    username: str
    email: str
    role: Role
    points: int
    created_at: datetime
    is_suspended: bool
    suspended_until: datetime | None
    """None: until it is lifted, or not at all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is of everything."""

    accounts: int
    new_accounts: int
    """In the last seven days."""
    suspended_accounts: int
    active_today: int
    posts: int
    new_posts: int
    """In the last seven days."""
    comments: int
    videos: int
    streams: int
    live_streams: int
    viewers: int
    messages_today: int
    open_reports: int
    open_appeals: int
    stored_bytes: int


async def accounts(
    db: Queryable,
    *,
    holding: str | None,
    role: Role | None,
    is_suspended: bool | None,
    start: Start[int],
) -> list[Account]:
    """Return accounts, the newest first; only those whose name or address holds `holding`."""
    pattern = None if holding is None else f"%{_literal(holding)}%"
    rows = await db.fetch(
        _QUERIES[start.way("accounts")], start.key, pattern, role, is_suspended, start.limit
    )
    return [
        Account(
            row["id"],
            row["username"],
            row["email"],
            row["role"],
            row["points"],
            row["created_at"],
            row["is_suspended"],
            row["suspended_until"],
        )
        for row in rows
    ]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def figures(db: Queryable) -> Figures:
    """Count everything."""
    row = await db.fetchrow(_QUERIES["figures"])
    assert row is not None  # counts always are
    return Figures(**dict(row))
