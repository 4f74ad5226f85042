"""What the routes that begin a session have in common: where it came from, and how it is told."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import StringConstraints

from persistence.auth_sessions import SignedIn
from server.cookies import set_session_cookie
from server.forwarded import UNKNOWN_ADDRESS, Forwarded
from server.routing import Reply
from server.wire import Given, Text, Told, UserJson

# Longer than any password we take, so that the rules can say what is wrong with it.
PASSWORD_INPUT_CHARS = 1024
# A recovery code with its hyphens is 19 long.
OTP_INPUT_CHARS = 40
TOKEN_INPUT_CHARS = 100

Password = Annotated[Text, StringConstraints(max_length=PASSWORD_INPUT_CHARS)]
Otp = Annotated[Text, StringConstraints(min_length=1, max_length=OTP_INPUT_CHARS)]
Token = Annotated[Text, StringConstraints(min_length=1, max_length=TOKEN_INPUT_CHARS)]


class Proof(Given):
    """Who it is, asked again: the password, and the second factor's code where there is one."""

    password: Password
    otp: Otp | None = None


class SignedInJson(Told):
    """A session that has just begun. The token is told this once."""

    user: UserJson
    token: str
    csrf_token: str


def signed_in_reply(
    request: web.Request, signed_in: SignedIn, *, forwarded: Forwarded
) -> Reply[SignedInJson]:
    """Return the answer that tells a new session, and gives browsers its cookie."""
    identity = signed_in.identity
    secure = forwarded.is_secure(request)
    return Reply(
        SignedInJson(
            user=UserJson(id=identity.user_id, username=identity.username),
            token=signed_in.token,
            csrf_token=identity.csrf_token,
        ),
        finish=lambda response: set_session_cookie(response, signed_in.token, secure=secure),
    )


def address_of(request: web.Request, *, forwarded: Forwarded) -> str | None:
    """Return the client's address as it is noted with a session."""
    address = forwarded.client_address(request)
    return None if address == UNKNOWN_ADDRESS else address.partition("%")[0]


def user_agent_of(request: web.Request) -> str | None:
    """Return the client's program as it is noted with a session."""
    given = request.headers.get("User-Agent")
    # What is not UTF-8 arrives as lone surrogates, which the database would refuse.
    return given.encode(errors="replace").decode() if given else None
