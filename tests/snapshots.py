"""Streams that have pictures, for tests of what live streams look like."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest_asyncio
from aiohttp import web

from community.pictures import Pictures
from community.snapshot_routes import SnapshotRoutes
from persistence.database import Database
from persistence.snapshots import Snapshots
from server.routing import Route
from tests.edge import Edge, Parts, open_edge


@pytest_asyncio.fixture
async def snapshot_edge(database: Database) -> AsyncIterator[Edge]:
    """An edge where streams have pictures."""

    def extend(parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
        routes = SnapshotRoutes(Snapshots(database), pictures=Pictures(), gate=parts.gate)
        return routes.routes(), routes.files()

    async with open_edge(database, extend=extend) as edge:
        yield edge
