"""Asking again who it is before something that a stolen session must not do: another password,
another address, another second factor, the end of the account.
"""

from __future__ import annotations

import structlog

from errors import ReauthenticationFailed
from persistence.database import Database
from persistence.users import password_hash_of
from server.password_hashing import PasswordHashing
from server.second_factors import SecondFactors

logger = structlog.get_logger(__name__)


class Reauthentication:
    """Checks passwords and codes of people who are signed in. Whoever calls has counted the try."""

    def __init__(
        self, database: Database, *, hashing: PasswordHashing, factors: SecondFactors
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._factors = factors

    async def check(self, user_id: int, *, password: str, otp: str | None) -> None:
        """Pass if it is the user, with the second factor where there is one.

        Raises ReauthenticationFailed, Overloaded.
        """
        stored = await password_hash_of(self._database, user_id)
        if not (await self._hashing.verify(stored, password)).fits:
            logger.warning("reauthentication failed", user_id=user_id, reason="password")
            raise ReauthenticationFailed()
        if not (await self._factors.standing(user_id)).is_enabled:
            return
        if otp is None:
            raise ReauthenticationFailed("give the code of your second factor too")
        if not await self._factors.accepts(user_id, otp):
            logger.warning("reauthentication failed", user_id=user_id, reason="second factor")
            raise ReauthenticationFailed()
