"""The REST edge of the terms that are blocked in the rooms of the whole site; for admins.

All of an act is one transaction, with its line in the site's log; that it holds in open rooms, on
every node, follows the commit.
"""

from __future__ import annotations

from community.roles import check_admin
from errors import Conflict, Forbidden, NotFound, Unprocessable
from persistence.channels import SITE, drop_term, lock_site_terms, put_term, terms_of
from persistence.database import Database
from persistence.moderation import log_action
from rooms.houses import Houses
from rooms.term_json import NewTerm, TermJson, term_json, terms_page
from server.gate import Access
from server.routing import Call, Route
from server.wire import Page

ALL = "/api/v1/admin/blocked-terms"


class SiteTermRoutes:
    """Lists and changes the site's terms."""

    def __init__(self, database: Database, *, houses: Houses) -> None:
        self._database = database
        self._houses = houses

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                ALL,
                self._list,
                summary="List the terms that are blocked in every room (admins)",
                access=Access.SIGNED_IN,
                errors=(Forbidden,),
            ),
            Route(
                "POST",
                ALL,
                self._put,
                summary="Block a term in every room, or change what it does (admins)",
                access=Access.SIGNED_IN,
                status=201,
                errors=(Forbidden, Unprocessable, Conflict),
            ),
            Route(
                "DELETE",
                ALL + "/{term_id}",
                self._drop,
                summary="Block a term in every room no more (admins)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(Forbidden, NotFound),
            ),
        ]

    async def _list(self, call: Call[None, None]) -> Page[TermJson]:
        check_admin(call.signed_in)
        return terms_page(await terms_of(self._database, SITE))

    async def _put(self, call: Call[NewTerm, None]) -> TermJson:
        admin, text, action = check_admin(call.signed_in), call.body.cleaned(), call.body.action
        async with self._database.transaction() as connection:
            await lock_site_terms(connection)
            term = await put_term(connection, SITE, text, action=action)
            detail = {"term": term.term.text, "action": action}
            await log_action(connection, admin.user_id, "put_site_term", detail=detail)
        await self._houses.site_changed()
        return term_json(term)

    async def _drop(self, call: Call[None, None]) -> None:
        admin, term_id = check_admin(call.signed_in), call.path_id("term_id")
        async with self._database.transaction() as connection:
            text = await drop_term(connection, SITE, term_id)
            await log_action(connection, admin.user_id, "drop_site_term", detail={"term": text})
        await self._houses.site_changed()
