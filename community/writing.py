"""What people write, put together: posts, comments, likes, tags, feeds and news."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from community.atom_routes import AtomRoutes
from community.comment_routes import CommentRoutes
from community.feed_routes import FeedRoutes
from community.fetching import open_fetcher
from community.like_routes import LikeRoutes
from community.news import News
from community.parts import Commons, Part
from community.post_routes import PostRoutes
from community.preview_routes import PreviewRoutes
from community.publishing import Publishing
from community.rendering import open_rendering
from community.source_routes import SourceRoutes
from community.tag_routes import TagRoutes
from community.texts import Texts
from community.upkeep import Upkeep
from tasks import open_tasks


@asynccontextmanager
async def open_writing(commons: Commons) -> AsyncIterator[Part]:
    """Render, rank and import for the length of the block."""
    database, notifications = commons.database, commons.notifications
    async with AsyncExitStack() as stack:
        rendering = await stack.enter_async_context(open_rendering())
        fetcher = await stack.enter_async_context(open_fetcher())
        news = News(database, fetcher=fetcher, rendering=rendering)
        await stack.enter_async_context(open_tasks(news.run()))
        await stack.enter_async_context(open_tasks(Upkeep(database).run()))

        texts = Texts(database, rendering)
        publishing = Publishing(
            texts,
            notifications=notifications,
            inbox=commons.inbox,
            badges=commons.badges,
            gate=commons.gate,
        )
        posts = PostRoutes(database, publishing=publishing, idempotency=commons.idempotency)
        comments = CommentRoutes(
            database,
            publishing=publishing,
            idempotency=commons.idempotency,
            cursors=commons.cursors,
        )
        likes = LikeRoutes(database, notifications=notifications, inbox=commons.inbox)
        yield Part(
            routes=[
                *posts.routes(),
                *comments.routes(),
                *PreviewRoutes(texts, gate=commons.gate).routes(),
                *likes.routes(),
                *FeedRoutes(database, texts=texts, cursors=commons.cursors).routes(),
                *TagRoutes(database, cursors=commons.cursors).routes(),
                *SourceRoutes(database, fetcher=fetcher).routes(),
            ],
            pages=AtomRoutes(database, texts=texts, gate=commons.gate).routes(),
        )
