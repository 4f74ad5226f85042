"""The events of polls: poll:open, poll:vote, poll:close; and closing them by time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from errors import Forbidden, TooManyRequests, VibecastError
from persistence.group_commit import GroupCommit
from persistence.polls import NewVote, PollStore, VoteResult
from rooms.chat_events import signed_in
from rooms.events import Caller, ClientEvent, RowId
from rooms.forms import poll_form
from rooms.limits import Allowances, Rate
from rooms.live_rooms import LiveRooms
from rooms.polls import Results, check_question, sees_counts

logger = structlog.get_logger(__name__)

# Also finds the polls of other nodes, and of one that was killed.
DUE_CHECK_S = 5.0
_QUESTIONS = Rate(per_s=0.1, burst=1)


class OpenPoll(msgspec.Struct):
    """poll:open. Without `seconds` the poll runs until it is closed by hand; `results` says when
    others than the staff see the counts."""

    stream_id: RowId
    question: str
    options: list[str]
    seconds: int | None = None
    results: Results = "always"


class Vote(msgspec.Struct):
    """poll:vote."""

    poll_id: RowId
    option_id: RowId


class ClosePoll(msgspec.Struct):
    """poll:close."""

    poll_id: RowId


class PollEvents:
    """Answers the events of polls."""

    def __init__(
        self,
        rooms: LiveRooms,
        *,
        polls: PollStore,
        commits: GroupCommit[NewVote, VoteResult],
    ) -> None:
        self._rooms = rooms
        self._polls = polls
        self._commits = commits
        self._questions = Allowances(_QUESTIONS)
        self._opened = asyncio.Event()

    def events(self) -> list[ClientEvent[Any]]:
        """Return what the edge is to listen for."""
        return [
            ClientEvent("poll:open", OpenPoll, self.open),
            ClientEvent("poll:vote", Vote, self.vote, pipelined=True),
            ClientEvent("poll:close", ClosePoll, self.close),
        ]

    async def open(self, caller: Caller, payload: OpenPoll) -> Mapping[str, Any]:
        """Ask the room a question. The channel's staff only."""
        identity = signed_in(caller)
        question = check_question(
            payload.question, payload.options, payload.seconds, results=payload.results
        )
        live = await self._rooms.open(payload.stream_id)
        if not live.house.is_staff(identity):
            raise Forbidden("Only the streamer and the channel's moderators may open a poll.")
        if (due := await self._polls.due_of(payload.stream_id)) is not None:
            await self._close(due)
        now = asyncio.get_running_loop().time()
        if not self._questions.take(payload.stream_id, now=now):
            raise TooManyRequests("One poll in ten seconds.", retry_after_s=10)
        poll = await self._polls.ask(payload.stream_id, identity.user_id, question)
        self._rooms.move_poll(poll)
        self._opened.set()
        return {"poll": poll_form(poll)}

    async def vote(self, caller: Caller, payload: Vote) -> Mapping[str, Any]:
        """Vote once; the answer comes when it is on disk."""
        identity = signed_in(caller)
        result = await self._commits.submit(
            NewVote(payload.poll_id, identity.user_id, payload.option_id)
        )
        live = self._rooms.get(result.poll.stream_id)
        is_staff = live is not None and live.house.is_staff(identity)
        sees = sees_counts(result.poll, is_staff=is_staff, has_voted=True)
        form = poll_form(result.poll, sees_counts=sees)
        return {"poll": {**form, "my_vote": str(result.option_id)}}

    async def close(self, caller: Caller, payload: ClosePoll) -> Mapping[str, Any]:
        """Close a poll; its counts are final. The channel's staff only."""
        identity = signed_in(caller)
        poll = await self._polls.poll(payload.poll_id)
        live = await self._rooms.open(poll.stream_id)
        if not live.house.is_staff(identity):
            raise Forbidden("Only the streamer and the channel's moderators may close a poll.")
        await self._close(payload.poll_id)
        return {"poll": poll_form(await self._polls.poll(payload.poll_id))}

    async def close_due(self) -> None:
        """Close polls when their time has come, those of before the start too."""
        while True:
            try:
                for poll_id in await self._polls.due():
                    await self._close(poll_id)
                next_due_s = await self._polls.next_due_s()
            except VibecastError as error:
                logger.warning("polls could not be looked at", error=error.code)
                next_due_s = None
            wait_s = DUE_CHECK_S if next_due_s is None else min(max(next_due_s, 0), DUE_CHECK_S)
            self._opened.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._opened.wait()
            except TimeoutError:
                continue

    def prune(self, *, now: float) -> None:
        """Forget who has not asked lately."""
        self._questions.prune(now=now)

    async def _close(self, poll_id: int) -> None:
        poll, closed_now = await self._polls.close(poll_id)
        if closed_now:
            # Exactly one call on all nodes comes here.
            self._rooms.move_poll(poll)
