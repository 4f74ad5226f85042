"""The events of viewers' questions: asked, voted for, answered, dismissed, put on the screen.

Each is answered after its commit and then told to the room, votes at most twice a second and
question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from errors import BlockedTerm, Forbidden, TooManyRequests, VibecastError
from persistence.group_commit import GroupCommit
from persistence.questions import NewQuestionVote, QuestionStore
from rooms.chat import check_client_id
from rooms.chat_events import present
from rooms.events import Announce, Caller, ClientEvent, RowId
from rooms.forms import question_form
from rooms.limits import Allowances, Rate
from rooms.live_room import QUESTION
from rooms.live_rooms import LiveRooms
from rooms.questions import Status, ViewerQuestion, clean_question
from server.identity import Identity

_ASKED = Rate(per_s=1 / 20, burst=3)
_VOTED = Rate(per_s=2, burst=20)
TELL_VOTES_S = 0.5


class AskQuestion(msgspec.Struct):
    """question:ask. `client_id` is the client's own; sending it again is the same question."""

    stream_id: RowId
    content: str
    client_id: str


class VoteForQuestion(msgspec.Struct):
    """question:vote. `on` false takes a vote back."""

    stream_id: RowId
    id: RowId
    on: bool = True


class ResolveQuestion(msgspec.Struct):
    """question:resolve. The staff's."""

    stream_id: RowId
    id: RowId
    status: Status


class HighlightQuestion(msgspec.Struct):
    """question:highlight. The staff's; `on` false takes it off the screen."""

    stream_id: RowId
    id: RowId
    on: bool = True


class QuestionNews:
    """Stores votes and tells rooms of their questions. Close it to end its timer."""

    def __init__(self, questions: QuestionStore, *, announce: Announce) -> None:
        self._questions = questions
        self._announce = announce
        self._moved: dict[int, ViewerQuestion] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def commit_votes(
        self, batch: Sequence[NewQuestionVote]
    ) -> Sequence[ViewerQuestion | VibecastError]:
        """Store a batch of votes; the rooms hear of them soon, many at once."""
        results = await self._questions.vote(batch)
        for result in results:
            if isinstance(result, ViewerQuestion):
                self._moved[result.id] = result
        if self._moved and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(TELL_VOTES_S, self._tell_moved)
        return results

    def close(self) -> None:
        """Tell nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell_moved(self) -> None:
        self._timer = None
        moved, self._moved = self._moved, {}
        for question in moved.values():
            self.tell(question)

    def tell(self, question: ViewerQuestion) -> None:
        # A vote that was counted earlier must not be told after what is newer.
        self._moved.pop(question.id, None)
        self._announce(
            question.stream_id,
            QUESTION,
            question_form(question),
            latest_of=f"question:{question.id}",
        )


class QuestionEvents:
    """Answers the events of questions."""

    def __init__(
        self,
        rooms: LiveRooms,
        *,
        questions: QuestionStore,
        commits: GroupCommit[NewQuestionVote, ViewerQuestion],
        news: QuestionNews,
    ) -> None:
        self._rooms = rooms
        self._questions = questions
        self._commits = commits
        self._news = news
        self._asked = Allowances(_ASKED)
        self._voted = Allowances(_VOTED)

    def events(self) -> list[ClientEvent[Any]]:
        """Return what the edge is to listen for."""
        return [
            ClientEvent("question:ask", AskQuestion, self.ask),
            ClientEvent("question:vote", VoteForQuestion, self.vote, pipelined=True),
            ClientEvent("question:resolve", ResolveQuestion, self.resolve),
            ClientEvent("question:highlight", HighlightQuestion, self.highlight),
        ]

    async def ask(self, caller: Caller, payload: AskQuestion) -> Mapping[str, Any]:
        """Ask the streamer something."""
        identity, live = present(self._rooms, caller, payload.stream_id)
        content = clean_question(payload.content)
        client_id = check_client_id(payload.client_id)
        if live.house.term_in(identity, content) is not None:
            raise BlockedTerm()
        self._check_rate(self._asked, identity, "One question in 20 seconds.", wait_s=20)
        question, is_new = await self._questions.ask(
            payload.stream_id,
            identity.user_id,
            owner_id=live.room.stream.owner.id,
            content=content,
            client_id=client_id,
        )
        if is_new:
            self._news.tell(question)
        return {"question": question_form(question)}

    async def vote(self, caller: Caller, payload: VoteForQuestion) -> Mapping[str, Any]:
        """Want a question answered, or no longer."""
        identity, _ = present(self._rooms, caller, payload.stream_id)
        self._check_rate(self._voted, identity, "That was too fast.", wait_s=1)
        # `submit` queues before it first waits: the last word of a person is the one that counts.
        question = await self._commits.submit(
            NewQuestionVote(payload.id, identity.user_id, payload.on)
        )
        return {"question": {**question_form(question), "my_vote": payload.on}}

    async def resolve(self, caller: Caller, payload: ResolveQuestion) -> Mapping[str, Any]:
        """Mark a question as answered, dismiss it, or open it again. The staff's."""
        identity, question = await self._of_staff(caller, payload.stream_id, payload.id)
        after = await self._questions.resolve(
            question.id, payload.status, actor_id=identity.user_id
        )
        self._news.tell(after)
        return {"question": question_form(after)}

    async def highlight(self, caller: Caller, payload: HighlightQuestion) -> Mapping[str, Any]:
        """Put a question on everybody's screen in place of another, or take it off. The staff's."""
        _, question = await self._of_staff(caller, payload.stream_id, payload.id)
        after, before = await self._questions.highlight(question, is_on=payload.on)
        if before is not None:
            self._news.tell(before)
        self._news.tell(after)
        return {"question": question_form(after)}

    def prune(self, *, now: float) -> None:
        """Forget who has been quiet."""
        self._asked.prune(now=now)
        self._voted.prune(now=now)

    async def _of_staff(
        self, caller: Caller, stream_id: int, question_id: int
    ) -> tuple[Identity, ViewerQuestion]:
        identity, live = present(self._rooms, caller, stream_id)
        question = await self._questions.by_id(question_id)
        if question.stream_id != stream_id or not live.house.is_staff(identity):
            raise Forbidden("Only the streamer and the channel's moderators may do that.")
        return identity, question

    def _check_rate(
        self, allowances: Allowances, identity: Identity, detail: str, *, wait_s: int
    ) -> None:
        now = asyncio.get_running_loop().time()
        if not allowances.take(identity.user_id, now=now):
            raise TooManyRequests(detail, retry_after_s=wait_s)
