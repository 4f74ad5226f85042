"""Sign-in sessions: opaque 256-bit tokens of which only the SHA-256 is stored.

Implements `server.identity.Identities`. A session ends when it was not used for 14 days, 90 days
after it began, or at once when it is revoked. What was looked up is remembered for a few seconds
on this node; a revocation here forgets it, one on another node is noticed when that has passed.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from persistence.database import Database, Queryable
from persistence.sql import load_queries
from persistence.users import User
from server.identity import Identity, token_hash
from server.paging import Start

logger = structlog.get_logger(__name__)

_QUERIES = load_queries("auth_sessions")

TOKEN_BYTES = 32
IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
# A session's last use is written at most this often: a write per request would be most of its cost.
TOUCH_EVERY = timedelta(minutes=1)
REMEMBERED_S = 5.0
REMEMBERED_SESSIONS = 10_000
USER_AGENT_CHARS = 400


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. `token` is nowhere else: it is given once."""

    token: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its user is told of it."""

    id: int
    session_hash: bytes
    address: str | None
    user_agent: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class AuthSessions:
    """All sign-in sessions of the site, as this node sees them."""

    def __init__(self, database: Database, *, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._remembered: OrderedDict[bytes, tuple[float, Identity]] = OrderedDict()
        self._ended: list[Callable[[bytes], None]] = []
        self._changed: list[Callable[[int], None]] = []
        # Counts revocations, so that an answer read before one is not remembered after it.
        self._revocations = 0

    def on_session_ended(self, tell: Callable[[bytes], None]) -> None:
        """Call `tell(session_hash)` whenever a session is revoked on this node."""
        self._ended.append(tell)

    def on_user_changed(self, tell: Callable[[int], None]) -> None:
        """Call `tell(user_id)` whenever this node changes what somebody may do."""
        self._changed.append(tell)

    async def open(
        self, db: Queryable, user: User, *, address: str | None, user_agent: str | None
    ) -> SignedIn:
        """Begin a session for `user` and clear away the user's dead ones."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session_hash = token_hash(token)
        csrf_secret = secrets.token_bytes(TOKEN_BYTES)
        await db.execute(_QUERIES["clear"], user.id, IDLE)
        await db.execute(
            _QUERIES["open"],
            session_hash,
            user.id,
            csrf_secret,
            ipaddress.ip_address(address) if address else None,
            user_agent[:USER_AGENT_CHARS] if user_agent else None,
            ABSOLUTE,
        )
        identity = Identity(user.id, user.username, user.role, session_hash, csrf_secret.hex())
        return SignedIn(token, identity)

    async def by_token(self, token: str) -> Identity | None:
        """Return the user of a session that is neither expired nor revoked, or None."""
        return await self._by_hash(token_hash(token))

    async def is_valid(self, session_hash: bytes) -> bool:
        """Tell whether a session still stands. Never answers from memory."""
        self._remembered.pop(session_hash, None)
        return await self._by_hash(session_hash) is not None

    async def revoke(self, session_hash: bytes) -> None:
        """End a session at once."""
        await self._database.execute(_QUERIES["revoke"], session_hash)
        self.forget(session_hash)

    async def of_user(self, user_id: int, start: Start[int]) -> list[OpenSession]:
        """Return the user's sessions, newest first."""
        rows = await self._database.fetch(
            _QUERIES[start.way("list")], user_id, IDLE, start.key, start.limit
        )
        return [
            OpenSession(
                row["id"],
                bytes(row["token_hash"]),
                row["address"],
                row["user_agent"],
                row["created_at"],
                row["last_seen_at"],
                row["expires_at"],
            )
            for row in rows
        ]

    async def revoke_one(self, session_id: int, *, user_id: int) -> bool:
        """End one session of the user. False: the user has no such session."""
        session_hash = await self._database.fetchval(
            _QUERIES["revoke_one"], session_id, user_id, IDLE
        )
        if session_hash is None:
            return False
        self.forget(bytes(session_hash))
        return True

    async def revoke_all(
        self, db: Queryable, user_id: int, *, but: bytes | None = None
    ) -> list[bytes]:
        """End the user's sessions and return them: `forget` each after the commit."""
        rows = await db.fetch(_QUERIES["revoke_all"], user_id, but)
        return [bytes(row["token_hash"]) for row in rows]

    def forget(self, session_hash: bytes) -> None:
        """Drop what is remembered of a session that ended here, and say so."""
        self.drop(session_hash)
        for tell in self._ended:
            tell(session_hash)

    def reread(self, user_id: int) -> None:
        """Forget what was remembered of somebody whose role has changed; the sessions go on."""
        self.drop_user(user_id)
        for tell in self._changed:
            tell(user_id)

    def drop(self, session_hash: bytes) -> None:
        """Remember a session no more: another node has ended it."""
        self._revocations += 1
        self._remembered.pop(session_hash, None)

    def drop_all(self) -> None:
        """Remember nothing: what another node has ended may not have been heard."""
        self._revocations += 1
        self._remembered.clear()

    def drop_user(self, user_id: int) -> None:
        """Remember no session of this user: another node has changed what they may do."""
        self._revocations += 1
        for session_hash in [
            h for h, (_, who) in self._remembered.items() if who.user_id == user_id
        ]:
            del self._remembered[session_hash]

    async def _by_hash(self, session_hash: bytes) -> Identity | None:
        now = self._clock()
        if remembered := self._remembered.get(session_hash):
            until, identity = remembered
            if now < until:
                return identity
        revocations = self._revocations
        row = await self._database.fetchrow(_QUERIES["find"], session_hash, IDLE, TOUCH_EVERY)
        if row is None:
            return None
        if row["is_stale"]:
            await self._database.execute(_QUERIES["touch"], session_hash)
        identity = Identity(
            row["id"], row["username"], row["role"], session_hash, bytes(row["csrf_secret"]).hex()
        )
        if revocations == self._revocations:
            self._remember(identity, now + REMEMBERED_S)
        return identity

    def _remember(self, identity: Identity, until: float) -> None:
        self._remembered[identity.session_hash] = (until, identity)
        self._remembered.move_to_end(identity.session_hash)
        while len(self._remembered) > REMEMBERED_SESSIONS:
            self._remembered.popitem(last=False)
