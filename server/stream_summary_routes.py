"""The REST edge of what a stream came to: numbers for its streamer."""

from __future__ import annotations

from dataclasses import asdict

from errors import Forbidden, NotFound
from persistence.database import Database
from persistence.streams import stream_by_id
from persistence.summaries import summary_of
from server.gate import Access
from server.routing import Call, Route
from server.wire import Id, Time, Told


class StreamSummaryJson(Told):
    """A stream in numbers; of one that goes on, until now. `duration_ms` is null before it began,
    `average_viewers` where it was not counted.
    """

    stream_id: Id
    title: str
    status: str
    started_at: Time | None
    ended_at: Time | None
    duration_ms: int | None
    peak_viewers: int
    average_viewers: float | None
    messages: int
    chatters: int
    polls: int
    votes: int
    questions: int
    answered: int
    suggestions: int
    accepted: int
    new_followers: int
    interruptions: int
    interrupted_ms: int


class StreamSummaryRoutes:
    """Built by node/live.py; `routes()` is its table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/streams/{stream_id}/summary",
                self._one,
                access=Access.SIGNED_IN,
                summary="What one's own stream came to, in numbers",
                errors=(NotFound, Forbidden),
            ),
        ]

    async def _one(self, call: Call[None, None]) -> StreamSummaryJson:
        stream_id = call.path_id("stream_id")
        stream = await stream_by_id(self._database, stream_id)
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound("There is no such stream.")
        if stream.user_id != call.user_id:
            raise Forbidden("Only the streamer sees what the stream came to.")
        summary = await summary_of(self._database, stream_id)
        if summary is None:
            raise NotFound("There is no such stream.")
        return StreamSummaryJson(**asdict(summary))
