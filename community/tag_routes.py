"""The REST edge of tags: /api/v1/tags, and following them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.markdown import TAG_MAX_CHARS, tag_name
from community.paging import PageQuery, Pages
from community.post_json import TagJson, tag_json
from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.tags import (
    Tag,
    follow_tag,
    followed_tags,
    popular_tags,
    tag_by_name,
    unfollow_tag,
)
from server.cursors import Cursors
from server.gate import Access
from server.routing import Call, Route
from server.wire import Page, Text

ONE = "/api/v1/tags/{name}"


class TagsQuery(PageQuery):
    """Which tags to list: all, or those that begin with `prefix`."""

    prefix: Annotated[Text, StringConstraints(max_length=TAG_MAX_CHARS, to_lower=True)] = ""


class TagRoutes:
    """List, see and follow tags."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._database = database
        self._cursors = cursors
        self._followed_pages = Pages(cursors, of="tags-followed")

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/tags",
                self._list,
                summary="List tags, the most used first",
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                "/api/v1/users/me/tags",
                self._followed,
                summary="List the tags one follows",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route("GET", ONE, self._see, summary="See a tag", errors=(NotFound,), has_etag=True),
            Route(
                "PUT",
                ONE + "/follow",
                self._follow,
                summary="Follow a tag",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound,),
            ),
            Route(
                "DELETE",
                ONE + "/follow",
                self._unfollow,
                summary="Follow a tag no more",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound,),
            ),
        ]

    async def _list(self, call: Call[None, TagsQuery]) -> Page[TagJson]:
        query = call.query
        filters = {"prefix": query.prefix}
        after: tuple[int, int] | None = None
        if query.cursor is not None:
            last = self._cursors.open(query.cursor, of="tags", filters=filters)
            after = int(last[0] or 0), int(last[1] or 0)
        tags = await popular_tags(
            self._database,
            reader_id=call.user_id,
            prefix=query.prefix,
            after=after,
            limit=query.limit + 1,
        )
        page, following = tags[: query.limit], None
        if len(tags) > query.limit:
            values = [page[-1].posts_count, page[-1].id]
            following = self._cursors.seal(values, of="tags", filters=filters)
        return Page(items=[tag_json(tag) for tag in page], next=following)

    async def _followed(self, call: Call[None, PageQuery]) -> Page[TagJson]:
        query, reader_id = call.query, call.signed_in.user_id
        before = self._followed_pages.behind(query, reader=reader_id)
        tags = await followed_tags(
            self._database, reader_id=reader_id, before=before, limit=query.limit + 1
        )
        ids, following = self._followed_pages.cut([tag.id for tag in tags], query, reader=reader_id)
        return Page(items=[tag_json(tag) for tag in tags[: len(ids)]], next=following)

    async def _see(self, call: Call[None, None]) -> TagJson:
        return tag_json(await self._found(call))

    async def _follow(self, call: Call[None, None]) -> None:
        tag = await self._found(call)
        await follow_tag(self._database, tag.id, user_id=call.signed_in.user_id)

    async def _unfollow(self, call: Call[None, None]) -> None:
        tag = await self._found(call)
        await unfollow_tag(self._database, tag.id, user_id=call.signed_in.user_id)

    async def _found(self, call: Call[None, None]) -> Tag:
        name = tag_name(call.path_text("name"))
        tag = await tag_by_name(self._database, name, reader_id=call.user_id) if name else None
        if tag is None:
            raise NotFound()
        return tag
