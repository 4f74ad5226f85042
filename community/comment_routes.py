"""The REST edge of comments: threads under posts, videos and streams."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, get_args

from pydantic import StringConstraints

from community.markdown import RENDERER_VERSION
from community.notices import comment_notices
from community.plain_text import plain_text
from community.post_json import GivenId, Markdown
from community.publishing import Publishing
from community.removing import existing_subject, remove_as_moderator
from community.roles import is_moderator
from errors import (
    Blocked,
    FieldError,
    Forbidden,
    InvalidCursor,
    KeyReused,
    NotFound,
    NotRenderable,
    StillRunning,
    ThreadTooDeep,
    Unprocessable,
)
from persistence.comments import (
    Comment,
    LockedComment,
    Order,
    Parent,
    Subject,
    SubjectKind,
    add_comment,
    comment_by_id,
    comments_by_ids,
    delete_comment,
    edit_comment,
    lock_comment,
    lock_parent,
    replies_to,
    subject_of,
    subject_of_comment,
    top_comments,
)
from persistence.database import Connection, Database
from server.cursors import Cursors
from server.gate import Access
from server.idempotency import REPLAYED, Idempotency
from server.paging import Cut, PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import Given, Id, Page, PicturedUserJson, Time, Told

COMMENT_MAX_CHARS = 10_000
# The schema's limit too. Pages stop indenting long before.
MAX_DEPTH = 50

ONE = "/api/v1/comments/{comment_id}"


class NewComment(Given):
    """A comment to be; with `parent_id` it answers another."""

    content: Annotated[Markdown, StringConstraints(max_length=COMMENT_MAX_CHARS)]
    parent_id: GivenId | None = None


class CommentEdit(Given):
    """A comment's new text."""

    content: Annotated[Markdown, StringConstraints(max_length=COMMENT_MAX_CHARS)]


class CommentsQuery(PageQuery):
    """Which page of the comments that answer no other, in which order."""

    order: Order = "newest"


class CommentJson(Told):
    """A comment. Of a deleted one the place in the thread is left: no user and no words."""

    id: Id
    post_id: Id | None
    video_id: Id | None
    stream_id: Id | None
    parent_id: Id | None
    depth: int
    user: PicturedUserJson | None
    content: str
    content_html: str
    likes_count: int
    replies_count: int
    liked: bool
    deleted: bool
    created_at: Time
    edited_at: Time | None


def comment_json(comment: Comment) -> CommentJson:
    """Return the comment as its reader sees it."""
    user = None
    if comment.user_id is not None and comment.username is not None:
        user = PicturedUserJson(
            id=comment.user_id,
            username=comment.username,
            avatar_small_url=comment.avatar_small_url,
        )
    return CommentJson(
        id=comment.id,
        post_id=comment.post_id,
        video_id=comment.video_id,
        stream_id=comment.stream_id,
        parent_id=comment.parent_id,
        depth=comment.depth,
        user=user,
        content=comment.content,
        content_html=comment.content_html,
        likes_count=comment.likes_count,
        replies_count=comment.replies_count,
        liked=comment.is_liked,
        deleted=comment.is_deleted,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
    )


class CommentRoutes:
    """Write, list, see, edit and delete comments."""

    def __init__(
        self,
        database: Database,
        *,
        publishing: Publishing,
        idempotency: Idempotency,
        cursors: Cursors,
    ) -> None:
        self._database = database
        self._publishing = publishing
        self._idempotency = idempotency
        self._top_pages = Pages[int](cursors, of="comments", key=int)
        self._reply_pages = Pages[int](cursors, of="replies", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            *(route for kind in get_args(SubjectKind) for route in self._routes_on(kind)),
            Route(
                "GET", ONE, self._see, summary="See a comment", errors=(NotFound,), has_etag=True
            ),
            Route(
                "GET",
                ONE + "/replies",
                self._replies,
                summary="List the answers to a comment, oldest first",
                errors=(NotFound, InvalidCursor),
            ),
            Route(
                "PATCH",
                ONE,
                self._edit,
                summary="Edit a comment",
                access=Access.SIGNED_IN,
                errors=(NotFound, Forbidden, NotRenderable),
            ),
            Route(
                "DELETE",
                ONE,
                self._delete,
                summary="Delete a comment (its author, or a moderator); its thread stays",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Forbidden),
            ),
        ]

    def _routes_on(self, kind: SubjectKind) -> list[Route]:
        path = f"/api/v1/{kind}s/{{{kind}_id}}/comments"
        return [
            Route(
                "GET",
                path,
                self._listing(kind),
                summary=f"List the comments on a {kind} that answer no other",
                errors=(NotFound, InvalidCursor),
            ),
            Route(
                "POST",
                path,
                self._adding(kind),
                summary=f"Comment on a {kind}; with an Idempotency-Key it may be sent again",
                access=Access.SIGNED_IN,
                status=201,
                errors=(NotFound, Blocked, ThreadTooDeep, NotRenderable, KeyReused, StillRunning),
            ),
        ]

    def _listing(
        self, kind: SubjectKind
    ) -> Callable[[Call[None, CommentsQuery]], Awaitable[Page[CommentJson]]]:
        async def answer(call: Call[None, CommentsQuery]) -> Page[CommentJson]:
            query, subject_id = call.query, call.path_id(f"{kind}_id")
            await self._subject(kind, subject_id, person_id=call.user_id)
            walk = self._top_pages.walk(query, on=kind, id=subject_id, order=query.order)
            ids = await top_comments(
                self._database,
                kind,
                subject_id,
                reader_id=call.user_id,
                order=query.order,
                start=walk.start,
            )
            return await self._page(walk.cut(ids, _itself), reader_id=call.user_id)

        return answer

    def _adding(
        self, kind: SubjectKind
    ) -> Callable[[Call[NewComment, None]], Awaitable[Reply[CommentJson]]]:
        async def answer(call: Call[NewComment, None]) -> Reply[CommentJson]:
            return await self._add(call, kind, call.path_id(f"{kind}_id"))

        return answer

    async def _add(
        self, call: Call[NewComment, None], kind: SubjectKind, subject_id: int
    ) -> Reply[CommentJson]:
        author_id = call.signed_in.user_id
        async with self._idempotency.attempt(call) as attempt:
            if attempt.replayed is not None:
                return _created(CommentJson.model_validate_json(attempt.replayed), replayed=True)
            subject = await self._subject(kind, subject_id, person_id=author_id)
            if subject.is_blocked:
                raise Blocked()
            text = await self._publishing.prepare(call, call.body.content)
            async with self._database.transaction() as connection:
                parent_id = int(call.body.parent_id) if call.body.parent_id else None
                parent = await _parent(connection, parent_id, kind=kind, subject_id=subject_id)
                comment_id = await add_comment(
                    connection,
                    author_id,
                    kind=kind,
                    subject_id=subject_id,
                    parent_id=parent_id,
                    depth=parent.depth + 1 if parent else 0,
                    content=text.content,
                    html=text.html,
                    html_version=RENDERER_VERSION,
                )
                notices = comment_notices(
                    text.mentioned,
                    actor_id=author_id,
                    comment_id=comment_id,
                    content=plain_text(text.html),
                    kind=kind,
                    subject_id=subject_id,
                    subject_title=subject.title,
                    owner_id=subject.owner_id,
                    answered_id=parent.user_id if parent else None,
                )
                told = await self._publishing.notify(connection, notices)
                content = await _told(connection, comment_id, reader_id=author_id)
                await attempt.keep(connection, content, status=201)
        self._publishing.committed(author_id, told)
        return _created(content)

    async def _see(self, call: Call[None, None]) -> CommentJson:
        comment = await self._visible(call)
        (current,) = await self._publishing.texts.current_comments([comment])
        return comment_json(current)

    async def _replies(self, call: Call[None, PageQuery]) -> Page[CommentJson]:
        comment = await self._visible(call)
        walk = self._reply_pages.walk(call.query, to=comment.id)
        ids = await replies_to(self._database, comment.id, reader_id=call.user_id, start=walk.start)
        return await self._page(walk.cut(ids, _itself), reader_id=call.user_id)

    async def _edit(self, call: Call[CommentEdit, None]) -> CommentJson:
        comment_id, editor_id = call.path_id("comment_id"), call.signed_in.user_id
        comment = await comment_by_id(self._database, comment_id, reader_id=editor_id)
        if comment is None or comment.is_deleted:
            raise NotFound()
        if comment.user_id != editor_id:
            raise Forbidden("only the comment's author may do that")
        text = await self._publishing.prepare(call, call.body.content)
        async with self._database.transaction() as connection:
            await _locked(connection, comment_id)
            await edit_comment(
                connection,
                comment_id,
                content=text.content,
                html=text.html,
                html_version=RENDERER_VERSION,
            )
            told = await self._publishing.notify_mentioned(
                connection,
                text,
                author_id=editor_id,
                related_type="comment",
                related_id=comment_id,
            )
            content = await _told(connection, comment_id, reader_id=editor_id)
        self._publishing.committed(editor_id, told)
        return content

    async def _delete(self, call: Call[None, None]) -> None:
        comment_id, who = call.path_id("comment_id"), call.signed_in
        async with self._database.transaction() as connection:
            locked = await _locked(connection, comment_id)
            if locked.user_id == who.user_id:
                await delete_comment(connection, comment_id)
                return
            if not is_moderator(who):
                raise Forbidden("only the comment's author may do that")
            subject = await existing_subject(connection, ("comment", comment_id))
            # Its author's pages hear of it with what is told next.
            await remove_as_moderator(
                connection, who, subject, reason=None, notifications=self._publishing.notifications
            )

    async def _subject(
        self, kind: SubjectKind, subject_id: int, *, person_id: int | None
    ) -> Subject:
        subject = await subject_of(self._database, kind, subject_id, person_id=person_id)
        if subject is None:
            raise NotFound()
        return subject

    async def _visible(self, call: Call[None, PageQuery] | Call[None, None]) -> Comment:
        comment_id = call.path_id("comment_id")
        comment = await comment_by_id(self._database, comment_id, reader_id=call.user_id)
        if comment is None:
            raise NotFound()
        kind, subject_id = subject_of_comment(comment)
        await self._subject(kind, subject_id, person_id=call.user_id)
        return comment

    async def _page(self, ids: Cut[int], *, reader_id: int | None) -> Page[CommentJson]:
        comments = await comments_by_ids(self._database, ids.rows, reader_id=reader_id)
        current = await self._publishing.texts.current_comments(comments)
        return ids.page([comment_json(comment) for comment in current])


def _itself(comment_id: int) -> int:
    return comment_id


def _created(content: CommentJson, *, replayed: bool = False) -> Reply[CommentJson]:
    headers = {"Location": f"/api/v1/comments/{content.id}"}
    return Reply(content, headers=headers | REPLAYED if replayed else headers)


async def _told(connection: Connection, comment_id: int, *, reader_id: int) -> CommentJson:
    comment = await comment_by_id(connection, comment_id, reader_id=reader_id)
    assert comment is not None  # written in the same transaction
    return comment_json(comment)


async def _locked(connection: Connection, comment_id: int) -> LockedComment:
    locked = await lock_comment(connection, comment_id)
    if locked is None:
        raise NotFound()
    return locked


async def _parent(
    connection: Connection, parent_id: int | None, *, kind: SubjectKind, subject_id: int
) -> Parent | None:
    if parent_id is None:
        return None
    parent = await lock_parent(connection, parent_id, kind=kind, subject_id=subject_id)
    if parent is None:
        error = FieldError("/parent_id", "is no comment here")
        raise Unprocessable("the comment that is answered is not here", errors=(error,))
    if parent.depth >= MAX_DEPTH:
        raise ThreadTooDeep()
    return parent
