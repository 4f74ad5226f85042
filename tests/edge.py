"""The REST edge for tests: a real server on a free port over a real PostgreSQL, and its clients."""

from __future__ import annotations

import itertools
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web

from collab.documents import open_documents
from collab.history_routes import HistoryRoutes
from collab.past import Pasts
from collab.suggestion_routes import SuggestionRoutes
from collab.version_routes import VersionRoutes
from community.avatar_routes import AvatarFiles, AvatarRoutes
from community.avatars import Avatars
from community.erasure_routes import ErasureRoutes
from community.erasures import Erasures
from community.follow_routes import FollowRoutes
from community.pictures import Pictures
from community.profile_routes import ProfileRoutes
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.history import HistoryStore
from persistence.notifications import Notifications
from persistence.objects import Objects, open_objects
from persistence.site_secrets import site_secret
from rooms.broadcasts import Broadcasts
from rooms.routes import RoomRoutes
from server.account_part import open_accounts
from server.app import build_app
from server.code_session_routes import CodeSessionRoutes
from server.connections import HEADER_TIMEOUT_S, open_http
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter, Policy
from server.metrics import Metrics
from server.pages import Pages
from server.reauthentication import Reauthentication
from server.routing import Route
from server.stream_routes import StreamRoutes
from server.stream_summary_routes import StreamSummaryRoutes
from tests.surroundings import (
    Announcements,
    Letters,
    NoOtherNodes,
    StoppedClock,
    Woken,
    no_stages,
)

STATIC = Path(__file__).parents[1] / "static"
PASSWORD = "correct horse battery"
GRACE_S = 30.0
SITE_URL = "https://live.example"
# A test may do in a second what takes a person an hour.
GENEROUS = Limits(
    sign_in_per_address=Policy("sign-in-address", 1_000, 60),
    sign_in_per_account=Policy("sign-in-account", 1_000, 60),
    sign_up_per_address=Policy("sign-up", 1_000, 60),
    reset_per_address=Policy("reset-address", 1_000, 60),
    reset_per_account=Policy("reset-account", 1_000, 60),
    mail_per_user=Policy("mail", 1_000, 60),
    second_factor_per_user=Policy("second-factor", 1_000, 60),
    reauthentication_per_user=Policy("reauthentication", 1_000, 60),
    pictures_per_user=Policy("pictures", 1_000, 60),
    requests=Policy("requests", 100_000, 60),
)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Client:
    """Somebody with a token, or nobody in particular."""

    http: aiohttp.ClientSession
    url: str
    token: str | None = None
    user_id: str = ""
    username: str = ""

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answer:
        """Send one request and return the answer, parsed if it is JSON."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        async with self.http.request(
            method, self.url + path, json=body, data=data, headers=sent, allow_redirects=False
        ) as response:
            is_json = "json" in response.content_type
            return Answer(
                response.status,
                response.headers,
                await response.json(content_type=None) if is_json else await response.text(),
            )


@dataclass(frozen=True)
class Parts:
    """What the routes of another package are built of."""

    database: Database
    gate: Gate
    cursors: Cursors
    sessions: AuthSessions
    broadcasts: Broadcasts
    announcements: Announcements


Extend = Callable[[Parts], tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]]
"""Returns the routes of another package: those of the API, and those beside it."""


def _nothing_more(_parts: Parts) -> tuple[Sequence[Route], Sequence[web.AbstractRouteDef]]:
    return (), ()


@dataclass
class Edge:
    """A served node's REST part."""

    url: str
    http: aiohttp.ClientSession
    database: Database
    sessions: AuthSessions
    broadcasts: Broadcasts
    announcements: Announcements
    routes: list[Route]
    collaborators_changed: list[int]
    limiter: Limiter
    limits: Limits
    letters: Letters
    avatars: Avatars
    erasures: Erasures
    objects: Objects
    woken: Woken
    clock: StoppedClock

    @property
    def nobody(self) -> Client:
        """A client that is not signed in."""
        return Client(self.http, self.url)

    async def person(self, username: str | None = None) -> Client:
        """Sign somebody up."""
        username = username or f"person_{next(_numbers)}"
        answer = await self.nobody.ask(
            "POST",
            "/api/v1/users",
            {"username": username, "email": f"{username}@mail.example", "password": PASSWORD},
        )
        assert answer.status == 201, answer
        # The first account is an admin; in tests whoever is one is made one.
        await self.database.execute(
            "UPDATE users SET role = 'member' WHERE username = $1", username
        )
        return Client(
            self.http, self.url, answer.body["token"], answer.body["user"]["id"], username
        )


@asynccontextmanager
async def open_edge(
    database: Database,
    *,
    limits: Limits = GENEROUS,
    trusted_proxies: tuple[str, ...] = (),
    static_dir: Path = STATIC,
    extra_routes: Sequence[Route] = (),
    extend: Extend = _nothing_more,
    header_timeout_s: float = HEADER_TIMEOUT_S,
) -> AsyncIterator[Edge]:
    """Serve the REST edge for the length of the block."""
    async with AsyncExitStack() as stack:
        forwarded = Forwarded(trusted_proxies=trusted_proxies, public_url=None)
        limiter = MemoryLimiter(clock=time.time)
        parts = await _parts(database, limiter=limiter, limits=limits, forwarded=forwarded)
        letters, clock = Letters(), StoppedClock(time.time())
        accounts = await stack.enter_async_context(
            open_accounts(
                database,
                sessions=parts.sessions,
                gate=parts.gate,
                cursors=parts.cursors,
                mail=letters,
                site_url=SITE_URL,
                clock=clock,
            )
        )
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        people = _People.of(parts, open_objects(None, data_dir=Path(folder)))
        changed: list[int] = []
        more, beside = extend(parts)
        routes = [
            *accounts.routes,
            *people.routes(accounts.reauthentication),
            *_stream_routes(parts, forwarded),
            *await stack.enter_async_context(_open_code_routes(parts, changed)),
            *extra_routes,
            *more,
        ]
        pages = Pages(static_dir, database=database, gate=parts.gate)
        app = build_app(routes, gate=parts.gate, pages=pages, metrics=Metrics())
        app.add_routes(people.files())
        app.add_routes(beside)
        port = await stack.enter_async_context(
            open_http(app, host="127.0.0.1", port=0, header_timeout_s=header_timeout_s)
        )
        http = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        )
        yield Edge(
            f"http://127.0.0.1:{port}",
            http,
            database,
            parts.sessions,
            parts.broadcasts,
            parts.announcements,
            routes,
            changed,
            limiter,
            limits,
            letters,
            people.avatars,
            people.erasures,
            people.objects,
            people.woken,
            clock,
        )


async def _parts(
    database: Database, *, limiter: Limiter, limits: Limits, forwarded: Forwarded
) -> Parts:
    sessions = AuthSessions(database, clock=time.monotonic)
    announcements = Announcements()
    broadcasts = Broadcasts(
        database,
        node_id=uuid.uuid4(),
        identities=sessions,
        announce=announcements,
        bus=NoOtherNodes(),
        grace_s=GRACE_S,
    )
    gate = Gate(sessions, limiter=limiter, limits=limits, forwarded=forwarded)
    cursors = Cursors(await site_secret(database, "cursors"))
    return Parts(database, gate, cursors, sessions, broadcasts, announcements)


@dataclass(frozen=True)
class _People:
    """Who people are: profiles, pictures, follows, erasures. Nothing of it runs by itself."""

    parts: Parts
    objects: Objects
    avatars: Avatars
    erasures: Erasures
    woken: Woken

    @classmethod
    def of(cls, parts: Parts, objects: Objects) -> _People:
        """Put them together."""
        erasures = Erasures(
            parts.database,
            sessions=parts.sessions,
            end_stream=parts.broadcasts.end,
            look_at_stages=no_stages,
        )
        avatars = Avatars(parts.database, objects=objects, pictures=Pictures())
        return cls(parts, objects, avatars, erasures, Woken())

    def routes(self, reauthentication: Reauthentication) -> list[Route]:
        """Return the addresses of the API."""
        database, gate = self.parts.database, self.parts.gate
        follows = FollowRoutes(
            database,
            cursors=self.parts.cursors,
            notifications=Notifications(database),
            inbox=self.woken,
            badges=Woken(),
            look_at_stages=no_stages,
        )
        erasing = ErasureRoutes(self.erasures, reauthentication=reauthentication, gate=gate)
        return [
            *ProfileRoutes(database).routes(),
            *AvatarRoutes(self.avatars, gate=gate).routes(),
            *follows.routes(),
            *erasing.routes(),
        ]

    def files(self) -> Sequence[web.AbstractRouteDef]:
        """Return the addresses of pictures."""
        return AvatarFiles(self.parts.database, objects=self.objects).routes()


def _stream_routes(parts: Parts, forwarded: Forwarded) -> list[Route]:
    streams = StreamRoutes(
        parts.database, broadcasts=parts.broadcasts, cursors=parts.cursors, forwarded=forwarded
    )
    return [
        *streams.routes(),
        *StreamSummaryRoutes(parts.database).routes(),
        *RoomRoutes(parts.database).routes(),
    ]


@asynccontextmanager
async def _open_code_routes(parts: Parts, changed: list[int]) -> AsyncIterator[list[Route]]:
    """Serve code sessions; `changed` gets those whose collaborators change."""
    database, cursors = parts.database, parts.cursors

    async def access_changed(session_id: int) -> None:
        changed.append(session_id)

    sessions = CodeSessionRoutes(
        database, announce=parts.announcements, access_changed=access_changed
    )
    pasts = Pasts(HistoryStore(database))
    async with open_documents(database, bus=NoOtherNodes(), identities=parts.sessions) as documents:
        history = HistoryRoutes(database, documents=documents, pasts=pasts, cursors=cursors)
        yield [
            *sessions.routes(),
            *SuggestionRoutes(database, cursors=cursors).routes(),
            *history.routes(),
            *VersionRoutes(database, pasts=pasts).routes(),
        ]


@pytest_asyncio.fixture
async def edge(database: Database) -> AsyncIterator[Edge]:
    """A served REST edge on a fresh database."""
    async with open_edge(database) as edge:
        yield edge
