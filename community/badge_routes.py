"""The REST edge of badges: /api/v1/badges, and those that somebody has."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from community.badges import Badges
from community.challenge_rules import web_address
from community.roles import check_admin, check_moderator
from community.usernames import user_named
from errors import BadgeNameTaken, Forbidden, InvalidCursor, NotFound
from persistence.badges import (
    Badge,
    HeldBadge,
    add_badge,
    badge_by_id,
    badges_of,
    edit_badge,
    list_badges,
)
from persistence.database import Database
from persistence.moderation import log_action
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Reply, Route
from server.wire import Given, Id, Line, Page, Text, Time, Told

NAME_MAX_CHARS = 50
DESCRIPTION_MAX_CHARS = 1_000
MAX_POINTS = 10_000


class GivenBadge(Given):
    """What an admin writes of a badge."""

    name: Annotated[Line, StringConstraints(max_length=NAME_MAX_CHARS)]
    description: Annotated[Text, StringConstraints(max_length=DESCRIPTION_MAX_CHARS)] | None = None
    image_url: Annotated[Text, AfterValidator(web_address)] | None = None
    points: Annotated[int, Field(ge=0, le=MAX_POINTS)] = 0


class BadgeJson(Told):
    """A badge."""

    id: Id
    name: str
    description: str | None
    image_url: str | None
    points: int
    rule: str | None
    """The rule that awards it; null: awarded by hand."""
    holders_count: int
    created_at: Time


class HeldBadgeJson(Told):
    """A badge that somebody has."""

    id: Id
    name: str
    description: str | None
    image_url: str | None
    points: int
    awarded_at: Time


class BadgeRoutes:
    """List, define and award badges."""

    def __init__(self, database: Database, *, badges: Badges, cursors: Cursors) -> None:
        self._database = database
        self._badges = badges
        self._pages = Pages[int](cursors, of="badges", key=int)
        self._held_pages = Pages[tuple[datetime, int]](
            cursors, of="held badges", key=(datetime, int)
        )

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/badges/{badge_id}"
        signed_in = Access.SIGNED_IN
        return [
            Route(
                "GET",
                "/api/v1/badges",
                self._list,
                summary="List all badges",
                errors=(InvalidCursor,),
            ),
            Route(
                "POST",
                "/api/v1/badges",
                self._create,
                summary="Define a badge (admins)",
                access=signed_in,
                status=201,
                errors=(Forbidden, BadgeNameTaken),
            ),
            Route("GET", one, self._see, summary="See a badge", errors=(NotFound,)),
            Route(
                "PUT",
                one,
                self._edit,
                summary="Write a badge anew (admins)",
                access=signed_in,
                errors=(Forbidden, NotFound, BadgeNameTaken),
            ),
            Route(
                "PUT",
                one + "/holders/{username}",
                self._award,
                summary="Award a badge (moderators)",
                access=signed_in,
                status=204,
                errors=(Forbidden, NotFound),
            ),
            Route(
                "GET",
                "/api/v1/users/{username}/badges",
                self._held,
                summary="List somebody's badges, the newest first",
                errors=(NotFound, InvalidCursor),
            ),
        ]

    async def _list(self, call: Call[None, PageQuery]) -> Page[BadgeJson]:
        walk = self._pages.walk(call.query)
        cut = walk.cut(await list_badges(self._database, walk.start), lambda badge: badge.id)
        return cut.page([_badge_json(badge) for badge in cut.rows])

    async def _create(self, call: Call[GivenBadge, None]) -> Reply[BadgeJson]:
        admin, body = check_admin(call.signed_in), call.body
        async with self._database.transaction() as connection:
            badge_id = await add_badge(
                connection,
                name=body.name,
                description=body.description,
                image_url=body.image_url,
                points=body.points,
            )
            detail = {"badge_id": str(badge_id), "name": body.name}
            await log_action(connection, admin.user_id, "create_badge", detail=detail)
        return Reply(
            _badge_json(await self._badge(badge_id)),
            headers={"Location": f"/api/v1/badges/{badge_id}"},
        )

    async def _see(self, call: Call[None, None]) -> BadgeJson:
        return _badge_json(await self._badge(call.path_id("badge_id")))

    async def _edit(self, call: Call[GivenBadge, None]) -> BadgeJson:
        admin, badge_id, body = check_admin(call.signed_in), call.path_id("badge_id"), call.body
        async with self._database.transaction() as connection:
            if not await edit_badge(
                connection,
                badge_id,
                name=body.name,
                description=body.description,
                image_url=body.image_url,
                points=body.points,
            ):
                raise NotFound()
            detail = {"badge_id": str(badge_id), "name": body.name}
            await log_action(connection, admin.user_id, "edit_badge", detail=detail)
        return _badge_json(await self._badge(badge_id))

    async def _award(self, call: Call[None, None]) -> None:
        moderator = check_moderator(call.signed_in)
        user = await user_named(self._database, call.path_text("username"))
        if user.id == moderator.user_id:
            raise Forbidden("nobody awards a badge to themselves")
        await self._badges.award(call.path_id("badge_id"), user.id, awarded_by=moderator.user_id)

    async def _held(self, call: Call[None, PageQuery]) -> Page[HeldBadgeJson]:
        user = await user_named(self._database, call.path_text("username"))
        walk = self._held_pages.walk(call.query, user=user.id)
        held = await badges_of(self._database, user.id, start=walk.start)
        cut = walk.cut(held, lambda badge: (badge.awarded_at, badge.id))
        return cut.page([_held_badge_json(badge) for badge in cut.rows])

    async def _badge(self, badge_id: int) -> Badge:
        badge = await badge_by_id(self._database, badge_id)
        if badge is None:
            raise NotFound()
        return badge


def _badge_json(badge: Badge) -> BadgeJson:
    return BadgeJson(
        id=badge.id,
        name=badge.name,
        description=badge.description,
        image_url=badge.image_url,
        points=badge.points,
        rule=badge.rule,
        holders_count=badge.holders_count,
        created_at=badge.created_at,
    )


def _held_badge_json(badge: HeldBadge) -> HeldBadgeJson:
    return HeldBadgeJson(
        id=badge.id,
        name=badge.name,
        description=badge.description,
        image_url=badge.image_url,
        points=badge.points,
        awarded_at=badge.awarded_at,
    )
