"""The community part of a node, put together: `open_community` owns its tasks and closes them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from community.badges import Badges, open_badges
from community.boards import Leaderboards
from community.live_notices import LiveNotices, open_live_notices
from community.moderating import moderating
from community.notifications import Inbox, TellUser, open_inbox
from community.parts import Commons, Outside, Part
from community.people import open_people
from community.pictures import Pictures
from community.push import open_push
from community.push_encryption import Voucher
from community.push_routes import PushRoutes
from community.recognition import open_recognition
from community.search_routes import SearchRoutes
from community.showing import open_showing
from community.videos import VideoOptions
from community.views import Views
from community.writing import open_writing
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.objects import Objects
from persistence.search import prepare_search
from persistence.web_push import Subscriptions
from server.cursors import Cursors
from server.gate import Gate
from server.idempotency import Idempotency
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
    objects: Objects,
    leaderboards: Leaderboards,
    views: Views,
    videos: VideoOptions,
    voucher: Voucher,
    outside: Outside,
) -> AsyncIterator[CommunityPart]:
    """Run the community of this node for the length of the block."""
    async with AsyncExitStack() as stack:
        telling = await stack.enter_async_context(
            _open_telling(
                database,
                leaderboards=leaderboards,
                voucher=voucher,
                tell_user=outside.tell_user,
            )
        )
        commons = Commons(
            database,
            gate,
            cursors,
            Idempotency(database),
            objects,
            Pictures(),
            telling.notifications,
            telling.inbox,
            telling.badges,
            leaderboards,
            outside.tell_user,
        )
        parts = [
            await stack.enter_async_context(open_people(commons, outside)),
            await stack.enter_async_context(open_writing(commons)),
            await stack.enter_async_context(open_showing(commons, options=videos, views=views)),
            await stack.enter_async_context(open_recognition(commons, clock=utc_now)),
            Part(SearchRoutes(await prepare_search(database), cursors=cursors).routes()),
            moderating(commons, outside, clock=utc_now),
            Part(PushRoutes(telling.subscriptions, voucher=voucher).routes()),
        ]
        yield CommunityPart(
            [route for part in parts for route in part.routes],
            [page for part in parts for page in part.pages],
            telling.inbox,
            telling.badges,
            leaderboards,
            telling.live_notices,
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    """What tells people of what happens to them."""

    notifications: Notifications
    inbox: Inbox
    subscriptions: Subscriptions
    live_notices: LiveNotices
    badges: Badges


@asynccontextmanager
async def _open_telling(
    database: Database, *, leaderboards: Leaderboards, voucher: Voucher, tell_user: TellUser
) -> AsyncIterator[_Telling]:
    notifications, subscriptions = Notifications(database), Subscriptions(database)
    async with (
        open_push(subscriptions, voucher=voucher, clock=time.time) as push,
        open_inbox(notifications, tell_user=tell_user, push=push.send_nowait) as inbox,
        open_live_notices(database, notifications=notifications, inbox=inbox) as live_notices,
        open_badges(
            database, notifications=notifications, inbox=inbox, leaderboards=leaderboards
        ) as badges,
    ):
        yield _Telling(notifications, inbox, subscriptions, live_notices, badges)


def utc_now() -> datetime:
    """Return what the clock says."""
    return datetime.now(UTC)
