"""The REST edge of clearings and held messages: what a channel's staff does with what was said."""

from __future__ import annotations

from typing import Literal

from errors import Conflict, Forbidden, InvalidCursor, NotFound, StreamEnded
from persistence.clearings import HeldMessage, held_in
from persistence.database import Database
from rooms.clearings import Clearings
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, Id, Page, Time, Told, UserJson, path_username

ONE = "/api/v1/streams/{stream_id}"


class NewClearing(Given):
    """Whose messages are taken out of the chat; null: everybody's."""

    user: str | None = None


class ClearingJson(Told):
    """What was taken out, and what it is undone by."""

    id: Id
    messages: int


class HeldJson(Told):
    """A message that a moderator is to look at."""

    id: Id
    stream_id: Id
    user: UserJson
    content: str
    kind: Literal["text", "code", "system"]
    term: str
    created_at: Time


class NewReview(Given):
    """Whether a held message is let through."""

    approve: bool


class ClearingRoutes:
    """Clear a chat, give it back, decide about held messages."""

    def __init__(self, database: Database, *, clearings: Clearings, cursors: Cursors) -> None:
        self._database = database
        self._clearings = clearings
        self._pages = Pages[int](cursors, of="held-messages", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route("POST", ONE + "/clearings", self._clear,
                  summary="Take what somebody, or everybody, has said out of a chat",
                  access=Access.SIGNED_IN, status=201, errors=(Forbidden, NotFound)),
            Route("DELETE", ONE + "/clearings/{clearing_id}", self._undo,
                  summary="Give back what a clearing took out", access=Access.SIGNED_IN,
                  status=204, errors=(Forbidden, NotFound)),
            Route("GET", ONE + "/held-messages", self._held,
                  summary="List the messages that wait for a moderator, the longest first",
                  access=Access.SIGNED_IN, errors=(Forbidden, NotFound, InvalidCursor)),
            Route("POST", ONE + "/held-messages/{held_id}/review", self._review,
                  summary="Let a held message through, or do not", access=Access.SIGNED_IN,
                  status=204, errors=(Forbidden, NotFound, Conflict, StreamEnded)),
        ]  # fmt: skip

    async def _clear(self, call: Call[NewClearing, None]) -> ClearingJson:
        stream = await self._clearings.staffed(call.signed_in, call.path_id("stream_id"))
        username = None if call.body.user is None else path_username(call.body.user)
        clearing_id, cleared = await self._clearings.clear(call.signed_in, stream, username)
        return ClearingJson(id=clearing_id, messages=cleared.count)

    async def _undo(self, call: Call[None, None]) -> None:
        stream = await self._clearings.staffed(call.signed_in, call.path_id("stream_id"))
        await self._clearings.undo(call.signed_in, stream, call.path_id("clearing_id"))

    async def _held(self, call: Call[None, PageQuery]) -> Page[HeldJson]:
        stream = await self._clearings.staffed(call.signed_in, call.path_id("stream_id"))
        walk = self._pages.walk(call.query, stream=stream.id)
        found = await held_in(self._database, stream.id, walk.start)
        cut = walk.cut(found, lambda held: held.id)
        return cut.page([_held_json(each) for each in cut.rows])

    async def _review(self, call: Call[NewReview, None]) -> None:
        stream = await self._clearings.staffed(call.signed_in, call.path_id("stream_id"))
        await self._clearings.decide(
            call.signed_in, stream, call.path_id("held_id"), is_approved=call.body.approve
        )


def _held_json(held: HeldMessage) -> HeldJson:
    return HeldJson(
        id=held.id,
        stream_id=held.message.stream_id,
        user=UserJson(id=held.author.id, username=held.author.username),
        content=held.message.content,
        kind=held.message.kind,
        term=held.term,
        created_at=held.created_at,
    )
