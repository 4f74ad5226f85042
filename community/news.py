"""News: reads the feeds that moderators attached to tags and posts what is new in them.

Every node runs one of these; a due source goes to one of them. An entry is seen once per source,
noted in the transaction that posts it, so that none is posted twice, whoever dies in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta

import structlog

from community.feed_files import Entry, Feed, NoFeed, read_feed
from community.fetching import Fetcher, FetchFailed
from community.markdown import RENDERER_VERSION, Rendered
from community.rendering import Rendering
from errors import NotRenderable, VibecastError
from persistence.database import Database
from persistence.news import (
    NEWS_ACCOUNT,
    Source,
    lock_source,
    note_entries,
    site_account,
    source_failed,
    source_fetched,
    take_due_sources,
    unseen_entries,
)
from persistence.posts import add_post, set_tags

logger = structlog.get_logger(__name__)

FETCH_EVERY = timedelta(minutes=30)
RETRY_AFTER = timedelta(minutes=10)
RETRY_AT_MOST = timedelta(days=1)
# Fetching takes five seconds and rendering some more; whoever takes longer is dead.
LEASE = timedelta(minutes=5)
LOOK_EVERY_S = 30.0
SOURCES_AT_ONCE = 10
# A feed that is new here brings its latest, not its whole past.
FIRST_ENTRIES = 5
NEW_ENTRIES = 20
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+.!|~@:/&-])")


def guid_hash(entry: Entry) -> bytes:
    """Return what an entry is known by; its guid may have any length."""
    return hashlib.sha256(entry.guid.encode()).digest()


def post_text(entry: Entry) -> str:
    """Return the entry as markdown. Nothing that a stranger wrote is taken for markup, a tag or a
    mention."""
    title = escaped(entry.title or entry.link or entry.guid)
    heading = f"[{title}](<{_address(entry.link)}>)" if entry.link else f"**{title}**"
    return f"{heading}\n\n{escaped(entry.summary)}" if entry.summary else heading


def escaped(text: str) -> str:
    """Return `text` so that markdown shows just that."""
    return _SPECIAL.sub(r"\\\1", text)


def _address(link: str) -> str:
    return link.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


class News:
    """Imports news."""

    def __init__(self, database: Database, *, fetcher: Fetcher, rendering: Rendering) -> None:
        self._database = database
        self._fetcher = fetcher
        self._rendering = rendering

    async def run(self) -> None:
        """Import what is due until cancelled."""
        while True:
            try:
                while await self.import_due():
                    pass
            except VibecastError as error:
                logger.warning("news could not be imported", error=error.code)
            await asyncio.sleep(LOOK_EVERY_S)

    async def import_due(self) -> int:
        """Read some sources whose time has come, and return how many."""
        due = await take_due_sources(self._database, lease=LEASE, limit=SOURCES_AT_ONCE)
        for source in due:
            try:
                await self._import(source)
            except (FetchFailed, NoFeed) as error:
                logger.info("source failed", source_id=source.id, error=str(error))
                await source_failed(
                    self._database,
                    source.id,
                    error=str(error),
                    again_after=RETRY_AFTER,
                    at_most=RETRY_AT_MOST,
                )
        return len(due)

    async def _import(self, source: Source) -> None:
        fetched = await self._fetcher.fetch(
            source.url, etag=source.etag, last_modified=source.last_modified
        )
        title = None
        if fetched.status == 304:
            etag, last_modified = source.etag, source.last_modified
        else:
            feed = read_feed(fetched.content, url=fetched.url)
            await self._post_new(source, feed)
            etag, last_modified, title = fetched.etag, fetched.last_modified, feed.title or None
        await source_fetched(
            self._database,
            source.id,
            etag=etag,
            last_modified=last_modified,
            title=title,
            every=FETCH_EVERY,
        )

    async def _post_new(self, source: Source, feed: Feed) -> None:
        author_id = await site_account(self._database, NEWS_ACCOUNT)
        entries = {guid_hash(entry): entry for entry in feed.entries}
        async with self._database.connection() as connection:
            unseen = await unseen_entries(connection, source.id, list(entries))
        wanted = unseen[: FIRST_ENTRIES if source.fetched_at is None else NEW_ENTRIES]
        # Rendered before the transaction: that waits for a process, and a transaction should not.
        texts = {key: (post_text(entries[key]), await self._html(entries[key])) for key in wanted}
        async with self._database.transaction() as connection:
            if not await lock_source(connection, source.id):
                return
            posts: dict[bytes, int | None] = {}
            still = set(await unseen_entries(connection, source.id, unseen))
            # The oldest first, so that the newest has the highest id and leads the lists.
            for key in reversed(unseen):
                if key in still:
                    posts[key] = None
                if key not in texts or key not in still:
                    continue
                content, rendered = texts[key]
                post_id = posts[key] = await add_post(
                    connection,
                    author_id,
                    content=content,
                    html=rendered.html,
                    html_version=RENDERER_VERSION,
                    given_tags=[source.tag_name],
                )
                await set_tags(connection, post_id, [source.tag_id])
            await note_entries(connection, source.id, posts)

    async def _html(self, entry: Entry) -> Rendered:
        try:
            return await self._rendering.render(post_text(entry))
        except NotRenderable:
            # Its guid is noted, so it will not come again; its title is all there is to say.
            return await self._rendering.render(escaped(entry.title))
