"""Who is asking: every edge (REST, Socket.IO, documents, media) gets the same answer here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in user, as of the last look at the database."""

    user_id: int
    username: str
    role: str
    """member, moderator or admin."""
    session_hash: bytes
    """SHA-256 of the session token: names the session without being able to use it."""
    csrf_token: str
    """What unsafe requests authenticated by the cookie carry in X-CSRF-Token."""


class Identities(Protocol):
    """Finds out who holds a session token."""

    async def by_token(self, token: str) -> Identity | None:
        """Return the user of a session that is neither expired nor revoked, or None."""

    async def is_valid(self, session_hash: bytes) -> bool:
        """Tell whether a session still stands: open sockets ask again every few minutes."""


def token_hash(token: str) -> bytes:
    """Return what is stored of a secret that we made ourselves (256 random bits need no salt)."""
    # A header may hold any bytes, and aiohttp hands over what is not UTF-8 as lone surrogates.
    return hashlib.sha256(token.encode(errors="backslashreplace")).digest()
