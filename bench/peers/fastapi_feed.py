"""The peer of bench/feed_requests.py: the same two queries and the same JSON by FastAPI, SQLAlchemy
(asyncio, asyncpg) and uvicorn, as their manuals have it. `python -m bench.peers.fastapi_feed
DATABASE_URL PORT`. It knows no sessions, limits, cursors of its own or request log.
"""

import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.types import BigInteger

from persistence.sql import load_queries

POOL = 20


class Author(BaseModel):
    """Who wrote a post."""

    id: str
    username: str
    avatar_small_url: str | None


class Media(BaseModel):
    """A picture of a post."""

    id: str
    object_key: str
    small_key: str | None
    content_type: str
    width: int | None
    height: int | None
    alt_text: str | None


class PostOut(BaseModel):
    """A post."""

    id: str
    user: Author
    content: str
    content_html: str
    tags: list[str]
    media: list[Media]
    likes_count: int
    comments_count: int
    liked: bool
    pinned: bool
    created_at: datetime
    edited_at: datetime | None


class FeedOut(BaseModel):
    """A page of posts."""

    items: list[PostOut]
    next: str | None
    prev: str | None


MEDIA: TypeAdapter[list[Media]] = TypeAdapter(list[Media])


def _statement(noun: str, name: str, *names: str) -> TextClause:
    """Return one of our queries with names in place of its numbers."""
    query = load_queries(noun)[name]
    for number, each in reversed([*enumerate(names, start=1)]):
        query = query.replace(f"${number}", f":{each}")
    # A colon that begins no name is a cast.
    return text(query.replace("::", "\\:\\:"))


def make_app(url: str) -> FastAPI:
    """Return the application."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=POOL
    )
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    latest = _statement("feeds", "latest", "reader", "before", "limit")
    by_ids = _statement("posts", "by_ids", "ids", "reader")
    latest = latest.bindparams(
        bindparam("reader", type_=BigInteger), bindparam("before", type_=BigInteger)
    )
    by_ids = by_ids.bindparams(
        bindparam("ids", type_=ARRAY(BigInteger)), bindparam("reader", type_=BigInteger)
    )
    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    @app.get("/api/v1/feeds/latest")
    async def feed(
        db: Annotated[AsyncSession, Depends(session)], limit: int = 20, cursor: int | None = None
    ) -> FeedOut:
        found = await db.execute(latest, {"reader": None, "before": cursor, "limit": limit + 1})
        ids = [row.id for row in found]
        rows = (await db.execute(by_ids, {"ids": ids[:limit], "reader": None})).all()
        return FeedOut(
            items=[
                PostOut(
                    id=str(row.id),
                    user=Author(
                        id=str(row.user_id),
                        username=row.username,
                        avatar_small_url=row.avatar_small_url,
                    ),
                    content=row.content,
                    content_html=row.content_html,
                    tags=row.tags,
                    media=MEDIA.validate_python(row.media),
                    likes_count=row.likes_count,
                    comments_count=row.comments_count,
                    liked=row.is_liked,
                    pinned=row.is_pinned,
                    created_at=row.created_at,
                    edited_at=row.edited_at,
                )
                for row in rows
            ],
            next=str(ids[limit - 1]) if len(ids) > limit else None,
            prev=None,
        )

    return app


if __name__ == "__main__":
    uvicorn.run(
        make_app(sys.argv[1]),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
