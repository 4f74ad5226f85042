"""A whole node, built as `run.py` builds it, on a test's own database and loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest_asyncio
from aiohttp import web

from persistence.database import Database
from run import open_site
from server.connections import open_http
from server.settings import read_settings
from tests.edge import PASSWORD, Client


@dataclass(frozen=True)
class Site:
    """A whole node, served."""

    app: web.Application
    http: aiohttp.ClientSession
    url: str
    database: Database

    @property
    def nobody(self) -> Client:
        """A client that is not signed in."""
        return Client(self.http, self.url)

    async def person(self, username: str, role: str = "member") -> Client:
        """Sign somebody up who has a role."""
        form = {"username": username, "email": f"{username}@mail.example", "password": PASSWORD}
        answer = await self.nobody.ask("POST", "/api/v1/users", form)
        assert answer.status == 201, answer
        await self.database.execute(
            "UPDATE users SET role = $2 WHERE username = $1", username, role
        )
        user_id = answer.body["user"]["id"]
        return Client(self.http, self.url, answer.body["token"], user_id, username)


@pytest_asyncio.fixture
async def whole_site(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Every part of a node, as `run.py` builds it."""
    async with open_whole_site(database, database_url, data_dir=tmp_path) as site:
        yield site


@asynccontextmanager
async def open_whole_site(
    database: Database, database_url: str, *, data_dir: Path, redis_url: str | None = None
) -> AsyncIterator[Site]:
    """Serve a node for the length of the block; with a Redis it is one of several."""
    environment = {
        "DATABASE_URL": database_url,
        "VIBECAST_HOST": "127.0.0.1",
        "VIBECAST_MEDIA_PORT": "0",
        "VIBECAST_DATA_DIR": str(data_dir),
        "VIBECAST_TRUSTED_PROXIES": "127.0.0.1",
    }
    if redis_url is not None:
        environment["REDIS_URL"] = redis_url
    async with (
        open_site(read_settings([], environment)) as app,
        open_http(app, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Site(app, http, f"http://127.0.0.1:{port}", database)
