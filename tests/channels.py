"""Channels served for tests: the REST edge and the rooms of one node, on one database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from aiohttp import web

from persistence.database import Database
from rooms.channel_routes import ChannelRoutes
from rooms.channels import Channels
from rooms.clearing_routes import ClearingRoutes
from rooms.clearings import Clearings
from rooms.people_routes import PeopleRoutes
from rooms.question_routes import QuestionRoutes
from rooms.site_term_routes import SiteTermRoutes
from server.routing import Route
from tests.edge import Answer, Client, Edge, Parts, open_edge
from tests.room_node import RoomNode, Visitor, go_live, open_room_node, visit


@dataclass
class Staffed:
    """A node with a channel: its streamer, a moderator, a viewer, and their rooms."""

    edge: Edge
    node: RoomNode
    owner: Client
    moderator: Client
    viewer: Client
    stream_id: int
    routes: list[Route] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.edge.database

    def visit(self, client: Client) -> AbstractAsyncContextManager[Visitor]:
        """Connect a socket of somebody."""
        return visit(self.node, token=client.token)

    async def ask(self, client: Client, method: str, path: str, body: Any = None) -> Answer:
        """Ask something about the streamer's channel."""
        return await client.ask(method, f"/api/v1/channels/{self.owner.username}{path}", body)

    async def hold(self, client: Client | None = None, **rules: Any) -> Answer:
        """Let rules hold; those not named stand as at first."""
        body = {
            "slow_mode_s": 0,
            "followers_only_minutes": None,
            "signed_in_only": False,
            "unique_messages": False,
            "links_allowed": True,
            "delay_s": 0,
            **rules,
        }
        return await self.ask(client or self.owner, "PUT", "/rules", body)

    async def log(self) -> list[dict[str, Any]]:
        """Return what was done in the channel, the latest first."""
        answer = await self.ask(self.owner, "GET", "/log")
        assert answer.status == 200, answer
        items: list[dict[str, Any]] = answer.body["items"]
        return items


@pytest_asyncio.fixture
async def staffed(database: Database) -> AsyncIterator[Staffed]:
    """A live stream with a streamer, a moderator and a viewer, on a fresh database."""
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_room_node(database))
        routes: list[Route] = []

        def also(parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
            channels = Channels(database, houses=node.rooms.houses)
            routes.extend(
                ChannelRoutes(database, channels=channels, cursors=parts.cursors).routes()
            )
            clearings = Clearings(
                database,
                channels=channels,
                rooms=node.rooms.live,
                commits=node.rooms.commits,
                houses=node.rooms.houses,
            )
            routes.extend(
                ClearingRoutes(database, clearings=clearings, cursors=parts.cursors).routes()
            )
            routes.extend(QuestionRoutes(database, cursors=parts.cursors).routes())
            routes.extend(SiteTermRoutes(database, houses=node.rooms.houses).routes())
            people = PeopleRoutes(database, rooms=node.rooms.live, cursors=parts.cursors)
            routes.extend(people.routes())
            return routes, ()

        edge = await stack.enter_async_context(open_edge(database, extend=also))
        owner, moderator, viewer = [await edge.person(name) for name in ("ann", "max", "bob")]
        stream_id = await go_live(database, "ann")
        await node.rooms.live.open(stream_id)
        site = Staffed(edge, node, owner, moderator, viewer, stream_id, routes)
        appointed = await site.ask(owner, "PUT", "/moderators/max")
        assert appointed.status == 204, appointed
        yield site
