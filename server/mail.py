"""Mail: short letters that hold a link. Sent through an SMTP server, or, on a development node that
has none, written to the log; a node that serves a public address without SMTP sends nothing and
says so.

Letters wait in memory, a bounded number of them, and are tried a few times. One that is lost is
asked for again by its reader; keeping them on disk would keep their links there too.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

logger = structlog.get_logger(__name__)

WAITING_LETTERS = 1_000
SMTP_TIMEOUT_S = 15.0
RETRY_S: Sequence[float] = (2.0, 15.0, 60.0)
SUBMISSION_PORT = 587
# Trying again would change nothing: nobody has the address, or it cannot be written into a letter.
_FINAL = (aiosmtplib.SMTPRecipientsRefused, ValueError)
TLS_PORT = 465
CANCEL_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one user. The log names the user, never the address."""

    user_id: int
    address: str
    subject: str
    text: str


class Mail(Protocol):
    """Takes letters. Sending is somebody else's turn: nobody waits for a mail server."""

    def send_nowait(self, letter: Letter) -> None:
        """Send `letter` soon."""


class LoggedMail:
    """Mail of a development node: the log is the only reader."""

    def send_nowait(self, letter: Letter) -> None:
        """Write the whole letter to the log."""
        logger.info("mail", user_id=letter.user_id, subject=letter.subject, text=letter.text)


class NoMail:
    """Mail of a node that others use and that has no mail server."""

    def send_nowait(self, letter: Letter) -> None:
        """Say what is missing. The link stays out: this log may be read by many."""
        logger.error(
            "mail not sent: set VIBECAST_SMTP_URL", user_id=letter.user_id, subject=letter.subject
        )


class SmtpMail:
    """Mail through one SMTP server. `running` runs it."""

    def __init__(self, url: str, *, sender: str, retry_s: Sequence[float] = RETRY_S) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None  # the settings let no other through
        self._host = parts.hostname
        self._is_tls = parts.scheme == "smtps"
        self._port = parts.port or (TLS_PORT if self._is_tls else SUBMISSION_PORT)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender
        self._retry_s = retry_s
        self._waiting: asyncio.Queue[Letter] = asyncio.Queue(WAITING_LETTERS)

    def send_nowait(self, letter: Letter) -> None:
        """Put `letter` at the end of the queue; when that is full it is dropped, and logged."""
        if self._waiting.full():
            logger.error("mail dropped", user_id=letter.user_id, subject=letter.subject)
            return
        self._waiting.put_nowait(letter)

    async def run(self) -> None:
        """Send letters, one after the other, until cancelled."""
        while True:
            await self._send(await self._waiting.get())

    async def _send(self, letter: Letter) -> None:
        for delay_s in (*self._retry_s, None):
            try:
                await self._try(letter)
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                # The error's text may hold the address, so only its kind is logged.
                logger.warning("mail not taken", user_id=letter.user_id, error=type(error).__name__)
                if delay_s is None or isinstance(error, _FINAL):
                    return
                await asyncio.sleep(delay_s)
            else:
                logger.info("mail sent", user_id=letter.user_id, subject=letter.subject)
                return

    async def _try(self, letter: Letter) -> None:
        await aiosmtplib.send(
            self._message(letter),
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._is_tls,
            # A password goes over no open line; without one, TLS is used where it is offered.
            start_tls=True if self._user and not self._is_tls and not self._is_local() else None,
            tls_context=ssl.create_default_context(),
            timeout=SMTP_TIMEOUT_S,
        )

    def _is_local(self) -> bool:
        try:
            return ipaddress.ip_address(self._host).is_loopback
        except ValueError:
            return self._host == "localhost"

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].rstrip(">"))
        # Nobody's holiday reply should answer it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


@asynccontextmanager
async def open_mail(
    smtp_url: str | None, *, sender: str | None, is_public: bool
) -> AsyncIterator[Mail]:
    """Take letters for the length of the block; what waits at its end is dropped.

    `is_public`: whether other people use this node, so that links must not stand in its log.
    """
    if smtp_url is None or sender is None:
        yield NoMail() if is_public else LoggedMail()
        return
    async with running(SmtpMail(smtp_url, sender=sender)) as mail:
        yield mail


@asynccontextmanager
async def running(mail: SmtpMail) -> AsyncIterator[SmtpMail]:
    """Send the letters of `mail` for the length of the block."""
    async with asyncio.TaskGroup() as tasks:
        runner = tasks.create_task(mail.run())
        try:
            yield mail
        finally:
            # Again until it has ended: wait_for of Python 3.11, by which the library waits, loses
            # a cancellation that comes in the same turn as the server's answer.
            while not runner.done():
                runner.cancel()
                await asyncio.wait([runner], timeout=CANCEL_AGAIN_S)
