"""A document's text as a file, of now or of any moment: what a browser's menu and `curl` want."""

from __future__ import annotations

import re

from aiohttp import hdrs, web
from pydantic import ValidationError

from collab.history_forms import MomentQuery
from collab.past import Pasts
from errors import BadRequest, NotFound
from persistence.code_sessions import code_session_by_id
from persistence.database import Database
from persistence.documents import DocumentStore
from persistence.history import HistoryStore
from server.gate import Access, Gate
from server.wire import parse_id

_NO_NAME = "code.txt"
# What a file name may hold anywhere, and no shell takes for anything else.
_UNWANTED = re.compile(r"[^A-Za-z0-9._-]+")


class Downloads:
    """Serves documents as files."""

    def __init__(self, database: Database, *, pasts: Pasts, gate: Gate) -> None:
        self._database = database
        self._documents = DocumentStore(database)
        self._store = HistoryStore(database)
        self._pasts = pasts
        self._gate = gate

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, which are no part of the described API: they answer no JSON."""
        return [
            web.get("/api/v1/code-sessions/{code_session_id}/history/download", self._serve),
        ]

    async def _serve(self, request: web.Request) -> web.Response:
        identity = await self._gate.admit(request, Access.ANYBODY)
        session_id = parse_id(request.match_info["code_session_id"])
        if session_id is None:
            raise NotFound()
        await self._documents.require_readable(session_id, identity.user_id if identity else None)
        try:
            query = MomentQuery.model_validate(dict(request.query))
        except ValidationError as error:
            raise BadRequest("the query string cannot be used") from error
        moment = await self._store.moment(session_id, query.at)
        text = await self._pasts.text(session_id, moment)
        session = await code_session_by_id(self._database, session_id)
        name = _file_name(session.title) if session is not None else _NO_NAME
        return web.Response(
            text=text,
            content_type="text/plain",
            charset="utf-8",
            headers={
                hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
                hdrs.CACHE_CONTROL: "no-store",
            },
        )


def _file_name(title: str) -> str:
    return _UNWANTED.sub("-", title).strip("-.") or _NO_NAME
