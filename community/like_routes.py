"""The REST edge of likes: one resource beside every post, video and comment, there or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import get_args

from community.notices import like_notice
from community.notifications import Inbox
from errors import Blocked, NotFound
from persistence.comments import comment_subject, subject_of
from persistence.database import Database
from persistence.likes import LikedKind, like, unlike
from persistence.notifications import Notifications
from server.gate import Access
from server.routing import Call, Route


class LikeRoutes:
    """Like and unlike; twice is once."""

    def __init__(self, database: Database, *, notifications: Notifications, inbox: Inbox) -> None:
        self._database = database
        self._notifications = notifications
        self._inbox = inbox

    def routes(self) -> list[Route]:
        """Return the table."""
        return [route for kind in get_args(LikedKind) for route in self._routes_of(kind)]

    def _routes_of(self, kind: LikedKind) -> list[Route]:
        path = f"/api/v1/{kind}s/{{{kind}_id}}/like"
        return [
            Route(
                "PUT",
                path,
                self._liking(kind),
                summary=f"Like a {kind}",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound, Blocked),
            ),
            Route(
                "DELETE",
                path,
                self._unliking(kind),
                summary=f"Like a {kind} no more",
                access=Access.SIGNED_IN,
                status=204,
                errors=(NotFound,),
            ),
        ]

    def _liking(self, kind: LikedKind) -> Callable[[Call[None, None]], Awaitable[None]]:
        async def answer(call: Call[None, None]) -> None:
            liked_id, user_id = call.path_id(f"{kind}_id"), call.signed_in.user_id
            woken = await self.like(kind, liked_id, user_id=user_id)
            self._inbox.wake(woken)

        return answer

    def _unliking(self, kind: LikedKind) -> Callable[[Call[None, None]], Awaitable[None]]:
        async def answer(call: Call[None, None]) -> None:
            liked_id = call.path_id(f"{kind}_id")
            await unlike(self._database, kind, liked_id, user_id=call.signed_in.user_id)

        return answer

    async def like(self, kind: LikedKind, liked_id: int, *, user_id: int) -> list[int]:
        """Like something for somebody, and return who is to be woken."""
        async with self._database.transaction() as connection:
            subject = (
                await comment_subject(connection, liked_id, person_id=user_id)
                if kind == "comment"
                else await subject_of(connection, kind, liked_id, person_id=user_id)
            )
            if subject is None:
                raise NotFound()
            if subject.is_blocked:
                raise Blocked()
            is_new = await like(connection, kind, liked_id, user_id=user_id)
            if not is_new or subject.owner_id is None:
                return []
            notice = like_notice(
                kind, liked_id, actor_id=user_id, owner_id=subject.owner_id, title=subject.title
            )
            return await self._notifications.add(connection, [notice])
