"""The REST edge of accounts: /api/v1/users and /api/v1/sessions."""

from __future__ import annotations

import hashlib
from typing import Annotated

from aiohttp import web
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints

from errors import EmailTaken, Forbidden, NameTaken, Overloaded, TooManyRequests, Unauthenticated
from persistence.auth_sessions import SignedIn
from persistence.database import Database
from persistence.users import user_by_id
from server.accounts import Accounts
from server.cookies import clear_session_cookie, set_session_cookie
from server.forwarded import UNKNOWN_ADDRESS
from server.gate import Access, Gate
from server.routing import Call, Reply, Route
from server.wire import USERNAME_PATTERN, Given, Id, Line, Text, Time, Told, UserJson

EMAIL_MAX_CHARS = 254
# Longer than any password we take, so that the rules can say what is wrong with it.
PASSWORD_INPUT_CHARS = 1024


def _email(text: str) -> str:
    try:
        # Syntax only: asking the DNS would let anybody make this server ask anything. Addresses
        # inside one's own network are fine.
        return validate_email(
            text, check_deliverability=False, globally_deliverable=False, test_environment=True
        ).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


class NewAccount(Given):
    """Somebody who signs up."""

    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)]
    email: Annotated[str, StringConstraints(max_length=EMAIL_MAX_CHARS), AfterValidator(_email)]
    password: Annotated[str, StringConstraints(max_length=PASSWORD_INPUT_CHARS)]


class SignIn(Given):
    """Somebody who signs in, by user name or e-mail address in any case."""

    login: Annotated[Line, StringConstraints(max_length=EMAIL_MAX_CHARS)]
    password: Annotated[Text, StringConstraints(max_length=PASSWORD_INPUT_CHARS)]


class SignedInJson(Told):
    """A session that has just begun. The token is told this once."""

    user: UserJson
    token: str
    csrf_token: str


class MeJson(Told):
    """The account that asks."""

    id: Id
    username: str
    user: UserJson
    email: str
    role: str
    created_at: Time
    csrf_token: str


class AccountRoutes:
    """Sign up, sign in, sign out, me."""

    def __init__(self, accounts: Accounts, *, database: Database, gate: Gate) -> None:
        self._accounts = accounts
        self._database = database
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
                errors=(Unauthenticated, Forbidden, TooManyRequests, Overloaded),
            ),
            Route(
                "DELETE",
                "/api/v1/sessions/current",
                self._sign_out,
                summary="Sign out",
                access=Access.SIGNED_IN,
                status=204,
            ),
            Route(
                "GET",
                "/api/v1/users/me",
                self._me,
                summary="Who am I",
                access=Access.SIGNED_IN,
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
            address=self._address(call.request),
            user_agent=_user_agent(call.request),
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
            address=self._address(call.request),
            user_agent=_user_agent(call.request),
        )
        return self._signed_in(call.request, signed_in)

    async def _sign_out(self, call: Call[None, None]) -> Reply[None]:
        await self._accounts.sign_out(call.signed_in)
        secure = self._gate.forwarded.is_secure(call.request)
        return Reply(None, finish=lambda response: clear_session_cookie(response, secure=secure))

    async def _me(self, call: Call[None, None]) -> MeJson:
        identity = call.signed_in
        user = await user_by_id(self._database, identity.user_id)
        if user is None:
            raise Unauthenticated()
        return MeJson(
            id=user.id,
            username=user.username,
            user=UserJson(id=user.id, username=user.username),
            email=user.email,
            role=user.role,
            created_at=user.created_at,
            csrf_token=identity.csrf_token,
        )

    def _signed_in(self, request: web.Request, signed_in: SignedIn) -> Reply[SignedInJson]:
        identity = signed_in.identity
        secure = self._gate.forwarded.is_secure(request)
        return Reply(
            SignedInJson(
                user=UserJson(id=identity.user_id, username=identity.username),
                token=signed_in.token,
                csrf_token=identity.csrf_token,
            ),
            finish=lambda response: set_session_cookie(response, signed_in.token, secure=secure),
        )

    def _address(self, request: web.Request) -> str | None:
        address = self._gate.forwarded.client_address(request)
        return None if address == UNKNOWN_ADDRESS else address.partition("%")[0]


def _user_agent(request: web.Request) -> str | None:
    given = request.headers.get("User-Agent")
    # What is not UTF-8 arrives as lone surrogates, which the database would refuse.
    return given.encode(errors="replace").decode() if given else None
