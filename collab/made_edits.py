"""Edits that nobody types: a suggestion that is accepted, a text that is brought back.

Each is drafted on a copy of the document, so that one whose commit fails never was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from collab.anchors import Anchor, Replacement, anchor_of_lines, replacement, stands_at
from collab.differences import replacements
from collab.live_document import LiveDocument
from errors import StorageAway, SuggestionStale
from persistence.documents import Acceptance


def lines_of(live: LiveDocument, first: int, last: int) -> tuple[Anchor, str]:
    """Return where these lines are and what stands in them. Raises BadRequest."""
    text = live.document.text.encode()
    anchor = anchor_of_lines(text, first, last)
    return anchor, text[anchor.start : anchor.end].decode()


async def accept(
    live: LiveDocument,
    acceptance: Acceptance,
    content: str,
    *,
    author_id: int | None,
    over: str | None,
) -> None:
    """Make a suggestion's edit, in the transaction that accepts it.

    Lines that were edited since it was made are replaced only when they are `over`, which is what
    whoever accepts has seen there. Raises SuggestionStale, DocumentFull or SuggestionResolved, and
    then changes nothing.
    """
    suggestion_id = acceptance.suggestion_id
    text = live.document.text.encode()
    lines = live.followed.lines_of(live.document, text, suggestion_id)
    if lines is None:
        raise SuggestionStale()
    if not live.followed.is_untouched(text, lines, suggestion_id) and (
        over is None or not stands_at(text, lines, over)
    ):
        raise SuggestionStale()
    update = live.document.draft([replacement(text, lines, content)])
    saving = live.save(update, author_id, accepts=acceptance)
    if saving is None:
        raise StorageAway()
    # Applied by the commit's callback: it must happen also when whoever asked has gone.
    await asyncio.shield(saving)
    live.unfollow(suggestion_id)


async def rewrite(live: LiveDocument, text: str, *, user_id: int) -> int:
    """Make `text` the text, in somebody's name; return the log position that has it.

    Raises DocumentFull, Overloaded or StorageAway.
    """
    before = live.document.text
    edits: Sequence[Replacement] = await asyncio.to_thread(replacements, before, text)
    if live.document.text != before:
        # Somebody types: rather the whole text at once than a race with them.
        edits = [Replacement(Anchor(0, len(live.document.text.encode())), text)]
    update = live.document.draft(edits)
    integrated = live.document.integrate(update, origin=f"user:{user_id}")
    if integrated.update is not None:
        saving = live.save(integrated.update, user_id)
        if saving is None:
            raise StorageAway()
        live.spread(integrated.update)
        await asyncio.shield(saving)
    return await live.wait_saved()
