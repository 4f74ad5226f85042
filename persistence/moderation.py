"""Reports, suspensions, roles and the log of all that moderators do, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import asyncpg

from errors import AlreadyReported
from persistence.database import Connection, Queryable
from persistence.removals import Key, SubjectKind
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("moderation")

Resolution = Literal["dismiss", "remove", "suspend"]
Role = Literal["member", "moderator", "admin"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told the moderators of."""

    id: int
    reporter: Person | None
    subject_type: SubjectKind
    subject_id: int
    reason: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: Person | None
    resolution: Resolution | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is reported, by however many, and not decided."""

    first_report_id: int
    subject_type: SubjectKind
    subject_id: int
    reports_count: int


@dataclass(frozen=True, slots=True)
class Account:
    """An account that nobody else changes until the transaction ends."""

    id: int
    username: str
    role: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that a moderator did."""

    id: int
    actor: Person | None
    target: Person | None
    action: str
    detail: Mapping[str, Any]
    created_at: datetime


def _person(user_id: int | None, username: str | None) -> Person | None:
    return None if user_id is None or username is None else Person(user_id, username)


def _report(row: asyncpg.Record) -> Report:
    return Report(
        row["id"],
        _person(row["reporter_id"], row["reporter"]),
        row["subject_type"],
        row["subject_id"],
        row["reason"],
        row["created_at"],
        row["resolved_at"],
        _person(row["resolved_by"], row["resolver"]),
        row["resolution"],
        row["note"],
    )


async def add_report(
    db: Queryable, reporter_id: int, kind: SubjectKind, subject_id: int, *, reason: str
) -> tuple[int, datetime]:
    """Add a report and return its id and when. Raises AlreadyReported."""
    row = await db.fetchrow(_QUERIES["add_report"], reporter_id, kind, subject_id, reason)
    if row is None:
        raise AlreadyReported()
    return row["id"], row["created_at"]


async def reports(db: Queryable, *, is_open: bool, start: Start[int]) -> list[Report]:
    """Return the queue, or what was decided, the latest first."""
    name = "open_reports" if is_open else "resolved_reports"
    rows = await db.fetch(_QUERIES[start.way(name)], start.key, start.limit)
    return [_report(row) for row in rows]


async def waiting(db: Queryable, *, kind: SubjectKind | None, start: Start[int]) -> list[Waiting]:
    """Return what is reported and not decided, what has waited longest first."""
    rows = await db.fetch(_QUERIES[start.way("waiting")], start.key, kind, start.limit)
    return [
        Waiting(row["id"], row["subject_type"], row["subject_id"], row["reports_count"])
        for row in rows
    ]


async def open_reports_of(db: Queryable, keys: Sequence[Key], *, limit: int) -> list[Report]:
    """Return at most `limit` open reports of each of these, the first before."""
    rows = await db.fetch(
        _QUERIES["open_of"], [kind for kind, _ in keys], [each for _, each in keys], limit
    )
    return [_report(row) for row in rows]


async def report_by_id(db: Queryable, report_id: int) -> Report | None:
    """Return the report, or None."""
    row = await db.fetchrow(_QUERIES["report"], report_id)
    return _report(row) if row else None


async def lock_same(connection: Connection, report_id: int) -> list[int]:
    """Return every open report of what this one is about, and keep others from deciding them."""
    return [row["id"] for row in await connection.fetch(_QUERIES["lock_same"], report_id)]


async def resolve(
    connection: Connection,
    report_ids: Sequence[int],
    *,
    resolver_id: int,
    resolution: Resolution,
    note: str | None,
) -> None:
    """Note how locked reports ended."""
    await connection.execute(_QUERIES["resolve"], report_ids, resolver_id, resolution, note)


async def lock_account(connection: Connection, who: str | int) -> Account | None:
    """Return the account of that name or id, or None."""
    name = "lock_account" if isinstance(who, str) else "lock_account_by_id"
    row = await connection.fetchrow(_QUERIES[name], who)
    return Account(row["id"], row["username"], row["role"]) if row else None


async def suspend(connection: Connection, user_id: int, *, until: datetime | None) -> list[int]:
    """Shut a locked account out, and return the streams that it is live with."""
    await connection.execute(_QUERIES["suspend"], user_id, until)
    return [row["id"] for row in await connection.fetch(_QUERIES["live_streams"], user_id)]


async def lift_suspension(connection: Connection, user_id: int) -> bool:
    """Let a locked account in again. False: it was not shut out."""
    return bool(await connection.fetchval(_QUERIES["lift"], user_id))


async def set_role(connection: Connection, user_id: int, role: Role) -> None:
    """Give a locked account another role."""
    await connection.execute(_QUERIES["set_role"], user_id, role)


async def log_action(
    db: Queryable,
    actor_id: int | None,
    action: str,
    *,
    target_user_id: int | None = None,
    detail: Mapping[str, Any],
) -> None:
    """Note what a moderator does. None: whoever runs the node."""
    await db.execute(_QUERIES["log"], actor_id, target_user_id, action, detail)


async def read_log(db: Queryable, *, start: Start[int], about: int | None) -> list[LogEntry]:
    """Return what moderators did, the latest first; only to the user `about` where given."""
    return [
        LogEntry(
            row["id"],
            _person(row["actor_id"], row["actor"]),
            _person(row["target_user_id"], row["target"]),
            row["action"],
            row["detail"],
            row["created_at"],
        )
        for row in await db.fetch(_QUERIES[start.way("read_log")], start.key, about, start.limit)
    ]
