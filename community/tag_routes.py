"""The REST edge of tags: /api/v1/tags, and following them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.markdown import TAG_MAX_CHARS, tag_name
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
from server.paging import PageQuery, Pages
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
        self._pages = Pages[tuple[int, int]](cursors, of="tags", key=(int, int))
        self._followed_pages = Pages[int](cursors, of="tags-followed", key=int)

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
        walk = self._pages.walk(query, prefix=query.prefix)
        tags = await popular_tags(
            self._database, reader_id=call.user_id, prefix=query.prefix, start=walk.start
        )
        cut = walk.cut(tags, lambda tag: (tag.posts_count, tag.id))
        return cut.page([tag_json(tag) for tag in cut.rows])

    async def _followed(self, call: Call[None, PageQuery]) -> Page[TagJson]:
        reader_id = call.signed_in.user_id
        walk = self._followed_pages.walk(call.query, reader=reader_id)
        tags = await followed_tags(self._database, reader_id=reader_id, start=walk.start)
        cut = walk.cut(tags, lambda tag: tag.id)
        return cut.page([tag_json(tag) for tag in cut.rows])

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
