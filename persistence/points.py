"""The ledger of points: rows are added and never changed, and users.points is their sum, kept by a
trigger. One source pays one person once, however often and however concurrently it is asked to.
"""

from __future__ import annotations

from typing import Literal

from persistence.database import Connection
from persistence.sql import load_queries

_QUERIES = load_queries("points")

SUGGESTION_POINTS = 5

Source = Literal["suggestion", "challenge", "badge"]


async def award(
    connection: Connection, user_id: int, delta: int, *, source_type: Source, source_id: int
) -> bool:
    """Give the user points for one thing; False if that thing has already paid them.

    Belongs into the transaction that makes the cause true. An award of nothing is none.
    """
    if delta == 0:
        return False
    return bool(
        await connection.fetchval(_QUERIES["award"], user_id, delta, source_type, source_id)
    )
