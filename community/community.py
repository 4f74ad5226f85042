"""The community part of a node, put together: `open_community` owns its tasks and closes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from community.atom_routes import AtomRoutes
from community.avatar_routes import AvatarFiles, AvatarRoutes
from community.avatars import open_avatars
from community.badge_routes import BadgeRoutes
from community.badges import Badges, open_badges
from community.boards import Leaderboards
from community.challenge_routes import ChallengeRoutes
from community.challenges import open_challenges
from community.comment_routes import CommentRoutes
from community.erasure_routes import ErasureRoutes
from community.erasures import open_erasures
from community.feed_routes import FeedRoutes
from community.fetching import open_fetcher
from community.follow_routes import FollowRoutes
from community.leaderboard_routes import LeaderboardRoutes
from community.like_routes import LikeRoutes
from community.live_notices import LiveNotices, open_live_notices
from community.media_files import MediaFiles
from community.media_routes import MediaRoutes
from community.moderation import Moderation
from community.moderation_routes import ModerationRoutes
from community.news import News
from community.notification_routes import NotificationRoutes
from community.notifications import Inbox, TellUser, open_inbox
from community.pictures import Pictures
from community.post_pictures import PostPictures
from community.post_routes import PostRoutes
from community.profile_routes import ProfileRoutes
from community.rendering import open_rendering
from community.report_routes import ReportRoutes
from community.search_routes import SearchRoutes
from community.source_routes import SourceRoutes
from community.tag_routes import TagRoutes
from community.tasks import open_task
from community.texts import Texts
from community.upkeep import Upkeep
from community.upload_routes import UploadRoutes
from community.uploads import Uploads, open_uploads
from community.video_probe import Probes
from community.video_routes import VideoRoutes
from community.videos import VideoOptions, Videos, open_videos
from community.views import Views
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.objects import Objects
from persistence.search import prepare_search
from persistence.site_secrets import site_secret
from rooms.events import Announce
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
) -> AsyncIterator[CommunityPart]:
    """Run the community of this node for the length of the block."""
    notifications = Notifications(database)
    idempotency = Idempotency(database)
    async with AsyncExitStack() as parts:
        inbox = await parts.enter_async_context(open_inbox(notifications, tell_user=tell_user))
        live_notices = await parts.enter_async_context(
            open_live_notices(database, notifications=notifications, inbox=inbox)
        )

        # What people write.
        rendering = await parts.enter_async_context(open_rendering())
        fetcher = await parts.enter_async_context(open_fetcher())
        texts = Texts(database, rendering)
        news = News(database, fetcher=fetcher, rendering=rendering)
        await parts.enter_async_context(open_task(news.run()))
        await parts.enter_async_context(open_task(Upkeep(database).run()))

        # What they show.
        processing = await parts.enter_async_context(
            open_videos(
                Videos(
                    database,
                    objects=objects,
                    probes=Probes(),
                    work_dir=videos.work_dir,
                    tell_user=tell_user,
                )
            )
        )
        uploads = await parts.enter_async_context(
            open_uploads(
                Uploads(database, objects=objects, options=videos, on_whole=processing.wake)
            )
        )

        pictures = Pictures()
        post_pictures = PostPictures(database, objects=objects, pictures=pictures)
        await parts.enter_async_context(open_task(post_pictures.clear_regularly()))

        # Who they are.
        avatars = await parts.enter_async_context(
            open_avatars(database, objects=objects, pictures=pictures)
        )
        erasures = await parts.enter_async_context(
            open_erasures(database, sessions=sessions, end_stream=end_stream)
        )

        # What they are recognised for.
        badges = await parts.enter_async_context(
            open_badges(
                database, notifications=notifications, inbox=inbox, leaderboards=leaderboards
            )
        )
        challenges = await parts.enter_async_context(
            open_challenges(
                database,
                notifications=notifications,
                inbox=inbox,
                leaderboards=leaderboards,
                badges=badges,
                clock=utc_now,
            )
        )
        moderation = Moderation(
            database,
            sessions=sessions,
            end_stream=end_stream,
            announce=announce,
            touch_boards=leaderboards.touch,
        )
        routes = [
            *ProfileRoutes(database).routes(),
            *AvatarRoutes(avatars, gate=gate).routes(),
            *FollowRoutes(
                database, cursors=cursors, notifications=notifications, inbox=inbox
            ).routes(),
            *ErasureRoutes(erasures, reauthentication=reauthentication, gate=gate).routes(),
            *PostRoutes(
                database,
                texts=texts,
                notifications=notifications,
                inbox=inbox,
                idempotency=idempotency,
                gate=gate,
            ).routes(),
            *CommentRoutes(
                database,
                texts=texts,
                notifications=notifications,
                inbox=inbox,
                idempotency=idempotency,
                cursors=cursors,
                gate=gate,
            ).routes(),
            *LikeRoutes(database, notifications=notifications, inbox=inbox).routes(),
            *MediaRoutes(post_pictures, gate=gate).routes(),
            *UploadRoutes(uploads).routes(),
            *VideoRoutes(
                database,
                views=views,
                viewer_secret=await site_secret(database, "viewers"),
                idempotency=idempotency,
                cursors=cursors,
                gate=gate,
                on_made=processing.wake,
            ).routes(),
            *FeedRoutes(database, texts=texts, cursors=cursors).routes(),
            *TagRoutes(database, cursors=cursors).routes(),
            *SourceRoutes(database, fetcher=fetcher).routes(),
            *NotificationRoutes(notifications, cursors=cursors).routes(),
            *ChallengeRoutes(
                database, challenges=challenges, cursors=cursors, clock=utc_now
            ).routes(),
            *BadgeRoutes(database, badges=badges, cursors=cursors).routes(),
            *LeaderboardRoutes(leaderboards, cursors=cursors, clock=utc_now).routes(),
            *SearchRoutes(await prepare_search(database), cursors=cursors).routes(),
            *ReportRoutes(database, gate=gate).routes(),
            *ModerationRoutes(
                database, moderation=moderation, cursors=cursors, clock=utc_now
            ).routes(),
        ]
        pages = [
            *AtomRoutes(database, texts=texts, gate=gate).routes(),
            *AvatarFiles(database, objects=objects).routes(),
            *MediaFiles(database, objects=objects, gate=gate).routes(),
        ]
        yield CommunityPart(routes, pages, inbox, badges, leaderboards, live_notices)


def utc_now() -> datetime:
    """Return what the clock says."""
    return datetime.now(UTC)
