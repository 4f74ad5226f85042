"""Idempotency keys as they are stored: a row per key that was used, with its answer once there is
one. What a key means to a client is `server/idempotency.py`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from persistence.database import Database, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("idempotency")

KEPT = timedelta(hours=24)
# A request runs for thirty seconds at most; a row without an answer that is older was left behind.
ABANDONED_AFTER = timedelta(minutes=1)
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A key that somebody has used before."""

    fingerprint: bytes
    """Of the request it came with first."""
    status: int | None
    """Of its answer; None: it is still running."""
    body: bytes | None


async def begin(db: Queryable, user_id: int, key: str, *, fingerprint: bytes) -> UsedKey | None:
    """Take a key for a request, or return what it was used for before."""
    if await db.fetchval(_QUERIES["begin"], user_id, key, fingerprint, KEPT, ABANDONED_AFTER):
        return None
    row = await db.fetchrow(_QUERIES["find"], user_id, key)
    if row is None:
        # The first request failed between the two statements; to the client it is still running,
        # and its next try will be the first.
        return UsedKey(fingerprint, None, None)
    return UsedKey(row["fingerprint"], row["response_status"], row["response_body"])


async def keep(db: Queryable, user_id: int, key: str, *, status: int, body: bytes) -> None:
    """Keep the answer, in the caller's transaction if `db` is a connection."""
    await db.execute(_QUERIES["keep"], user_id, key, status, body)


async def drop(db: Queryable, user_id: int, key: str) -> None:
    """Free a key whose request came to nothing."""
    await db.execute(_QUERIES["drop"], user_id, key)


async def forget_expired(database: Database) -> int:
    """Remove keys that no longer stand for anything, some at once; return how many."""
    return await database.execute(_QUERIES["forget"], KEPT, FORGOTTEN_AT_ONCE)
