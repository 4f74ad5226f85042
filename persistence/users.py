"""Accounts as they are stored. Names and addresses are unique without regard to case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from errors import EmailTaken, NameTaken
from persistence.database import Connection, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("users")


@dataclass(frozen=True, slots=True)
class User:
    """One account."""

    id: int
    username: str
    email: str
    role: str
    """member, moderator or admin."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    user: User
    password_hash: str | None
    """None: this account cannot be signed in to with a password."""
    is_banned: bool


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why and until when somebody is shut out."""

    until: datetime | None
    """None: until it is lifted."""
    reason: str | None


def _user(row: asyncpg.Record) -> User:
    return User(row["id"], row["username"], row["email"], row["role"], row["created_at"])


async def add_user(
    db: Queryable, *, username: str, email: str, password_hash: str, role: str = "member"
) -> User:
    """Add an account. Raises NameTaken or EmailTaken."""
    try:
        row = await db.fetchrow(_QUERIES["add"], username, email, password_hash, role)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "uq_users_email":
            raise EmailTaken() from error
        raise NameTaken() from error
    assert row is not None  # an INSERT that succeeds returns its row
    return _user(row)


async def is_first_account(connection: Connection) -> bool:
    """Tell whether nobody has ever signed up here.

    If so, whoever asks next waits until the caller's transaction ends: of two sign-ups at once one
    is the first.
    """
    if not await connection.fetchval(_QUERIES["nobody_yet"]):
        return False
    await connection.execute(_QUERIES["lock_first"])
    return bool(await connection.fetchval(_QUERIES["nobody_yet"]))


async def user_by_id(db: Queryable, user_id: int) -> User | None:
    """Return the account, or None."""
    row = await db.fetchrow(_QUERIES["by_id"], user_id)
    return _user(row) if row else None


async def user_by_username(db: Queryable, username: str) -> User | None:
    """Return the account of that name in any case, or None."""
    row = await db.fetchrow(_QUERIES["by_username"], username)
    return _user(row) if row else None


async def credentials(db: Queryable, login: str) -> Credentials | None:
    """Return what a sign-in as `login` (user name or e-mail, any case) is checked against."""
    row = await db.fetchrow(_QUERIES["credentials"], login)
    return Credentials(_user(row), row["password_hash"], row["is_banned"]) if row else None


async def replace_password_hash(db: Queryable, user_id: int, *, old: str, new: str) -> None:
    """Store the same password hashed anew, unless it was changed meanwhile."""
    await db.execute(_QUERIES["replace_password_hash"], user_id, old, new)


async def password_hash_of(db: Queryable, user_id: int) -> str | None:
    """Return the hash that the user's password is checked against."""
    found: str | None = await db.fetchval(_QUERIES["password_hash"], user_id)
    return found


async def set_password_hash(db: Queryable, user_id: int, password_hash: str) -> None:
    """Give the user another password."""
    await db.execute(_QUERIES["set_password_hash"], user_id, password_hash)


async def set_email(db: Queryable, user_id: int, email: str) -> str | None:
    """Give the user a proved address and return the one before. None: there is no such user.

    Raises EmailTaken.
    """
    try:
        old: str | None = await db.fetchval(_QUERIES["set_email"], user_id, email)
    except asyncpg.UniqueViolationError as error:
        raise EmailTaken() from error
    return old


async def suspension_of(db: Queryable, user_id: int) -> Suspension | None:
    """Return how the account is suspended at this moment, or None."""
    row = await db.fetchrow(_QUERIES["suspension"], user_id)
    return Suspension(row["until"], row["reason"]) if row else None
