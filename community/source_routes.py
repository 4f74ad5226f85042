"""The REST edge of news sources: the feeds that moderators attach to tags."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from yarl import URL

from community.feed_files import NoFeed, read_feed
from community.fetching import URL_MAX_CHARS, Fetcher, FetchFailed
from community.markdown import tag_name
from community.roles import check_moderator
from errors import (
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    TooManySources,
    Unprocessable,
)
from persistence.database import Database
from persistence.moderation import log_action
from persistence.news import (
    Source,
    add_source,
    all_sources,
    count_sources,
    delete_source,
    sources_of,
)
from persistence.tags import Tag, ensure_tags, tag_by_name
from server.gate import Access
from server.routing import Call, Route
from server.wire import Given, Id, Line, Time, Told

TAG_SOURCES = 20
# A site that follows more has its own way to look after them.
LISTED_SOURCES = 500
ALL = "/api/v1/tags/{name}/sources"


class NewSource(Given):
    """A feed to attach."""

    url: Annotated[Line, StringConstraints(max_length=URL_MAX_CHARS)]


class SourceJson(Told):
    """A feed whose entries become posts; `last_error` says why it could not be read last time."""

    id: Id
    url: str
    title: str | None
    failures: int
    last_error: str | None
    fetched_at: Time | None
    created_at: Time


class SourcesJson(Told):
    """The sources of a tag, of which there are few."""

    items: list[SourceJson]


class TaggedSourceJson(SourceJson):
    """A source and the tag under which its entries become posts."""

    tag: str


class TaggedSourcesJson(Told):
    """The sources of the whole site."""

    items: list[TaggedSourceJson]


def source_json(source: Source) -> SourceJson:
    """Return the source as moderators see it."""
    return SourceJson(
        id=source.id,
        url=source.url,
        title=source.title,
        failures=source.failures,
        last_error=source.last_error,
        fetched_at=source.fetched_at,
        created_at=source.created_at,
    )


class SourceRoutes:
    """Attach, list and detach feeds; for moderators."""

    def __init__(self, database: Database, *, fetcher: Fetcher) -> None:
        self._database = database
        self._fetcher = fetcher

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/moderation/sources",
                self._list_all,
                summary="List the news sources of every tag (moderators)",
                access=Access.SIGNED_IN,
                errors=(Forbidden,),
            ),
            Route(
                "GET",
                ALL,
                self._list,
                summary="List a tag's news sources (moderators)",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "POST",
                ALL,
                self._attach,
                summary="Attach an RSS or Atom feed to a tag (moderators)",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotFound, Forbidden, Conflict, TooManySources),
            ),
            Route(
                "DELETE",
                ALL + "/{source_id}",
                self._detach,
                summary="Detach a feed from a tag (moderators); its posts stay",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
        ]

    async def _list(self, call: Call[None, None]) -> SourcesJson:
        check_moderator(call.signed_in)
        tag = await self._tag(call.path_text("name"))
        sources = await sources_of(self._database, tag.id)
        return SourcesJson(items=[source_json(source) for source in sources])

    async def _list_all(self, call: Call[None, None]) -> TaggedSourcesJson:
        check_moderator(call.signed_in)
        sources = await all_sources(self._database, limit=LISTED_SOURCES)
        return TaggedSourcesJson(
            items=[
                TaggedSourceJson(tag=source.tag_name, **dict(source_json(source)))
                for source in sources
            ]
        )

    async def _attach(self, call: Call[NewSource, None]) -> SourceJson:
        who = call.signed_in
        check_moderator(who)
        name = tag_name(call.path_text("name"))
        if name is None:
            raise NotFound()
        url, title = await self._tried(call.body.url)
        async with self._database.transaction() as connection:
            (tag_id,) = await ensure_tags(connection, [name])
            if await count_sources(connection, tag_id) >= TAG_SOURCES:
                raise TooManySources()
            added = await add_source(connection, tag_id, url=url, title=title, added_by=who.user_id)
            if not added:
                raise Conflict("this feed is already attached to this tag")
            await log_action(
                connection, who.user_id, "attach_source", detail={"tag": name, "url": url}
            )
            return source_json((await sources_of(connection, tag_id))[-1])

    async def _detach(self, call: Call[None, None]) -> None:
        who = check_moderator(call.signed_in)
        tag = await self._tag(call.path_text("name"))
        source_id = call.path_id("source_id")
        async with self._database.transaction() as connection:
            url = await delete_source(connection, tag.id, source_id=source_id)
            if url is None:
                raise NotFound()
            await log_action(
                connection, who.user_id, "detach_source", detail={"tag": tag.name, "url": url}
            )

    async def _tried(self, given: str) -> tuple[str, str | None]:
        """Read the feed once, so that a wrong address is told to whoever gave it, and return its
        address and title."""
        try:
            url = str(URL(given))
            fetched = await self._fetcher.fetch(url)
            feed = read_feed(fetched.content, url=fetched.url)
        except (FetchFailed, NoFeed, ValueError) as error:
            reason = str(error) or "that is no address"
            raise Unprocessable(
                "this feed cannot be read", errors=(FieldError("/url", reason),)
            ) from error
        return url, feed.title or None

    async def _tag(self, text: str) -> Tag:
        name = tag_name(text)
        tag = await tag_by_name(self._database, name, reader_id=None) if name else None
        if tag is None:
            raise NotFound()
        return tag
