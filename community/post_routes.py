"""The REST edge of posts: /api/v1/posts."""

from __future__ import annotations

from collections.abc import Sequence

from community.markdown import RENDERER_VERSION
from community.post_json import POST_TAGS, NewPost, PostEdit, PostJson, post_json
from community.publishing import Publishing
from community.removing import existing_subject, remove_as_moderator
from community.roles import is_moderator
from community.texts import PreparedText
from errors import (
    Conflict,
    FieldError,
    Forbidden,
    KeyReused,
    NotFound,
    NotRenderable,
    StillRunning,
    TooManyPinned,
    Unprocessable,
)
from persistence.database import Connection, Database
from persistence.posts import (
    LockedPost,
    Post,
    add_post,
    delete_post,
    edit_post,
    lock_post,
    pinned_beside,
    post_by_id,
    set_media,
    set_pinned,
    set_tags,
)
from persistence.tags import ensure_tags
from server.gate import Access
from server.idempotency import REPLAYED, Idempotency
from server.routing import Call, Reply, Route

PINNED_POSTS = 3

ONE = "/api/v1/posts/{post_id}"


class PostRoutes:
    """Write, see, edit, pin and delete posts."""

    def __init__(
        self,
        database: Database,
        *,
        publishing: Publishing,
        idempotency: Idempotency,
    ) -> None:
        self._database = database
        self._publishing = publishing
        self._idempotency = idempotency

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                "/api/v1/posts",
                self._create,
                summary="Write a post; with an Idempotency-Key it may be sent again",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotRenderable, KeyReused, StillRunning),
            ),
            Route("GET", ONE, self._see, summary="See a post", errors=(NotFound,), has_etag=True),
            Route(
                "PATCH",
                ONE,
                self._edit,
                summary="Edit a post",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden, Conflict, NotRenderable),
            ),
            Route(
                "DELETE",
                ONE,
                self._delete,
                summary="Delete a post (its author, or a moderator)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
            Route(
                "PUT",
                ONE + "/pin",
                self._pin,
                summary="Pin a post on one's own page",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden, TooManyPinned),
            ),
            Route(
                "DELETE",
                ONE + "/pin",
                self._unpin,
                summary="Unpin a post",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
        ]

    async def _create(self, call: Call[NewPost, None]) -> Reply[PostJson]:
        body, author_id = call.body, call.signed_in.user_id
        async with self._idempotency.attempt(call) as attempt:
            if attempt.replayed is not None:
                return _created(PostJson.model_validate_json(attempt.replayed), replayed=True)
            text = await self._publishing.prepare(call, body.content)
            async with self._database.transaction() as connection:
                post_id = await add_post(
                    connection,
                    author_id,
                    content=text.content,
                    html=text.html,
                    html_version=RENDERER_VERSION,
                    given_tags=body.tags,
                )
                await _set_tags(connection, post_id, [*body.tags, *text.tags])
                await _set_media(connection, post_id, body.media_ids, owner_id=author_id)
                told = await self._tell_mentioned(connection, post_id, author_id, text)
                content = await _told(connection, post_id, reader_id=author_id)
                await attempt.keep(connection, content, status=201)
        self._publishing.committed(author_id, told)
        return _created(content)

    async def _see(self, call: Call[None, None]) -> PostJson:
        post = await self._found(call)
        (current,) = await self._publishing.texts.current_posts([post])
        return post_json(current)

    async def _edit(self, call: Call[PostEdit, None]) -> PostJson:
        body, editor_id = call.body, call.signed_in.user_id
        before = await self._found(call)
        if before.user_id != editor_id:
            raise Forbidden("only the post's author may do that")
        words = before.content if body.content is None else body.content
        text = await self._publishing.prepare(call, words)
        async with self._database.transaction() as connection:
            locked = await _locked(connection, before.id)
            if body.content is None and locked.content != before.content:
                raise Conflict("the post was edited meanwhile; try again")
            given = locked.given_tags if body.tags is None else body.tags
            await edit_post(
                connection,
                before.id,
                content=text.content,
                html=text.html,
                html_version=RENDERER_VERSION,
                given_tags=given,
            )
            await _set_tags(connection, before.id, [*given, *text.tags])
            if body.media_ids is not None:
                await _set_media(connection, before.id, body.media_ids, owner_id=editor_id)
            # Who was mentioned before was told before: a mention notifies once.
            told = await self._tell_mentioned(connection, before.id, editor_id, text)
            content = await _told(connection, before.id, reader_id=editor_id)
            if not content.content.strip() and not content.media:
                nothing = FieldError("/content", "must not be empty without a picture")
                raise Unprocessable("a post must say or show something", errors=(nothing,))
        self._publishing.committed(editor_id, told)
        return content

    async def _delete(self, call: Call[None, None]) -> None:
        post_id, who = call.path_id("post_id"), call.signed_in
        async with self._database.transaction() as connection:
            locked = await _locked(connection, post_id)
            if locked.user_id == who.user_id:
                await delete_post(connection, post_id)
                return
            if not is_moderator(who):
                raise Forbidden("only the post's author may do that")
            subject = await existing_subject(connection, ("post", post_id))
            # Its author's pages hear of it with what is told next.
            await remove_as_moderator(
                connection, who, subject, reason=None, notifications=self._publishing.notifications
            )

    async def _pin(self, call: Call[None, None]) -> None:
        post_id, user_id = call.path_id("post_id"), call.signed_in.user_id
        async with self._database.transaction() as connection:
            # The owner's row before the post's: whoever pins two posts at once waits here.
            pinned = await pinned_beside(connection, post_id, owner_id=user_id)
            _check_author(await _locked(connection, post_id), user_id)
            if pinned >= PINNED_POSTS:
                raise TooManyPinned()
            await set_pinned(connection, post_id, pinned=True)

    async def _unpin(self, call: Call[None, None]) -> None:
        post_id = call.path_id("post_id")
        async with self._database.transaction() as connection:
            _check_author(await _locked(connection, post_id), call.signed_in.user_id)
            await set_pinned(connection, post_id, pinned=False)

    async def _found(self, call: Call[PostEdit, None] | Call[None, None]) -> Post:
        post = await post_by_id(self._database, call.path_id("post_id"), reader_id=call.user_id)
        if post is None:
            raise NotFound()
        return post

    async def _tell_mentioned(
        self, connection: Connection, post_id: int, author_id: int, text: PreparedText
    ) -> list[int]:
        return await self._publishing.notify_mentioned(
            connection, text, author_id=author_id, related_type="post", related_id=post_id
        )


def _created(content: PostJson, *, replayed: bool = False) -> Reply[PostJson]:
    headers = {"Location": f"/api/v1/posts/{content.id}"}
    return Reply(content, headers=headers | REPLAYED if replayed else headers)


async def _told(connection: Connection, post_id: int, *, reader_id: int) -> PostJson:
    post = await post_by_id(connection, post_id, reader_id=reader_id)
    assert post is not None  # written in the same transaction
    return post_json(post)


async def _locked(connection: Connection, post_id: int) -> LockedPost:
    locked = await lock_post(connection, post_id)
    if locked is None:
        raise NotFound()
    return locked


def _check_author(post: LockedPost, user_id: int) -> None:
    if post.user_id != user_id:
        raise Forbidden("only the post's author may do that")


async def _set_tags(connection: Connection, post_id: int, names: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(names))[:POST_TAGS]
    tag_ids = await ensure_tags(connection, wanted) if wanted else []
    await set_tags(connection, post_id, tag_ids)


async def _set_media(
    connection: Connection, post_id: int, media_ids: Sequence[str], *, owner_id: int
) -> None:
    wanted = list(dict.fromkeys(int(each) for each in media_ids))
    got = await set_media(connection, post_id, wanted, owner_id=owner_id)
    missing = tuple(
        FieldError(f"/media_ids/{place}", "is no picture of yours that is ready")
        for place, each in enumerate(media_ids)
        if int(each) not in got
    )
    if missing:
        raise Unprocessable("some pictures cannot be used", errors=missing)
