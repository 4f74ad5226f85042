"""Second factors: TOTP (RFC 6238) and recovery codes. A time step counts once, a recovery code
counts once, and no secret is asked for before its user has shown to have it.

Whoever calls has counted the try: a code has only six digits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import structlog

from errors import ReauthenticationFailed, SecondFactorEnabled, SecondFactorMissing
from persistence.auth_factors import (
    Standing,
    begin_totp,
    remove_factors,
    replace_recovery_codes,
    standing_of,
    totp_of,
    use_recovery_code,
    use_step,
)
from persistence.database import Database
from server.sealing import Sealing

logger = structlog.get_logger(__name__)

ISSUER = "Vibecast"
STEP_S = 30
# One step early or late: clocks differ, and typing takes a while.
DRIFT_STEPS = 1
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
_TOTP_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class BegunFactor:
    """What an authenticator app is given."""

    secret: str
    uri: str


class SecondFactors:
    """Everybody's second factors."""

    def __init__(self, database: Database, *, sealing: Sealing, clock: Callable[[], float]) -> None:
        self._database = database
        self._sealing = sealing
        self._clock = clock

    async def standing(self, user_id: int) -> Standing:
        """Return whether the user signs in in two steps."""
        return await standing_of(self._database, user_id)

    async def begin(self, user_id: int, *, username: str) -> BegunFactor:
        """Make a secret for the user to confirm. Raises SecondFactorEnabled."""
        secret = pyotp.random_base32()
        sealed = self._sealing.seal(secret.encode(), owner_id=user_id)
        if not await begin_totp(self._database, user_id, sealed):
            raise SecondFactorEnabled()
        uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)
        return BegunFactor(secret, uri)

    async def confirm(self, user_id: int, code: str) -> list[str]:
        """Ask for the second factor from now on, and return the recovery codes.

        Raises SecondFactorMissing, SecondFactorEnabled, ReauthenticationFailed.
        """
        factor = await totp_of(self._database, user_id)
        if factor is None:
            raise SecondFactorMissing()
        if factor.is_confirmed:
            raise SecondFactorEnabled()
        step = self._step_of(factor.sealed_secret, user_id, code)
        codes = _recovery_codes()
        async with self._database.transaction() as connection:
            if step is None or not await use_step(connection, factor.id, step):
                raise ReauthenticationFailed("the code does not fit, or was used before")
            await replace_recovery_codes(connection, user_id, [_code_hash(each) for each in codes])
        logger.info("second factor enabled", user_id=user_id)
        return codes

    async def accepts(self, user_id: int, code: str) -> bool:
        """Use up a code: of the app, or one of the recovery codes."""
        if _TOTP_CODE.fullmatch(code) is None:
            used = await use_recovery_code(self._database, user_id, _code_hash(code))
            if used:
                logger.warning("recovery code used", user_id=user_id)
            return used
        factor = await totp_of(self._database, user_id)
        if factor is None or not factor.is_confirmed:
            return False
        step = self._step_of(factor.sealed_secret, user_id, code)
        return step is not None and await use_step(self._database, factor.id, step)

    async def renew_recovery_codes(self, user_id: int) -> list[str]:
        """Return new recovery codes in place of those before. Raises SecondFactorMissing."""
        codes = _recovery_codes()
        async with self._database.transaction() as connection:
            if not (await standing_of(connection, user_id)).is_enabled:
                raise SecondFactorMissing()
            await replace_recovery_codes(connection, user_id, [_code_hash(each) for each in codes])
        return codes

    async def disable(self, user_id: int) -> None:
        """Sign in with the password alone from now on. Raises SecondFactorMissing."""
        async with self._database.transaction() as connection:
            if await totp_of(connection, user_id) is None:
                raise SecondFactorMissing()
            await remove_factors(connection, user_id)
        logger.warning("second factor disabled", user_id=user_id)

    def _step_of(self, sealed_secret: bytes, user_id: int, code: str) -> int | None:
        """Return the step, near enough to now, whose code this is."""
        totp = pyotp.TOTP(self._sealing.open(sealed_secret, owner_id=user_id).decode())
        now = int(self._clock()) // STEP_S
        for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
            if hmac.compare_digest(totp.generate_otp(step), code):
                return step
        return None


def _recovery_codes() -> list[str]:
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _code_hash(code: str) -> bytes:
    # As people type it: in any case, with or without the hyphens.
    letters = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(letters.encode()).digest()
