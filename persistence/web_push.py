"""Where to push what somebody is notified of: a subscription for each session that asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from persistence.auth_sessions import IDLE
from persistence.database import Database
from persistence.sql import load_queries

_QUERIES = load_queries("web_push")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gave of itself (W3C Push API)."""

    endpoint: str
    p256dh: bytes
    """Its public key, an uncompressed point."""
    auth: bytes


class Subscriptions:
    """Everybody's subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(
        self, session_hash: bytes, subscription: Subscription, *, user_id: int
    ) -> None:
        """Send what this session's user is told to `subscription` too."""
        async with self._database.transaction() as connection:
            await connection.execute(_QUERIES["take_over"], session_hash, subscription.endpoint)
            await connection.execute(
                _QUERIES["subscribe"],
                session_hash,
                subscription.endpoint,
                subscription.p256dh,
                subscription.auth,
                user_id,
            )

    async def unsubscribe(self, session_hash: bytes) -> None:
        """Send this session nothing any more."""
        await self._database.execute(_QUERIES["unsubscribe"], session_hash)

    async def is_subscribed(self, session_hash: bytes) -> bool:
        """Tell whether this session asked for it."""
        return await self._database.fetchval(_QUERIES["endpoint_of"], session_hash) is not None

    async def of_user(self, user_id: int) -> list[Subscription]:
        """Return those of the user's sessions that stand."""
        rows = await self._database.fetch(_QUERIES["of_user"], user_id, IDLE)
        return [
            Subscription(row["endpoint"], bytes(row["p256dh"]), bytes(row["auth"])) for row in rows
        ]

    async def drop(self, subscription: Subscription) -> None:
        """Forget one that its push service does not know any more."""
        await self._database.execute(_QUERIES["drop"], subscription.endpoint, subscription.p256dh)
