"""Accounts: signing up, in and out. Knows nothing of HTTP; whoever calls has counted the try.

An unknown user and a wrong password get the same answer after the same work. Who has a second
factor is asked for it when the password was right; a challenge then stands in for the password.
"""

from __future__ import annotations

import structlog

from errors import (
    Forbidden,
    InvalidToken,
    SecondFactorRequired,
    SecondFactorWrong,
    Unauthenticated,
)
from persistence.auth_sessions import AuthSessions, SignedIn
from persistence.auth_tokens import find_token, issue_token, redeem_token
from persistence.database import Connection, Database, Queryable
from persistence.users import (
    User,
    add_user,
    credentials,
    is_first_account,
    replace_password_hash,
    suspension_of,
    user_by_id,
)
from server.email_addresses import EmailAddresses
from server.identity import Identity
from server.password_hashing import PasswordHashing
from server.passwords import check_password
from server.second_factors import SecondFactors

logger = structlog.get_logger(__name__)


class Accounts:
    """Everybody who may sign in."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: AuthSessions,
        hashing: PasswordHashing,
        factors: SecondFactors,
        addresses: EmailAddresses,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._hashing = hashing
        self._factors = factors
        self._addresses = addresses

    async def sign_up(
        self,
        *,
        username: str,
        email: str,
        password: str,
        address: str | None,
        user_agent: str | None,
        language: str,
    ) -> SignedIn:
        """Add an account and sign it in. The first of an installation is an admin.

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
                role="admin" if await is_first_account(connection) else "member",
            )
            signed_in = await self._sessions.open(
                connection, user, address=address, user_agent=user_agent
            )
            letter = await self._addresses.proof_letter(
                connection, user.id, user.email, language=language
            )
        self._addresses.send(letter)
        logger.info("signed up", user_id=user.id)
        return signed_in

    async def sign_in(
        self,
        login: str,
        password: str,
        *,
        otp: str | None,
        address: str | None,
        user_agent: str | None,
    ) -> SignedIn:
        """Begin a session.

        Raises Unauthenticated, Forbidden for a banned account, SecondFactorRequired with the
        challenge for `finish_sign_in`, SecondFactorWrong, Overloaded.
        """
        found = await credentials(self._database, login)
        stored = found.password_hash if found else None
        verified = await self._hashing.verify(stored, password)
        if found is None or stored is None or not verified.fits:
            logger.warning("sign-in failed", user_id=found.user.id if found else None)
            raise Unauthenticated("wrong user name, e-mail address or password")
        if found.is_banned:
            logger.warning("sign-in refused", user_id=found.user.id, reason="banned")
            raise await _suspended(self._database, found.user.id)
        if verified.is_outdated:
            renewed = await self._hashing.hash(password)
            await replace_password_hash(self._database, found.user.id, old=stored, new=renewed)
        user = found.user
        if (await self._factors.standing(user.id)).is_enabled:
            if otp is None:
                challenge = await issue_token(self._database, user.id, purpose="sign_in")
                raise SecondFactorRequired(members={"challenge": challenge})
            await self._check_second_factor(user.id, otp)
        async with self._database.transaction() as connection:
            return await self._begin(connection, user, address=address, user_agent=user_agent)

    async def challenged(self, challenge: str) -> int:
        """Return whose sign-in waits for its second step. Raises InvalidToken."""
        found = await find_token(self._database, challenge, purpose="sign_in")
        if found is None:
            raise InvalidToken("the sign-in took too long; begin it again")
        return found.user_id

    async def finish_sign_in(
        self, challenge: str, otp: str, *, address: str | None, user_agent: str | None
    ) -> SignedIn:
        """Begin the session whose password was right. Raises InvalidToken, SecondFactorWrong,
        Forbidden."""
        await self._check_second_factor(await self.challenged(challenge), otp)
        async with self._database.transaction() as connection:
            redeemed = await redeem_token(connection, challenge, purpose="sign_in")
            user = await user_by_id(connection, redeemed.user_id) if redeemed else None
            if user is None:
                raise InvalidToken("the sign-in took too long; begin it again")
            if await suspension_of(connection, user.id) is not None:
                raise await _suspended(connection, user.id)
            return await self._begin(connection, user, address=address, user_agent=user_agent)

    async def _check_second_factor(self, user_id: int, otp: str) -> None:
        if not await self._factors.accepts(user_id, otp):
            logger.warning("sign-in failed", user_id=user_id, reason="second factor")
            raise SecondFactorWrong()

    async def _begin(
        self, connection: Connection, user: User, *, address: str | None, user_agent: str | None
    ) -> SignedIn:
        signed_in = await self._sessions.open(
            connection, user, address=address, user_agent=user_agent
        )
        logger.info("signed in", user_id=user.id)
        return signed_in

    async def sign_out(self, identity: Identity) -> None:
        """End the session that asked."""
        await self._sessions.revoke(identity.session_hash)
        logger.info("signed out", user_id=identity.user_id)


async def _suspended(db: Queryable, user_id: int) -> Forbidden:
    """Return what somebody is told who proved to be a suspended account's owner."""
    suspension = await suspension_of(db, user_id)
    sentence = "this account is suspended"
    if suspension is not None and suspension.until is not None:
        sentence += f" until {suspension.until:%Y-%m-%d %H:%M} UTC"
    if suspension is not None and suspension.reason is not None:
        sentence += f": {suspension.reason}"
    return Forbidden(sentence)
