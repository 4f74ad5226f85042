"""The REST edge of streams: /api/v1/streams."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import StringConstraints

from errors import Forbidden, InvalidCursor, NotFound, StreamEnded, TooManyStreams
from persistence.code_sessions import SessionTitle, code_sessions_of
from persistence.database import Database
from persistence.streams import (
    Stream,
    add_stream,
    live_streams,
    newest_streams,
    rotate_key,
    stream_by_id,
    waiting_streams,
)
from persistence.users import user_by_username
from rooms.broadcasts import Broadcasts
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Access
from server.identity import token_hash
from server.paging import Cut, PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import (
    USERNAME_PATTERN,
    Given,
    GivenTime,
    Id,
    Line,
    Page,
    PicturedUserJson,
    Text,
    Time,
    Told,
)

STREAM_KEY_BYTES = 32
TITLE_MAX_CHARS = 100
DESCRIPTION_MAX_CHARS = 5_000
# Announced for later, and made to go live at once but not begun yet.
SCHEDULED_STREAMS = 5
UNBEGUN_STREAMS = 20
PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 100

Status = Literal["scheduled", "live", "ended"]
Visibility = Literal["public", "unlisted", "private"]


class NewStream(Given):
    """A stream to be: for later with `scheduled_at`, else to go live at once."""

    title: Annotated[Line, StringConstraints(max_length=TITLE_MAX_CHARS)]
    description: Annotated[Text, StringConstraints(max_length=DESCRIPTION_MAX_CHARS)] | None = None
    visibility: Visibility = "public"
    scheduled_at: GivenTime | None = None


class StreamQuery(PageQuery):
    """Which streams to list."""

    status: Status | None = None
    user: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)] | None = None


class StreamJson(Told):
    """A stream."""

    id: Id
    status: Status
    title: str
    description: str | None
    visibility: Visibility
    user: PicturedUserJson
    scheduled_at: Time | None
    started_at: Time | None
    ended_at: Time | None
    viewers_count: int
    peak_viewers: int
    created_at: Time
    whip_url: str
    whep_url: str
    publishing: bool


class CreatedStreamJson(StreamJson):
    """A stream that was just made, with its key, which is told this once."""

    stream_key: str


class SessionTitleJson(Told):
    """One of a stream's code sessions."""

    id: Id
    title: str
    language: str


class StreamWithSessionsJson(StreamJson):
    """A stream with its code sessions."""

    code_sessions: list[SessionTitleJson]


class StreamKeyJson(Told):
    """A new stream key, told this once; the one before it opens nothing any more."""

    stream_key: str


class StreamRoutes:
    """Create, list, see and end streams, and give them new keys."""

    def __init__(
        self,
        database: Database,
        *,
        broadcasts: Broadcasts,
        cursors: Cursors,
        forwarded: Forwarded,
    ) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._live_pages = Pages[tuple[int, int]](cursors, of="live streams", key=(int, int))
        self._newest_pages = Pages[tuple[datetime, int]](cursors, of="streams", key=(datetime, int))
        self._forwarded = forwarded

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/streams/{stream_id}"
        return [
            Route(
                "GET",
                "/api/v1/streams",
                self._list,
                summary="List streams, the live ones by viewers, others the newest first",
                errors=(InvalidCursor,),
            ),
            Route(
                "POST",
                "/api/v1/streams",
                self._create,
                summary="Create a stream",
                access=Access.SIGNED_IN,
                status=201,
                errors=(TooManyStreams,),
            ),
            Route("GET", one, self._see, summary="See a stream", errors=(NotFound,), has_etag=True),
            Route(
                "POST",
                one + "/end",
                self._end,
                summary="End a stream",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "POST",
                one + "/stream-key",
                self._rotate_key,
                summary="Replace a stream's key",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden, StreamEnded),
            ),
        ]

    async def _list(self, call: Call[None, StreamQuery]) -> Page[StreamJson]:
        query = call.query
        user_id = None
        if query.user is not None:
            user = await user_by_username(self._database, query.user)
            if user is None:
                return Page[StreamJson](items=[], next=None)
            user_id = user.id
        # In the list of one user, that user also sees what others do not.
        seen_by = user_id if user_id == call.user_id else None
        if query.status == "live":
            cut = await self._live(query, user_id=user_id, seen_by=seen_by)
        else:
            cut = await self._newest(query, user_id=user_id, seen_by=seen_by)
        return cut.page([StreamJson(**self._fields(call.request, stream)) for stream in cut.rows])

    async def _live(
        self, query: StreamQuery, *, user_id: int | None, seen_by: int | None
    ) -> Cut[Stream]:
        walk = self._live_pages.walk(query, user=user_id)
        found = await live_streams(
            self._database, user_id=user_id, seen_by=seen_by, start=walk.start
        )
        return walk.cut(found, lambda stream: (stream.viewers_count, stream.id))

    async def _newest(
        self, query: StreamQuery, *, user_id: int | None, seen_by: int | None
    ) -> Cut[Stream]:
        walk = self._newest_pages.walk(query, status=query.status, user=user_id)
        found = await newest_streams(
            self._database,
            status=query.status,
            user_id=user_id,
            seen_by=seen_by,
            start=walk.start,
        )
        return walk.cut(found, lambda stream: (stream.created_at, stream.id))

    async def _create(self, call: Call[NewStream, None]) -> Reply[CreatedStreamJson]:
        body, user_id = call.body, call.signed_in.user_id
        key = secrets.token_urlsafe(STREAM_KEY_BYTES)
        scheduled = body.scheduled_at is not None
        async with self._database.transaction() as connection:
            waiting = await waiting_streams(connection, user_id, scheduled=scheduled)
            if waiting >= (SCHEDULED_STREAMS if scheduled else UNBEGUN_STREAMS):
                raise TooManyStreams()
            stream_id = await add_stream(
                connection,
                user_id=user_id,
                title=body.title,
                description=body.description,
                visibility=body.visibility,
                scheduled_at=body.scheduled_at,
                key_hash=token_hash(key),
            )
            stream = await stream_by_id(connection, stream_id)
        assert stream is not None  # added in the same transaction
        return Reply(
            CreatedStreamJson(**self._fields(call.request, stream), stream_key=key),
            headers={"Location": f"/api/v1/streams/{stream_id}"},
        )

    async def _see(self, call: Call[None, None]) -> StreamWithSessionsJson:
        stream = await self._visible(call)
        return self._with_sessions(
            call.request, stream, await code_sessions_of(self._database, stream.id)
        )

    async def _end(self, call: Call[None, None]) -> StreamWithSessionsJson:
        stream = await self._owned(call)
        await self._broadcasts.end(stream.id)
        ended = await stream_by_id(self._database, stream.id)
        if ended is None:
            raise NotFound()
        return self._with_sessions(
            call.request, ended, await code_sessions_of(self._database, ended.id)
        )

    async def _rotate_key(self, call: Call[None, None]) -> StreamKeyJson:
        stream = await self._owned(call)
        key = secrets.token_urlsafe(STREAM_KEY_BYTES)
        if not await rotate_key(
            self._database, stream.id, user_id=stream.user_id, key_hash=token_hash(key)
        ):
            raise StreamEnded()
        return StreamKeyJson(stream_key=key)

    async def _visible(self, call: Call[None, None]) -> Stream:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        return stream

    async def _owned(self, call: Call[None, None]) -> Stream:
        stream = await self._visible(call)
        if stream.user_id != call.user_id:
            raise Forbidden("only the stream's owner may do that")
        return stream

    def _with_sessions(
        self, request: web.Request, stream: Stream, sessions: Sequence[SessionTitle]
    ) -> StreamWithSessionsJson:
        return stream_with_sessions(stream, sessions, base_url=self._forwarded.base_url(request))

    def _fields(self, request: web.Request, stream: Stream) -> dict[str, Any]:
        return _fields(stream, base_url=self._forwarded.base_url(request))


def stream_with_sessions(
    stream: Stream, sessions: Sequence[SessionTitle], *, base_url: str
) -> StreamWithSessionsJson:
    """Return a stream as it is answered to whoever asks for this one."""
    return StreamWithSessionsJson(
        **_fields(stream, base_url=base_url),
        code_sessions=[
            SessionTitleJson(id=each.id, title=each.title, language=each.language)
            for each in sessions
        ],
    )


def _fields(stream: Stream, *, base_url: str) -> dict[str, Any]:
    return {
        "id": stream.id,
        "status": stream.status,
        "title": stream.title,
        "description": stream.description,
        "visibility": stream.visibility,
        "user": PicturedUserJson(
            id=stream.user_id,
            username=stream.username,
            avatar_small_url=stream.avatar_small_url,
        ),
        "scheduled_at": stream.scheduled_at,
        "started_at": stream.started_at,
        "ended_at": stream.ended_at,
        "viewers_count": stream.viewers_count,
        "peak_viewers": stream.peak_viewers,
        "created_at": stream.created_at,
        "whip_url": f"{base_url}/whip/{stream.id}",
        "whep_url": f"{base_url}/whep/{stream.id}",
        "publishing": stream.publishing,
    }
