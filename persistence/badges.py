"""Badges and who has them. An award is one row: nobody gets a badge twice however it is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from community.badge_rules import BadgeRule
from errors import BadgeNameTaken
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("badges")
_FACTS = load_queries("badge_facts")


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge."""

    id: int
    name: str
    description: str | None
    image_url: str | None
    points: int
    rule: str | None
    """The key of the rule that awards it; None: by hand only."""
    created_at: datetime
    holders_count: int


@dataclass(frozen=True, slots=True)
class RuledBadge:
    """What awarding a badge by rule needs to know of it."""

    id: int
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """A badge that somebody has."""

    id: int
    name: str
    description: str | None
    image_url: str | None
    points: int
    awarded_at: datetime


def _badge(row: asyncpg.Record) -> Badge:
    return Badge(
        row["id"],
        row["name"],
        row["description"],
        row["image_url"],
        row["points"],
        row["rule"],
        row["created_at"],
        row["holders_count"],
    )


async def add_badge(
    db: Queryable, *, name: str, description: str | None, image_url: str | None, points: int
) -> int:
    """Add a badge and return its id. Raises BadgeNameTaken."""
    try:
        return int(await db.fetchval(_QUERIES["add"], name, description, image_url, points))
    except asyncpg.UniqueViolationError as error:
        raise BadgeNameTaken() from error


async def edit_badge(
    db: Queryable,
    badge_id: int,
    *,
    name: str,
    description: str | None,
    image_url: str | None,
    points: int,
) -> bool:
    """Write a badge anew; False if there is none. What was paid for it stays paid.

    Raises BadgeNameTaken.
    """
    try:
        edited = await db.fetchval(_QUERIES["edit"], badge_id, name, description, image_url, points)
    except asyncpg.UniqueViolationError as error:
        raise BadgeNameTaken() from error
    return bool(edited)


async def ensure_rule_badges(db: Queryable, rules: Sequence[BadgeRule]) -> None:
    """Make the badges that rules award, as far as there are none."""
    await db.execute(
        _QUERIES["ensure_rules"],
        [rule.key for rule in rules],
        [rule.name for rule in rules],
        [rule.description for rule in rules],
        [rule.points for rule in rules],
    )


async def badges_by_rule(db: Queryable) -> dict[str, RuledBadge]:
    """Return the badges that rules award, by the rules' keys."""
    rows = await db.fetch(_QUERIES["by_rule"])
    return {row["rule"]: RuledBadge(row["id"], row["name"], row["points"]) for row in rows}


async def badge_by_id(db: Queryable, badge_id: int) -> Badge | None:
    """Return the badge, or None."""
    row = await db.fetchrow(_QUERIES["by_id"], badge_id)
    return _badge(row) if row else None


async def list_badges(db: Queryable, start: Start[int]) -> list[Badge]:
    """Return badges in the order in which they were made, those with ids after `after`."""
    rows = await db.fetch(_QUERIES[start.way("list")], start.key, start.limit)
    return [_badge(row) for row in rows]


async def deserving(
    db: Queryable,
    rule: BadgeRule,
    badge_id: int,
    *,
    of: Collection[int] | None,
    limit: int,
) -> list[int]:
    """Return people who meet the rule and have not got its badge; of `of`, or of everybody."""
    rows = await db.fetch(
        _FACTS[rule.fact], rule.at_least, badge_id, list(of) if of is not None else None, limit
    )
    return [row["user_id"] for row in rows]


async def award_badge(
    connection: Connection, badge_id: int, user_ids: Collection[int], *, awarded_by: int | None
) -> list[int]:
    """Give the badge to those who have not got it, and return them."""
    rows = await connection.fetch(_QUERIES["award"], badge_id, list(user_ids), awarded_by)
    return sorted(row["user_id"] for row in rows)


async def badges_of(
    db: Queryable, user_id: int, *, start: Start[tuple[datetime, int]]
) -> list[HeldBadge]:
    """Return the user's badges, the newest first."""
    awarded_at, badge_id = start.key or (None, None)
    rows = await db.fetch(
        _QUERIES[start.way("of_user")], user_id, awarded_at, badge_id, start.limit
    )
    return [
        HeldBadge(
            row["id"],
            row["name"],
            row["description"],
            row["image_url"],
            row["points"],
            row["awarded_at"],
        )
        for row in rows
    ]
