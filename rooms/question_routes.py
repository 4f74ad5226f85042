"""The REST edge of viewers' questions: what waits for an answer, by rank, and what was answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.questions import QuestionStore
from persistence.streams import stream_by_id
from rooms.questions import Status, ViewerQuestion
from server.cursors import Cursors, SortValue
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told, UserJson

PAGE_ITEMS = 50
PAGE_MAX_ITEMS = 100
_LIST = "questions"


class QuestionsQuery(BaseModel):
    """Which questions: those that wait, by rank, or those that were answered or dismissed."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["open", "answered", "dismissed"] = "open"
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class QuestionJson(Told):
    """A viewer's question."""

    id: Id
    stream_id: Id
    user: UserJson
    content: str
    client_id: str
    status: Status
    is_highlighted: bool
    votes_count: int
    created_at: Time
    resolved_at: Time | None
    my_vote: bool


class QuestionRoutes:
    """The questions of rooms."""

    def __init__(self, database: Database, *, cursors: Cursors) -> None:
        self._database = database
        self._cursors = cursors
        self._questions = QuestionStore(database)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/streams/{stream_id}/questions",
                self._list,
                summary="List what viewers asked, the most wanted first",
                errors=(NotFound, InvalidCursor),
            )
        ]

    async def _list(self, call: Call[None, QuestionsQuery]) -> Page[QuestionJson]:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        query = call.query
        filters: dict[str, SortValue] = {"stream": stream.id, "status": query.status}
        found = await self._found(call, stream.id, filters)
        page = found[: query.limit]
        following = None
        if len(found) > query.limit:
            last = page[-1]
            following = self._cursors.seal([last.votes_count, last.id], of=_LIST, filters=filters)
        mine = await self._questions.voted(call.user_id, [each.id for each in page])
        return Page[QuestionJson](
            items=[_question_json(each, my_vote=each.id in mine) for each in page], next=following
        )

    async def _found(
        self, call: Call[None, QuestionsQuery], stream_id: int, filters: dict[str, SortValue]
    ) -> list[ViewerQuestion]:
        query, after = call.query, None
        if query.cursor is not None:
            votes, last_id = self._cursors.open(query.cursor, of=_LIST, filters=filters)
            after = (int(votes or 0), int(last_id or 0))
        if query.status == "open":
            return await self._questions.ranked(
                stream_id, after=after, limit=query.limit + 1, seen_by=call.user_id
            )
        return await self._questions.settled(
            stream_id,
            query.status,
            behind=after[1] if after else None,
            limit=query.limit + 1,
            seen_by=call.user_id,
        )


def _question_json(question: ViewerQuestion, *, my_vote: bool) -> QuestionJson:
    return QuestionJson(
        id=question.id,
        stream_id=question.stream_id,
        user=UserJson(id=question.author.id, username=question.author.username),
        content=question.content,
        client_id=question.client_id,
        status=question.status,
        is_highlighted=question.is_highlighted,
        votes_count=question.votes_count,
        created_at=question.created_at,
        resolved_at=question.resolved_at,
        my_vote=my_vote,
    )
