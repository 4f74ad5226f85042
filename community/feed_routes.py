"""The REST edge of feeds: posts of everybody, of whom one follows, under a tag, by a person."""

from __future__ import annotations

import re

from community.markdown import tag_name
from community.post_json import PostJson, post_json
from community.texts import Texts
from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.feeds import (
    home_posts,
    hot_posts,
    latest_posts,
    posts_by_person,
    posts_by_tag,
)
from persistence.posts import posts_by_ids
from persistence.tags import tag_by_name
from persistence.users import user_by_username
from server.cursors import Cursors
from server.gate import Access
from server.paging import Cut, PageQuery, Pages
from server.routing import Call, Route
from server.wire import USERNAME_PATTERN, Page


class PersonPostsQuery(PageQuery):
    """Which of somebody's posts to list: all, or those pinned on the profile."""

    pinned: bool = False


class FeedRoutes:
    """Lists posts, a page at a time."""

    def __init__(self, database: Database, *, texts: Texts, cursors: Cursors) -> None:
        self._database = database
        self._texts = texts
        self._latest_pages = Pages[int](cursors, of="posts-latest", key=int)
        self._home_pages = Pages[int](cursors, of="posts-home", key=int)
        self._hot_pages = Pages[tuple[float, int]](cursors, of="posts-hot", key=(float, int))
        self._tag_pages = Pages[int](cursors, of="posts-by-tag", key=int)
        self._person_pages = Pages[int](cursors, of="posts-by-person", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/feeds/home",
                self._home,
                summary="List posts by people and under tags one follows, newest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                "/api/v1/feeds/latest",
                self._latest,
                summary="List everybody's posts, newest first",
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                "/api/v1/feeds/hot",
                self._hot,
                summary="List everybody's posts, the hottest first",
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                "/api/v1/tags/{name}/posts",
                self._by_tag,
                summary="List the posts under a tag, newest first",
                errors=(InvalidCursor, NotFound),
            ),
            Route(
                "GET",
                "/api/v1/users/{username}/posts",
                self._by_person,
                summary="List somebody's posts, newest first",
                errors=(InvalidCursor, NotFound),
            ),
        ]

    async def _home(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        reader_id = call.signed_in.user_id
        walk = self._home_pages.walk(call.query, reader=reader_id)
        ids = await home_posts(self._database, reader_id=reader_id, start=walk.start)
        return await self._page(walk.cut(ids, _itself), reader_id=reader_id)

    async def _latest(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        walk = self._latest_pages.walk(call.query)
        ids = await latest_posts(self._database, reader_id=call.user_id, start=walk.start)
        return await self._page(walk.cut(ids, _itself), reader_id=call.user_id)

    async def _hot(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        walk = self._hot_pages.walk(call.query)
        ranked = await hot_posts(self._database, reader_id=call.user_id, start=walk.start)
        cut = walk.cut(ranked, lambda place: place)
        ids = Cut([post_id for _, post_id in cut.rows], cut.next, cut.prev)
        return await self._page(ids, reader_id=call.user_id)

    async def _by_tag(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        name = tag_name(call.path_text("name"))
        tag = await tag_by_name(self._database, name, reader_id=None) if name else None
        if tag is None:
            raise NotFound()
        walk = self._tag_pages.walk(call.query, tag=tag.id)
        ids = await posts_by_tag(self._database, tag.id, reader_id=call.user_id, start=walk.start)
        return await self._page(walk.cut(ids, _itself), reader_id=call.user_id)

    async def _by_person(self, call: Call[None, PersonPostsQuery]) -> Page[PostJson]:
        query = call.query
        username = call.path_text("username")
        named = re.fullmatch(USERNAME_PATTERN, username)
        person = await user_by_username(self._database, username) if named else None
        if person is None:
            raise NotFound()
        walk = self._person_pages.walk(query, person=person.id, pinned=query.pinned)
        ids = await posts_by_person(
            self._database,
            person.id,
            reader_id=call.user_id,
            start=walk.start,
            only_pinned=query.pinned,
        )
        return await self._page(walk.cut(ids, _itself), reader_id=call.user_id)

    async def _page(self, ids: Cut[int], *, reader_id: int | None) -> Page[PostJson]:
        posts = await posts_by_ids(self._database, ids.rows, reader_id=reader_id)
        current = await self._texts.current_posts(posts)
        return ids.page([post_json(post) for post in current])


def _itself(post_id: int) -> int:
    return post_id
