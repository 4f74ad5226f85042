"""People who suggest code, vote and decide, for tests over real documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from collab.suggestion_events import SuggestionEvents, open_suggestions
from rooms.events import Caller
from tests.documents import Person, Site
from tests.surroundings import Announcements

CODE = "def greet():\n    print('hé 😀')\n    return 1\n"


class Audience:
    """People who suggest, vote and resolve, as the Socket.IO edge would ask for them."""

    def __init__(self, events: SuggestionEvents, announcements: Announcements) -> None:
        self.events = events
        self._events = {event.name: event for event in events.events()}
        self.announcements = announcements

    async def ask(self, person: Person | None, name: str, **payload: object) -> Any:
        """Send one event and return the suggestion in its ack."""
        event = self._events[name]
        caller = Caller("a connection", person.identity if person else None)
        checked = msgspec.convert(payload, event.payload, strict=False)
        return (await event.answer(caller, checked))["suggestion"]

    async def suggest(
        self,
        person: Person | None,
        session_id: int,
        lines: tuple[int, int],
        content: str,
        *,
        client_id: str = "c1",
    ) -> Any:
        """Propose text for some lines."""
        return await self.ask(
            person,
            "suggestion:create",
            session_id=str(session_id),
            line_start=lines[0],
            line_end=lines[1],
            content=content,
            client_id=client_id,
        )

    async def vote(self, person: Person | None, suggestion: Any, value: int) -> Any:
        """Vote on a suggestion."""
        return await self.ask(
            person, "suggestion:vote", suggestion_id=suggestion["id"], value=value
        )

    async def resolve(
        self, person: Person | None, suggestion: Any, status: str, **more: str
    ) -> Any:
        """Accept or reject a suggestion."""
        return await self.ask(
            person, "suggestion:resolve", suggestion_id=suggestion["id"], status=status, **more
        )

    async def withdraw(self, person: Person | None, suggestion: Any) -> Any:
        """Take a suggestion back."""
        return await self.ask(person, "suggestion:withdraw", suggestion_id=suggestion["id"])

    @property
    def last_told(self) -> Any:
        """What rooms were told last."""
        return self.announcements.told[-1][2]


@asynccontextmanager
async def open_audience(site: Site) -> AsyncIterator[Audience]:
    """Take suggestions on a site's documents."""
    announcements = Announcements()
    async with open_suggestions(site.database, site.documents, announce=announcements) as events:
        yield Audience(events, announcements)


async def written(site: Site, owner: Person, text: str = CODE) -> int:
    """Write a code session's text, and return the session's id."""
    session_id = await site.code_session(owner)
    client = await site.open(session_id, owner)
    await client.type(text)
    await client.wait_saved()
    return session_id
