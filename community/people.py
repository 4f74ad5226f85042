"""Who people are, put together: profiles, pictures, follows, and accounts that are erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from community.avatar_routes import AvatarFiles, AvatarRoutes
from community.avatars import open_avatars
from community.erasure_routes import ErasureRoutes
from community.erasures import open_erasures
from community.follow_routes import FollowRoutes
from community.parts import Commons, Outside, Part
from community.profile_routes import ProfileRoutes


@asynccontextmanager
async def open_people(commons: Commons, outside: Outside) -> AsyncIterator[Part]:
    """Look after pictures, and erase, for the length of the block."""
    database, objects, gate = commons.database, commons.objects, commons.gate
    async with AsyncExitStack() as stack:
        avatars = await stack.enter_async_context(
            open_avatars(database, objects=objects, pictures=commons.pictures)
        )
        erasures = await stack.enter_async_context(
            open_erasures(
                database,
                sessions=outside.sessions,
                end_stream=outside.end_stream,
                look_at_stages=outside.look_at_stages,
            )
        )
        follows = FollowRoutes(
            database,
            cursors=commons.cursors,
            notifications=commons.notifications,
            inbox=commons.inbox,
            badges=commons.badges,
            look_at_stages=outside.look_at_stages,
        )
        erasing = ErasureRoutes(erasures, reauthentication=outside.reauthentication, gate=gate)
        yield Part(
            routes=[
                *ProfileRoutes(database).routes(),
                *AvatarRoutes(avatars, gate=gate).routes(),
                *follows.routes(),
                *erasing.routes(),
            ],
            pages=AvatarFiles(database, objects=objects).routes(),
        )
