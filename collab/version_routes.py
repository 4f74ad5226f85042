"""The REST edge of named versions: /api/v1/code-sessions/{code_session_id}/versions."""

from __future__ import annotations

from collab.history_forms import (
    GivenVersion,
    VersionJson,
    VersionWithTextJson,
    version_form,
)
from collab.past import Pasts
from errors import Forbidden, NotFound, TooManyVersions
from persistence.database import Database
from persistence.documents import DocumentStore
from persistence.history import HistoryStore
from server.gate import Access
from server.routing import Call, Reply, Route
from server.wire import Page

VERSIONS = "/api/v1/code-sessions/{code_session_id}/versions"


class VersionRoutes:
    """Name moments of a document, see them, forget them."""

    def __init__(self, database: Database, *, pasts: Pasts) -> None:
        self._documents = DocumentStore(database)
        self._store = HistoryStore(database)
        self._pasts = pasts

    def routes(self) -> list[Route]:
        """Return the table."""
        one = VERSIONS + "/{version_id}"
        return [
            Route(
                "GET",
                VERSIONS,
                self._list,
                summary="List a document's versions, the newest first",
                errors=(NotFound,),
            ),
            Route(
                "POST",
                VERSIONS,
                self._create,
                summary="Give a moment of a document a name",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotFound, Forbidden, TooManyVersions),
            ),
            Route("GET", one, self._see, summary="See a version with its text", errors=(NotFound,)),
            Route(
                "DELETE",
                one,
                self._remove,
                summary="Forget a version",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
        ]

    async def _list(self, call: Call[None, None]) -> Page[VersionJson]:
        session_id = call.path_id("code_session_id")
        await self._documents.require_readable(session_id, call.user_id)
        versions = await self._store.versions(session_id)
        return Page[VersionJson](items=[version_form(each) for each in versions], next=None)

    async def _create(self, call: Call[GivenVersion, None]) -> Reply[VersionJson]:
        session_id = call.path_id("code_session_id")
        await self._documents.require_writable(session_id, call.user_id)
        moment = await self._store.moment(session_id, call.body.at)
        version = await self._store.add_version(
            session_id,
            user_id=call.signed_in.user_id,
            name=call.body.name,
            moment=moment,
            text=await self._pasts.text(session_id, moment),
        )
        return Reply(
            version_form(version),
            headers={"Location": f"{VERSIONS}/{version.id}".format(code_session_id=session_id)},
        )

    async def _see(self, call: Call[None, None]) -> VersionWithTextJson:
        session_id = call.path_id("code_session_id")
        await self._documents.require_readable(session_id, call.user_id)
        version, text = await self._store.version(session_id, call.path_id("version_id"))
        return VersionWithTextJson(**dict(version_form(version)), code_content=text)

    async def _remove(self, call: Call[None, None]) -> None:
        session_id = call.path_id("code_session_id")
        await self._documents.require_writable(session_id, call.user_id)
        await self._store.remove_version(session_id, call.path_id("version_id"))
