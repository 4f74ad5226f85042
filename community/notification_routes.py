"""The REST edge of notifications: /api/v1/notifications."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from community.notification_json import NotificationJson, notification_json
from errors import InvalidCursor
from persistence.notifications import NoticeType, Notifications
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, GivenId, Page, Told

READ_AT_ONCE = 100


class Reading(Given):
    """What was read: some notifications, each with its group, or all."""

    ids: Annotated[list[GivenId], Field(min_length=1, max_length=READ_AT_ONCE)] | None = None
    all: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Reading:
        if (self.ids is None) == (self.all is None):
            raise ValueError("give either ids or all")
        return self


class UnreadJson(Told):
    """How many groups hold something unread; 100 stands for that many or more."""

    unread: int


class Preferences(Given):
    """Which types to be notified of; one that is left out is wanted."""

    follow: bool = True
    like: bool = True
    comment: bool = True
    mention: bool = True
    reply: bool = True
    suggestion_accepted: bool = True
    suggestion_rejected: bool = True
    badge: bool = True
    challenge_result: bool = True
    live: bool = True
    stage_invitation: bool = True

    def wanted(self) -> dict[NoticeType, bool]:
        """Return them by type."""
        return {
            "follow": self.follow,
            "like": self.like,
            "comment": self.comment,
            "mention": self.mention,
            "reply": self.reply,
            "suggestion_accepted": self.suggestion_accepted,
            "suggestion_rejected": self.suggestion_rejected,
            "badge": self.badge,
            "challenge_result": self.challenge_result,
            "live": self.live,
            "stage_invitation": self.stage_invitation,
        }


class NotificationRoutes:
    """List, count and read notifications, and choose which to get."""

    def __init__(self, notifications: Notifications, *, cursors: Cursors) -> None:
        self._notifications = notifications
        self._pages = Pages[int](cursors, of="notifications", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        base = "/api/v1/notifications"
        return [
            Route(
                "GET",
                base,
                self._list,
                summary="List what you were notified of, the newest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route(
                "POST",
                base + "/read",
                self._read,
                summary="Mark notifications as read",
                access=Access.SIGNED_IN,
            ),
            Route(
                "GET",
                base + "/unread-count",
                self._count,
                summary="Count what is unread",
                access=Access.SIGNED_IN,
            ),
            Route(
                "GET",
                base + "/preferences",
                self._see_preferences,
                summary="See which types you are notified of",
                access=Access.SIGNED_IN,
            ),
            Route(
                "PUT",
                base + "/preferences",
                self._set_preferences,
                summary="Choose which types you are notified of",
                access=Access.SIGNED_IN,
            ),
        ]

    async def _list(self, call: Call[None, PageQuery]) -> Page[NotificationJson]:
        user_id = call.signed_in.user_id
        walk = self._pages.walk(call.query, user=user_id)
        groups = await self._notifications.page(user_id, walk.start)
        cut = walk.cut(groups, lambda group: group.id)
        return cut.page([notification_json(group) for group in cut.rows])

    async def _read(self, call: Call[Reading, None]) -> UnreadJson:
        user_id = call.signed_in.user_id
        await self._notifications.mark_read(user_id, call.body.ids)
        return UnreadJson(unread=await self._notifications.unread(user_id))

    async def _count(self, call: Call[None, None]) -> UnreadJson:
        return UnreadJson(unread=await self._notifications.unread(call.signed_in.user_id))

    async def _see_preferences(self, call: Call[None, None]) -> Preferences:
        chosen = await self._notifications.preferences(call.signed_in.user_id)
        return Preferences.model_validate(chosen)

    async def _set_preferences(self, call: Call[Preferences, None]) -> Preferences:
        await self._notifications.set_preferences(call.signed_in.user_id, call.body.wanted())
        return call.body
