"""The REST edge of channels: their rules, blocked terms, moderators, bans, and their log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidCursor,
    NotFound,
    Unprocessable,
)
from persistence.channels import (
    ListedBan,
    Moderator,
    bans_in,
    channel_log,
    moderators_of,
    rules_of,
    terms_of,
)
from persistence.database import Database
from persistence.moderation import LogEntry, Person
from rooms.channels import Channels
from rooms.house_rules import (
    DELAY_S,
    FOLLOWERS_ONLY_MINUTES,
    REASON_CHARACTERS,
    SLOW_MODE_S,
    TIME_OUT_S,
    HouseRules,
)
from rooms.term_json import NewTerm, TermJson, term_json, terms_page
from server.cursors import Cursors
from server.gate import Access
from server.paging import PageQuery, Pages
from server.routing import Call, Route
from server.wire import Given, Id, Page, Text, Time, Told, UserJson, path_username

ONE = "/api/v1/channels/{username}"


class GivenRules(Given):
    """The rules that are to hold: all of them."""

    slow_mode_s: Annotated[int, Field(ge=0, le=SLOW_MODE_S[-1])]
    followers_only_minutes: Annotated[int, Field(ge=0, le=FOLLOWERS_ONLY_MINUTES[-1])] | None
    signed_in_only: bool
    unique_messages: bool
    links_allowed: bool
    delay_s: Annotated[int, Field(ge=0, le=DELAY_S[-1])]


class RulesJson(Told):
    """The rules that hold."""

    slow_mode_s: int
    followers_only_minutes: int | None
    signed_in_only: bool
    unique_messages: bool
    links_allowed: bool
    delay_s: int


class ModeratorJson(Told):
    """Somebody whom the streamer has appointed."""

    user: UserJson
    since: Time


class NewBan(Given):
    """Why somebody is kept out, and for how long; without `seconds`, until it is lifted."""

    reason: Annotated[Text, StringConstraints(max_length=REASON_CHARACTERS)] | None = None
    seconds: Annotated[int, Field(ge=TIME_OUT_S[0], le=TIME_OUT_S[-1])] | None = None


class BanJson(Told):
    """Who is kept out."""

    user: UserJson
    reason: str | None
    until: Time | None


class ListedBanJson(BanJson):
    """Who is kept out, by whom and since when."""

    moderator: UserJson | None
    created_at: Time


class ChannelLogJson(Told):
    """One thing that was done in a channel."""

    id: Id
    actor: UserJson | None
    target: UserJson | None
    action: str
    detail: dict[str, Any]
    created_at: Time


class ChannelRoutes:
    """Channels, seen and changed."""

    def __init__(self, database: Database, *, channels: Channels, cursors: Cursors) -> None:
        self._database = database
        self._channels = channels
        self._ban_pages = Pages[tuple[datetime, int]](
            cursors, of="channel-bans", key=(datetime, int)
        )
        self._log_pages = Pages[int](cursors, of="channel-log", key=int)

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route("GET", ONE + "/rules", self._rules, summary="See the rules of a channel's rooms",
                  errors=(NotFound,)),
            _route("PUT", ONE + "/rules", self._set_rules, "Let other rules hold", Unprocessable),
            _route("GET", ONE + "/terms", self._terms, "List the blocked terms of a channel"),
            _route("POST", ONE + "/terms", self._put_term, "Block a term, or change what it does",
                   Unprocessable, Conflict, status=201),
            _route("DELETE", ONE + "/terms/{term_id}", self._drop_term, "Block a term no more",
                   status=204),
            Route("GET", ONE + "/moderators", self._moderators,
                  summary="List the moderators of a channel", errors=(NotFound,)),
            _route("PUT", ONE + "/moderators/{moderator}", self._appoint,
                   "Make somebody a moderator of one's channel", Unprocessable, Conflict,
                   status=204),
            _route("DELETE", ONE + "/moderators/{moderator}", self._dismiss,
                   "Make somebody a moderator no more", status=204),
            _route("GET", ONE + "/bans", self._bans,
                   "List who is kept out of a channel, the latest first", InvalidCursor),
            _route("PUT", ONE + "/bans/{banned}", self._ban,
                   "Keep somebody out of a channel, for a while or for good", Unprocessable),
            _route("DELETE", ONE + "/bans/{banned}", self._unban, "Let somebody in again",
                   status=204),
            _route("GET", ONE + "/log", self._log,
                   "Read what was done in a channel, the latest first", InvalidCursor),
        ]  # fmt: skip

    # Rules.

    async def _rules(self, call: Call[None, None]) -> RulesJson:
        return _rules_json(await rules_of(self._database, await self._owner_id(call)))

    async def _set_rules(self, call: Call[GivenRules, None]) -> RulesJson:
        owner_id = await self._owner_id(call)
        actor = await self._channels.check_staff(call.signed_in, owner_id)
        rules = HouseRules(**call.body.model_dump())
        if rules.slow_mode_s and rules.slow_mode_s not in SLOW_MODE_S:
            detail = f"is 0, or {SLOW_MODE_S[0]} to {SLOW_MODE_S[-1]}"
            error = FieldError("/slow_mode_s", detail)
            raise Unprocessable("some fields cannot be used", errors=(error,))
        await self._channels.set_rules(actor, owner_id, rules)
        return _rules_json(rules)

    # Terms.

    async def _terms(self, call: Call[None, None]) -> Page[TermJson]:
        owner_id = await self._staffed(call)
        return terms_page(await terms_of(self._database, owner_id))

    async def _put_term(self, call: Call[NewTerm, None]) -> TermJson:
        owner_id = await self._staffed(call)
        term = await self._channels.put_term(
            call.signed_in, owner_id, call.body.cleaned(), action=call.body.action
        )
        return term_json(term)

    async def _drop_term(self, call: Call[None, None]) -> None:
        owner_id = await self._staffed(call)
        await self._channels.drop_term(call.signed_in, owner_id, call.path_id("term_id"))

    # Moderators.

    async def _moderators(self, call: Call[None, None]) -> Page[ModeratorJson]:
        found = await moderators_of(self._database, await self._owner_id(call))
        return Page[ModeratorJson](items=[_moderator_json(each) for each in found], next=None)

    async def _appoint(self, call: Call[None, None]) -> None:
        await self._check_owner(call)
        await self._channels.appoint(call.signed_in, path_username(call.path_text("moderator")))

    async def _dismiss(self, call: Call[None, None]) -> None:
        await self._check_owner(call)
        await self._channels.dismiss(call.signed_in, path_username(call.path_text("moderator")))

    # Bans.

    async def _bans(self, call: Call[None, PageQuery]) -> Page[ListedBanJson]:
        owner_id = await self._staffed(call)
        walk = self._ban_pages.walk(call.query, channel=owner_id)
        found = await bans_in(self._database, owner_id, walk.start)
        cut = walk.cut(found, lambda ban: (ban.created_at, ban.person.id))
        return cut.page([_listed_json(each) for each in cut.rows])

    async def _ban(self, call: Call[NewBan, None]) -> BanJson:
        owner_id = await self._staffed(call)
        person, ban = await self._channels.ban(
            call.signed_in,
            owner_id,
            path_username(call.path_text("banned")),
            reason=call.body.reason or None,
            seconds=call.body.seconds,
        )
        return BanJson(user=_user_json(person), reason=ban.reason, until=ban.until)

    async def _unban(self, call: Call[None, None]) -> None:
        owner_id = await self._staffed(call)
        await self._channels.unban(
            call.signed_in, owner_id, path_username(call.path_text("banned"))
        )

    # The log.

    async def _log(self, call: Call[None, PageQuery]) -> Page[ChannelLogJson]:
        owner_id = await self._staffed(call)
        walk = self._log_pages.walk(call.query, channel=owner_id)
        found = await channel_log(self._database, owner_id, walk.start)
        cut = walk.cut(found, lambda entry: entry.id)
        return cut.page([_entry_json(each) for each in cut.rows])

    async def _owner_id(self, call: Call[Any, Any]) -> int:
        return (await self._channels.owner(path_username(call.path_text("username")))).id

    async def _staffed(self, call: Call[Any, Any]) -> int:
        """Return whose channel it is, if the caller looks after it."""
        owner_id = await self._owner_id(call)
        await self._channels.check_staff(call.signed_in, owner_id)
        return owner_id

    async def _check_owner(self, call: Call[Any, Any]) -> None:
        if call.signed_in.user_id != await self._owner_id(call):
            raise Forbidden("only the streamer appoints and dismisses")


def _route(
    method: str,
    path: str,
    answer: Callable[[Call[Any, Any]], Any],
    summary: str,
    *errors: type[Unprocessable | Conflict | InvalidCursor],
    status: int = 200,
) -> Route:
    return Route(
        method,
        path,
        answer,
        summary=summary,
        access=Access.SIGNED_IN,
        status=status,
        errors=(Forbidden, NotFound, *errors),
    )


def _rules_json(rules: HouseRules) -> RulesJson:
    return RulesJson(
        slow_mode_s=rules.slow_mode_s,
        followers_only_minutes=rules.followers_only_minutes,
        signed_in_only=rules.signed_in_only,
        unique_messages=rules.unique_messages,
        links_allowed=rules.links_allowed,
        delay_s=rules.delay_s,
    )


def _moderator_json(moderator: Moderator) -> ModeratorJson:
    return ModeratorJson(user=_user_json(moderator.person), since=moderator.since)


def _listed_json(listed: ListedBan) -> ListedBanJson:
    return ListedBanJson(
        user=_user_json(listed.person),
        reason=listed.ban.reason,
        until=listed.ban.until,
        moderator=None if listed.moderator is None else _user_json(listed.moderator),
        created_at=listed.created_at,
    )


def _entry_json(entry: LogEntry) -> ChannelLogJson:
    return ChannelLogJson(
        id=entry.id,
        actor=None if entry.actor is None else _user_json(entry.actor),
        target=None if entry.target is None else _user_json(entry.target),
        action=entry.action,
        detail=dict(entry.detail),
        created_at=entry.created_at,
    )


def _user_json(person: Person) -> UserJson:
    return UserJson(id=person.id, username=person.username)
