"""The REST edge of one's own sessions: /api/v1/users/me/sessions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from errors import InvalidCursor, NotFound
from persistence.auth_sessions import AuthSessions, OpenSession
from persistence.database import Database
from server.cursors import Cursors
from server.gate import Access
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told

PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 100


class SessionQuery(BaseModel):
    """Which part of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class SessionJson(Told):
    """Somewhere the account is signed in."""

    id: Id
    is_current: bool
    address: str | None
    user_agent: str | None
    created_at: Time
    last_seen_at: Time
    expires_at: Time


class SessionRoutes:
    """See where one is signed in, and end it."""

    def __init__(self, database: Database, *, sessions: AuthSessions, cursors: Cursors) -> None:
        self._database = database
        self._sessions = sessions
        self._cursors = cursors

    def routes(self) -> list[Route]:
        """Return the table."""
        mine = "/api/v1/users/me/sessions"
        return [
            Route(
                "GET",
                mine,
                self._list,
                summary="List where I am signed in, the newest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route(
                "DELETE",
                mine,
                self._end_others,
                summary="Sign out everywhere else",
                access=Access.SIGNED_IN,
                status=204,
            ),
            Route(
                "DELETE",
                mine + "/{auth_session_id}",
                self._end,
                summary="Sign out somewhere",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound,),
            ),
        ]

    async def _list(self, call: Call[None, SessionQuery]) -> Page[SessionJson]:
        query, identity = call.query, call.signed_in
        before = None
        if query.cursor is not None:
            (before,) = self._cursors.open(query.cursor, of="sessions", filters={})
        found = await self._sessions.of_user(
            identity.user_id,
            before=int(before) if before is not None else None,
            limit=query.limit + 1,
        )
        following = None
        if len(found) > query.limit:
            found = found[: query.limit]
            following = self._cursors.seal((found[-1].id,), of="sessions", filters={})
        return Page[SessionJson](
            items=[_json(each, current=identity.session_hash) for each in found], next=following
        )

    async def _end_others(self, call: Call[None, None]) -> None:
        identity = call.signed_in
        for session_hash in await self._sessions.revoke_all(
            self._database, identity.user_id, but=identity.session_hash
        ):
            self._sessions.forget(session_hash)

    async def _end(self, call: Call[None, None]) -> None:
        session_id = call.path_id("auth_session_id")
        if not await self._sessions.revoke_one(session_id, user_id=call.signed_in.user_id):
            raise NotFound()


def _json(session: OpenSession, *, current: bytes) -> SessionJson:
    return SessionJson(
        id=session.id,
        is_current=session.session_hash == current,
        address=session.address,
        user_agent=session.user_agent,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
    )
