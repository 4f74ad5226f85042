"""The REST edge of what admins see of the whole site: accounts and figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import StringConstraints

from community.roles import check_admin
from errors import Forbidden, InvalidCursor
from persistence.administration import Account, accounts, figures
from persistence.database import Database
from persistence.moderation import Role
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Id, Line, Page, Time, Told

SEARCHED_CHARS = 100


class AccountQuery(PageQuery):
    """Which accounts to list: whose name or address holds `q`, of one role, shut out or not."""

    q: Annotated[Line, StringConstraints(max_length=SEARCHED_CHARS)] | None = None
    role: Role | None = None
    suspended: bool | None = None


class AccountJson(Told):
    """An account as admins see it."""

    id: Id
    username: str
    email: str
    role: Role
    points: int
    created_at: Time
    is_suspended: bool
    suspended_until: Time | None
    """Null: until it is lifted, or not at all."""


class FiguresJson(Told):
    """How much there is of everything; new ones are those of the last seven days."""

    accounts: int
    new_accounts: int
    suspended_accounts: int
    active_today: int
    posts: int
    new_posts: int
    comments: int
    videos: int
    streams: int
    live_streams: int
    viewers: int
    messages_today: int
    open_reports: int
    open_appeals: int
    stored_bytes: int


class AdminRoutes:
    """For admins."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._database = database
        self._pages = Pages[int](cursors, of="accounts", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/admin/accounts",
                self._accounts,
                summary="Find accounts, the newest first (admins)",
                access=Access.SIGNED_IN,
                errors=(Forbidden, InvalidCursor),
            ),
            Route(
                "GET",
                "/api/v1/admin/figures",
                self._figures,
                summary="Count everything (admins)",
                access=Access.SIGNED_IN,
                errors=(Forbidden,),
            ),
        ]

    async def _accounts(self, call: Call[None, AccountQuery]) -> Page[AccountJson]:
        check_admin(call.signed_in)
        query = call.query
        walk = self._pages.walk(query, q=query.q, role=query.role, suspended=query.suspended)
        found = await accounts(
            self._database,
            holding=query.q,
            role=query.role,
            is_suspended=query.suspended,
            start=walk.start,
        )
        cut = walk.cut(found, lambda account: account.id)
        return cut.page([_account_json(each) for each in cut.rows])

    async def _figures(self, call: Call[None, None]) -> FiguresJson:
        check_admin(call.signed_in)
        return FiguresJson(**asdict(await figures(self._database)))


def _account_json(account: Account) -> AccountJson:
    return AccountJson(
        id=account.id,
        username=account.username,
        email=account.email,
        role=account.role,
        points=account.points,
        created_at=account.created_at,
        is_suspended=account.is_suspended,
        suspended_until=account.suspended_until,
    )
