"""What a room says itself: that it is live, how a poll ended, whose suggestion was accepted.

System messages stand in the chat's order and history like everybody's. Each has a client id made of
what it tells of, so it is told once, however many nodes know of it and however often they try. It
follows the commit of its cause; what a crash leaves between the two is found by a look at the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from errors import VibecastError
from persistence.chat import NewMessage
from persistence.database import Database
from persistence.group_commit import DEADLINE_S, GroupCommit
from persistence.polls import PollStore
from persistence.room_news import untold_news
from rooms.chat import ChatMessage
from rooms.polls import Poll, PollOption, winner

logger = structlog.get_logger(__name__)

LOOK_S = 30.0
# Until then whoever has seen it happen is still trying.
_ON_ITS_WAY_S = DEADLINE_S + 2.0


class RoomNews:
    """Writes system messages. What cannot be stored in time is found by the next look."""

    def __init__(
        self, commits: GroupCommit[NewMessage, ChatMessage], *, tasks: asyncio.TaskGroup
    ) -> None:
        self._commits = commits
        self._tasks = tasks

    def went_live(self, stream_id: int, owner_id: int) -> None:
        """A stream has gone live for the first time."""
        self._say(stream_id, owner_id, "live", "The stream is live.", {"type": "live"})

    def poll_closed(self, poll: Poll) -> None:
        """The counts of a poll are final."""
        won = winner(poll)
        self._say(
            poll.stream_id,
            poll.owner_id,
            f"poll:{poll.id}",
            f"Poll closed: “{poll.question}”, {_result(poll, won)}.",
            {
                "type": "poll_closed",
                "poll_id": str(poll.id),
                "question": poll.question,
                "winner": won.option_text if won else None,
                "total_votes": poll.total_votes,
            },
        )

    def suggestion_accepted(
        self, stream_id: int, suggestion_id: int, accepted_by: int, author: str | None
    ) -> None:
        """A suggestion has become part of the code."""
        self._say(
            stream_id,
            accepted_by,
            f"suggestion:{suggestion_id}",
            f"A suggestion by {author or 'an erased account'} was accepted.",
            {
                "type": "suggestion_accepted",
                "suggestion_id": str(suggestion_id),
                "author": author,
            },
        )

    async def keep_up(self, database: Database, *, polls: PollStore) -> None:
        """Tell now and then what nobody has told of, until cancelled."""
        while True:
            try:
                await self.tell_untold(database, polls=polls, older_than_s=_ON_ITS_WAY_S)
            except VibecastError as error:
                logger.warning("news could not be looked for", error=error.code)
            await asyncio.sleep(LOOK_S)

    async def tell_untold(
        self, database: Database, *, polls: PollStore, older_than_s: float
    ) -> None:
        """Tell of what happened without being told of: a node died, or the disk was away."""
        untold = await untold_news(database, older_than_s=older_than_s)
        for start in untold.starts:
            self.went_live(start.stream_id, start.owner_id)
        for poll_id in untold.poll_ids:
            self.poll_closed(await polls.poll(poll_id))
        for each in untold.suggestions:
            self.suggestion_accepted(
                each.stream_id, each.suggestion_id, each.accepted_by, each.author
            )

    def _say(
        self, stream_id: int, user_id: int, what: str, content: str, detail: Mapping[str, Any]
    ) -> None:
        message = NewMessage(
            stream_id, user_id, f"system:{what}", content, kind="system", detail=detail
        )
        self._tasks.create_task(self._store(message))

    async def _store(self, message: NewMessage) -> None:
        try:
            await self._commits.submit(message)
        except VibecastError as error:
            logger.warning(
                "the room's news was not stored", what=message.client_id, error=error.code
            )


def _result(poll: Poll, won: PollOption | None) -> str:
    if poll.total_votes == 0:
        return "nobody voted"
    votes = "1 vote" if poll.total_votes == 1 else f"{poll.total_votes} votes"
    return f"“{won.option_text}” won, {votes}" if won else f"a tie, {votes}"
