"""Secrets that every node of a site shares and nobody has to configure."""

from __future__ import annotations

import secrets

from persistence.database import Queryable
from persistence.sql import load_queries

_QUERIES = load_queries("site_secrets")

SECRET_BYTES = 32


async def site_secret(db: Queryable, name: str) -> bytes:
    """Return the secret called `name`; the first to ask makes it."""
    secret = await db.fetchval(_QUERIES["keep"], name, secrets.token_bytes(SECRET_BYTES))
    return bytes(secret)
