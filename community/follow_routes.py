"""The REST edge of who follows, blocks and mutes whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from errors import Blocked, InvalidCursor, NotFound, Unprocessable
from persistence.database import Database
from persistence.follows import (
    After,
    Direction,
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
from server.cursors import Cursors, SortValue
from server.gate import Access
from server.routing import Call, Route
from server.wire import Id, Page, Time, Told, path_username

PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 100


class Wake(Protocol):
    """Tells people's open pages of what they were notified of."""

    def wake(self, user_ids: Iterable[int]) -> None:
        """Tell these users soon."""


class PeopleQuery(BaseModel):
    """Which part of a list of people."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


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
        self, database: Database, *, cursors: Cursors, notifications: Notifications, inbox: Wake
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._notifications = notifications
        self._inbox = inbox

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

    async def _unfollow(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        async with self._database.transaction() as connection:
            await unfollow(connection, call.signed_in.user_id, target_id)

    async def _block(self, call: Call[None, None]) -> None:
        target_id = await self._target_id(call)
        async with self._database.transaction() as connection:
            await block(connection, call.signed_in.user_id, target_id)

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

    async def _followers(self, call: Call[None, PeopleQuery]) -> Page[PersonJson]:
        return await self._around(call, "followers")

    async def _following(self, call: Call[None, PeopleQuery]) -> Page[PersonJson]:
        return await self._around(call, "following")

    async def _blocks(self, call: Call[None, PeopleQuery]) -> Page[PersonJson]:
        return await self._refused(call, "block")

    async def _mutes(self, call: Call[None, PeopleQuery]) -> Page[PersonJson]:
        return await self._refused(call, "mute")

    async def _around(
        self, call: Call[None, PeopleQuery], direction: Direction
    ) -> Page[PersonJson]:
        user_id = await self._target_id(call)
        filters: dict[str, SortValue] = {"user": user_id}
        found = await people_around(
            self._database,
            user_id,
            direction,
            seen_by=call.user_id,
            after=self._after(call.query, of=direction, filters=filters),
            limit=call.query.limit + 1,
        )
        return self._page(found, call.query, of=direction, filters=filters)

    async def _refused(self, call: Call[None, PeopleQuery], refusal: Refusal) -> Page[PersonJson]:
        user_id = call.signed_in.user_id
        filters: dict[str, SortValue] = {"user": user_id}
        found = await people_refused(
            self._database,
            user_id,
            refusal,
            after=self._after(call.query, of=refusal, filters=filters),
            limit=call.query.limit + 1,
        )
        return self._page(found, call.query, of=refusal, filters=filters)

    async def _target_id(self, call: Call[None, None] | Call[None, PeopleQuery]) -> int:
        user = await user_by_username(self._database, path_username(call.path_text("username")))
        if user is None:
            raise NotFound()
        return user.id

    def _after(
        self, query: PeopleQuery, *, of: str, filters: Mapping[str, SortValue]
    ) -> After | None:
        if query.cursor is None:
            return None
        moment, last_id = self._cursors.open(query.cursor, of=of, filters=filters)
        return datetime.fromisoformat(str(moment)), int(last_id or 0)

    def _page(
        self,
        found: list[Person],
        query: PeopleQuery,
        *,
        of: str,
        filters: Mapping[str, SortValue],
    ) -> Page[PersonJson]:
        following = None
        if len(found) > query.limit:
            found = found[: query.limit]
            last = found[-1]
            following = self._cursors.seal(
                (last.since.isoformat(), last.id), of=of, filters=filters
            )
        return Page[PersonJson](items=[_person_json(each) for each in found], next=following)


def _person_json(person: Person) -> PersonJson:
    return PersonJson(
        id=person.id,
        username=person.username,
        full_name=person.full_name,
        avatar_small_url=person.avatar_small_url,
        since=person.since,
        is_following=person.is_following,
    )
