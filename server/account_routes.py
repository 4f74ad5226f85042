"""The REST edge of accounts: /api/v1/users and /api/v1/sessions."""

from __future__ import annotations

import hashlib
from typing import Annotated

from aiohttp import web
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints

from errors import (
    EmailTaken,
    Forbidden,
    InvalidToken,
    NameTaken,
    Overloaded,
    SecondFactorRequired,
    SecondFactorWrong,
    TooManyRequests,
    Unauthenticated,
)
from persistence.auth_sessions import SignedIn
from server.accounts import Accounts
from server.cookies import clear_session_cookie
from server.gate import Access, Gate
from server.letters import letter_language
from server.routing import Call, Reply, Route
from server.signing_in import (
    PASSWORD_INPUT_CHARS,
    Otp,
    Password,
    SignedInJson,
    Token,
    address_of,
    signed_in_reply,
    user_agent_of,
)
from server.wire import USERNAME_PATTERN, Given, Line

EMAIL_MAX_CHARS = 254


def _address(text: str) -> str:
    try:
        # Syntax only: asking the DNS would let anybody make this server ask anything. Addresses
        # inside one's own network are fine.
        return validate_email(
            text, check_deliverability=False, globally_deliverable=False, test_environment=True
        ).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


EmailAddress = Annotated[
    str, StringConstraints(max_length=EMAIL_MAX_CHARS), AfterValidator(_address)
]


class NewAccount(Given):
    """Somebody who signs up."""

    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)]
    email: EmailAddress
    password: Annotated[str, StringConstraints(max_length=PASSWORD_INPUT_CHARS)]


class SignIn(Given):
    """Somebody who signs in, by user name or e-mail address in any case."""

    login: Annotated[Line, StringConstraints(max_length=EMAIL_MAX_CHARS)]
    password: Password
    otp: Otp | None = None
    """The second factor's code, or a recovery code, where the account has one."""


class SecondStep(Given):
    """The second step of a sign-in whose first was answered `second-factor-required`."""

    challenge: Token
    otp: Otp


class AccountRoutes:
    """Sign up, sign in, sign out."""

    def __init__(self, accounts: Accounts, *, gate: Gate) -> None:
        self._accounts = accounts
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                "/api/v1/users",
                self._sign_up,
                summary="Sign up",
                access=Access.UNASKED,
                status=201,
                errors=(NameTaken, EmailTaken, TooManyRequests, Overloaded),
            ),
            Route(
                "POST",
                "/api/v1/sessions",
                self._sign_in,
                summary="Sign in",
                access=Access.UNASKED,
                status=201,
                errors=(
                    Unauthenticated,
                    SecondFactorRequired,
                    SecondFactorWrong,
                    Forbidden,
                    TooManyRequests,
                    Overloaded,
                ),
            ),
            Route(
                "POST",
                "/api/v1/sessions/second-factor",
                self._second_step,
                summary="Finish a sign-in with the second factor",
                access=Access.UNASKED,
                status=201,
                errors=(InvalidToken, SecondFactorWrong, Forbidden, TooManyRequests),
            ),
            Route(
                "DELETE",
                "/api/v1/sessions/current",
                self._sign_out,
                summary="Sign out",
                access=Access.SIGNED_IN,
                status=204,
            ),
        ]

    async def _sign_up(self, call: Call[NewAccount, None]) -> Reply[SignedInJson]:
        limits = self._gate.limits
        address = self._gate.address_key(call.request)
        await self._gate.spend(call.request, limits.sign_up_per_address, address)
        signed_in = await self._accounts.sign_up(
            username=call.body.username,
            email=call.body.email,
            password=call.body.password,
            address=address_of(call.request, forwarded=self._gate.forwarded),
            user_agent=user_agent_of(call.request),
            language=letter_language(call.request),
        )
        return self._signed_in(call.request, signed_in)

    async def _sign_in(self, call: Call[SignIn, None]) -> Reply[SignedInJson]:
        limits = self._gate.limits
        address = self._gate.address_key(call.request)
        await self._gate.spend(call.request, limits.sign_in_per_address, address)
        # By what was typed, not by whom it finds: which name and address belong together is
        # nobody's business.
        login = hashlib.sha256(call.body.login.casefold().encode()).hexdigest()
        await self._gate.spend(call.request, limits.sign_in_per_account, f"login:{login}")
        signed_in = await self._accounts.sign_in(
            call.body.login,
            call.body.password,
            otp=call.body.otp,
            address=address_of(call.request, forwarded=self._gate.forwarded),
            user_agent=user_agent_of(call.request),
        )
        return self._signed_in(call.request, signed_in)

    async def _second_step(self, call: Call[SecondStep, None]) -> Reply[SignedInJson]:
        limits = self._gate.limits
        address = self._gate.address_key(call.request)
        await self._gate.spend(call.request, limits.sign_in_per_address, address)
        user_id = await self._accounts.challenged(call.body.challenge)
        await self._gate.spend(call.request, limits.second_factor_per_user, f"user:{user_id}")
        signed_in = await self._accounts.finish_sign_in(
            call.body.challenge,
            call.body.otp,
            address=address_of(call.request, forwarded=self._gate.forwarded),
            user_agent=user_agent_of(call.request),
        )
        return self._signed_in(call.request, signed_in)

    async def _sign_out(self, call: Call[None, None]) -> Reply[None]:
        await self._accounts.sign_out(call.signed_in)
        secure = self._gate.forwarded.is_secure(call.request)
        return Reply(None, finish=lambda response: clear_session_cookie(response, secure=secure))

    def _signed_in(self, request: web.Request, signed_in: SignedIn) -> Reply[SignedInJson]:
        return signed_in_reply(request, signed_in, forwarded=self._gate.forwarded)
