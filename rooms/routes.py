"""The REST edge of rooms: what was said and asked in a stream, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from community.search_terms import QUERY_MAX_CHARS, read_terms
from errors import BadRequest, NotFound, Unauthenticated
from persistence.channels import moderates, rules_of
from persistence.chat import ChatStore
from persistence.database import Database
from persistence.polls import PollStore
from persistence.streams import Stream, stream_by_id
from rooms.chat import Author, ChatMessage, Quote
from rooms.house_rules import HouseRules, is_staff
from rooms.polls import Poll, Results, sees_counts
from server.routing import Call, Route
from server.wire import INT64_MAX, Id, Page, Time, Told, UserJson

PAGE_ITEMS = 50
PAGE_MAX_ITEMS = 100


class BeforeQuery(BaseModel):
    """Which page: what stands before the item that the last page ended with."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[int, Field(ge=1, le=INT64_MAX)] | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS


class MessagesQuery(BeforeQuery):
    """Which messages: a page before, after or around a seq, or the page before it of those that
    hold words."""

    after: Annotated[int, Field(ge=0, le=INT64_MAX)] | None = None
    around: Annotated[int, Field(ge=1, le=INT64_MAX)] | None = None
    q: Annotated[str, Field(min_length=1, max_length=QUERY_MAX_CHARS)] | None = None


class QuoteJson(Told):
    """The message that another one answers."""

    id: Id
    seq: int
    user: UserJson | None
    content: str


class MessageJson(Told):
    """A chat message."""

    id: Id
    stream_id: Id
    seq: int
    kind: str
    user: UserJson | None
    content: str
    language: str | None
    reply_to: QuoteJson | None
    mentions: list[str]
    detail: dict[str, Any] | None
    reactions: dict[str, int]
    my_reactions: list[str]
    edited_at: Time | None
    deleted: bool
    change: int
    created_at: Time
    client_id: str


class PollOptionJson(Told):
    """One answer of a poll."""

    id: Id
    option_text: str
    votes_count: int | None
    """Null: not to be seen before the poll is closed, or before one has voted."""


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
    results: Results
    my_vote: Id | None


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
                summary="List or search a stream's chat, the latest page first, each in its order",
                errors=(NotFound, BadRequest),
            ),
            Route(
                "GET",
                one + "/polls",
                self._past_polls,
                summary="List a stream's polls, the newest first",
                errors=(NotFound,),
            ),
        ]

    async def _messages(self, call: Call[None, MessagesQuery]) -> Page[MessageJson]:
        stream = await self._visible(call)
        stream_id = stream.id
        rules = await self._rules_for(call, stream)
        if rules.signed_in_only and call.identity is None:
            raise Unauthenticated("Sign in to read this chat.")
        delay = timedelta(seconds=rules.delay_s)
        wanted = call.query
        if len([each for each in (wanted.before, wanted.after, wanted.around) if each]) > 1:
            raise BadRequest("One of before, after and around.")
        if wanted.q is not None and (wanted.after or wanted.around):
            raise BadRequest("What is searched is read backwards: use before.")
        if wanted.around is not None:
            half = max(wanted.limit // 2, 1)
            earlier = await self._chat.before(stream_id, wanted.around, limit=half + 1)
            later = await self._chat.after(stream_id, wanted.around - 1, limit=half)
            return await self._page([*earlier, *later], call, delay, limit=len(later) + half)
        if wanted.after is not None:
            later = await self._chat.after(stream_id, wanted.after, limit=wanted.limit)
            return Page[MessageJson](items=await self._jsons(later, call, delay), next=None)
        if wanted.q is not None:
            terms = read_terms(wanted.q)
            found = await self._chat.found(
                stream_id, terms, before=wanted.before, limit=wanted.limit + 1
            )
            return await self._page(found, call, delay, limit=wanted.limit)
        messages = await self._chat.before(stream_id, wanted.before, limit=wanted.limit + 1)
        return await self._page(messages, call, delay, limit=wanted.limit)

    async def _page(
        self,
        messages: Sequence[ChatMessage],
        call: Call[None, MessagesQuery],
        delay: timedelta,
        *,
        limit: int,
    ) -> Page[MessageJson]:
        """Return the last `limit` of the messages, and where the page before goes on."""
        page = messages[-limit:]
        return Page[MessageJson](
            items=await self._jsons(page, call, delay),
            next=str(page[0].seq) if len(messages) > limit else None,
        )

    async def _jsons(
        self, found: Sequence[ChatMessage], call: Call[None, MessagesQuery], delay: timedelta
    ) -> list[MessageJson]:
        # What the staff reads already, and the others a little later.
        told_by = datetime.now(UTC) - delay
        messages = [each for each in found if not delay or each.created_at <= told_by]
        mine = await self._chat.reactions_of(call.user_id, messages) if call.user_id else {}
        return [_message_json(each, mine.get(each.id, ())) for each in messages]

    async def _past_polls(self, call: Call[None, BeforeQuery]) -> Page[PollJson]:
        stream = await self._visible(call)
        before, limit = call.query.before, call.query.limit
        polls = await self._polls.past(stream.id, before, limit=limit + 1)
        page = polls[:limit]
        mine: Mapping[int, int] = {}
        if call.user_id is not None:
            mine = await self._polls.votes_of([poll.id for poll in page], call.user_id)
        is_staff = await self._is_staff(call, stream)
        return Page[PollJson](
            items=[_poll_json(poll, my_vote=mine.get(poll.id), is_staff=is_staff) for poll in page],
            next=str(page[-1].id) if len(polls) > limit else None,
        )

    async def _visible(self, call: Call[None, BeforeQuery] | Call[None, MessagesQuery]) -> Stream:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        return stream

    async def _rules_for(self, call: Call[None, MessagesQuery], stream: Stream) -> HouseRules:
        """Return the rules that hold for somebody in the rooms of a stream's channel."""
        if await self._is_staff(call, stream):
            return HouseRules()
        return await rules_of(self._database, stream.user_id)

    async def _is_staff(self, call: Call[None, Any], stream: Stream) -> bool:
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


def _message_json(message: ChatMessage, mine: Sequence[str]) -> MessageJson:
    return MessageJson(
        id=message.id,
        stream_id=message.stream_id,
        seq=message.seq,
        kind=message.kind,
        user=_author_json(message.author),
        content=message.content,
        language=message.language,
        reply_to=_quote_json(message.reply_to),
        mentions=list(message.mentions),
        detail=None if message.detail is None else dict(message.detail),
        reactions=dict(message.reactions),
        my_reactions=list(mine),
        edited_at=message.edited_at,
        deleted=message.is_deleted,
        change=message.change,
        created_at=message.created_at,
        client_id=message.client_id,
    )


def _quote_json(quote: Quote | None) -> QuoteJson | None:
    if quote is None:
        return None
    user = _author_json(quote.author)
    return QuoteJson(id=quote.id, seq=quote.seq, user=user, content=quote.excerpt)


def _poll_json(poll: Poll, *, my_vote: int | None, is_staff: bool) -> PollJson:
    sees = sees_counts(poll, is_staff=is_staff, has_voted=my_vote is not None)
    return PollJson(
        id=poll.id,
        stream_id=poll.stream_id,
        question=poll.question,
        options=[
            PollOptionJson(
                id=option.id,
                option_text=option.option_text,
                votes_count=option.votes_count if sees else None,
            )
            for option in poll.options
        ],
        total_votes=poll.total_votes,
        ends_at=poll.ends_at,
        is_closed=poll.is_closed,
        created_at=poll.created_at,
        results=poll.results,
        my_vote=my_vote,
    )
