"""Search over people, posts, videos, streams and tags: words by tsvector, beginnings of names by an
index, parts of names by trigrams where the server has them (the embedded one has not).

What the searcher may not see is left out in the query itself: what is not public, removed or not
ready, and the content of people one of whom has blocked the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from community.plain_text import plain_text
from community.search_terms import Terms, end_of, holding
from persistence.database import Database
from persistence.sql import load_queries
from server.paging import Start

_QUERIES = load_queries("search")

EXCERPT_CHARS = 280

Key: TypeAlias = tuple[int, int]
"""Rank and id: where in a section something was found."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person."""

    rank: int
    id: int
    username: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    followers_count: int


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post."""

    rank: int
    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    excerpt: str
    likes_count: int
    comments_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video."""

    rank: int
    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    title: str
    duration: int | None
    views_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FoundStream:
    """A stream."""

    rank: int
    id: int
    user_id: int
    username: str
    avatar_small_url: str | None
    title: str
    status: str
    viewers_count: int
    scheduled_at: datetime | None
    started_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag."""

    rank: int
    id: int
    name: str
    posts_count: int


@dataclass(frozen=True, slots=True)
class SuggestedPerson:
    """Somebody whose name begins as what is being typed."""

    id: int
    username: str
    avatar_small_url: str | None


class Search:
    """Finds what the searcher may see. Made by `prepare_search`."""

    def __init__(self, database: Database, *, has_trigrams: bool) -> None:
        self._database = database
        self._has_trigrams = has_trigrams

    async def people(
        self, terms: Terms, *, seen_by: int | None, start: Start[Key]
    ) -> list[FoundPerson]:
        """Return people, those of that name first, then those most followed."""
        rows = await self._database.fetch(
            _QUERIES[start.way("people")],
            *_worded(terms, seen_by, start),
            terms.name,
            end_of(terms.name),
            holding(terms.name) if self._has_trigrams else None,
        )
        return [
            FoundPerson(
                row["rank"],
                row["id"],
                row["username"],
                row["full_name"],
                row["bio"],
                row["avatar_url"],
                row["avatar_small_url"],
                row["followers_count"],
            )
            for row in rows
        ]

    async def posts(
        self, terms: Terms, *, seen_by: int | None, start: Start[Key]
    ) -> list[FoundPost]:
        """Return posts, the best match first."""
        rows = await self._database.fetch(
            _QUERIES[start.way("posts")], *_worded(terms, seen_by, start)
        )
        return [
            FoundPost(
                row["rank"],
                row["id"],
                row["user_id"],
                row["username"],
                row["avatar_small_url"],
                plain_text(row["html"])[:EXCERPT_CHARS],
                row["likes_count"],
                row["comments_count"],
                row["created_at"],
            )
            for row in rows
        ]

    async def videos(
        self, terms: Terms, *, seen_by: int | None, start: Start[Key]
    ) -> list[FoundVideo]:
        """Return videos, the best match first."""
        rows = await self._database.fetch(
            _QUERIES[start.way("videos")], *_worded(terms, seen_by, start)
        )
        return [
            FoundVideo(
                row["rank"],
                row["id"],
                row["user_id"],
                row["username"],
                row["avatar_small_url"],
                row["title"],
                row["duration"],
                row["views_count"],
                row["created_at"],
            )
            for row in rows
        ]

    async def streams(
        self, terms: Terms, *, seen_by: int | None, start: Start[Key]
    ) -> list[FoundStream]:
        """Return streams: what is live first, then what is to come, then what has been."""
        rows = await self._database.fetch(
            _QUERIES[start.way("streams")], *_worded(terms, seen_by, start)
        )
        return [
            FoundStream(
                row["rank"],
                row["id"],
                row["user_id"],
                row["username"],
                row["avatar_small_url"],
                row["title"],
                row["status"],
                row["viewers_count"],
                row["scheduled_at"],
                row["started_at"],
                row["created_at"],
            )
            for row in rows
        ]

    async def tags(self, terms: Terms, *, start: Start[Key]) -> list[FoundTag]:
        """Return tags, that of the name first, then those most used."""
        rows = await self._database.fetch(
            _QUERIES[start.way("tags")],
            terms.tag,
            end_of(terms.tag),
            holding(terms.tag) if self._has_trigrams else None,
            *(start.key or (None, None)),
            start.limit,
        )
        return [FoundTag(row["rank"], row["id"], row["name"], row["posts_count"]) for row in rows]

    async def suggested_people(
        self, terms: Terms, *, seen_by: int | None, limit: int
    ) -> list[SuggestedPerson]:
        """Return the most followed people whose name begins like this."""
        rows = await self._database.fetch(
            _QUERIES["suggest_people"], terms.name, end_of(terms.name), seen_by, limit
        )
        return [
            SuggestedPerson(row["id"], row["username"], row["avatar_small_url"]) for row in rows
        ]

    async def suggested_tags(self, terms: Terms, *, limit: int) -> list[str]:
        """Return the most used tags whose name begins like this."""
        rows = await self._database.fetch(
            _QUERIES["suggest_tags"], terms.tag, end_of(terms.tag), limit
        )
        return [row["name"] for row in rows]


def _worded(terms: Terms, seen_by: int | None, start: Start[Key]) -> tuple[object, ...]:
    """Return the arguments that every section with words begins with."""
    return (
        terms.words,
        terms.head,
        terms.begun,
        seen_by,
        *(start.key or (None, None)),
        start.limit,
    )


async def prepare_search(database: Database) -> Search:
    """Return the search over what this server can do."""
    return Search(database, has_trigrams=await database.fetchval(_QUERIES["has_trigrams"]))
