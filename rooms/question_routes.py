"""The REST edge of viewers' questions: what waits for an answer, by rank, and what was answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from errors import InvalidCursor, NotFound
from persistence.database import Database
from persistence.questions import QuestionStore
from persistence.streams import stream_by_id
from rooms.questions import Status, ViewerQuestion
from server.cursors import Cursors
from server.paging import PAGE_MAX_ITEMS, Cut, PageQuery, Pages
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told, UserJson

PAGE_ITEMS = 50


class QuestionsQuery(PageQuery):
    """Which questions: those that wait, by rank, or those that were answered or dismissed."""

    status: Literal["open", "answered", "dismissed"] = "open"
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS


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
        self._ranked_pages = Pages[tuple[int, int]](cursors, of="questions", key=(int, int))
        self._settled_pages = Pages[int](cursors, of="settled questions", key=int)
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
        if call.query.status == "open":
            cut = await self._ranked(call, stream.id)
        else:
            cut = await self._settled(call, stream.id)
        mine = await self._questions.voted(call.user_id, [each.id for each in cut.rows])
        return cut.page([_question_json(each, my_vote=each.id in mine) for each in cut.rows])

    async def _ranked(
        self, call: Call[None, QuestionsQuery], stream_id: int
    ) -> Cut[ViewerQuestion]:
        walk = self._ranked_pages.walk(call.query, stream=stream_id)
        found = await self._questions.ranked(stream_id, start=walk.start, seen_by=call.user_id)
        return walk.cut(found, lambda question: (question.votes_count, question.id))

    async def _settled(
        self, call: Call[None, QuestionsQuery], stream_id: int
    ) -> Cut[ViewerQuestion]:
        status = call.query.status
        walk = self._settled_pages.walk(call.query, stream=stream_id, status=status)
        found = await self._questions.settled(
            stream_id, status, start=walk.start, seen_by=call.user_id
        )
        return walk.cut(found, lambda question: question.id)


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
