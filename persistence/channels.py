"""Channels on disk: their rules, blocked terms, staff and bans, and what was done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from errors import Conflict, NotFound, VibecastError
from persistence.database import Connection, Queryable
from persistence.moderation import LogEntry, Person
from persistence.sql import load_queries
from rooms.house_rules import MODERATORS, Ban, House, HouseRules, exclusion
from rooms.terms import TERMS, Action, BlockedTerms, Term
from server.paging import Start

_QUERIES = load_queries("channels")
SITE = None
"""Whose terms are those that hold in every channel."""


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """A blocked term that can be named."""

    id: int
    term: Term
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody whom the streamer has appointed."""

    person: Person
    since: datetime


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody to act on, and what they are to a channel."""

    id: int
    username: str
    role: str
    """On the site."""
    moderates: bool


@dataclass(frozen=True, slots=True)
class ListedBan:
    """A ban that holds."""

    person: Person
    moderator: Person | None
    ban: Ban
    created_at: datetime


async def rules_of(db: Queryable, owner_id: int) -> HouseRules:
    """Return what holds in a channel."""
    row = await db.fetchrow(_QUERIES["rules"], owner_id)
    return HouseRules() if row is None else house_rules(row)


def house_rules(row: asyncpg.Record) -> HouseRules:
    """Return the rules that stand in a row of `chat_settings`."""
    return HouseRules(
        slow_mode_s=row["slow_mode_seconds"],
        followers_only_minutes=row["followers_only_minutes"],
        signed_in_only=row["signed_in_only"],
        unique_messages=row["unique_messages"],
        links_allowed=row["links_allowed"],
        delay_s=row["moderation_delay_seconds"],
    )


async def house_of(db: Queryable, owner_id: int) -> House:
    """Return what a node keeps in mind of a channel."""
    own = [each.term for each in await terms_of(db, owner_id)]
    of_site = [each.term for each in await terms_of(db, SITE)]
    return House(
        await rules_of(db, owner_id),
        BlockedTerms([*own, *of_site]),
        frozenset(each.person.id for each in await moderators_of(db, owner_id)),
        # What is only held is held for the staff themselves.
        staff_terms=BlockedTerms(each for each in of_site if each.action == "block"),
    )


async def lock_channel(connection: Connection, owner_id: int) -> None:
    """Let nobody else change the channel until the transaction ends. Raises NotFound."""
    if await connection.fetchval(_QUERIES["lock_channel"], owner_id) is None:
        raise NotFound()


async def set_rules(connection: Connection, owner_id: int, rules: HouseRules) -> None:
    """Let other rules hold."""
    await connection.execute(
        _QUERIES["set_rules"],
        owner_id,
        rules.slow_mode_s,
        rules.followers_only_minutes,
        rules.signed_in_only,
        rules.unique_messages,
        rules.links_allowed,
        rules.delay_s,
    )


async def lock_site_terms(connection: Connection) -> None:
    """Let nobody else change the terms of the site until the transaction ends."""
    await connection.execute(_QUERIES["lock_site_terms"])


async def terms_of(db: Queryable, owner_id: int | None) -> list[StoredTerm]:
    """Return the blocked terms of a channel, or of the site, by alphabet."""
    return [_term(row) for row in await db.fetch(_QUERIES["terms"], owner_id)]


async def put_term(
    connection: Connection, owner_id: int | None, text: str, *, action: Action
) -> StoredTerm:
    """Add a term to a locked list, or give it another action. Raises Conflict."""
    row = await connection.fetchrow(_QUERIES["put_term"], owner_id, text, action)
    assert row is not None  # an upsert that succeeds returns its row
    if await connection.fetchval(_QUERIES["count_terms"], owner_id) > TERMS:
        raise Conflict(f"There are at most {TERMS} blocked terms.")
    return _term(row)


async def drop_term(connection: Connection, owner_id: int | None, term_id: int) -> str:
    """Take a term away and return it. Raises NotFound."""
    text: str | None = await connection.fetchval(_QUERIES["drop_term"], owner_id, term_id)
    if text is None:
        raise NotFound()
    return text


def _term(row: asyncpg.Record) -> StoredTerm:
    return StoredTerm(row["id"], Term(row["term"], row["action"]), row["created_at"])


async def moderators_of(db: Queryable, owner_id: int) -> list[Moderator]:
    """Return whom the streamer has appointed, by name."""
    return [
        Moderator(Person(row["id"], row["username"]), row["created_at"])
        for row in await db.fetch(_QUERIES["moderators"], owner_id)
    ]


async def add_moderator(connection: Connection, owner_id: int, user_id: int) -> bool:
    """Appoint somebody in a locked channel. False: that was so already. Raises Conflict."""
    if await connection.fetchval(_QUERIES["add_moderator"], owner_id, user_id) is None:
        return False
    if await connection.fetchval(_QUERIES["count_moderators"], owner_id) > MODERATORS:
        raise Conflict(f"A channel has at most {MODERATORS} moderators.")
    return True


async def drop_moderator(connection: Connection, owner_id: int, user_id: int) -> bool:
    """Dismiss somebody. False: they were no moderator."""
    return await connection.fetchval(_QUERIES["drop_moderator"], owner_id, user_id) is not None


async def moderates(db: Queryable, owner_id: int, user_id: int) -> bool:
    """Tell whether the streamer has appointed somebody."""
    return bool(await db.fetchval(_QUERIES["is_moderator"], owner_id, user_id))


async def addressed(db: Queryable, owner_id: int, username: str) -> Addressed:
    """Return somebody by name. Raises NotFound."""
    row = await db.fetchrow(_QUERIES["person"], owner_id, username)
    if row is None:
        raise NotFound()
    return Addressed(row["id"], row["username"], row["role"], row["moderates"])


async def put_ban(
    connection: Connection,
    owner_id: int,
    user_id: int,
    *,
    moderator_id: int,
    reason: str | None,
    seconds: int | None,
) -> tuple[datetime, Ban]:
    """Keep somebody out, for good or for `seconds`, and return since when and until when."""
    row = await connection.fetchrow(
        _QUERIES["put_ban"], owner_id, user_id, moderator_id, reason, seconds
    )
    assert row is not None  # an upsert that succeeds returns its row
    return row["created_at"], Ban(row["expires_at"], reason)


async def drop_ban(connection: Connection, owner_id: int, user_id: int) -> bool:
    """Let somebody in again. False: they were not kept out."""
    return await connection.fetchval(_QUERIES["drop_ban"], owner_id, user_id) is not None


async def bans_in(
    db: Queryable, owner_id: int, start: Start[tuple[datetime, int]]
) -> list[ListedBan]:
    """Return who is kept out of a channel, the latest first."""
    since, user_id = start.key or (None, None)
    query = _QUERIES[start.way("bans")]
    return [
        ListedBan(
            Person(row["user_id"], row["username"]),
            None if row["moderator_id"] is None else Person(row["moderator_id"], row["moderator"]),
            Ban(row["expires_at"], row["reason"]),
            row["created_at"],
        )
        for row in await db.fetch(query, owner_id, user_id, since, start.limit)
    ]


async def bans_of(db: Queryable, pairs: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Ban]:
    """Return the bans that hold among pairs of a channel's owner and a person."""
    rows = await db.fetch(
        _QUERIES["bans_of"], [owner_id for owner_id, _ in pairs], [user for _, user in pairs]
    )
    return {
        (row["owner_id"], row["user_id"]): Ban(row["expires_at"], row["reason"]) for row in rows
    }


async def exclusions(
    db: Queryable, pairs: Sequence[tuple[int, int]]
) -> Mapping[tuple[int, int], VibecastError]:
    """Return why people may not take part, among pairs of a channel's owner and a person."""
    if not pairs:
        return {}
    now = datetime.now(UTC)
    refused = {pair: exclusion(ban, now=now) for pair, ban in (await bans_of(db, pairs)).items()}
    return {pair: error for pair, error in refused.items() if error is not None}


async def end_expired_bans(db: Queryable) -> list[tuple[int, int]]:
    """Forget bans that are over, and return whose they were: the owner and the person."""
    rows = await db.fetch(_QUERIES["end_expired_bans"])
    return [(row["owner_id"], row["user_id"]) for row in rows]


async def next_expiry_s(db: Queryable) -> float | None:
    """Return in how many seconds the next ban is over, None when none will be."""
    seconds: float | None = await db.fetchval(_QUERIES["next_expiry"])
    return seconds


async def collaborations(db: Queryable, owner_id: int, user_id: int) -> list[int]:
    """Return the code sessions of a channel in which somebody may write."""
    rows = await db.fetch(_QUERIES["collaborations"], owner_id, user_id)
    return [row["session_id"] for row in rows]


async def log_in_channel(
    connection: Connection,
    actor_id: int,
    owner_id: int,
    action: str,
    *,
    target_user_id: int | None = None,
    detail: Mapping[str, Any],
) -> int:
    """Note what was done in a channel and return the line's id."""
    return int(
        await connection.fetchval(
            _QUERIES["log"], actor_id, owner_id, target_user_id, action, detail
        )
    )


async def channel_log(db: Queryable, owner_id: int, start: Start[int]) -> list[LogEntry]:
    """Return what was done in a channel, the latest first."""
    query = _QUERIES[start.way("read_log")]
    return [
        LogEntry(
            row["id"],
            None if row["actor_id"] is None else Person(row["actor_id"], row["actor"]),
            None if row["target_user_id"] is None else Person(row["target_user_id"], row["target"]),
            row["action"],
            row["detail"],
            row["created_at"],
        )
        for row in await db.fetch(query, owner_id, start.key, start.limit)
    ]
