"""The REST edge of the second factor: /api/v1/users/me/second-factor."""

from __future__ import annotations

from errors import (
    Overloaded,
    ReauthenticationFailed,
    SecondFactorEnabled,
    SecondFactorMissing,
    TooManyRequests,
)
from server.gate import Access, Gate
from server.reauthentication import Reauthentication
from server.routing import Call, Route
from server.second_factors import SecondFactors
from server.signing_in import Otp, Proof
from server.wire import Given, Told


class Confirmation(Given):
    """A code of the app, which shows that it has the secret."""

    otp: Otp


class StandingJson(Told):
    """Whether I sign in in two steps."""

    is_enabled: bool
    recovery_codes_left: int


class BegunFactorJson(Told):
    """What the authenticator app is given; told this once."""

    secret: str
    uri: str


class RecoveryCodesJson(Told):
    """Each signs in once in place of the app; told this once."""

    recovery_codes: list[str]


class SecondFactorRoutes:
    """Enable and disable the second factor, and renew its recovery codes."""

    def __init__(
        self, factors: SecondFactors, *, reauthentication: Reauthentication, gate: Gate
    ) -> None:
        self._factors = factors
        self._reauthentication = reauthentication
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        mine = "/api/v1/users/me/second-factor"
        proving = (ReauthenticationFailed, TooManyRequests, Overloaded)
        return [
            Route(
                "GET",
                mine,
                self._standing,
                summary="See whether I sign in in two steps",
                access=Access.SIGNED_IN,
            ),
            Route(
                "POST",
                mine,
                self._begin,
                summary="Get a secret for an authenticator app",
                access=Access.SIGNED_IN,
                status=201,
                errors=(SecondFactorEnabled, *proving),
            ),
            Route(
                "POST",
                mine + "/confirm",
                self._confirm,
                summary="Show that the app has the secret, and sign in in two steps from now on",
                access=Access.SIGNED_IN,
                errors=(
                    SecondFactorMissing,
                    SecondFactorEnabled,
                    ReauthenticationFailed,
                    TooManyRequests,
                ),
            ),
            Route(
                "DELETE",
                mine,
                self._disable,
                summary="Sign in with the password alone from now on",
                access=Access.SIGNED_IN,
                status=204,
                errors=(SecondFactorMissing, *proving),
            ),
            Route(
                "POST",
                mine + "/recovery-codes",
                self._renew,
                summary="Replace my recovery codes",
                access=Access.SIGNED_IN,
                errors=(SecondFactorMissing, *proving),
            ),
        ]

    async def _standing(self, call: Call[None, None]) -> StandingJson:
        standing = await self._factors.standing(call.signed_in.user_id)
        return StandingJson(
            is_enabled=standing.is_enabled, recovery_codes_left=standing.recovery_codes
        )

    async def _begin(self, call: Call[Proof, None]) -> BegunFactorJson:
        await self._prove(call)
        identity = call.signed_in
        begun = await self._factors.begin(identity.user_id, username=identity.username)
        return BegunFactorJson(secret=begun.secret, uri=begun.uri)

    async def _confirm(self, call: Call[Confirmation, None]) -> RecoveryCodesJson:
        user_id = call.signed_in.user_id
        await self._gate.spend(
            call.request, self._gate.limits.second_factor_per_user, f"user:{user_id}"
        )
        return RecoveryCodesJson(recovery_codes=await self._factors.confirm(user_id, call.body.otp))

    async def _disable(self, call: Call[Proof, None]) -> None:
        await self._prove(call)
        await self._factors.disable(call.signed_in.user_id)

    async def _renew(self, call: Call[Proof, None]) -> RecoveryCodesJson:
        await self._prove(call)
        codes = await self._factors.renew_recovery_codes(call.signed_in.user_id)
        return RecoveryCodesJson(recovery_codes=codes)

    async def _prove(self, call: Call[Proof, None]) -> None:
        user_id = call.signed_in.user_id
        await self._gate.spend(
            call.request, self._gate.limits.reauthentication_per_user, f"user:{user_id}"
        )
        await self._reauthentication.check(user_id, password=call.body.password, otp=call.body.otp)
