"""The community part of a node, put together: `open_community` owns its tasks and closes them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from community.admin_routes import AdminRoutes
from community.badges import Badges, open_badges
from community.boards import Leaderboards
from community.live_notices import LiveNotices, open_live_notices
from community.moderation import Moderation
from community.moderation_routes import ModerationRoutes
from community.notifications import Inbox, TellUser, open_inbox
from community.parts import Commons, Part
from community.people import open_people
from community.photographer import LiveMedia
from community.pictures import Pictures
from community.push import open_push
from community.push_encryption import Voucher
from community.push_routes import PushRoutes
from community.queue_routes import QueueRoutes
from community.recognition import open_recognition
from community.removal_routes import RemovalRoutes
from community.report_routes import ReportRoutes
from community.search_routes import SearchRoutes
from community.showing import open_showing
from community.videos import VideoOptions
from community.views import Views
from community.writing import open_writing
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.objects import Objects
from persistence.search import prepare_search
from persistence.web_push import Subscriptions
from rooms.events import Announce
from rooms.houses import LookAt
from server.cursors import Cursors
from server.gate import Gate
from server.idempotency import Idempotency
from server.reauthentication import Reauthentication
from server.routing import Route


@dataclass(frozen=True, slots=True)
class CommunityPart:
    """What the rest of the node needs of the community."""

    routes: list[Route]
    pages: list[web.AbstractRouteDef]
    """Addresses outside the API: feeds and pictures."""
    inbox: Inbox
    badges: Badges
    leaderboards: Leaderboards
    live_notices: LiveNotices

    def suggestion_accepted(self, author_id: int) -> None:
        """Somebody's suggestion was accepted: points and notification are committed already."""
        self.inbox.wake([author_id])
        self.badges.wake([author_id])
        self.leaderboards.touch([author_id])

    def suggestion_rejected(self, author_id: int) -> None:
        """Somebody's suggestion was rejected, and the notification is committed."""
        self.inbox.wake([author_id])

    def went_live(self, stream_id: int, owner_id: int) -> None:
        """A stream has gone live for the first time."""
        self.live_notices.on_live(stream_id, owner_id)
        self.badges.wake([owner_id])


@asynccontextmanager
async def open_community(
    database: Database,
    *,
    gate: Gate,
    cursors: Cursors,
    sessions: AuthSessions,
    reauthentication: Reauthentication,
    objects: Objects,
    leaderboards: Leaderboards,
    views: Views,
    videos: VideoOptions,
    tell_user: TellUser,
    end_stream: Callable[[int], Awaitable[object]],
    announce: Announce,
    voucher: Voucher,
    look_at_stages: LookAt,
    media: LiveMedia,
) -> AsyncIterator[CommunityPart]:
    """Run the community of this node for the length of the block."""
    notifications = Notifications(database)
    async with AsyncExitStack() as stack:
        subscriptions = Subscriptions(database)
        push = await stack.enter_async_context(
            open_push(subscriptions, voucher=voucher, clock=time.time)
        )
        inbox = await stack.enter_async_context(
            open_inbox(notifications, tell_user=tell_user, push=push.send_nowait)
        )
        live_notices = await stack.enter_async_context(
            open_live_notices(database, notifications=notifications, inbox=inbox)
        )
        badges = await stack.enter_async_context(
            open_badges(
                database, notifications=notifications, inbox=inbox, leaderboards=leaderboards
            )
        )
        commons = Commons(
            database,
            gate,
            cursors,
            Idempotency(database),
            objects,
            Pictures(),
            notifications,
            inbox,
            badges,
            leaderboards,
            tell_user,
        )
        moderation = Moderation(
            database,
            sessions=sessions,
            end_stream=end_stream,
            announce=announce,
            touch_boards=leaderboards.touch,
            notifications=notifications,
            inbox=inbox,
            look_at_stages=look_at_stages,
        )
        people = open_people(
            commons,
            sessions=sessions,
            reauthentication=reauthentication,
            end_stream=end_stream,
            look_at_stages=look_at_stages,
        )
        parts = [
            await stack.enter_async_context(people),
            await stack.enter_async_context(open_writing(commons)),
            await stack.enter_async_context(
                open_showing(commons, options=videos, views=views, media=media)
            ),
            await stack.enter_async_context(open_recognition(commons, clock=utc_now)),
            Part(SearchRoutes(await prepare_search(database), cursors=cursors).routes()),
            Part(_moderating(commons, moderation)),
            Part(PushRoutes(subscriptions, voucher=voucher).routes()),
        ]
        yield CommunityPart(
            [route for part in parts for route in part.routes],
            [page for part in parts for page in part.pages],
            inbox,
            badges,
            leaderboards,
            live_notices,
        )


def _moderating(commons: Commons, moderation: Moderation) -> list[Route]:
    database, cursors = commons.database, commons.cursors
    decisions = ModerationRoutes(database, moderation=moderation, cursors=cursors, clock=utc_now)
    return [
        *ReportRoutes(database, gate=commons.gate).routes(),
        *RemovalRoutes(database, cursors=cursors).routes(),
        *QueueRoutes(database, moderation=moderation, cursors=cursors).routes(),
        *decisions.routes(),
        *AdminRoutes(database, cursors=cursors).routes(),
    ]


def utc_now() -> datetime:
    """Return what the clock says."""
    return datetime.now(UTC)
