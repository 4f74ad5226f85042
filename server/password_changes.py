"""New passwords: by those who know the old one, and by those who can read the account's mail.

Somebody who asks for a reset is told the same whether the account exists, and in the same time:
the request only leaves its login here, and looking it up is another turn's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from errors import InvalidToken, Unauthenticated, VibecastError
from persistence.auth_sessions import AuthSessions, SignedIn
from persistence.auth_tokens import find_token, forget_tokens, issue_token, redeem_token
from persistence.database import Database
from persistence.users import User, credentials, set_password_hash, user_by_id
from server import letters
from server.mail import Mail
from server.password_hashing import PasswordHashing
from server.passwords import check_password
from tasks import open_tasks

logger = structlog.get_logger(__name__)

WAITING_RESETS = 1_000


class PasswordChanges:
    """Changes and resets. Made by `open_password_changes`, which runs `run`."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: AuthSessions,
        hashing: PasswordHashing,
        mail: Mail,
        site_url: str,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._hashing = hashing
        self._mail = mail
        self._site_url = site_url
        self._asked: asyncio.Queue[tuple[str, str]] = asyncio.Queue(WAITING_RESETS)

    async def change(
        self,
        user_id: int,
        new_password: str,
        *,
        address: str | None,
        user_agent: str | None,
        language: str,
    ) -> SignedIn:
        """Set a new password, end every session, and begin a new one for who asked.

        Whoever calls has asked again who it is. Raises Unprocessable, Overloaded.
        """
        user = await user_by_id(self._database, user_id)
        if user is None:
            raise Unauthenticated()
        new_hash = await self._new_hash(user, new_password)
        async with self._database.transaction() as connection:
            await set_password_hash(connection, user.id, new_hash)
            await forget_tokens(connection, user.id, purposes=["reset_password", "sign_in"])
            ended = await self._sessions.revoke_all(connection, user.id)
            signed_in = await self._sessions.open(
                connection, user, address=address, user_agent=user_agent
            )
        self._changed(user, ended, language=language)
        return signed_in

    def ask_for_reset_nowait(self, login: str, *, language: str) -> None:
        """Send a link to the account of `login` soon, if there is one."""
        if self._asked.full():
            logger.error("password reset dropped", reason="too many are waiting")
            return
        self._asked.put_nowait((login, language))

    async def reset(self, token: str, new_password: str, *, language: str) -> None:
        """Set a new password by a link, and end every session.

        Raises InvalidToken, Unprocessable (which leaves the link usable), Overloaded.
        """
        found = await find_token(self._database, token, purpose="reset_password")
        user = await user_by_id(self._database, found.user_id) if found else None
        if user is None:
            raise InvalidToken()
        new_hash = await self._new_hash(user, new_password)
        async with self._database.transaction() as connection:
            if await redeem_token(connection, token, purpose="reset_password") is None:
                raise InvalidToken()
            await set_password_hash(connection, user.id, new_hash)
            await forget_tokens(connection, user.id, purposes=["sign_in"])
            ended = await self._sessions.revoke_all(connection, user.id)
        self._changed(user, ended, language=language)

    async def run(self) -> None:
        """Send the links that were asked for until cancelled."""
        while True:
            login, language = await self._asked.get()
            try:
                await self._send_link(login, language=language)
            except VibecastError as error:
                logger.warning("password reset not sent", error=error.code)

    async def _send_link(self, login: str, *, language: str) -> None:
        found = await credentials(self._database, login)
        if found is None or found.is_banned:
            logger.info("password reset asked for nobody")
            return
        user = found.user
        async with self._database.transaction() as connection:
            token = await issue_token(connection, user.id, purpose="reset_password")
        self._mail.send_nowait(
            letters.password_reset(
                self._site_url,
                user_id=user.id,
                address=user.email,
                token=token,
                language=language,
            )
        )

    async def _new_hash(self, user: User, new_password: str) -> str:
        check_password(new_password, username=user.username, email=user.email)
        return await self._hashing.hash(new_password)

    def _changed(self, user: User, ended: list[bytes], *, language: str) -> None:
        for session_hash in ended:
            self._sessions.forget(session_hash)
        logger.warning("password changed", user_id=user.id, sessions_ended=len(ended))
        self._mail.send_nowait(
            letters.password_changed(
                self._site_url, user_id=user.id, address=user.email, language=language
            )
        )


@asynccontextmanager
async def open_password_changes(
    database: Database,
    *,
    sessions: AuthSessions,
    hashing: PasswordHashing,
    mail: Mail,
    site_url: str,
) -> AsyncIterator[PasswordChanges]:
    """Send links for the length of the block."""
    changes = PasswordChanges(
        database, sessions=sessions, hashing=hashing, mail=mail, site_url=site_url
    )
    async with open_tasks(changes.run()):
        yield changes
