"""The past of documents for those who ask: reads it from storage and works on it in threads.

Bringing a moment back takes work in proportion to the document, which is no work for the event
loop. At most two of these run at once, whoever asks: the rest of the node has the other threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from collab.archive import Edit
from collab.differences import Difference, differences
from collab.history import Moment, Past
from collab.replay import Passage, passages_of, text_of
from collab.timeline import Step, Timeline
from persistence.history import HistoryStore

AT_ONCE = 2
_ROWS_AT_ONCE = 5000

Result = TypeVar("Result")


class Pasts:
    """Brings moments of documents back."""

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._free = asyncio.Semaphore(AT_ONCE)

    async def text(self, session_id: int, moment: Moment) -> str:
        """Return the text at a moment."""
        past = await self._store.past(session_id, moment.update_id)
        return await self._work(partial(text_of, past))

    async def passages(self, session_id: int, moment: Moment) -> list[Passage]:
        """Return the text at a moment, part by part with its author."""
        past = await self._store.past(session_id, moment.update_id)
        return await self._work(partial(passages_of, past))

    async def differences(self, session_id: int, before: Moment, after: Moment) -> list[Difference]:
        """Return what differs between two moments."""
        old = await self._store.past(session_id, before.update_id)
        new = await self._store.past(session_id, after.update_id)
        return await self._work(partial(_differences, old, new))

    async def edits(
        self, session_id: int, *, after_id: int, through_id: int, limit: int
    ) -> list[Edit]:
        """Return edits after one moment and up to another, in order, some at a time."""
        found: list[Edit] = []
        while len(found) < limit:
            past = await self._store.next_edits(
                session_id, after_id=after_id, through_id=through_id, limit=limit - len(found)
            )
            edits = await self._work(partial(_edits, past))
            if not edits:
                break
            found += edits[: limit - len(found)]
            after_id = edits[-1].update_id
        return found

    async def timeline(
        self, session_id: int, span: tuple[datetime, datetime], *, steps: int
    ) -> list[Step]:
        """Return when there were edits in a span of time, in equal parts."""
        timeline = Timeline(*span, steps=steps)
        after_id = 0
        newest = await self._store.moment(session_id, None)
        while after_id < newest.update_id:
            past = await self._store.next_edits(
                session_id, after_id=after_id, through_id=newest.update_id, limit=_ROWS_AT_ONCE
            )
            edits = await self._work(partial(_edits, past))
            timeline.count(edits)
            after_id = edits[-1].update_id if edits else newest.update_id
        return timeline.steps

    async def _work(self, work: Callable[[], Result]) -> Result:
        async with self._free:
            return await asyncio.to_thread(work)


def _edits(past: Past) -> list[Edit]:
    return list(past.edits())


def _differences(before: Past, after: Past) -> list[Difference]:
    return differences(text_of(before), text_of(after))
