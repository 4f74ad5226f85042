"""The REST edge of search: /api/v1/search."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from community.search_terms import QUERY_MAX_CHARS, Terms, read_terms
from errors import BadRequest, InvalidCursor
from persistence.search import (
    FoundPerson,
    FoundPost,
    FoundStream,
    FoundTag,
    FoundVideo,
    Key,
    Search,
)
from server.cursors import Cursors
from server.paging import PageQuery, Pages, Start
from server.routing import Call, Route
from server.wire import Id, Page, PicturedUserJson, Time, Told

SECTION_ITEMS = 5
SUGGESTED_ITEMS = 5

Section = Literal["people", "posts", "videos", "streams", "tags"]
Typed = Annotated[str, StringConstraints(max_length=QUERY_MAX_CHARS)]


class SearchQuery(PageQuery):
    """What to look for: in all sections a little, or in one of them page by page."""

    q: Typed
    type: Section | None = None


class SuggestionQuery(BaseModel):
    """What is being typed."""

    model_config = ConfigDict(extra="forbid")

    q: Typed


class FoundPersonJson(Told):
    """Somebody who was found."""

    id: Id
    username: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    followers_count: int


class FoundPostJson(Told):
    """A post that was found."""

    id: Id
    user: PicturedUserJson
    excerpt: str
    """The first 280 characters of its source."""
    likes_count: int
    comments_count: int
    created_at: Time


class FoundVideoJson(Told):
    """A video that was found."""

    id: Id
    user: PicturedUserJson
    title: str
    duration: int | None
    views_count: int
    created_at: Time


class FoundStreamJson(Told):
    """A stream that was found."""

    id: Id
    user: PicturedUserJson
    title: str
    status: Literal["scheduled", "live", "ended"]
    viewers_count: int
    scheduled_at: Time | None
    started_at: Time | None
    created_at: Time


class FoundTagJson(Told):
    """A tag that was found."""

    id: Id
    name: str
    posts_count: int


class FoundJson(Told):
    """What was found. Sections that were not asked for are null; each has its own `next`, for the
    same `q` with the section's name as `type`."""

    people: Page[FoundPersonJson] | None = None
    posts: Page[FoundPostJson] | None = None
    videos: Page[FoundVideoJson] | None = None
    streams: Page[FoundStreamJson] | None = None
    tags: Page[FoundTagJson] | None = None


class SuggestionsJson(Told):
    """Names that begin as what is being typed."""

    people: list[PicturedUserJson]
    tags: list[str]


class Found(Protocol):
    """Anything that was found somewhere."""

    @property
    def rank(self) -> int:
        """How good it is."""

    @property
    def id(self) -> int:
        """What it is."""


Hit = TypeVar("Hit", bound=Found)
Json = TypeVar("Json", bound=Told)
Reading = Callable[[Start[Key]], Coroutine[Any, Any, list[Hit]]]


class SearchRoutes:
    """Search, and suggest while somebody types."""

    def __init__(self, search: Search, *, cursors: Cursors) -> None:
        self._search = search
        self._pages = Pages[Key](cursors, of="search", key=(int, int))

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/search",
                self._find,
                summary="Search people, posts, videos, streams and tags",
                errors=(BadRequest, InvalidCursor),
            ),
            Route(
                "GET",
                "/api/v1/search/suggestions",
                self._suggest,
                summary="Suggest people and tags by the beginning of their names",
            ),
        ]

    async def _find(self, call: Call[None, SearchQuery]) -> FoundJson:
        query, asker, search = call.query, call.user_id, self._search
        if query.cursor and query.type is None:
            raise BadRequest("a cursor goes with the type of its section")
        terms = read_terms(query.q)

        async def people(start: Start[Key]) -> list[FoundPerson]:
            return await search.people(terms, seen_by=asker, start=start)

        async def posts(start: Start[Key]) -> list[FoundPost]:
            return await search.posts(terms, seen_by=asker, start=start)

        async def videos(start: Start[Key]) -> list[FoundVideo]:
            return await search.videos(terms, seen_by=asker, start=start)

        async def streams(start: Start[Key]) -> list[FoundStream]:
            return await search.streams(terms, seen_by=asker, start=start)

        async def tags(start: Start[Key]) -> list[FoundTag]:
            return await search.tags(terms, start=start)

        # One after the other: five connections for one search would starve the others.
        return FoundJson(
            people=await self._section("people", query, terms, people, _person_json),
            posts=await self._section("posts", query, terms, posts, _post_json),
            videos=await self._section("videos", query, terms, videos, _video_json),
            streams=await self._section("streams", query, terms, streams, _stream_json),
            tags=await self._section("tags", query, terms, tags, _tag_json),
        )

    async def _section(
        self,
        section: Section,
        query: SearchQuery,
        terms: Terms,
        read: Reading[Hit],
        told: Callable[[Hit], Json],
    ) -> Page[Json] | None:
        if query.type not in (None, section):
            return None
        limit = query.limit if query.type else min(query.limit, SECTION_ITEMS)
        page_query = PageQuery(limit=limit, cursor=query.cursor)
        walk = self._pages.walk(page_query, section=section, q=terms.words)
        cut = walk.cut(await read(walk.start), lambda hit: (hit.rank, hit.id))
        return cut.page([told(hit) for hit in cut.rows])

    async def _suggest(self, call: Call[None, SuggestionQuery]) -> SuggestionsJson:
        terms = read_terms(call.query.q)
        people = await self._search.suggested_people(
            terms, seen_by=call.user_id, limit=SUGGESTED_ITEMS
        )
        return SuggestionsJson(
            people=[
                PicturedUserJson(
                    id=each.id, username=each.username, avatar_small_url=each.avatar_small_url
                )
                for each in people
            ],
            tags=await self._search.suggested_tags(terms, limit=SUGGESTED_ITEMS),
        )


def _person_json(person: FoundPerson) -> FoundPersonJson:
    return FoundPersonJson(
        id=person.id,
        username=person.username,
        full_name=person.full_name,
        bio=person.bio,
        avatar_url=person.avatar_url,
        avatar_small_url=person.avatar_small_url,
        followers_count=person.followers_count,
    )


def _author(found: FoundPost | FoundVideo | FoundStream) -> PicturedUserJson:
    return PicturedUserJson(
        id=found.user_id, username=found.username, avatar_small_url=found.avatar_small_url
    )


def _post_json(post: FoundPost) -> FoundPostJson:
    return FoundPostJson(
        id=post.id,
        user=_author(post),
        excerpt=post.excerpt,
        likes_count=post.likes_count,
        comments_count=post.comments_count,
        created_at=post.created_at,
    )


def _video_json(video: FoundVideo) -> FoundVideoJson:
    return FoundVideoJson(
        id=video.id,
        user=_author(video),
        title=video.title,
        duration=video.duration,
        views_count=video.views_count,
        created_at=video.created_at,
    )


def _stream_json(stream: FoundStream) -> FoundStreamJson:
    return FoundStreamJson.model_validate(
        {
            "id": stream.id,
            "user": _author(stream),
            "title": stream.title,
            "status": stream.status,
            "viewers_count": stream.viewers_count,
            "scheduled_at": stream.scheduled_at,
            "started_at": stream.started_at,
            "created_at": stream.created_at,
        }
    )


def _tag_json(tag: FoundTag) -> FoundTagJson:
    return FoundTagJson(id=tag.id, name=tag.name, posts_count=tag.posts_count)
