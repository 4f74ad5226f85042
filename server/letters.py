"""What the letters say. Their links carry the token behind the #, which browsers send nowhere: not
to this server's log, not as Referer. The page behind the link posts it.
"""

from __future__ import annotations

from aiohttp import web

from server.languages import language_of
from server.letter_words import LETTERS, Kind
from server.mail import Letter

SITE = "Vibecast"


def letter_language(request: web.Request) -> str:
    """Return the language in which whoever asks reads."""
    return language_of(request, LETTERS)


def verification(site_url: str, *, user_id: int, address: str, token: str, language: str) -> Letter:
    """Return the letter that proves an address."""
    link = f"{site_url}/verify-email#token={token}"
    return _letter("verification", link, user_id=user_id, address=address, language=language)


def password_reset(
    site_url: str, *, user_id: int, address: str, token: str, language: str
) -> Letter:
    """Return the letter with which somebody sets a new password."""
    link = f"{site_url}/reset-password#token={token}"
    return _letter("password_reset", link, user_id=user_id, address=address, language=language)


def password_changed(site_url: str, *, user_id: int, address: str, language: str) -> Letter:
    """Return the letter that tells an owner, in case it was somebody else."""
    link = f"{site_url}/reset-password"
    return _letter("password_changed", link, user_id=user_id, address=address, language=language)


def address_changed(site_url: str, *, user_id: int, address: str, language: str) -> Letter:
    """Return the letter to the address that is not the account's any more."""
    return _letter("address_changed", site_url, user_id=user_id, address=address, language=language)


def _letter(kind: Kind, link: str, *, user_id: int, address: str, language: str) -> Letter:
    subject, text = LETTERS[language][kind]
    return Letter(user_id, address, subject.format(site=SITE), text.format(link=link))
