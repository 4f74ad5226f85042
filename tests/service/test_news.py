"""News: feeds attached to tags by moderators become posts, each entry once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from community.fetching import open_fetcher
from community.news import News
from persistence.database import Database
from tests.edge import Client
from tests.writing import Writing, open_writing

SOURCES = "/api/v1/tags/rust/sources"


@dataclass
class Publisher:
    """A site with a feed, and what it was asked."""

    port: int = 0
    entries: list[str] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    broken: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed.xml"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("If-None-Match"))
        if self.broken:
            return web.Response(text="<html>a login page</html>")
        tag = f'"{len(self.entries)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        items = "".join(
            f"<item><guid>{each}</guid><title>Title {each}</title><link>/{each}</link>"
            f"<description>&lt;p&gt;About {each} #not-a-tag @mod&lt;/p&gt;</description></item>"
            for each in self.entries
        )
        return web.Response(
            text=f"<rss version='2.0'><channel><title>Some news</title>{items}</channel></rss>",
            headers={"ETag": tag},
        )


@asynccontextmanager
async def open_publisher() -> AsyncIterator[Publisher]:
    publisher = Publisher()
    app = web.Application()
    app.router.add_get("/feed.xml", publisher.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        publisher.port = server.port
        yield publisher


@asynccontextmanager
async def open_newsroom(database: Database) -> AsyncIterator[tuple[Writing, Publisher, Client]]:
    async with (
        open_publisher() as publisher,
        open_writing(database, also_allow=[("127.0.0.1", publisher.port)]) as writing,
    ):
        yield writing, publisher, await writing.person("mod", role="moderator")


async def attach(person: Client, url: str) -> dict[str, Any]:
    answer = await person.ask("POST", SOURCES, {"url": url})
    assert answer.status == 201, answer
    assert isinstance(answer.body, dict)
    return answer.body


async def make_due(database: Database) -> None:
    await database.execute("UPDATE tag_sources SET due_at = now()")


async def contents(writing: Writing) -> list[str]:
    answer = await writing.edge.nobody.ask("GET", "/api/v1/tags/rust/posts")
    return [each["content"].partition("]")[0][1:] for each in answer.body["items"]]


async def test_entries_become_posts_once(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        publisher.entries = ["2", "1"]
        made = await attach(mod, publisher.url)
        assert (made["title"], made["last_error"], made["fetched_at"]) == ("Some news", None, None)
        assert await writing.news.import_due() == 1
        assert await contents(writing) == ["Title 2", "Title 1"]
        assert await writing.news.import_due() == 0

        await make_due(database)
        await writing.news.import_due()
        assert publisher.asked == [None, None, '"2"']
        publisher.entries = ["3", "2", "1"]
        await make_due(database)
        await writing.news.import_due()
        assert await contents(writing) == ["Title 3", "Title 2", "Title 1"]

        listed = (await writing.edge.nobody.ask("GET", "/api/v1/feeds/latest")).body["items"]
        assert {each["user"]["username"] for each in listed} == {"news"}
        assert all(each["tags"] == ["rust"] for each in listed)
        assert f'href="http://127.0.0.1:{publisher.port}/3"' in listed[0]["content_html"]
        assert await database.fetchval("SELECT count(*) FROM notifications") == 0


async def test_new_feed_brings_its_latest_and_not_its_past(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        publisher.entries = [str(n) for n in range(50, 0, -1)]
        await attach(mod, publisher.url)
        await writing.news.import_due()
        assert await contents(writing) == [f"Title {n}" for n in range(50, 45, -1)]
        publisher.entries = ["51", *publisher.entries]
        await make_due(database)
        await writing.news.import_due()
        assert (await contents(writing))[:2] == ["Title 51", "Title 50"]
        assert len(await contents(writing)) == 6


async def test_nodes_that_import_at_once_post_once(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        publisher.entries = ["2", "1"]
        await attach(mod, publisher.url)
        places = [("127.0.0.1", publisher.port)]
        async with open_fetcher(also_allow=places) as fetcher:
            others = [
                News(database, fetcher=fetcher, rendering=writing.rendering) for _ in range(4)
            ]
            # Also when a lease ran out and two nodes really read the same source.
            for _ in range(2):
                await make_due(database)
                taken = await asyncio.gather(*(other.import_due() for other in others))
                assert sum(taken) >= 1
        assert await contents(writing) == ["Title 2", "Title 1"]
        assert await database.fetchval("SELECT count(*) FROM site_accounts") == 1


async def test_source_that_breaks_is_tried_less_and_less(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        publisher.entries = ["1"]
        await attach(mod, publisher.url)
        publisher.broken = True
        waits = []
        for _ in range(3):
            await make_due(database)
            await writing.news.import_due()
            waits.append(
                await database.fetchval(
                    "SELECT round(extract(epoch FROM due_at - now()) / 60) FROM tag_sources"
                )
            )
        assert waits == [10, 20, 40]
        (listed,) = (await mod.ask("GET", SOURCES)).body["items"]
        assert (listed["failures"], listed["last_error"]) == (
            3,
            "that is no feed: neither RSS 2.0 nor Atom",
        )
        publisher.broken = False
        await make_due(database)
        await writing.news.import_due()
        (listed,) = (await mod.ask("GET", SOURCES)).body["items"]
        assert (listed["failures"], listed["last_error"]) == (0, None)
        assert await contents(writing) == ["Title 1"]


async def test_feed_that_cannot_be_read_is_not_attached(database: Database) -> None:
    async with open_newsroom(database) as (_, publisher, mod):
        publisher.broken = True
        for url, reason in (
            (publisher.url, "neither RSS 2.0 nor Atom"),
            ("http://127.0.0.1/feed", "not on the open internet"),
            ("http://169.254.169.254/", "not on the open internet"),
            ("file:///etc/passwd", "only http and https"),
            ("http://[oops", ""),
        ):
            answer = await mod.ask("POST", SOURCES, {"url": url})
            assert answer.status == 422
            (error,) = answer.body["errors"]
            assert error["pointer"] == "/url" and reason in error["detail"]
        assert await database.fetchval("SELECT count(*) FROM tag_sources") == 0


async def test_only_moderators_see_and_change_sources(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        made = await attach(mod, publisher.url)
        twice = await mod.ask("POST", SOURCES, {"url": publisher.url})
        assert (twice.status, twice.body["code"]) == (409, "conflict")
        ann = await writing.person("ann")
        asked = len(publisher.asked)
        assert (await ann.ask("GET", SOURCES)).status == 403
        assert (await ann.ask("POST", SOURCES, {"url": publisher.url})).status == 403
        assert (await ann.ask("DELETE", f"{SOURCES}/{made['id']}")).status == 403
        assert len(publisher.asked) == asked
        assert (await mod.ask("DELETE", f"{SOURCES}/{made['id']}")).status == 204
        assert (await mod.ask("DELETE", f"{SOURCES}/{made['id']}")).status == 404


async def test_somebody_who_has_the_name_news_keeps_it(database: Database) -> None:
    async with open_newsroom(database) as (writing, publisher, mod):
        await writing.person("News")
        publisher.entries = ["1"]
        await attach(mod, publisher.url)
        await writing.news.import_due()
        (made,) = (await mod.ask("GET", "/api/v1/feeds/latest")).body["items"]
        assert made["user"]["username"] == "news_2"


async def test_feeds_that_come_and_go_stand_in_the_log(database: Database) -> None:
    async with open_newsroom(database) as (_, publisher, mod):
        made = await attach(mod, publisher.url)
        assert (await mod.ask("DELETE", f"{SOURCES}/{made['id']}")).status == 204
        rows = await database.fetch("SELECT actor_id, action, detail FROM moderation_log")
        detail = {"tag": "rust", "url": publisher.url}
        assert [tuple(row) for row in rows] == [
            (int(mod.user_id), action, detail) for action in ("attach_source", "detach_source")
        ]
