"""What people show, put together: pictures of posts, uploads, and the videos made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from community.media_files import MediaFiles
from community.media_routes import MediaRoutes
from community.parts import Commons, Part
from community.photographer import LiveMedia, open_photographer
from community.post_pictures import open_post_pictures
from community.snapshot_routes import SnapshotRoutes
from community.upload_routes import UploadRoutes
from community.uploads import Uploads, open_uploads
from community.video_probe import Probes
from community.video_routes import VideoRoutes
from community.videos import VideoOptions, Videos, open_videos
from community.views import Views
from persistence.site_secrets import site_secret
from persistence.snapshots import Snapshots


@asynccontextmanager
async def open_showing(
    commons: Commons, *, options: VideoOptions, views: Views, media: LiveMedia
) -> AsyncIterator[Part]:
    """Take pictures and uploads, make videos of them, and look at what is live, for the length of
    the block."""
    database, objects = commons.database, commons.objects
    async with AsyncExitStack() as stack:
        pictures = await stack.enter_async_context(
            open_post_pictures(database, objects=objects, pictures=commons.pictures)
        )
        videos = Videos(
            database,
            objects=objects,
            probes=Probes(),
            work_dir=options.work_dir,
            tell_user=commons.tell_user,
        )
        processing = await stack.enter_async_context(open_videos(videos))
        uploads = await stack.enter_async_context(
            open_uploads(
                Uploads(database, objects=objects, options=options, on_whole=processing.wake)
            )
        )
        await stack.enter_async_context(open_photographer(database, media=media))
        video_routes = VideoRoutes(
            database,
            views=views,
            viewer_secret=await site_secret(database, "viewers"),
            idempotency=commons.idempotency,
            cursors=commons.cursors,
            gate=commons.gate,
            notifications=commons.notifications,
            on_made=processing.wake,
        )
        snapshots = SnapshotRoutes(
            Snapshots(database), pictures=commons.pictures, gate=commons.gate
        )
        yield Part(
            routes=[
                *snapshots.routes(),
                *MediaRoutes(pictures, gate=commons.gate).routes(),
                *UploadRoutes(uploads).routes(),
                *video_routes.routes(),
            ],
            pages=[
                *MediaFiles(database, objects=objects, gate=commons.gate).routes(),
                *snapshots.files(),
            ],
        )
