"""`run.py admin USER`: whoever has the machine says who is an admin."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from persistence.database import open_database
from persistence.embedded import reach_embedded_postgres
from persistence.migrations import migrate
from persistence.moderation import lock_account, log_action, set_role


async def make_admin(username: str, *, url: str | None, data_dir: Path) -> bool:
    """Make the account an admin. False: there is no such account.

    A node that runs notices within seconds.
    """
    async with AsyncExitStack() as stack:
        if url is None:
            url = await stack.enter_async_context(reach_embedded_postgres(data_dir))
        await migrate(url)
        database = await stack.enter_async_context(open_database(url))
        connection = await stack.enter_async_context(database.transaction())
        account = await lock_account(connection, username)
        if account is None:
            return False
        await set_role(connection, account.id, "admin")
        change = {"from": account.role, "to": "admin"}
        await log_action(connection, None, "set_role", target_user_id=account.id, detail=change)
    return True
