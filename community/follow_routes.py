"""The REST edge of who follows, blocks and mutes whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Protocol

from errors import Blocked, InvalidCursor, NotFound, Unprocessable
from persistence.database import Database
from persistence.follows import (
    Direction,
    Followed,
    Person,
    Refusal,
    block,
    follow,
    mute,
    people_around,
    people_refused,
    take_back,
    unfollow,
)
from persistence.notifications import Notice, Notifications
from persistence.users import user_by_username
from rooms.houses import LookAt
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages, Walk
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told, path_username


class Wake(Protocol):
    """Looks after people to whom something has happened: tells their pages, or counts it."""

    def wake(self, user_ids: Iterable[int]) -> None:
        """Look after these users soon."""


class PersonJson(Told):
    """Somebody in a list of people."""

    id: Id
    username: str
    full_name: str | None
    avatar_small_url: str | None
    since: Time
    is_following: bool


class FollowRoutes:
    """Follow and unfollow, block and mute, and see the lists."""

    def __init__(
        self,
        database: Database,
        *,
        cursors: Cursors,
        notifications: Notifications,
        inbox: Wake,
        badges: Wake,
        look_at_stages: LookAt,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._notifications = notifications
        self._inbox = inbox
        self._badges = badges
        self._look_at_stages = look_at_stages

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/users/{username}"
        return [
            self._change("PUT", one + "/follow", self._follow, "Follow somebody", Blocked),
            self._change("DELETE", one + "/follow", self._unfollow, "Follow somebody no more"),
            self._change("PUT", one + "/block", self._block, "Block somebody"),
            self._change("DELETE", one + "/block", self._unblock, "Take a block back"),
            self._change("PUT", one + "/mute", self._mute, "Mute somebody"),
            self._change("DELETE", one + "/mute", self._unmute, "Take a mute back"),
            Route(
                "GET",
                one + "/followers",
                self._followers,
                summary="List who follows somebody, the newest first",
                errors=(NotFound, InvalidCursor),
            ),
            Route(
                "GET",
                one + "/following",
                self._following,
                summary="List whom somebody follows, the newest first",
                errors=(NotFound, InvalidCursor),
            ),
            Route(
                "GET",
                "/api/v1/users/me/blocks",
                self._blocks,
                summary="List whom I blocked, the newest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
            Route(
                "GET",
                "/api/v1/users/me/mutes",
                self._mutes,
                summary="List whom I muted, the newest first",
                access=Access.SIGNED_IN,
                errors=(InvalidCursor,),
            ),
        ]

    def _change(
        self,
        method: str,
        path: str,
        answer: Callable[[Call[None, None]], Awaitable[None]],
        summary: str,
        *errors: type[Blocked],
    ) -> Route:
        return Route(
            method,
            path,
            answer,
            summary=summary,
            access=Access.SIGNED_IN,
            status=204,
            errors=(NotFound, Unprocessable, *errors),
        )

    async def _follow(self, call: Call[None, None]) -> None:
        identity, target_id = call.signed_in, await self._target_id(call)
        told: list[int] = []
        async with self._database.transaction() as connection:
            if await follow(connection, identity.user_id, target_id):
                notice = Notice(
                    user_id=target_id,
                    type="follow",
                    actor_id=identity.user_id,
                    related_type="user",
                    related_id=target_id,
                    group_key="follow",
                )
                told = await self._notifications.add(connection, [notice])
        self._inbox.wake(told)
        self._badges.wake([target_id])

    async def _unfollow(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        async with self._database.transaction() as connection:
            await unfollow(connection, call.signed_in.user_id, target_id)

    async def _block(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        async with self._database.transaction() as connection:
            await block(connection, call.signed_in.user_id, target_id)
        # Neither stays on the other's stage.
        await self._look_at_stages([call.signed_in.user_id, target_id])

    async def _mute(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        async with self._database.transaction() as connection:
            await mute(connection, call.signed_in.user_id, target_id)

    async def _unblock(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        await take_back(self._database, call.signed_in.user_id, target_id, "block")

    async def _unmute(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        await take_back(self._database, call.signed_in.user_id, target_id, "mute")

    async def _followers(self, call: Call[None, PageQuery]) -> Page[PersonJson]:
        return await self._around(call, "followers")

    async def _following(self, call: Call[None, PageQuery]) -> Page[PersonJson]:
        return await self._around(call, "following")

    async def _blocks(self, call: Call[None, PageQuery]) -> Page[PersonJson]:
        return await self._refused(call, "block")

    async def _mutes(self, call: Call[None, PageQuery]) -> Page[PersonJson]:
        return await self._refused(call, "mute")

    async def _around(self, call: Call[None, PageQuery], direction: Direction) -> Page[PersonJson]:
        user_id = await self._target_id(call)
        walk = self._walk(call.query, of=direction, user_id=user_id)
        found = await people_around(
            self._database, user_id, direction, seen_by=call.user_id, start=walk.start
        )
        return _page(walk, found)

    async def _refused(self, call: Call[None, PageQuery], refusal: Refusal) -> Page[PersonJson]:
        user_id = call.signed_in.user_id
        walk = self._walk(call.query, of=refusal, user_id=user_id)
        found = await people_refused(self._database, user_id, refusal, start=walk.start)
        return _page(walk, found)

    async def _target_id(self, call: Call[None, None] | Call[None, PageQuery]) -> int:
        user = await user_by_username(self._database, path_username(call.path_text("username")))
        if user is None:
            raise NotFound()
        return user.id

    def _walk(self, query: PageQuery, *, of: str, user_id: int) -> Walk[Followed]:
        pages = Pages[Followed](self._cursors, of=of, key=(datetime, int))
        return pages.walk(query, user=user_id)


def _page(walk: Walk[Followed], found: list[Person]) -> Page[PersonJson]:
    cut = walk.cut(found, lambda person: (person.since, person.id))
    return cut.page([_person_json(each) for each in cut.rows])


def _person_json(person: Person) -> PersonJson:
    return PersonJson(
        id=person.id,
        username=person.username,
        full_name=person.full_name,
        avatar_small_url=person.avatar_small_url,
        since=person.since,
        is_following=person.is_following,
    )
