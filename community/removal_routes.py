"""The REST edge of what moderators took from oneself: why, and what one objects."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from community.moderation_json import content_kind
from errors import Conflict, InvalidCursor, NotFound
from persistence.appeals import Removal, appeal, removal_of, removals_of
from persistence.database import Database
from persistence.removals import ContentKind, Key, subjects
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, Id, Page, Text, Time, Told

APPEAL_CHARS = 1_000

ALL = "/api/v1/users/me/removals"
ONE = ALL + "/{kind}/{subject_id}"


class NewAppeal(Given):
    """What the author objects."""

    text: Annotated[Text, StringConstraints(min_length=1, max_length=APPEAL_CHARS)]


class RemovalJson(Told):
    """Something that was taken away. What is given back is listed no more."""

    id: Id
    subject_type: ContentKind
    subject_id: Id
    words: str
    """Its title, or how it begins; empty when it is gone for good."""
    reason: str | None
    created_at: Time
    appeal: str | None
    appealed_at: Time | None
    appeal_state: Literal["none", "open", "upheld"]
    """Whether the author has objected, and whether the removal stands nevertheless."""
    upheld_note: str | None


def removal_json(removal: Removal, *, words: str) -> RemovalJson:
    """Return the removal as its author sees it."""
    state: Literal["none", "open", "upheld"] = "none"
    if removal.appealed_at is not None:
        state = "open" if removal.upheld_at is None else "upheld"
    return RemovalJson(
        id=removal.id,
        subject_type=removal.kind,
        subject_id=removal.subject_id,
        words=words,
        reason=removal.reason,
        created_at=removal.created_at,
        appeal=removal.appeal,
        appealed_at=removal.appealed_at,
        appeal_state=state,
        upheld_note=removal.upheld_note,
    )


class RemovalRoutes:
    """See what was taken from oneself, and object."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._database = database
        self._pages = Pages[int](cursors, of="removals", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                ALL,
                self._list,
                summary="List what moderators took from me, the latest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                ONE,
                self._see,
                summary="See why something of mine was taken away",
                access=Access.SIGNED_IN,
                errors=(NotFound,),
            ),
            Route(
                "PUT",
                ONE + "/appeal",
                self._appeal,
                summary="Object to a removal, once",
                access=Access.SIGNED_IN,
                errors=(NotFound, Conflict),
            ),
        ]

    async def _list(self, call: Call[None, PageQuery]) -> Page[RemovalJson]:
        user_id = call.signed_in.user_id
        walk = self._pages.walk(call.query, user=user_id)
        found = await removals_of(self._database, user_id, walk.start)
        cut = walk.cut(found, lambda each: each.id)
        return cut.page(await self._told(cut.rows))

    async def _see(self, call: Call[None, None]) -> RemovalJson:
        return await self._one(call)

    async def _appeal(self, call: Call[NewAppeal, None]) -> RemovalJson:
        await self._one(call)
        kind, subject_id = content_kind(call.path_text("kind")), call.path_id("subject_id")
        user_id = call.signed_in.user_id
        if not await appeal(self._database, user_id, kind, subject_id, text=call.body.text):
            raise Conflict("you have objected already")
        return await self._one(call)

    async def _one(self, call: Call[None, None] | Call[NewAppeal, None]) -> RemovalJson:
        kind, subject_id = content_kind(call.path_text("kind")), call.path_id("subject_id")
        removal = await removal_of(self._database, call.signed_in.user_id, kind, subject_id)
        if removal is None:
            raise NotFound()
        (told,) = await self._told([removal])
        return told

    async def _told(self, found: list[Removal]) -> list[RemovalJson]:
        keys: list[Key] = [(each.kind, each.subject_id) for each in found]
        there = await subjects(self._database, keys, seen_by=None)
        return [
            removal_json(each, words=there[key].words if key in there else "")
            for each, key in zip(found, keys, strict=True)
        ]
