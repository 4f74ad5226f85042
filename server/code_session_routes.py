"""The REST edge of code sessions: who may write in which document, and tickets to open one.

The text belongs to `collab/`; what stands here is its last readable copy.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from pydantic import StringConstraints

from errors import (
    Forbidden,
    NotFound,
    StreamEnded,
    TooManyCodeSessions,
    TooManyCollaborators,
)
from persistence.channels import bans_of
from persistence.code_sessions import (
    CodeSession,
    add_code_session,
    add_collaborator,
    close_session,
    code_session_by_id,
    code_sessions_of,
    collaborators_of,
    count_other_collaborators,
    count_sessions,
    remove_collaborator,
    rename_session,
)
from persistence.collab_tickets import TICKET_LIFE, issue_ticket
from persistence.database import Database
from persistence.streams import stream_by_id
from persistence.users import User, user_by_username
from rooms.events import Announce
from server.gate import Access
from server.routing import Call, Reply, Route
from server.wire import USERNAME_PATTERN, Given, Id, Line, Time, Told, UserJson

TITLE_MAX_CHARS = 100
LANGUAGE_PATTERN = r"^[A-Za-z0-9+#._ -]{1,50}$"
SESSIONS_PER_STREAM = 20
COLLABORATORS_PER_SESSION = 50


class NewCodeSession(Given):
    """A document to be."""

    title: Annotated[Line, StringConstraints(max_length=TITLE_MAX_CHARS)]
    language: Annotated[Line, StringConstraints(pattern=LANGUAGE_PATTERN)]


class ChangedCodeSession(Given):
    """What is to be changed of a document; what is left out stays."""

    title: Annotated[Line, StringConstraints(max_length=TITLE_MAX_CHARS)] | None = None
    language: Annotated[Line, StringConstraints(pattern=LANGUAGE_PATTERN)] | None = None


class CodeSessionJson(Told):
    """A shared document. `can_write` is about whoever asks."""

    id: Id
    stream_id: Id
    title: str
    language: str
    code_content: str
    version: int
    user: UserJson | None
    collaborators: list[UserJson]
    can_write: bool
    created_at: Time
    updated_at: Time


class TicketJson(Told):
    """Opens one document once: `/collab/{code_session_id}?ticket=`."""

    ticket: str
    expires_in: int
    """Seconds."""


class CodeSessionRoutes:
    """Open, see, rename and close sessions, name collaborators, give tickets."""

    def __init__(
        self,
        database: Database,
        *,
        announce: Announce,
        access_changed: Callable[[int], Awaitable[None]],
    ) -> None:
        """`access_changed(code_session_id)` is awaited before the answer: when the owner hears that
        somebody may write, or may not any more, so it is."""
        self._database = database
        self._announce = announce
        self._access_changed = access_changed

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/code-sessions/{code_session_id}"
        return [
            Route(
                "POST",
                "/api/v1/streams/{stream_id}/code-sessions",
                self._create,
                summary="Open a code session in a stream",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotFound, Forbidden, StreamEnded, TooManyCodeSessions),
            ),
            Route("GET", one, self._see, summary="See a code session", errors=(NotFound,)),
            Route(
                "PATCH",
                one,
                self._change,
                summary="Rename a code session, or change its language",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "DELETE",
                one,
                self._close,
                summary="Close a code session",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "PUT",
                one + "/collaborators/{username}",
                self._add_collaborator,
                summary="Let somebody write",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden, TooManyCollaborators),
            ),
            Route(
                "DELETE",
                one + "/collaborators/{username}",
                self._remove_collaborator,
                summary="Let somebody only read",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "POST",
                one + "/tickets",
                self._issue_ticket,
                summary="Get a ticket for the document's WebSocket",
                status=201,
                errors=(NotFound,),
            ),
        ]

    async def _create(self, call: Call[NewCodeSession, None]) -> Reply[CodeSessionJson]:
        stream_id, user_id = call.path_id("stream_id"), call.signed_in.user_id
        async with self._database.transaction() as connection:
            sessions = await count_sessions(connection, stream_id)
            stream = await stream_by_id(connection, stream_id)
            if stream is None or not stream.is_visible_to(user_id):
                raise NotFound()
            if stream.user_id != user_id:
                raise Forbidden("only the stream's owner may do that")
            if stream.status == "ended":
                raise StreamEnded()
            if sessions >= SESSIONS_PER_STREAM:
                raise TooManyCodeSessions()
            session_id = await add_code_session(
                connection,
                stream_id,
                user_id=user_id,
                title=call.body.title,
                language=call.body.language,
            )
            session = await code_session_by_id(connection, session_id)
        assert session is not None  # added in the same transaction
        await self._tell_sessions(stream_id)
        return Reply(
            await self._json(session, user_id=user_id),
            headers={"Location": f"/api/v1/code-sessions/{session_id}"},
        )

    async def _tell_sessions(self, stream_id: int) -> None:
        """Tell the room which sessions there are now."""
        sessions = await code_sessions_of(self._database, stream_id)
        titles = [
            {"id": str(each.id), "title": each.title, "language": each.language}
            for each in sessions
        ]
        self._announce(
            stream_id,
            "code:sessions",
            {"stream_id": str(stream_id), "code_sessions": titles},
            latest_of="code:sessions",
        )

    async def _change(self, call: Call[ChangedCodeSession, None]) -> CodeSessionJson:
        session, wanted = await self._owned(call), call.body
        await rename_session(
            self._database, session.id, title=wanted.title, language=wanted.language
        )
        await self._tell_sessions(session.stream_id)
        return await self._json(await self._visible(call), user_id=call.user_id)

    async def _close(self, call: Call[None, None]) -> None:
        session = await self._owned(call)
        await close_session(self._database, session.id)
        await self._tell_sessions(session.stream_id)
        # Whoever has it open is sent away: its document is not to be had any more.
        await self._access_changed(session.id)

    async def _see(self, call: Call[None, None]) -> CodeSessionJson:
        session = await self._visible(call)
        return await self._json(session, user_id=call.user_id)

    async def _add_collaborator(self, call: Call[None, None]) -> None:
        session, user = await self._owned(call), await self._named(call)
        if user.id == session.owner_id:
            return  # who writes anyway
        async with self._database.transaction() as connection:
            others = await count_other_collaborators(connection, session.id, user_id=user.id)
            if others >= COLLABORATORS_PER_SESSION:
                raise TooManyCollaborators()
            await add_collaborator(
                connection, session.id, user_id=user.id, added_by=session.owner_id
            )
        await self._access_changed(session.id)

    async def _remove_collaborator(self, call: Call[None, None]) -> None:
        session, user = await self._owned(call), await self._named(call)
        await remove_collaborator(self._database, session.id, user_id=user.id)
        await self._access_changed(session.id)

    async def _issue_ticket(self, call: Call[None, None]) -> TicketJson:
        session = await self._visible(call)
        ticket = await issue_ticket(self._database, session.id, identity=call.identity)
        return TicketJson(ticket=ticket, expires_in=int(TICKET_LIFE.total_seconds()))

    async def _visible(self, call: Call[Any, None]) -> CodeSession:
        session = await code_session_by_id(self._database, call.path_id("code_session_id"))
        if session is None or not session.is_visible_to(call.user_id):
            raise NotFound()
        return session

    async def _owned(self, call: Call[Any, None]) -> CodeSession:
        session = await self._visible(call)
        if session.owner_id != call.user_id:
            raise Forbidden("only the stream's owner may do that")
        return session

    async def _named(self, call: Call[None, None]) -> User:
        username = call.path_text("username")
        named = re.fullmatch(USERNAME_PATTERN, username)
        user = await user_by_username(self._database, username) if named else None
        if user is None:
            raise NotFound("there is no user of that name")
        return user

    async def _json(self, session: CodeSession, *, user_id: int | None) -> CodeSessionJson:
        collaborators = await collaborators_of(self._database, session.id)
        writers = {session.owner_id, *(each.id for each in collaborators)}
        if user_id is not None and user_id in writers:
            kept_out = await bans_of(self._database, [(session.owner_id, user_id)])
            writers -= {banned_id for _, banned_id in kept_out}
        user = None
        if session.user_id is not None and session.username is not None:
            user = UserJson(id=session.user_id, username=session.username)
        return CodeSessionJson(
            id=session.id,
            stream_id=session.stream_id,
            title=session.title,
            language=session.language,
            code_content=session.code_content,
            version=session.version,
            user=user,
            collaborators=[UserJson(id=each.id, username=each.username) for each in collaborators],
            can_write=user_id in writers,
            created_at=session.created_at,
            updated_at=session.updated_at,
        )
