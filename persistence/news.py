"""News sources of tags as they are stored, and which of their entries were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from persistence.database import Connection, Database, Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("news")

# The account that news are posted by.
NEWS_ACCOUNT = "news"
ERROR_MAX_CHARS = 500
ETAG_MAX_CHARS = 500
LAST_MODIFIED_MAX_CHARS = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A feed whose entries become posts under a tag."""

    id: int
    tag_id: int
    tag_name: str
    url: str
    title: str | None
    etag: str | None
    last_modified: str | None
    failures: int
    last_error: str | None
    fetched_at: datetime | None
    created_at: datetime


def _source(row: asyncpg.Record) -> Source:
    return Source(
        row["id"],
        row["tag_id"],
        row["tag_name"],
        row["url"],
        row["title"],
        row["etag"],
        row["last_modified"],
        row["failures"],
        row["last_error"],
        row["fetched_at"],
        row["created_at"],
    )


async def count_sources(connection: Connection, tag_id: int) -> int:
    """Return how many sources the tag has, and keep that so until the transaction ends."""
    await connection.fetchval(_QUERIES["lock_tag"], tag_id)
    return int(await connection.fetchval(_QUERIES["count_sources"], tag_id))


async def add_source(
    connection: Connection, tag_id: int, *, url: str, title: str | None, added_by: int
) -> bool:
    """Attach a feed to a tag; False if it already was."""
    added = await connection.fetchval(_QUERIES["add_source"], tag_id, url, title, added_by)
    return added is not None


async def sources_of(db: Queryable, tag_id: int) -> list[Source]:
    """Return the tag's sources."""
    return [_source(row) for row in await db.fetch(_QUERIES["sources_of"], tag_id)]


async def all_sources(db: Queryable, *, limit: int) -> list[Source]:
    """Return the sources of every tag, those that fail first."""
    return [_source(row) for row in await db.fetch(_QUERIES["all_sources"], limit)]


async def delete_source(db: Queryable, tag_id: int, *, source_id: int) -> str | None:
    """Detach a feed from a tag and return its address; None if it was none of the tag's."""
    url: str | None = await db.fetchval(_QUERIES["delete_source"], tag_id, source_id)
    return url


async def take_due_sources(db: Queryable, *, lease: timedelta, limit: int) -> list[Source]:
    """Return sources whose time has come; no other node gets them until the lease ends."""
    return [_source(row) for row in await db.fetch(_QUERIES["take_due"], lease, limit)]


async def source_fetched(
    db: Queryable,
    source_id: int,
    *,
    etag: str | None,
    last_modified: str | None,
    title: str | None,
    every: timedelta,
) -> None:
    """Note that a source was read."""
    # One that is too long to keep is not sent back: the next fetch is a whole one.
    if etag is not None and len(etag) > ETAG_MAX_CHARS:
        etag = None
    if last_modified is not None and len(last_modified) > LAST_MODIFIED_MAX_CHARS:
        last_modified = None
    await db.execute(_QUERIES["fetched"], source_id, etag, last_modified, title, every)


async def source_failed(
    db: Queryable, source_id: int, *, error: str, again_after: timedelta, at_most: timedelta
) -> None:
    """Note that a source could not be read; each failure in a row doubles the wait."""
    await db.execute(_QUERIES["failed"], source_id, error[:ERROR_MAX_CHARS], again_after, at_most)


async def lock_source(connection: Connection, source_id: int) -> bool:
    """Keep others from importing the source until the transaction ends; False if it is gone."""
    return await connection.fetchval(_QUERIES["lock_source"], source_id) is not None


async def unseen_entries(
    connection: Connection, source_id: int, guid_hashes: Sequence[bytes]
) -> list[bytes]:
    """Return those of the entries that were never seen, in their order."""
    rows = await connection.fetch(_QUERIES["unseen"], source_id, guid_hashes)
    return [bytes(row["guid_hash"]) for row in rows]


async def note_entries(
    connection: Connection, source_id: int, posts: Mapping[bytes, int | None]
) -> None:
    """Note entries as seen, with the posts that were made of them."""
    await connection.execute(_QUERIES["note_entries"], source_id, list(posts), list(posts.values()))


async def site_account(database: Database, name: str) -> int:
    """Return the id of an account of the site itself, made when it is first needed.

    Nobody can sign in to it: it has no password, and no mail reaches it.
    """
    known = await database.fetchval(_QUERIES["site_account"], name)
    if known is not None:
        return int(known)
    async with database.transaction() as connection:
        await connection.execute(_QUERIES["lock_site_account"], name)
        known = await connection.fetchval(_QUERIES["site_account"], name)
        if known is None:
            username = await connection.fetchval(_QUERIES["free_username"], name)
            # RFC 2606: a name under `.invalid` is nobody's.
            known = await connection.fetchval(
                _QUERIES["add_site_account"], name, username, f"{username}@site.invalid"
            )
        return int(known)
