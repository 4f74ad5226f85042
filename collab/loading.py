"""What storage has of a document, brought into the one in memory."""

from __future__ import annotations

import asyncio

from collab.document import SharedDocument
from collab.live_document import LiveDocument
from collab.stored import restore
from persistence.documents import DocumentStore

# Up to here the event loop does it faster than a thread would be at work.
RESTORE_IN_THREAD_UPDATES = 200


async def fill(live: LiveDocument, store: DocumentStore) -> None:
    """Load a document, or load it again."""
    stored = await store.load(live.session_id)
    document = SharedDocument()
    if len(stored.updates) > RESTORE_IN_THREAD_UPDATES:
        await asyncio.to_thread(restore, document, stored)
    else:
        restore(document, stored)
    live.replace(document, stored.last_id)
    live.tail_updates = len(stored.updates)
    for suggestion in stored.suggestions:
        anchor = document.anchors[suggestion.suggestion_id]
        live.follow(
            suggestion.suggestion_id,
            anchor,
            original=suggestion.original,
            lines=suggestion.lines,
            is_stale=suggestion.is_stale,
        )
    if stored.has_no_log:
        live.begin_with(stored.projected_text)


async def catch_up(live: LiveDocument, store: DocumentStore) -> None:
    """Read the log from where this node knows it."""
    live.take_logged(await store.updates_after(live.session_id, live.position.through))


async def follow_again(live: LiveDocument, suggestion_id: int, *, store: DocumentStore) -> None:
    """Look in the database whether a suggestion is open, and where it stands."""
    suggestion = await store.open_suggestion(suggestion_id)
    if suggestion is None:
        live.unfollow(suggestion_id)
    elif suggestion_id not in live.followed:
        live.follow(
            suggestion_id,
            suggestion.anchor,
            original=suggestion.original,
            lines=suggestion.lines,
            is_stale=suggestion.is_stale,
        )
