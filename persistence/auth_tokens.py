"""Tokens that are sent or lent for one purpose: to verify an address, to set a new password, to
finish a sign-in. Only their SHA-256 is stored, each is used once and expires.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from persistence.database import Queryable
from persistence.sql import load_queries
from server.identity import token_hash

_QUERIES = load_queries("auth_tokens")

TOKEN_BYTES = 32

Purpose = Literal["verify_email", "reset_password", "sign_in"]

# Who asks for a mail twice may use the newer link only; signing in goes on in several windows.
_LIFE: dict[Purpose, timedelta] = {
    "verify_email": timedelta(hours=24),
    "reset_password": timedelta(minutes=30),
    "sign_in": timedelta(minutes=5),
}
_SEVERAL: frozenset[Purpose] = frozenset({"sign_in"})


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a token stands for."""

    user_id: int
    new_email: str | None
    """The address that a verify_email token proves."""


async def issue_token(
    db: Queryable, user_id: int, *, purpose: Purpose, new_email: str | None = None
) -> str:
    """Return a new token, which is nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await db.execute(_QUERIES["clear"], user_id, purpose, purpose in _SEVERAL)
    await db.execute(
        _QUERIES["issue"], token_hash(token), user_id, purpose, new_email, _LIFE[purpose]
    )
    return token


async def find_token(db: Queryable, token: str, *, purpose: Purpose) -> Redeemed | None:
    """Return what an unused token stands for, and leave it unused."""
    row = await db.fetchrow(_QUERIES["find"], token_hash(token), purpose)
    return Redeemed(row["user_id"], row["new_email"]) if row else None


async def redeem_token(db: Queryable, token: str, *, purpose: Purpose) -> Redeemed | None:
    """Use a token up. None: it was used, has expired or never was."""
    row = await db.fetchrow(_QUERIES["redeem"], token_hash(token), purpose)
    return Redeemed(row["user_id"], row["new_email"]) if row else None


async def forget_tokens(db: Queryable, user_id: int, *, purposes: Sequence[Purpose]) -> None:
    """Make the user's tokens of these purposes useless."""
    await db.execute(_QUERIES["forget"], user_id, list(purposes))
