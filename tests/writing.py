"""The community's writing for tests: posts, comments, likes, tags and news on a served edge."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web

from community.atom_routes import AtomRoutes
from community.badges import Badges
from community.comment_routes import CommentRoutes
from community.feed_routes import FeedRoutes
from community.fetching import Fetcher, Place, open_fetcher
from community.like_routes import LikeRoutes
from community.media_files import MediaFiles
from community.media_routes import MediaRoutes
from community.news import News
from community.notifications import Inbox
from community.pictures import Pictures
from community.post_pictures import PostPictures
from community.post_routes import PostRoutes
from community.preview_routes import PreviewRoutes
from community.publishing import Publishing
from community.rendering import Rendering, open_rendering
from community.source_routes import SourceRoutes
from community.tag_routes import TagRoutes
from community.texts import Texts
from persistence.database import Database
from persistence.leaderboards import SqlLeaderboards
from persistence.notifications import Notifications
from persistence.objects import Objects, open_objects
from server.idempotency import Idempotency
from server.limits import Policy
from server.routing import Route
from tests.edge import Answer, Client, Edge, Extend, Parts, open_edge

WRITING = Policy("writing", 10_000, 60)
POST_PICTURES = Policy("post-pictures", 10_000, 60)

_numbers = itertools.count(1)


@dataclass
class Writing:
    """A served edge with all that people write, and shorthands."""

    edge: Edge
    news: News
    fetcher: Fetcher
    rendering: Rendering
    pictures: PostPictures
    objects: Objects
    told: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.edge.database

    async def person(self, username: str | None = None, role: str = "member") -> Client:
        """Sign somebody up and give them a role."""
        person = await self.edge.person(username)
        if role != "member":
            await self.database.execute(
                "UPDATE users SET role = $2 WHERE id = $1", int(person.user_id), role
            )
            signed_in = await self.edge.nobody.ask(
                "POST",
                "/api/v1/sessions",
                {"login": person.username, "password": "correct horse battery"},
            )
            person.token = signed_in.body["token"]
        return person


async def post(person: Client, content: str = "hello", **fields: object) -> dict[str, Any]:
    """Write a post and return it."""
    return _made(await person.ask("POST", "/api/v1/posts", {"content": content, **fields}))


async def comment(
    person: Client, on: str, content: str = "I see", parent_id: str | None = None
) -> dict[str, Any]:
    """Comment on what is at `/api/v1/{on}` and return the comment."""
    body = {"content": content, "parent_id": parent_id}
    return _made(await person.ask("POST", f"/api/v1/{on}/comments", body))


async def pages(person: Client, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """Return all pages of a list."""
    found: list[list[dict[str, Any]]] = []
    separator = "&" if "?" in path else "?"
    address: str | None = f"{path}{separator}limit={limit}"
    while address is not None:
        answer = await person.ask("GET", address)
        assert answer.status == 200, answer
        found.append(answer.body["items"])
        following = answer.body["next"]
        address = f"{path}{separator}limit={limit}&cursor={following}" if following else None
    return found


async def notices(database: Database, person: Client) -> list[tuple[str, str | None, int | None]]:
    """Return what somebody was notified of, the oldest first: type, what of, its id."""
    rows = await database.fetch(
        "SELECT type, related_type, related_id FROM notifications WHERE user_id = $1 ORDER BY id",
        int(person.user_id),
    )
    return [(row["type"], row["related_type"], row["related_id"]) for row in rows]


def _made(answer: Answer) -> dict[str, Any]:
    assert answer.status == 201, answer
    assert isinstance(answer.body, dict)
    return answer.body


@dataclass(frozen=True)
class _Served:
    """What the routes of writing are built of, and how often one may."""

    database: Database
    inbox: Inbox
    rendering: Rendering
    fetcher: Fetcher
    objects: Objects
    pictures: PostPictures
    writing: Policy
    post_pictures: Policy

    def routes(self, parts: Parts) -> tuple[list[Route], list[web.AbstractRouteDef]]:
        """Return the addresses of the API, and those beside it."""
        database, texts = self.database, Texts(self.database, self.rendering)
        notifications, idempotency = Notifications(database), Idempotency(database)
        publishing = Publishing(
            texts,
            notifications=notifications,
            inbox=self.inbox,
            # Asked to look, and never run: what badges follow is a matter of its own tests.
            badges=Badges(
                database,
                notifications=notifications,
                inbox=self.inbox,
                leaderboards=SqlLeaderboards(database),
            ),
            gate=parts.gate,
            writing=self.writing,
        )
        comments = CommentRoutes(
            database, publishing=publishing, idempotency=idempotency, cursors=parts.cursors
        )
        pictures = MediaRoutes(self.pictures, gate=parts.gate, policy=self.post_pictures)
        routes = [
            *PostRoutes(database, publishing=publishing, idempotency=idempotency).routes(),
            *comments.routes(),
            *PreviewRoutes(texts, gate=parts.gate, previews=self.writing).routes(),
            *LikeRoutes(database, notifications=notifications, inbox=self.inbox).routes(),
            *FeedRoutes(database, texts=texts, cursors=parts.cursors).routes(),
            *TagRoutes(database, cursors=parts.cursors).routes(),
            *SourceRoutes(database, fetcher=self.fetcher).routes(),
            *pictures.routes(),
        ]
        beside = [
            *AtomRoutes(database, texts=texts, gate=parts.gate).routes(),
            *MediaFiles(database, objects=self.objects, gate=parts.gate).routes(),
        ]
        return routes, beside


@asynccontextmanager
async def open_writing(
    database: Database,
    *,
    writing: Policy = WRITING,
    post_pictures: Policy = POST_PICTURES,
    also_allow: Sequence[Place] = (),
    also: Extend | None = None,
) -> AsyncIterator[Writing]:
    """Serve the edge with all that people write for the length of the block."""
    told: list[tuple[int, str, Mapping[str, Any]]] = []
    inbox = Inbox(Notifications(database), tell_user=lambda *event: told.append(event))
    async with AsyncExitStack() as stack:
        rendering = await stack.enter_async_context(open_rendering())
        fetcher = await stack.enter_async_context(open_fetcher(also_allow=also_allow))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        objects = open_objects(None, data_dir=folder)
        pictures = PostPictures(database, objects=objects, pictures=Pictures())
        served = _Served(
            database, inbox, rendering, fetcher, objects, pictures, writing, post_pictures
        )

        def extend(parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
            routes, beside = served.routes(parts)
            more = also(parts)[0] if also is not None else ()
            return [*routes, *more], beside

        edge = await stack.enter_async_context(open_edge(database, extend=extend))
        news = News(database, fetcher=fetcher, rendering=rendering)
        yield Writing(edge, news, fetcher, rendering, pictures, objects, told)


@pytest_asyncio.fixture
async def writing(database: Database) -> AsyncIterator[Writing]:
    """A served edge with all that people write, on a fresh database."""
    async with open_writing(database) as writing:
        yield writing
