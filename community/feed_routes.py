"""The REST edge of feeds: posts of everybody, of whom one follows, under a tag, by a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from community.markdown import tag_name
from community.paging import PageQuery, Pages
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
        self._cursors = cursors
        self._latest_pages = Pages(cursors, of="posts-latest")
        self._home_pages = Pages(cursors, of="posts-home")
        self._tag_pages = Pages(cursors, of="posts-by-tag")
        self._person_pages = Pages(cursors, of="posts-by-person")

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
        query, reader_id = call.query, call.signed_in.user_id
        before = self._home_pages.behind(query, reader=reader_id)
        ids = await home_posts(
            self._database, reader_id=reader_id, before=before, limit=query.limit + 1
        )
        page, following = self._home_pages.cut(ids, query, reader=reader_id)
        return await self._page(page, following, reader_id=reader_id)

    async def _latest(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        query = call.query
        before = self._latest_pages.behind(query)
        ids = await latest_posts(
            self._database, reader_id=call.user_id, before=before, limit=query.limit + 1
        )
        page, following = self._latest_pages.cut(ids, query)
        return await self._page(page, following, reader_id=call.user_id)

    async def _hot(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        query = call.query
        after: tuple[float, int] | None = None
        if query.cursor is not None:
            last = self._cursors.open(query.cursor, of="posts-hot", filters={})
            after = float(last[0] or 0), int(last[1] or 0)
        ranked = await hot_posts(
            self._database, reader_id=call.user_id, before=after, limit=query.limit + 1
        )
        page, following = ranked[: query.limit], None
        if len(ranked) > query.limit:
            rank, post_id = page[-1]
            # repr gives back the very same float; JSON numbers need not.
            following = self._cursors.seal([repr(rank), post_id], of="posts-hot", filters={})
        ids = [post_id for _, post_id in page]
        return await self._page(ids, following, reader_id=call.user_id)

    async def _by_tag(self, call: Call[None, PageQuery]) -> Page[PostJson]:
        query, name = call.query, tag_name(call.path_text("name"))
        tag = await tag_by_name(self._database, name, reader_id=None) if name else None
        if tag is None:
            raise NotFound()
        before = self._tag_pages.behind(query, tag=tag.id)
        ids = await posts_by_tag(
            self._database, tag.id, reader_id=call.user_id, before=before, limit=query.limit + 1
        )
        page, following = self._tag_pages.cut(ids, query, tag=tag.id)
        return await self._page(page, following, reader_id=call.user_id)

    async def _by_person(self, call: Call[None, PersonPostsQuery]) -> Page[PostJson]:
        query = call.query
        username = call.path_text("username")
        named = re.fullmatch(USERNAME_PATTERN, username)
        person = await user_by_username(self._database, username) if named else None
        if person is None:
            raise NotFound()
        before = self._person_pages.behind(query, person=person.id, pinned=query.pinned)
        ids = await posts_by_person(
            self._database,
            person.id,
            reader_id=call.user_id,
            before=before,
            limit=query.limit + 1,
            only_pinned=query.pinned,
        )
        page, following = self._person_pages.cut(ids, query, person=person.id, pinned=query.pinned)
        return await self._page(page, following, reader_id=call.user_id)

    async def _page(
        self, ids: Sequence[int], following: str | None, *, reader_id: int | None
    ) -> Page[PostJson]:
        posts = await posts_by_ids(self._database, ids, reader_id=reader_id)
        current = await self._texts.current_posts(posts)
        return Page(items=[post_json(post) for post in current], next=following)
