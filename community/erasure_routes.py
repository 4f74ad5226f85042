"""The REST edge of the end of one's account: DELETE /api/v1/users/me."""

from __future__ import annotations

from typing import Literal

from community.erasures import Erasures
from errors import Overloaded, ReauthenticationFailed, TooManyRequests
from server.cookies import clear_session_cookie
from server.gate import Access, Gate
from server.reauthentication import Reauthentication
from server.routing import Call, Reply, Route
from server.signing_in import Proof


class Farewell(Proof):
    """Who it is, asked again, and what becomes of posts, comments and videos."""

    content: Literal["keep", "delete"]


class ErasureRoutes:
    """End one's account."""

    def __init__(
        self, erasures: Erasures, *, reauthentication: Reauthentication, gate: Gate
    ) -> None:
        self._erasures = erasures
        self._reauthentication = reauthentication
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "DELETE",
                "/api/v1/users/me",
                self._erase,
                summary="Erase my account",
                access=Access.SIGNED_IN,
                status=204,
                errors=(ReauthenticationFailed, TooManyRequests, Overloaded),
            )
        ]

    async def _erase(self, call: Call[Farewell, None]) -> Reply[None]:
        user_id = call.signed_in.user_id
        limits = self._gate.limits
        await self._gate.spend(call.request, limits.reauthentication_per_user, f"user:{user_id}")
        await self._reauthentication.check(user_id, password=call.body.password, otp=call.body.otp)
        await self._erasures.erase(user_id, erases_content=call.body.content == "delete")
        secure = self._gate.forwarded.is_secure(call.request)
        return Reply(None, finish=lambda response: clear_session_cookie(response, secure=secure))
