"""The REST edge of what one proves oneself with: the password and the e-mail address.

What changes them asks again who it is, and counts how often.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import StringConstraints

from errors import (
    EmailTaken,
    InvalidToken,
    Overloaded,
    ReauthenticationFailed,
    TooManyRequests,
    Unauthenticated,
)
from persistence.database import Database
from persistence.users import user_by_id
from server.account_routes import EMAIL_MAX_CHARS, EmailAddress
from server.email_addresses import EmailAddresses
from server.gate import Access, Gate
from server.letters import letter_language
from server.password_changes import PasswordChanges
from server.reauthentication import Reauthentication
from server.routing import Call, Reply, Route
from server.signing_in import (
    Otp,
    Password,
    Proof,
    SignedInJson,
    Token,
    address_of,
    signed_in_reply,
    user_agent_of,
)
from server.wire import Given, Line


class PasswordChange(Given):
    """Another password, with the present one and the second factor's code where there is one."""

    current_password: Password
    otp: Otp | None = None
    password: Password


class ResetRequest(Given):
    """Somebody who forgot the password, by user name or e-mail address."""

    login: Annotated[Line, StringConstraints(max_length=EMAIL_MAX_CHARS)]


class Reset(Given):
    """A new password, by the token of the letter."""

    token: Token
    password: Password


class AddressChange(Proof):
    """Another e-mail address, which a letter there proves."""

    email: EmailAddress


class AddressProof(Given):
    """The token of the letter."""

    token: Token


class CredentialRoutes:
    """Change and reset the password; change and prove the e-mail address."""

    def __init__(
        self,
        database: Database,
        *,
        passwords: PasswordChanges,
        addresses: EmailAddresses,
        reauthentication: Reauthentication,
        gate: Gate,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._addresses = addresses
        self._reauthentication = reauthentication
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "PUT",
                "/api/v1/users/me/password",
                self._change_password,
                summary="Change my password and sign out everywhere else",
                access=Access.SIGNED_IN,
                errors=(ReauthenticationFailed, TooManyRequests, Overloaded),
            ),
            Route(
                "POST",
                "/api/v1/password-resets",
                self._ask_for_reset,
                summary="Ask for a letter that sets a new password",
                access=Access.UNASKED,
                status=202,
                errors=(TooManyRequests,),
            ),
            Route(
                "POST",
                "/api/v1/password-resets/redeem",
                self._reset,
                summary="Set a new password by a letter and sign out everywhere",
                access=Access.UNASKED,
                status=204,
                errors=(InvalidToken, TooManyRequests, Overloaded),
            ),
            Route(
                "PUT",
                "/api/v1/users/me/email",
                self._change_address,
                summary="Ask for a letter that proves another e-mail address of mine",
                access=Access.SIGNED_IN,
                status=202,
                errors=(ReauthenticationFailed, TooManyRequests, Overloaded),
            ),
            Route(
                "POST",
                "/api/v1/users/me/email/verification",
                self._ask_for_proof,
                summary="Ask again for the letter that proves my e-mail address",
                access=Access.SIGNED_IN,
                status=202,
                errors=(TooManyRequests,),
            ),
            Route(
                "POST",
                "/api/v1/email-verifications/redeem",
                self._prove,
                summary="Prove an e-mail address by a letter",
                access=Access.UNASKED,
                status=204,
                errors=(InvalidToken, EmailTaken),
            ),
        ]

    async def _change_password(self, call: Call[PasswordChange, None]) -> Reply[SignedInJson]:
        body, user_id = call.body, call.signed_in.user_id
        await self._gate.spend(
            call.request, self._gate.limits.reauthentication_per_user, f"user:{user_id}"
        )
        await self._reauthentication.check(user_id, password=body.current_password, otp=body.otp)
        forwarded = self._gate.forwarded
        signed_in = await self._passwords.change(
            user_id,
            body.password,
            address=address_of(call.request, forwarded=forwarded),
            user_agent=user_agent_of(call.request),
            language=letter_language(call.request),
        )
        return signed_in_reply(call.request, signed_in, forwarded=forwarded)

    async def _ask_for_reset(self, call: Call[ResetRequest, None]) -> None:
        limits = self._gate.limits
        address = self._gate.address_key(call.request)
        await self._gate.spend(call.request, limits.reset_per_address, address)
        login = hashlib.sha256(call.body.login.casefold().encode()).hexdigest()
        await self._gate.spend(call.request, limits.reset_per_account, f"login:{login}")
        language = letter_language(call.request)
        self._passwords.ask_for_reset_nowait(call.body.login, language=language)

    async def _reset(self, call: Call[Reset, None]) -> None:
        # Hashing is dear, and nobody mistypes a link often.
        limits = self._gate.limits
        address = self._gate.address_key(call.request)
        await self._gate.spend(call.request, limits.sign_in_per_address, address)
        language = letter_language(call.request)
        await self._passwords.reset(call.body.token, call.body.password, language=language)

    async def _change_address(self, call: Call[AddressChange, None]) -> None:
        body, user_id = call.body, call.signed_in.user_id
        limits = self._gate.limits
        await self._gate.spend(call.request, limits.reauthentication_per_user, f"user:{user_id}")
        await self._reauthentication.check(user_id, password=body.password, otp=body.otp)
        await self._gate.spend(call.request, limits.mail_per_user, f"user:{user_id}")
        language = letter_language(call.request)
        await self._addresses.ask_for_proof(user_id, body.email, language=language)

    async def _ask_for_proof(self, call: Call[None, None]) -> None:
        user = await user_by_id(self._database, call.signed_in.user_id)
        if user is None:
            raise Unauthenticated()
        await self._gate.spend(call.request, self._gate.limits.mail_per_user, f"user:{user.id}")
        language = letter_language(call.request)
        await self._addresses.ask_for_proof(user.id, user.email, language=language)

    async def _prove(self, call: Call[AddressProof, None]) -> None:
        await self._addresses.prove(call.body.token, language=letter_language(call.request))
