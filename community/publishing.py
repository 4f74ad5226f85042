"""Publishing: what writing a post and writing a comment have in common.

How often somebody may write, making a text ready, whom it notifies, and who is told once it is
committed. What a post or a comment is stands in their own routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from community.badges import Badges
from community.notices import mention_notices
from community.notifications import Inbox
from community.plain_text import plain_text
from community.texts import PreparedText, Texts
from persistence.database import Connection
from persistence.notifications import Notice, Notifications
from server.gate import Gate
from server.limits import Policy
from server.routing import Call

# Rendering is the most that a signed-in person can make a node do with one small request.
WRITING = Policy("writing", 30, 60)


class Publishing:
    """Takes a text from its author to whom it concerns."""

    def __init__(
        self,
        texts: Texts,
        *,
        notifications: Notifications,
        inbox: Inbox,
        badges: Badges,
        gate: Gate,
        writing: Policy = WRITING,
    ) -> None:
        self.texts = texts
        self.notifications = notifications
        self._inbox = inbox
        self._badges = badges
        self._gate = gate
        self._writing = writing

    async def prepare(self, call: Call[Any, None], content: str) -> PreparedText:
        """Return what the caller writes, ready to be stored.

        Raises TooManyRequests, NotRenderable.
        """
        key = f"user:{call.signed_in.user_id}"
        await self._gate.spend(call.request, self._writing, key)
        return await self.texts.prepare(content)

    async def notify(self, connection: Connection, notices: Sequence[Notice]) -> list[int]:
        """Add the notices to the transaction and return whom `committed` is to tell."""
        return await self.notifications.add(connection, notices)

    async def notify_mentioned(
        self,
        connection: Connection,
        text: PreparedText,
        *,
        author_id: int,
        related_type: str,
        related_id: int,
    ) -> list[int]:
        """Add notices for whoever the text mentions; who was told before is not told again."""
        notices = mention_notices(
            text.mentioned,
            actor_id=author_id,
            related_type=related_type,
            related_id=related_id,
            content=plain_text(text.html),
        )
        return await self.notify(connection, notices)

    def committed(self, author_id: int, told: Sequence[int]) -> None:
        """Tell open pages, and see what badges the author now deserves. Never waits."""
        self._inbox.wake(told)
        self._badges.wake([author_id])
