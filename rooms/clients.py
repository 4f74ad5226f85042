"""The clients of this node: who may connect, what of theirs is understood, when they are ended.

Knows connections by their Engine.IO session and reaches them by their outlet; knows nothing of
packets, of rooms or of chat.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import structlog
from aiohttp import web

from errors import BadMessage, TooManyRequests, Unauthenticated, Unavailable, VibecastError
from rooms.bus import Bus, Subscription
from rooms.connected import Client, Connection
from rooms.events import Caller, ClientEvent
from rooms.frames import ack_packet, join_frames
from rooms.inbox import WAITING_EVENTS, Inbox, Request
from rooms.limits import Allowances, Rate, Tally, TokenBucket
from rooms.outlet import LIMIT_BYTES, Outlet
from rooms.refusals import error_answer, farewell
from rooms.session_checks import SessionChecks
from rooms.socket_packets import connected_packet
from server.identity import Identities, Identity

logger = structlog.get_logger(__name__)

SWEEP_S = 5.0
# A connection that has not said who it is by then is closed.
INTRODUCTION_S = 20.0

# RFC 6455 section 7.4.1, and 1012/1013 of its registry: both say "come back", 1008 does not.
_SERVICE_RESTART = 1012
_TRY_AGAIN_LATER = 1013
_POLICY_VIOLATION = 1008

_EVENTS = Rate(per_s=10, burst=40)
_MISTAKES = Rate(per_s=0.1, burst=20)
_REFUSALS = Rate(per_s=5, burst=200)
_USER_EVENTS = Rate(per_s=20, burst=80)
_ADDRESS_EVENTS = Rate(per_s=400, burst=4_000)
_ADDRESS_CONNECTIONS = Rate(per_s=10, burst=400)

_CONNECTION_ID_BYTES = 15


class Door(Protocol):
    """What the HTTP edge knows about a request."""

    def allowed_origins(self, request: web.Request) -> Collection[str]:
        """Return the origins, exactly written, whose pages may connect."""

    def session_cookie(self, request: web.Request) -> str | None:
        """Return the session token that the browser sent by itself."""

    def client_address(self, request: web.Request) -> str:
        """Return the address that limits count."""


class Audience(Protocol):
    """Those who speak to clients: told who comes and goes."""

    def came(self, caller: Caller, outlet: Outlet) -> None:
        """A client is connected; `outlet` reaches it."""

    def went(self, connection_id: str) -> None:
        """The client is gone: forget it. May be called for a client that never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLimits:
    """What one client, user or address may do."""

    events: Rate = _EVENTS
    """Events of one connection; one too many is answered with too-many-requests."""
    mistakes: Rate = _MISTAKES
    """Malformed and unknown events of one connection; one too many ends it."""
    refusals: Rate = _REFUSALS
    """Events beyond `events`; one too many ends the connection."""
    user_events: Rate = _USER_EVENTS
    """Events of one user, however many tabs."""
    address_events: Rate = _ADDRESS_EVENTS
    """Events of one address, however many people: a school is one address."""
    address_connections: Rate = _ADDRESS_CONNECTIONS
    """New connections of one address: each may cost a look at the database."""
    sockets_per_user: int = 20
    sockets_per_address: int = 200
    outlet_bytes: int = LIMIT_BYTES
    """How far behind a client may be before it is cut."""


@dataclass(frozen=True, slots=True)
class ClientStatistics:
    """Counted since the start, but for `clients`."""

    clients: int
    events: int
    malformed: int
    unknown: int
    refused: int
    cut_slow: int
    cut_abusive: int


class Lines(Protocol):
    """The connections themselves."""

    def hang_up(self, eio_sid: str, *, code: int, farewell: bytes) -> None:
        """Say `farewell` and close. Safe to call for a connection that is gone."""


class Clients:
    """Everybody connected. `answer` gives the ack of a request and never raises."""

    def __init__(
        self,
        identities: Identities,
        *,
        events: Iterable[ClientEvent[Any]],
        answer: Callable[[Caller, Request], Awaitable[Mapping[str, Any]]],
        door: Door,
        audience: Audience,
        lines: Lines,
        bus: Bus,
        limits: ClientLimits,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._identities = identities
        self._events: Mapping[str, ClientEvent[Any]] = {event.name: event for event in events}
        self._answer_request = answer
        self._door = door
        self._audience = audience
        self._lines = lines
        self._session_checks = SessionChecks(
            identities,
            bus=bus,
            clients=self._everybody,
            end=lambda eio_sid: self._hang_up(
                eio_sid, _POLICY_VIOLATION, "session-ended", "This session has ended."
            ),
        )
        self._limits = limits
        self._tasks = tasks
        self._connections: dict[str, Connection] = {}  # by Engine.IO session
        self._user_events = Allowances(limits.user_events)
        self._address_events = Allowances(limits.address_events)
        self._address_connections = Allowances(limits.address_connections)
        self._sockets_per_user = Tally(limits.sockets_per_user)
        self._sockets_per_address = Tally(limits.sockets_per_address)
        self._is_closing = False
        self._counts = dict.fromkeys(
            ("events", "malformed", "unknown", "refused", "cut_slow", "cut_abusive"), 0
        )

    # Connections, as the edge tells of them.

    def connection_opened(self, eio_sid: str, request: web.Request) -> None:
        """Count a connection. Raises Unavailable or TooManyRequests."""
        if self._is_closing:
            raise Unavailable("The server is closing.")
        address = self._door.client_address(request)
        may_come = self._address_connections.take(address, now=time.monotonic())
        if not may_come or not self._sockets_per_address.add(address):
            raise TooManyRequests("Too many connections from this address.")
        cookie = self._door.session_cookie(request) if _is_from_own_page(request) else None
        self._connections[eio_sid] = Connection(address, cookie, now=time.monotonic())

    def connection_closed(self, eio_sid: str) -> None:
        """Forget a connection."""
        self.client_went(eio_sid)
        if (connection := self._connections.pop(eio_sid, None)) is not None:
            self._sockets_per_address.remove(connection.address)

    def introduction_began(self, eio_sid: str) -> bool:
        """Take note that a connection says who it is; False when it has done so before."""
        connection = self._connections.get(eio_sid)
        if connection is None or connection.early is not None or connection.client is not None:
            return False
        connection.early = []
        return True

    async def client_came(
        self, eio_sid: str, outlet: Outlet, *, auth: Mapping[str, Any] | None
    ) -> None:
        """Admit a client that has said who it is and tell it so, or raise a VibecastError."""
        connection = self._connections.get(eio_sid)
        if connection is None:
            raise Unavailable  # it hung up while we looked
        try:
            identity = await self._identify(connection.cookie, auth)
            if self._is_closing or self._connections.get(eio_sid) is not connection:
                raise Unavailable
            if identity and not self._sockets_per_user.add(identity.user_id):
                raise TooManyRequests("You have too many connections open; close a tab.")
        finally:
            early, connection.early = connection.early, None
        caller = Caller(secrets.token_urlsafe(_CONNECTION_ID_BYTES), identity)
        inbox = Inbox(self._tasks, lambda request: self._answer(client, request))
        now = time.monotonic()
        events = TokenBucket(self._limits.events, now=now)
        client = Client(caller, outlet, inbox, events=events, now=now)
        connection.client = client
        self._audience.came(caller, outlet)
        outlet.offer(join_frames([connected_packet(caller.connection_id)]))
        for ack_id, arguments in early or ():
            self.event_came(eio_sid, ack_id, arguments)

    def client_went(self, eio_sid: str) -> None:
        """Forget a client. Safe to call twice."""
        connection = self._connections.get(eio_sid)
        if connection is None or connection.client is None:
            return
        client, connection.client = connection.client, None
        connection.opened_at = time.monotonic()
        client.inbox.drop_waiting()
        if client.caller.identity:
            self._sockets_per_user.remove(client.caller.identity.user_id)
        self._audience.went(client.caller.connection_id)

    async def _identify(
        self, cookie: str | None, auth: Mapping[str, Any] | None
    ) -> Identity | None:
        token = auth.get("token") if auth else None
        if token is not None:
            identity = await self._identities.by_token(token) if isinstance(token, str) else None
            if identity is None:
                raise Unauthenticated("This session has ended; sign in again.")
            return identity
        # An old cookie is not an error: its page may still watch.
        return await self._identities.by_token(cookie) if cookie is not None else None

    # Events.

    def event_came(self, eio_sid: str, ack_id: int | None, arguments: Any) -> None:
        """Check one event and give it its place in the client's inbox."""
        connection = self._connections.get(eio_sid)
        if connection is None or self._is_closing:
            return
        client = connection.client
        if client is None:
            if connection.early is not None and len(connection.early) < WAITING_EVENTS:
                connection.early.append((ack_id, arguments))
            return
        now = time.monotonic()
        if not self._may_speak(connection, client, now=now):
            self._counts["refused"] += 1
            refusal = TooManyRequests("Too many events; slow down.", retry_after_s=1)
            self._tell(client, ack_id, refusal)
            if client.refusals is None:
                client.refusals = TokenBucket(self._limits.refusals, now=now)
            if not client.refusals.take(now):
                self._cut_abusive(eio_sid)
            return
        try:
            request = self._understand(ack_id, arguments)
        except BadMessage as error:
            self._tell(client, ack_id, error)
            self._count_mistake(eio_sid, connection, now=now)
            return
        if not client.inbox.offer(request):
            self._counts["refused"] += 1
            full = TooManyRequests("Too many events wait for their turn.", retry_after_s=1)
            self._tell(client, ack_id, full)

    def _may_speak(self, connection: Connection, client: Client, *, now: float) -> bool:
        """Count an event against its connection, its user and its address."""
        identity = client.caller.identity
        return (
            client.events.take(now)
            and (identity is None or self._user_events.take(identity.user_id, now=now))
            and self._address_events.take(connection.address, now=now)
        )

    def nonsense_came(self, eio_sid: str) -> None:
        """Cut a connection that speaks another language: what follows would be no better."""
        self._counts["malformed"] += 1
        if eio_sid in self._connections:
            self._cut_abusive(eio_sid, "bad-message", "This is not Socket.IO as spoken here.")

    def _count_mistake(self, eio_sid: str, connection: Connection, *, now: float) -> None:
        self._counts["malformed"] += 1
        if connection.mistakes is None:
            connection.mistakes = TokenBucket(self._limits.mistakes, now=now)
        if not connection.mistakes.take(now):
            self._cut_abusive(eio_sid)

    def _understand(self, ack_id: int | None, arguments: Any) -> Request:
        event = self._events.get(arguments[0])
        if event is None:
            self._counts["unknown"] += 1
            raise BadMessage("There is no such event.")
        payload = arguments[1] if len(arguments) > 1 else {}
        try:
            # Not strict: ids come as decimal strings, as they stand in our JSON, or as numbers.
            return Request(event, msgspec.convert(payload, event.payload, strict=False), ack_id)
        except msgspec.ValidationError as error:
            raise BadMessage(str(error)) from error

    async def _answer(self, client: Client, request: Request) -> None:
        self._counts["events"] += 1
        answer = await self._answer_request(client.caller, request)
        # Nothing may wait between the answer and its ack: see ClientEvent.
        if request.ack_id is not None:
            client.outlet.offer(join_frames([ack_packet(request.ack_id, answer)]))

    def _tell(self, client: Client, ack_id: int | None, error: VibecastError) -> None:
        if ack_id is not None:
            client.outlet.offer(join_frames([ack_packet(ack_id, error_answer(error))]))

    # Endings.

    def outlet_overflowed(self, eio_sid: str) -> None:
        """Cut a client that is too far behind; it resyncs when it returns."""
        self._counts["cut_slow"] += 1
        logger.info("client cut", reason="slow-client", connection=eio_sid)
        self._hang_up(eio_sid, _TRY_AGAIN_LATER, "slow-client", "This connection is too slow.")

    def _cut_abusive(
        self, eio_sid: str, reason: str = "too-many-errors", detail: str = "Too many faulty events."
    ) -> None:
        self._counts["cut_abusive"] += 1
        logger.info("client cut", reason=reason, connection=eio_sid)
        self._hang_up(eio_sid, _POLICY_VIOLATION, reason, detail)

    def end_session(self, session_hash: bytes) -> None:
        """End the connections of a session that was revoked, on every node."""
        self._session_checks.end_session(session_hash)

    def _everybody(self) -> Iterator[tuple[str, Client]]:
        for eio_sid, connection in self._connections.items():
            if connection.client is not None:
                yield eio_sid, connection.client

    def _hang_up(self, eio_sid: str, code: int, reason: str, detail: str) -> None:
        self.client_went(eio_sid)
        self._lines.hang_up(eio_sid, code=code, farewell=farewell(reason, detail))

    def close(self) -> None:
        """Tell everybody that the node closes, and hang up. What they asked for still commits."""
        self._is_closing = True
        for eio_sid in list(self._connections):
            self._hang_up(
                eio_sid, _SERVICE_RESTART, "shutdown", "The server restarts; reconnect in a moment."
            )

    # What goes on by itself.

    def hear_revocations(self) -> Subscription:
        """End sessions that other nodes were told to end."""
        return self._session_checks.hear()

    async def sweep(self) -> None:
        """Close who never introduced itself; ask again whether sessions still stand."""
        while True:
            await asyncio.sleep(SWEEP_S)
            now = time.monotonic()
            late = [
                eio_sid
                for eio_sid, connection in self._connections.items()
                if connection.client is None and connection.opened_at < now - INTRODUCTION_S
            ]
            for eio_sid in late:
                self._hang_up(eio_sid, _POLICY_VIOLATION, "no-introduction", "Nothing was said.")
            for allowances in (
                self._user_events,
                self._address_events,
                self._address_connections,
            ):
                allowances.prune(now=now)
            try:
                await self.check_sessions(now=now)
            except VibecastError as error:
                logger.warning("sessions could not be checked", error=error.code)

    async def check_sessions(self, *, now: float) -> None:
        """End the clients whose session was due to be looked at and no longer stands."""
        await self._session_checks.check(now=now)

    def statistics(self) -> ClientStatistics:
        """Return what was counted."""
        return ClientStatistics(
            clients=sum(c.client is not None for c in self._connections.values()), **self._counts
        )


def _is_from_own_page(request: web.Request) -> bool:
    """Tell whether a browser vouches that our own page asks.

    Foreign origins have been refused already. Browsers leave Origin out of same-origin GETs,
    which is how HTTP polling begins, but then say so in Sec-Fetch-Site, which pages cannot set.
    """
    return "Origin" in request.headers or request.headers.get("Sec-Fetch-Site") == "same-origin"
