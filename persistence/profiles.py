"""Profiles as they are stored: what everybody sees of an account, and what its owner sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from persistence.database import Connection, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("profiles")


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """A badge and when it was awarded."""

    id: int
    name: str
    description: str | None
    image_url: str | None
    awarded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as somebody sees it."""

    id: int
    username: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    skills: tuple[str, ...]
    points: int
    role: str
    followers_count: int
    following_count: int
    posts_count: int
    videos_count: int
    streams_count: int
    badges: tuple[HeldBadge, ...]
    created_at: datetime
    is_following: bool
    """Whether who looks follows the account."""
    is_follower: bool
    """Whether the account follows who looks."""
    is_blocked: bool
    """Whether who looks has blocked the account."""
    is_muted: bool
    """Whether who looks has muted the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProfile:
    """An account as its owner sees it."""

    id: int
    username: str
    email: str
    is_email_verified: bool
    role: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    skills: tuple[str, ...]
    created_at: datetime


async def profile_of(db: Queryable, username: str, *, seen_by: int | None) -> Profile | None:
    """Return the account of that name, in any case, as `seen_by` (or nobody) sees it."""
    row = await db.fetchrow(_QUERIES["by_username"], username, seen_by)
    if row is None:
        return None
    return Profile(
        id=row["id"],
        username=row["username"],
        full_name=row["full_name"],
        bio=row["bio"],
        avatar_url=row["avatar_url"],
        avatar_small_url=row["avatar_small_url"],
        skills=tuple(row["skills"]),
        points=row["points"],
        role=row["role"],
        followers_count=row["followers_count"],
        following_count=row["following_count"],
        posts_count=row["posts_count"],
        videos_count=row["videos_count"],
        streams_count=row["streams_count"],
        badges=tuple(
            HeldBadge(
                each["id"],
                each["name"],
                each["description"],
                each["image_url"],
                datetime.fromisoformat(each["awarded_at"]),
            )
            for each in row["badges"]
        ),
        created_at=row["created_at"],
        is_following=row["is_following"],
        is_follower=row["is_follower"],
        is_blocked=row["blocking"] == "block",
        is_muted=row["blocking"] == "mute",
    )


async def own_profile(db: Queryable, user_id: int) -> OwnProfile | None:
    """Return the account as its owner sees it."""
    row = await db.fetchrow(_QUERIES["own"], user_id)
    return _own(row) if row else None


async def lock_own_profile(connection: Connection, user_id: int) -> OwnProfile | None:
    """Return the account and hold it until the transaction ends."""
    row = await connection.fetchrow(_QUERIES["own_locked"], user_id)
    return _own(row) if row else None


async def change_profile(connection: Connection, profile: OwnProfile) -> None:
    """Store what an owner may edit."""
    await connection.execute(
        _QUERIES["change"], profile.id, profile.full_name, profile.bio, list(profile.skills)
    )


async def set_avatar(
    db: Queryable, user_id: int, *, url: str | None, small_url: str | None
) -> bool:
    """Give the account another picture, or none. False: there is no such account."""
    return await db.fetchval(_QUERIES["set_avatar"], user_id, url, small_url) is not None


def _own(row: asyncpg.Record) -> OwnProfile:
    return OwnProfile(
        id=row["id"],
        username=row["username"],
        email=row["email"],
        is_email_verified=row["is_email_verified"],
        role=row["role"],
        full_name=row["full_name"],
        bio=row["bio"],
        avatar_url=row["avatar_url"],
        avatar_small_url=row["avatar_small_url"],
        skills=tuple(row["skills"]),
        created_at=row["created_at"],
    )
