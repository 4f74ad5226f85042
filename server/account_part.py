"""The accounts of a node, put together: `open_accounts` owns its tasks and closes them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.site_secrets import site_secret
from server.account_routes import AccountRoutes
from server.accounts import Accounts
from server.credential_routes import CredentialRoutes
from server.cursors import Cursors
from server.email_addresses import EmailAddresses
from server.gate import Gate
from server.mail import Mail
from server.password_changes import open_password_changes
from server.password_hashing import open_password_hashing
from server.reauthentication import Reauthentication
from server.routing import Route
from server.sealing import Sealing
from server.second_factor_routes import SecondFactorRoutes
from server.second_factors import SecondFactors
from server.session_routes import SessionRoutes


@dataclass(frozen=True, slots=True)
class AccountPart:
    """What the rest of the node needs of the accounts."""

    routes: list[Route]
    reauthentication: Reauthentication


@asynccontextmanager
async def open_accounts(
    database: Database,
    *,
    sessions: AuthSessions,
    gate: Gate,
    cursors: Cursors,
    mail: Mail,
    site_url: str,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[AccountPart]:
    """Run the accounts of this node for the length of the block.

    `site_url` is where letters lead; `clock` is what the codes of second factors go by.
    """
    async with (
        open_password_hashing() as hashing,
        open_password_changes(
            database, sessions=sessions, hashing=hashing, mail=mail, site_url=site_url
        ) as passwords,
    ):
        addresses = EmailAddresses(database, mail=mail, site_url=site_url)
        sealing = Sealing(await site_secret(database, "second-factors"))
        factors = SecondFactors(database, sealing=sealing, clock=clock)
        reauthentication = Reauthentication(database, hashing=hashing, factors=factors)
        accounts = Accounts(
            database,
            sessions=sessions,
            hashing=hashing,
            factors=factors,
            addresses=addresses,
        )
        routes = [
            *AccountRoutes(accounts, gate=gate).routes(),
            *CredentialRoutes(
                database,
                passwords=passwords,
                addresses=addresses,
                reauthentication=reauthentication,
                gate=gate,
            ).routes(),
            *SecondFactorRoutes(factors, reauthentication=reauthentication, gate=gate).routes(),
            *SessionRoutes(database, sessions=sessions, cursors=cursors).routes(),
        ]
        yield AccountPart(routes, reauthentication)
