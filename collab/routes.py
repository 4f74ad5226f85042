"""The edge of documents over HTTP: the WebSocket `/collab/{code_session_id}`.

A browser comes with its cookie and an Origin that must be ours, a program with a Bearer token or a
single-use ticket. Whoever may see the stream may read; who may write is asked with every edit.
"""

from __future__ import annotations

import itertools

from aiohttp import hdrs, web

from collab.documents import Documents
from collab.session import MESSAGE_LIMIT_BYTES, MESSAGES_PER_S, Session
from errors import BadRequest, CrossSite, NotFound, Overloaded, Unauthenticated
from persistence.collab_tickets import redeem_ticket
from persistence.database import Database
from rooms.websocket import take_over
from server.gate import Access, Gate
from server.identity import Identity
from server.wire import parse_id

# Beyond this a document needs a second node; each costs some 20 KB and a write per tick.
CLIENTS_PER_DOCUMENT = 5000


class DocumentSockets:
    """Serves the sockets of documents."""

    def __init__(
        self,
        documents: Documents,
        database: Database,
        *,
        gate: Gate,
        clients_per_document: int = CLIENTS_PER_DOCUMENT,
        messages_per_s: float = MESSAGES_PER_S,
    ) -> None:
        self._documents = documents
        self._database = database
        self._gate = gate
        self._clients_per_document = clients_per_document
        self._messages_per_s = messages_per_s
        self._connection_ids = itertools.count(1)

    def add_to(self, app: web.Application) -> None:
        """Serve the address, and end its clients when the application stops."""
        app.router.add_get("/collab/{code_session_id}", self._serve)
        app.on_shutdown.append(self._end_clients)

    async def _end_clients(self, _app: web.Application) -> None:
        self._documents.end_clients()
        # aiohttp knows nothing of them: nobody else waits until they have read why.
        await self._documents.wait_quiet()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        session_id = parse_id(request.match_info["code_session_id"])
        if session_id is None:
            raise NotFound()
        identity = await self._identify(request, session_id)
        user_id = identity.user_id if identity else None
        access = await self._documents.store.access(session_id)
        if not access.may_read(user_id):
            raise NotFound("There is no such code session.")
        async with self._documents.lease(session_id) as live:
            if len(live.connections) >= self._clients_per_document:
                raise Overloaded("Too many people have this document open.")
            # Read just now: a right given while nobody told this node counts from here on.
            live.change_access(access)
            # The document is lent for as long as the connection lasts, which is longer than this.
            give_back = self._documents.lend_on(session_id)
            session = Session(live, messages_per_s=self._messages_per_s, on_gone=give_back)
            try:
                websocket, response = take_over(request, session, limit_bytes=MESSAGE_LIMIT_BYTES)
            except BadRequest:
                give_back()
                raise
            except ConnectionError:
                give_back()
                return web.Response()  # gone before it was let in: there is nobody to answer
            session.begin(websocket, next(self._connection_ids), identity=identity)
        return response

    async def _identify(self, request: web.Request, session_id: int) -> Identity | None:
        """Return who asks, None for a guest. Raises Unauthenticated or CrossSite."""
        ticket = request.query.get("ticket")
        if ticket is not None:
            await self._gate.admit(request, Access.UNASKED)
            redeemed = await redeem_ticket(self._database, ticket, session_id=session_id)
            if redeemed is None:
                raise Unauthenticated("The ticket is used, expired, or for another document.")
            return redeemed.identity
        identity = await self._gate.admit(request, Access.ANYBODY)
        self._check_origin(request, identity)
        return identity

    def _check_origin(self, request: web.Request, identity: Identity | None) -> None:
        """Refuse other sites: a browser sends the cookie along with their sockets too."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            by_cookie = identity is not None and hdrs.AUTHORIZATION not in request.headers
            if by_cookie:
                raise CrossSite("A browser tells its Origin; a program uses a ticket.")
        elif origin != self._gate.forwarded.base_url(request):
            raise CrossSite()
