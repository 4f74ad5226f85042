"""E-mail addresses: an account has the one that somebody proved by a link sent there."""

from __future__ import annotations

import structlog

from errors import InvalidToken
from persistence.auth_tokens import forget_tokens, issue_token, redeem_token
from persistence.database import Connection, Database
from persistence.users import set_email
from server import letters
from server.mail import Letter, Mail

logger = structlog.get_logger(__name__)


class EmailAddresses:
    """Sends links and takes them back. `site_url` is the site's own, never a request's: whoever
    asks for a letter must not choose where its link leads."""

    def __init__(self, database: Database, *, mail: Mail, site_url: str) -> None:
        self._database = database
        self._mail = mail
        self._site_url = site_url

    async def ask_for_proof(self, user_id: int, address: str, *, language: str) -> None:
        """Send a link to `address`; whoever follows it makes it the user's address.

        Whether another account has it is not told before that.
        """
        async with self._database.transaction() as connection:
            letter = await self.proof_letter(connection, user_id, address, language=language)
        self.send(letter)

    async def proof_letter(
        self, connection: Connection, user_id: int, address: str, *, language: str
    ) -> Letter:
        """Return the letter with the link, for `send` after the commit."""
        token = await issue_token(connection, user_id, purpose="verify_email", new_email=address)
        return letters.verification(
            self._site_url, user_id=user_id, address=address, token=token, language=language
        )

    def send(self, letter: Letter) -> None:
        """Send a letter of `proof_letter`."""
        self._mail.send_nowait(letter)

    async def prove(self, token: str, *, language: str) -> None:
        """Take a link back. Raises InvalidToken, EmailTaken."""
        async with self._database.transaction() as connection:
            redeemed = await redeem_token(connection, token, purpose="verify_email")
            if redeemed is None or redeemed.new_email is None:
                raise InvalidToken()
            user_id, address = redeemed.user_id, redeemed.new_email
            old_address = await set_email(connection, user_id, address)
            if old_address is None:
                raise InvalidToken()
            if old_address != address:
                # They were sent to an address that is not the account's any more.
                await forget_tokens(connection, user_id, purposes=["reset_password"])
        logger.info("address proved", user_id=user_id)
        if old_address.lower() != address.lower():
            self._mail.send_nowait(
                letters.address_changed(
                    self._site_url, user_id=user_id, address=old_address, language=language
                )
            )
