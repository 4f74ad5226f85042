"""The REST edge of rooms: what was said and asked in a stream, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from errors import NotFound, Unauthenticated
from persistence.channels import moderates, rules_of
from persistence.chat import ChatStore
from persistence.database import Database
from persistence.polls import PollStore
from persistence.streams import Stream, stream_by_id
from rooms.chat import Author, ChatMessage
from rooms.house_rules import HouseRules, is_staff
from rooms.polls import Poll
from server.routing import Call, Route
from server.wire import INT64_MAX, Id, Page, Time, Told, UserJson

PAGE_ITEMS = 50
PAGE_MAX_ITEMS = 100


class BeforeQuery(BaseModel):
    """Which page: what stands before the item that the last page ended with."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[int, Field(ge=1, le=INT64_MAX)] | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS


class MessageJson(Told):
    """A chat message."""

    id: Id
    stream_id: Id
    seq: int
    user: UserJson | None
    content: str
    created_at: Time
    client_id: str


class PollOptionJson(Told):
    """One answer of a poll."""

    id: Id
    option_text: str
    votes_count: int


class PollJson(Told):
    """A poll with its counts."""

    id: Id
    stream_id: Id
    question: str
    options: list[PollOptionJson]
    total_votes: int
    ends_at: Time | None
    is_closed: bool
    created_at: Time


class RoomRoutes:
    """The history of rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._chat = ChatStore(database)
        self._polls = PollStore(database)

    def routes(self) -> list[Route]:
        """Return the table."""
        one = "/api/v1/streams/{stream_id}"
        return [
            Route(
                "GET",
                one + "/messages",
                self._messages,
                summary="List a stream's chat messages, the latest page first, each in its order",
                errors=(NotFound,),
            ),
            Route(
                "GET",
                one + "/polls",
                self._past_polls,
                summary="List a stream's polls, the newest first",
                errors=(NotFound,),
            ),
        ]

    async def _messages(self, call: Call[None, BeforeQuery]) -> Page[MessageJson]:
        stream = await self._visible(call)
        rules = await self._rules_for(call, stream)
        if rules.signed_in_only and call.identity is None:
            raise Unauthenticated("Sign in to read this chat.")
        before, limit = call.query.before, call.query.limit
        found = await self._chat.before(stream.id, before, limit=limit + 1)
        page = found[-limit:]
        # What the staff reads already, and the others a little later.
        told_by = datetime.now(UTC) - timedelta(seconds=rules.delay_s)
        told = [each for each in page if not rules.delay_s or each.created_at <= told_by]
        return Page[MessageJson](
            items=[_message_json(message) for message in told],
            next=str(page[0].seq) if len(found) > limit else None,
        )

    async def _past_polls(self, call: Call[None, BeforeQuery]) -> Page[PollJson]:
        stream = await self._visible(call)
        before, limit = call.query.before, call.query.limit
        polls = await self._polls.past(stream.id, before, limit=limit + 1)
        page = polls[:limit]
        return Page[PollJson](
            items=[_poll_json(poll) for poll in page],
            next=str(page[-1].id) if len(polls) > limit else None,
        )

    async def _visible(self, call: Call[None, BeforeQuery]) -> Stream:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        return stream

    async def _rules_for(self, call: Call[None, BeforeQuery], stream: Stream) -> HouseRules:
        """Return the rules that hold for somebody in the rooms of a stream's channel."""
        if await self._is_staff(call, stream):
            return HouseRules()
        return await rules_of(self._database, stream.user_id)

    async def _is_staff(self, call: Call[None, BeforeQuery], stream: Stream) -> bool:
        identity = call.identity
        if identity is None:
            return False
        appointed = await moderates(self._database, stream.user_id, identity.user_id)
        return is_staff(
            identity.user_id,
            identity.role,
            owner_id=stream.user_id,
            moderator_ids={identity.user_id} if appointed else (),
        )


def _author_json(author: Author | None) -> UserJson | None:
    return None if author is None else UserJson(id=author.id, username=author.username)


def _message_json(message: ChatMessage) -> MessageJson:
    return MessageJson(
        id=message.id,
        stream_id=message.stream_id,
        seq=message.seq,
        user=_author_json(message.author),
        content=message.content,
        created_at=message.created_at,
        client_id=message.client_id,
    )


def _poll_json(poll: Poll) -> PollJson:
    return PollJson(
        id=poll.id,
        stream_id=poll.stream_id,
        question=poll.question,
        options=[
            PollOptionJson(
                id=option.id, option_text=option.option_text, votes_count=option.votes_count
            )
            for option in poll.options
        ],
        total_votes=poll.total_votes,
        ends_at=poll.ends_at,
        is_closed=poll.is_closed,
        created_at=poll.created_at,
    )
