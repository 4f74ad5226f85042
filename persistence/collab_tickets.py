"""Tickets for `/collab/{code_session_id}`: what stands in a WebSocket's address in place of a
session token, because addresses end up in logs. 30 seconds, one document, one use.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from persistence.database import Queryable
from persistence.sql import load_queries
from server.identity import Identity, token_hash

_QUERIES = load_queries("collab_tickets")

TICKET_BYTES = 32
TICKET_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RedeemedTicket:
    """Who came with a ticket. `identity` None: a guest, who reads."""

    identity: Identity | None


async def issue_ticket(db: Queryable, session_id: int, *, identity: Identity | None) -> str:
    """Return a new ticket to the document for its bearer, and clear away the expired ones."""
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    await db.execute(_QUERIES["clear"])
    await db.execute(
        _QUERIES["issue"],
        token_hash(ticket),
        session_id,
        identity.user_id if identity else None,
        identity.session_hash if identity else None,
        TICKET_LIFE,
    )
    return ticket


async def redeem_ticket(db: Queryable, ticket: str, *, session_id: int) -> RedeemedTicket | None:
    """Use up a ticket. None when it is unknown, used, expired, for another document, or when the
    sign-in it was made with has ended."""
    row = await db.fetchrow(_QUERIES["redeem"], token_hash(ticket), session_id)
    if row is None:
        return None
    if row["user_id"] is None:
        return RedeemedTicket(identity=None)
    if not row["stands"]:
        return None
    return RedeemedTicket(
        Identity(
            row["user_id"],
            row["username"],
            row["role"],
            bytes(row["auth_token_hash"]),
            bytes(row["csrf_secret"]).hex(),
        )
    )
