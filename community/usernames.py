"""User names in addresses: whoever is meant, or nobody."""

from __future__ import annotations

import re

from errors import NotFound
from persistence.database import Database
from persistence.users import User, user_by_username
from server.wire import USERNAME_PATTERN


async def user_named(database: Database, username: str) -> User:
    """Return the user of that name in any case. Raises NotFound, also for what can be no name."""
    user = None
    # Before asking: an address may hold what PostgreSQL takes for no text, such as NUL.
    if re.fullmatch(USERNAME_PATTERN, username):
        user = await user_by_username(database, username)
    if user is None:
        raise NotFound()
    return user
