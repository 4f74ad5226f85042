"""The REST edge for tests: a real server on a free port over a real PostgreSQL, and its clients."""

from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
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
from server.account_routes import AccountRoutes
from server.accounts import Accounts
from server.app import build_app
from server.code_session_routes import CodeSessionRoutes
from server.connections import HEADER_TIMEOUT_S, open_http
from server.credential_routes import CredentialRoutes
from server.cursors import Cursors
from server.email_addresses import EmailAddresses
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter, Policy
from server.mail import Letter
from server.metrics import Metrics
from server.pages import Pages
from server.password_changes import open_password_changes
from server.password_hashing import open_password_hashing
from server.reauthentication import Reauthentication
from server.routing import Route
from server.sealing import Sealing
from server.second_factor_routes import SecondFactorRoutes
from server.second_factors import SecondFactors
from server.session_routes import SessionRoutes
from server.stream_routes import StreamRoutes
from server.stream_summary_routes import StreamSummaryRoutes

STATIC = Path(__file__).parents[1] / "static"
PASSWORD = "correct horse battery"
GRACE_S = 30.0
SITE_URL = "https://live.example"
LETTER_TIMEOUT_S = 10.0
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


class NoOtherNodes:
    """The bus of a node that stands alone."""

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Nobody listens."""

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> NoOtherNodes:
        """Nobody speaks."""
        return self

    def close(self) -> None:
        """There is nothing to end."""


@dataclass
class Announcements:
    """Keeps what rooms are told, in order."""

    told: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)

    def __call__(
        self,
        stream_id: int,
        event: str,
        payload: Mapping[str, Any],
        *,
        latest_of: str | None = None,
    ) -> None:
        self.told.append((stream_id, event, payload))


class Letters:
    """A mailbox that takes every letter, for tests that are not about mail servers."""

    def __init__(self) -> None:
        self._sent: dict[str, asyncio.Queue[Letter]] = {}

    def send_nowait(self, letter: Letter) -> None:
        """Keep `letter` for its reader."""
        self._of(letter.address).put_nowait(letter)

    async def wait_letter(self, address: str, subject: str) -> Letter:
        """Return the next letter to `address` whose subject holds `subject`."""
        async with asyncio.timeout(LETTER_TIMEOUT_S):
            while subject not in (letter := await self._of(address).get()).subject:
                pass
        return letter

    async def wait_token(self, address: str, subject: str) -> str:
        """Return the token of the next such letter's link."""
        letter = await self.wait_letter(address, subject)
        found = re.search(r"#token=(\S+)", letter.text)
        assert found is not None
        return found[1]

    def is_empty(self, address: str) -> bool:
        """Tell whether nothing waits for the reader at `address`."""
        return self._of(address).empty()

    def _of(self, address: str) -> asyncio.Queue[Letter]:
        return self._sent.setdefault(address, asyncio.Queue())


@dataclass
class StoppedClock:
    """The clock of second factors: it stands still, so that no code grows old in between."""

    now: float

    def __call__(self) -> float:
        return self.now


@dataclass
class Woken:
    """Keeps who was to be told of notifications."""

    user_ids: list[int] = field(default_factory=list)

    def wake(self, user_ids: Iterable[int]) -> None:
        self.user_ids.extend(user_ids)


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


async def no_stages(_user_ids: Collection[int]) -> None:
    """There are none here, so nobody has to leave one."""


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
        hashing = await stack.enter_async_context(open_password_hashing())
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
        forwarded = Forwarded(trusted_proxies=trusted_proxies, public_url=None)
        limiter = MemoryLimiter(clock=time.time)
        gate = Gate(sessions, limiter=limiter, limits=limits, forwarded=forwarded)
        cursors = Cursors(await site_secret(database, "cursors"))
        more, beside = extend(Parts(database, gate, cursors, sessions, broadcasts, announcements))
        changed: list[int] = []

        async def access_changed(session_id: int) -> None:
            changed.append(session_id)

        code_sessions = CodeSessionRoutes(
            database, announce=announcements, access_changed=access_changed
        )
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        letters = Letters()
        addresses = EmailAddresses(database, mail=letters, site_url=SITE_URL)
        sealing = Sealing(await site_secret(database, "second-factors"))
        clock = StoppedClock(time.time())
        factors = SecondFactors(database, sealing=sealing, clock=clock)
        reauthentication = Reauthentication(database, hashing=hashing, factors=factors)
        passwords = await stack.enter_async_context(
            open_password_changes(
                database, sessions=sessions, hashing=hashing, mail=letters, site_url=SITE_URL
            )
        )
        objects = open_objects(None, data_dir=data_dir)
        avatars = Avatars(database, objects=objects, pictures=Pictures())
        erasures = Erasures(
            database, sessions=sessions, end_stream=broadcasts.end, look_at_stages=no_stages
        )
        woken = Woken()
        accounts = Accounts(
            database,
            sessions=sessions,
            hashing=hashing,
            factors=factors,
            addresses=addresses,
        )
        documents = await stack.enter_async_context(
            open_documents(database, bus=NoOtherNodes(), identities=sessions)
        )
        pasts = Pasts(HistoryStore(database))
        routes = [
            *AccountRoutes(accounts, gate=gate).routes(),
            *ProfileRoutes(database).routes(),
            *SessionRoutes(database, sessions=sessions, cursors=cursors).routes(),
            *CredentialRoutes(
                database,
                passwords=passwords,
                addresses=addresses,
                reauthentication=reauthentication,
                gate=gate,
            ).routes(),
            *SecondFactorRoutes(factors, reauthentication=reauthentication, gate=gate).routes(),
            *AvatarRoutes(avatars, gate=gate).routes(),
            *FollowRoutes(
                database,
                cursors=cursors,
                notifications=Notifications(database),
                inbox=woken,
                badges=Woken(),
                look_at_stages=no_stages,
            ).routes(),
            *ErasureRoutes(erasures, reauthentication=reauthentication, gate=gate).routes(),
            *StreamRoutes(
                database, broadcasts=broadcasts, cursors=cursors, forwarded=forwarded
            ).routes(),
            *StreamSummaryRoutes(database).routes(),
            *code_sessions.routes(),
            *RoomRoutes(database).routes(),
            *SuggestionRoutes(database, cursors=cursors).routes(),
            *HistoryRoutes(database, documents=documents, pasts=pasts, cursors=cursors).routes(),
            *VersionRoutes(database, pasts=pasts).routes(),
            *extra_routes,
            *more,
        ]
        pages = Pages(static_dir, database=database, gate=gate)
        app = build_app(routes, gate=gate, pages=pages, metrics=Metrics())
        app.add_routes(AvatarFiles(database, objects=objects).routes())
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
            sessions,
            broadcasts,
            announcements,
            routes,
            changed,
            limiter,
            limits,
            letters,
            avatars,
            erasures,
            objects,
            woken,
            clock,
        )


@pytest_asyncio.fixture
async def edge(database: Database) -> AsyncIterator[Edge]:
    """A served REST edge on a fresh database."""
    async with open_edge(database) as edge:
        yield edge
