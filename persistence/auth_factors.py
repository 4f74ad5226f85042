"""Second factors as they are stored: one TOTP secret, sealed by the caller, and recovery codes, of
which only the SHA-256 is kept (each is 80 random bits, so it needs no salt).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("auth_factors")


@dataclass(frozen=True, slots=True)
class Totp:
    """A TOTP secret."""

    id: int
    sealed_secret: bytes
    last_used_step: int | None
    is_confirmed: bool
    """Whether its user has shown that the app has it: only then it is asked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a user signs in in two steps."""

    is_enabled: bool
    recovery_codes: int
    """How many are left."""


async def totp_of(db: Queryable, user_id: int) -> Totp | None:
    """Return the user's secret, confirmed or not."""
    row = await db.fetchrow(_QUERIES["totp"], user_id)
    if row is None:
        return None
    return Totp(row["id"], bytes(row["credential"]), row["last_used_step"], row["is_confirmed"])


async def begin_totp(db: Queryable, user_id: int, sealed_secret: bytes) -> bool:
    """Store a secret to be confirmed. False: there is a confirmed one already."""
    return await db.fetchval(_QUERIES["begin"], user_id, sealed_secret) is not None


async def use_step(db: Queryable, factor_id: int, step: int) -> bool:
    """Use up a time step, which confirms the secret too. False: it, or a later one, was used."""
    return await db.fetchval(_QUERIES["use_step"], factor_id, step) is not None


async def replace_recovery_codes(db: Queryable, user_id: int, hashes: Sequence[bytes]) -> None:
    """Store new recovery codes; those before them open nothing any more."""
    await db.execute(_QUERIES["clear_recovery"], user_id)
    await db.execute(_QUERIES["add_recovery"], user_id, list(hashes))


async def use_recovery_code(db: Queryable, user_id: int, code_hash: bytes) -> bool:
    """Use up a recovery code. False: it is none, or was used."""
    return await db.fetchval(_QUERIES["use_recovery"], user_id, code_hash) is not None


async def standing_of(db: Queryable, user_id: int) -> Standing:
    """Return whether the user has a confirmed second factor."""
    row = await db.fetchrow(_QUERIES["standing"], user_id)
    assert row is not None  # a SELECT without FROM has one row
    return Standing(row["is_enabled"], row["recovery_codes"])


async def remove_factors(db: Queryable, user_id: int) -> None:
    """Forget the user's second factor and recovery codes."""
    await db.execute(_QUERIES["remove"], user_id)
