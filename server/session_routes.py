"""The REST edge of one's own sessions: /api/v1/users/me/sessions."""

from __future__ import annotations

from errors import InvalidCursor, NotFound
from persistence.auth_sessions import AuthSessions, OpenSession
from persistence.database import Database
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told


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
        self._pages = Pages[int](cursors, of="sessions", key=int)

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

    async def _list(self, call: Call[None, PageQuery]) -> Page[SessionJson]:
        identity = call.signed_in
        walk = self._pages.walk(call.query, user=identity.user_id)
        found = await self._sessions.of_user(identity.user_id, walk.start)
        cut = walk.cut(found, lambda each: each.id)
        return cut.page([_json(each, current=identity.session_hash) for each in cut.rows])

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
