"""The REST edge of presence: who is in a room."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.presence import PersonHere, RoleHere, people_here
from persistence.streams import stream_by_id
from rooms.live_rooms import LiveRooms
from server.cursors import Cursors, SortValue
from server.routing import Call, Route
from server.wire import Id, Told

PAGE_ITEMS = 50
PAGE_MAX_ITEMS = 100
_LIST = "people-here"


class PeopleHereQuery(BaseModel):
    """Which part of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class PersonHereJson(Told):
    """Somebody who is in the room."""

    id: Id
    username: str
    avatar_small_url: str | None
    role: RoleHere


class PeopleHereJson(Told):
    """A page of who is here, and how many there are."""

    items: list[PersonHereJson]
    next: str | None
    viewers: int
    guests: int
    peak: int


class PeopleRoutes:
    """Who is in which room."""

    def __init__(self, database: Database, *, rooms: LiveRooms, cursors: Cursors) -> None:
        self._database = database
        self._rooms = rooms
        self._cursors = cursors

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/streams/{stream_id}/people",
                self._list,
                summary="List who is in a stream's room, by name, and count the guests",
                errors=(NotFound, InvalidCursor),
            )
        ]

    async def _list(self, call: Call[None, PeopleHereQuery]) -> PeopleHereJson:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        people = await self._rooms.people_in(stream.id)
        query = call.query
        filters: dict[str, SortValue] = {"stream": stream.id}
        behind = None
        if query.cursor is not None:
            (name,) = self._cursors.open(query.cursor, of=_LIST, filters=filters)
            behind = str(name)
        found = await people_here(
            self._database,
            people.users,
            seen_by=call.user_id,
            owner_id=stream.user_id,
            stream_id=stream.id,
            behind=behind,
            limit=query.limit + 1,
        )
        page = found[: query.limit]
        following = None
        if len(found) > query.limit:
            last = page[-1].username.lower()
            following = self._cursors.seal([last], of=_LIST, filters=filters)
        return PeopleHereJson(
            items=[_person_json(each) for each in page],
            next=following,
            viewers=people.viewers,
            guests=people.guests,
            peak=max(people.peak, stream.peak_viewers),
        )


def _person_json(person: PersonHere) -> PersonHereJson:
    return PersonHereJson(
        id=person.id,
        username=person.username,
        avatar_small_url=person.avatar_small_url,
        role=person.role,
    )
