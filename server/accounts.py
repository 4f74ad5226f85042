"""Accounts: signing up, in and out. Knows nothing of HTTP; whoever calls has counted the try.

An unknown user and a wrong password get the same answer after the same work.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from errors import Forbidden, Unauthenticated
from persistence.auth_sessions import AuthSessions, SignedIn
from persistence.database import Database
from persistence.users import add_user, credentials, replace_password_hash
from server.identity import Identity
from server.password_hashing import PasswordHashing
from server.passwords import check_password

logger = structlog.get_logger(__name__)


class Accounts:
    """Everybody who may sign in."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: AuthSessions,
        hashing: PasswordHashing,
        admins: Iterable[str] = (),
    ) -> None:
        """`admins`: the user names whose accounts are admins from their sign-up on."""
        self._admins = frozenset(name.lower() for name in admins)
        self._database = database
        self._sessions = sessions
        self._hashing = hashing

    async def sign_up(
        self,
        *,
        username: str,
        email: str,
        password: str,
        address: str | None,
        user_agent: str | None,
    ) -> SignedIn:
        """Add an account and sign it in.

        Raises NameTaken, EmailTaken, Unprocessable, Overloaded.
        """
        check_password(password, username=username, email=email)
        password_hash = await self._hashing.hash(password)
        async with self._database.transaction() as connection:
            user = await add_user(
                connection,
                username=username,
                email=email,
                password_hash=password_hash,
                role="admin" if username.lower() in self._admins else "member",
            )
            signed_in = await self._sessions.open(
                connection, user, address=address, user_agent=user_agent
            )
        logger.info("signed up", user_id=user.id)
        return signed_in

    async def sign_in(
        self, login: str, password: str, *, address: str | None, user_agent: str | None
    ) -> SignedIn:
        """Begin a session. Raises Unauthenticated, Forbidden for a banned account, Overloaded."""
        found = await credentials(self._database, login)
        stored = found.password_hash if found else None
        verified = await self._hashing.verify(stored, password)
        if found is None or stored is None or not verified.fits:
            logger.warning("sign-in failed", user_id=found.user.id if found else None)
            raise Unauthenticated("wrong user name, e-mail address or password")
        if found.is_banned:
            logger.warning("sign-in refused", user_id=found.user.id, reason="banned")
            raise Forbidden("this account is suspended")
        if verified.is_outdated:
            renewed = await self._hashing.hash(password)
            await replace_password_hash(self._database, found.user.id, old=stored, new=renewed)
        async with self._database.transaction() as connection:
            signed_in = await self._sessions.open(
                connection, found.user, address=address, user_agent=user_agent
            )
        logger.info("signed in", user_id=found.user.id)
        return signed_in

    async def sign_out(self, identity: Identity) -> None:
        """End the session that asked."""
        await self._sessions.revoke(identity.session_hash)
        logger.info("signed out", user_id=identity.user_id)
