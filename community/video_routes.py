"""The REST edge of videos: /api/v1/videos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from aiohttp import hdrs
from pydantic import StringConstraints

from community.removing import existing_subject, remove_as_moderator
from community.roles import is_moderator
from community.video_json import NewVideo, VideoEdit, VideoJson, video_json
from community.views import Views, address_viewer, user_viewer
from errors import Forbidden, InvalidCursor, KeyReused, NotFound, StillRunning
from persistence.database import Connection, Database, Queryable
from persistence.notifications import Notifications
from persistence.videos import (
    Video,
    create_video,
    delete_video,
    edit_video,
    lock_video,
    newest_videos,
    newest_videos_of,
    popular_videos,
    video_by_id,
    videos_by_ids,
)
from server.cursors import Cursors
from server.gate import Access, Gate
from server.idempotency import REPLAYED, Idempotency
from server.limits import Policy
from server.paging import PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import USERNAME_PATTERN, Page

ALL = "/api/v1/videos"
ONE = ALL + "/{video_id}"
# The list that its cursors are of.
# Who is not signed in may call himself many browsers, but not more than a class room has.
VIEWS = Policy("views", 600, 3_600)


class VideosQuery(PageQuery):
    """Which page of the videos of all, or of one person, who has them newest first."""

    user: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)] | None = None
    sort: Literal["newest", "popular"] = "newest"


class VideoRoutes:
    """Make, see, list, edit and delete videos, and tell that one is watched."""

    def __init__(
        self,
        database: Database,
        *,
        views: Views,
        viewer_secret: bytes,
        idempotency: Idempotency,
        cursors: Cursors,
        gate: Gate,
        notifications: Notifications,
        on_made: Callable[[], None],
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._views = views
        self._viewer_secret = viewer_secret
        self._idempotency = idempotency
        self._pages = Pages[int](cursors, of="videos", key=int)
        self._popular_pages = Pages[tuple[int, int]](cursors, of="popular videos", key=(int, int))
        self._gate = gate
        self._on_made = on_made

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                ALL,
                self._create,
                summary="Make a video of an upload; with an Idempotency-Key it may be sent again",
                access=Access.SIGNED_IN,
                status=201,
                errors=(KeyReused, StillRunning),
            ),
            Route(
                "GET",
                ALL,
                self._list,
                summary="List videos, the newest or the most watched first",
                errors=(InvalidCursor,),
            ),
            Route("GET", ONE, self._see, summary="See a video", errors=(NotFound,), has_etag=True),
            Route(
                "PATCH",
                ONE,
                self._edit,
                summary="Edit what is said of a video",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "DELETE",
                ONE,
                self._delete,
                summary="Delete a video (its owner, or a moderator)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "POST",
                ONE + "/views",
                self._view,
                summary="Tell that a video has been watched for ten seconds",
                status=204,
                errors=(NotFound,),
            ),
        ]

    async def _create(self, call: Call[NewVideo, None]) -> Reply[VideoJson]:
        body, user_id = call.body, call.signed_in.user_id
        async with self._idempotency.attempt(call) as attempt:
            if attempt.replayed is not None:
                return _created(VideoJson.model_validate_json(attempt.replayed), replayed=True)
            async with self._database.transaction() as connection:
                video_id = await create_video(
                    connection,
                    user_id,
                    upload_id=body.upload_id,
                    title=body.title,
                    description=body.description,
                    visibility=body.visibility,
                    tags=list(dict.fromkeys(body.tags)),
                )
                content = video_json(await _found(connection, video_id, reader_id=user_id))
                await attempt.keep(connection, content, status=201)
        self._on_made()
        return _created(content)

    async def _list(self, call: Call[None, VideosQuery]) -> Page[VideoJson]:
        query, reader_id = call.query, call.user_id
        if query.sort == "popular" and query.user is None:
            return await self._popular(query, reader_id)
        walk = self._pages.walk(query, user=query.user)
        if query.user is None:
            ids = await newest_videos(self._database, reader_id=reader_id, start=walk.start)
        else:
            ids = await newest_videos_of(
                self._database, query.user, reader_id=reader_id, start=walk.start
            )
        cut = walk.cut(ids, lambda video_id: video_id)
        videos = await videos_by_ids(self._database, cut.rows, reader_id=reader_id)
        return cut.page([video_json(video) for video in videos])

    async def _popular(self, query: VideosQuery, reader_id: int | None) -> Page[VideoJson]:
        walk = self._popular_pages.walk(query)
        found = await popular_videos(self._database, reader_id=reader_id, start=walk.start)
        cut = walk.cut(found, lambda place: place)
        ids = [video_id for _, video_id in cut.rows]
        videos = await videos_by_ids(self._database, ids, reader_id=reader_id)
        return cut.page([video_json(video) for video in videos])

    async def _see(self, call: Call[None, None]) -> VideoJson:
        video_id = call.path_id("video_id")
        return video_json(await _found(self._database, video_id, reader_id=call.user_id))

    async def _edit(self, call: Call[VideoEdit, None]) -> VideoJson:
        video_id, user_id, body = call.path_id("video_id"), call.signed_in.user_id, call.body
        async with self._database.transaction() as connection:
            if await _locked(connection, video_id, user_id=user_id) != user_id:
                raise Forbidden("only the video's owner may do that")
            await edit_video(
                connection,
                video_id,
                title=body.title,
                description=body.description,
                sets_description="description" in body.model_fields_set,
                visibility=body.visibility,
                tags=None if body.tags is None else list(dict.fromkeys(body.tags)),
            )
            return video_json(await _found(connection, video_id, reader_id=user_id))

    async def _delete(self, call: Call[None, None]) -> None:
        video_id, who = call.path_id("video_id"), call.signed_in
        async with self._database.transaction() as connection:
            owner_id = await _locked(connection, video_id, user_id=who.user_id)
            if owner_id != who.user_id:
                if not is_moderator(who):
                    raise Forbidden("only the video's owner may do that")
                subject = await existing_subject(connection, ("video", video_id))
                # Its author's pages hear of it with what is told next.
                await remove_as_moderator(
                    connection, who, subject, reason=None, notifications=self._notifications
                )
                return
            await delete_video(connection, video_id)

    async def _view(self, call: Call[None, None]) -> None:
        video = await _found(self._database, call.path_id("video_id"), reader_id=call.user_id)
        if video.status != "ready":
            raise NotFound()
        await self._views.count(video.id, await self._viewer(call))

    async def _viewer(self, call: Call[None, None]) -> bytes:
        if call.user_id is not None:
            return user_viewer(self._viewer_secret, call.user_id)
        request = call.request
        await self._gate.spend(request, VIEWS, self._gate.address_key(request))
        agent = request.headers.get(hdrs.USER_AGENT, "")
        return address_viewer(self._viewer_secret, self._gate.client_address(request), agent)


def _created(content: VideoJson, *, replayed: bool = False) -> Reply[VideoJson]:
    headers = {"Location": ONE.format(video_id=content.id)}
    return Reply(content, headers=headers | REPLAYED if replayed else headers)


async def _found(db: Queryable, video_id: int, *, reader_id: int | None) -> Video:
    video = await video_by_id(db, video_id, reader_id=reader_id)
    if video is None:
        raise NotFound()
    return video


async def _locked(connection: Connection, video_id: int, *, user_id: int) -> int:
    owner_id = await lock_video(connection, video_id, user_id=user_id)
    if owner_id is None:
        raise NotFound()
    return owner_id
