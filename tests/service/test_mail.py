"""Mail, as a mail server gets it: a small one that speaks SMTP, takes letters or refuses them."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest
import structlog

from server import letters
from server.mail import Letter, LoggedMail, NoMail, SmtpMail, open_mail, running

SENDER = "Vibecast <noreply@live.example>"
LETTER = letters.password_reset(
    "https://live.example", user_id=7, address="ann@mail.example", token="t0ken", language="en"
)


class MailServer:
    """Takes letters after refusing as many connections as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.letters: asyncio.Queue[EmailMessage] = asyncio.Queue()
        self.recipients: list[str] = []
        self.port = 0
        self._refusals = refusals

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusals:
            self._refusals -= 1
            writer.write(b"421 busy\r\n")
            return
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "EHLO":
                writer.write(b"250-mail.example\r\n250 8BITMIME\r\n")
            elif verb == "RCPT":
                self.recipients.append(command)
                refused = "nobody@" in command
                writer.write(b"550 no such user\r\n" if refused else b"250 ok\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                parsed = email.message_from_bytes(content[:-3], policy=email.policy.default)
                assert isinstance(parsed, EmailMessage)
                self.letters.put_nowait(parsed)
                writer.write(b"250 taken\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")


@asynccontextmanager
async def open_mail_server(refusals: int = 0) -> AsyncIterator[MailServer]:
    served = MailServer(refusals)
    listener = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    async with listener:
        served.port = listener.sockets[0].getsockname()[1]
        yield served


async def test_letter_arrives_as_it_was_written() -> None:
    async with (
        open_mail_server() as served,
        asyncio.timeout(20),
        open_mail(served.url, sender=SENDER, is_public=True) as mail,
    ):
        mail.send_nowait(LETTER)
        got = await served.letters.get()
    assert (got["From"], got["To"]) == (SENDER, "ann@mail.example")
    assert got["Subject"] == "Set a new password for Vibecast"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"].endswith("@live.example>") and got["Date"]
    assert got.get_content().replace("\r\n", "\n") == LETTER.text
    assert "https://live.example/reset-password#token=t0ken" in got.get_content()
    assert len(served.recipients) == 1


async def test_letter_is_tried_again_and_those_after_it_follow_in_order() -> None:
    async with (
        open_mail_server(refusals=2) as served,
        asyncio.timeout(20),
        running(SmtpMail(served.url, sender=SENDER, retry_s=(0.0, 0.0))) as mail,
    ):
        mail.send_nowait(LETTER)
        mail.send_nowait(Letter(7, "ann@mail.example", "second", "text"))
        subjects = [(await served.letters.get())["Subject"] for _ in range(2)]
    assert subjects == [LETTER.subject, "second"]


async def test_letter_to_nobody_holds_up_no_other() -> None:
    async with (
        open_mail_server() as served,
        asyncio.timeout(20),
        running(SmtpMail(served.url, sender=SENDER, retry_s=(0.0,))) as mail,
    ):
        mail.send_nowait(Letter(8, "nobody@mail.example", "lost", "text"))
        mail.send_nowait(LETTER)
        assert (await served.letters.get())["Subject"] == LETTER.subject
    assert len([each for each in served.recipients if "nobody@" in each]) == 1


async def test_lines_cannot_be_smuggled_into_the_head() -> None:
    evil = Letter(8, "ann@mail.example\r\nBcc: all@mail.example", "a", "text")
    async with (
        open_mail_server() as served,
        asyncio.timeout(20),
        running(SmtpMail(served.url, sender=SENDER, retry_s=())) as mail,
    ):
        mail.send_nowait(evil)
        mail.send_nowait(LETTER)
        assert (await served.letters.get())["Subject"] == LETTER.subject
    assert not any("all@" in each for each in served.recipients)


async def test_queue_that_is_full_drops_and_never_waits() -> None:
    mail = SmtpMail("smtp://127.0.0.1:9", sender=SENDER)
    with structlog.testing.capture_logs() as logged:
        for _ in range(1_001):
            mail.send_nowait(LETTER)
    assert [entry["event"] for entry in logged] == ["mail dropped"]
    assert "mail.example" not in str(logged) and "t0ken" not in str(logged)


async def test_without_a_mail_server_links_are_logged_on_a_development_node_only() -> None:
    for is_public, kind in ((False, LoggedMail), (True, NoMail)):
        async with open_mail(None, sender=None, is_public=is_public) as mail:
            assert isinstance(mail, kind)
            with structlog.testing.capture_logs() as logged:
                mail.send_nowait(LETTER)
        told = re.search(r"#token=t0ken", str(logged)) is not None
        assert told is not is_public


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("write", "link"),
    [
        (letters.verification, "https://live.example/verify-email#token=t0ken"),
        (letters.password_reset, "https://live.example/reset-password#token=t0ken"),
    ],
)
def test_tokens_stand_behind_the_hash_where_no_server_sees_them(
    write: object, link: str, language: str
) -> None:
    assert callable(write)
    letter = write(
        "https://live.example",
        user_id=7,
        address="ann@mail.example",
        token="t0ken",
        language=language,
    )
    assert link in letter.text
