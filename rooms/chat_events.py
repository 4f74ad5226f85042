"""The events of a room and its chat: room:join, room:leave, chat:send."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from errors import BlockedTerm, Forbidden, MessageHeld, NotFound, TooManyRequests, Unauthenticated
from persistence.chat import Changes, ChatStore, NewMessage
from persistence.group_commit import GroupCommit
from persistence.polls import PollStore
from rooms.chat import (
    ChatMessage,
    MessageKind,
    check_client_id,
    check_language,
    clean_message,
)
from rooms.events import Caller, ClientEvent, RowId
from rooms.forms import held_form, poll_form, room_form, rules_form, standing_form
from rooms.house_rules import Ban
from rooms.houses import Houses
from rooms.limits import Allowances, Rate
from rooms.live_room import LiveRoom
from rooms.live_rooms import LiveRooms
from rooms.outlet import Outlet
from rooms.polls import sees_counts
from rooms.room import Room, may_enter, role_in
from rooms.terms import Term
from server.identity import Identity

JOIN_MESSAGES = 100
# Who missed more begins anew: a page of history is quicker to read than to catch up on.
RECOVERED_MESSAGES = 1_000
ROOMS_PER_CONNECTION = 10
NO_CHANGES = Changes([], [], None)

_MESSAGES = Rate(per_s=1, burst=5)
_JOINS = Rate(per_s=0.5, burst=30)


class JoinRoom(msgspec.Struct):
    """room:join. `epoch` and `last_seq` are those of the last message the client has, `last_change`
    the last change of messages that it knows of."""

    stream_id: RowId
    epoch: str | None = None
    last_seq: int | None = None
    last_change: int | None = None
    visitor: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class LeaveRoom(msgspec.Struct):
    """room:leave."""

    stream_id: RowId


class SendMessage(msgspec.Struct):
    """chat:send. `client_id` is the client's own; sending it again is the same message."""

    stream_id: RowId
    content: str
    client_id: str
    kind: Literal["text", "code"] = "text"
    language: str | None = None
    """Of code."""
    reply_to: RowId | None = None


class ChatEvents:
    """Answers the events of rooms and chat."""

    def __init__(
        self,
        rooms: LiveRooms,
        houses: Houses,
        *,
        chat: ChatStore,
        polls: PollStore,
        commits: GroupCommit[NewMessage, ChatMessage],
    ) -> None:
        self._rooms = rooms
        self._houses = houses
        self._chat = chat
        self._polls = polls
        self._commits = commits
        self._messages = Allowances(_MESSAGES)
        self._joins = Allowances(_JOINS)

    def events(self) -> list[ClientEvent[Any]]:
        """Return what the edge is to listen for."""
        return [
            ClientEvent("room:join", JoinRoom, self.join),
            ClientEvent("room:leave", LeaveRoom, self.leave),
            ClientEvent("chat:send", SendMessage, self.send, pipelined=True),
        ]

    async def join(self, caller: Caller, payload: JoinRoom) -> Mapping[str, Any]:
        """Enter a room and return all that a joiner needs."""
        if not self._joins.take(caller.connection_id, now=_now()):
            raise TooManyRequests("Too many rooms joined; wait a little.", retry_after_s=2)
        live = await self._rooms.open(payload.stream_id)
        if self._rooms.rooms_of(caller) >= ROOMS_PER_CONNECTION:
            raise TooManyRequests(f"One connection may be in {ROOMS_PER_CONNECTION} rooms.")
        collaborates = await self._collaborates(caller, live)
        user_id = caller.identity.user_id if caller.identity else None
        if not may_enter(live.room.stream, user_id, collaborates=collaborates):
            raise NotFound("There is no such stream.")
        ban = await self._ban(caller, live)
        my_vote = await self._vote(caller, live)
        missed = await self._missed(live.room, payload)
        mine = await self._reactions(caller, live.room, missed)
        # From here on nothing waits: what the ack says and what the room tells next fit together.
        if not live.room.has_room_for(caller.connection_id, user_id):
            raise TooManyRequests("This room is full; try again in a while.", retry_after_s=30)
        house = live.house
        is_staff = house.is_staff(caller.identity)
        is_reader = user_id is not None or not house.current.rules.signed_in_only
        recovered = None if missed is None else missed.complete(live.room)
        told = recovered or Recovered(live.room.recent(JOIN_MESSAGES), [], [])
        if not is_reader:
            told = Recovered([], [], [])
        role = role_in(live.room.stream, user_id, collaborates=collaborates, is_staff=is_staff)
        self._rooms.join(caller, live, visitor=payload.visitor)
        return {
            "room": room_form(live.room.stream, role),
            "rules": rules_form(house.current.rules),
            "standing": standing_form(is_staff=is_staff, ban=ban),
            "messages": live.encoded.of(told.messages),
            "upcoming": live.encoded.of(live.room.upcoming()) if is_staff else [],
            "epoch": live.room.epoch,
            "seq": live.room.told_seq,
            "change": live.room.changes.told,
            "changed": live.encoded.of(told.changed),
            "gone": [str(message_id) for message_id in told.gone],
            "my_reactions": {str(message_id): emojis for message_id, emojis in mine.items()},
            "recovered": recovered is not None,
            "pinned": live.pinned if is_reader else None,
            "poll": self._poll(caller, live, my_vote),
            "question": live.on_screen,
            "stage": live.stage,
            "viewers": live.room.viewers,
        }

    async def leave(self, caller: Caller, payload: LeaveRoom) -> Mapping[str, Any]:
        """Leave a room; leaving one that was not joined is no error."""
        self._rooms.leave(caller, payload.stream_id)
        return {}

    async def send(self, caller: Caller, payload: SendMessage) -> Mapping[str, Any]:
        """Say something; the answer comes when it is on disk."""
        identity, live = present(self._rooms, caller, payload.stream_id)
        kind: MessageKind = payload.kind
        content = clean_message(payload.content, kind=kind)
        language = check_language(payload.language, kind=kind)
        client_id = check_client_id(payload.client_id)
        if not self._may_speak(identity, live):
            raise TooManyRequests("You write too fast; wait a moment.", retry_after_s=1)
        wanted = NewMessage(
            payload.stream_id,
            identity.user_id,
            client_id,
            content,
            kind=kind,
            language=language,
            reply_to=payload.reply_to,
        )
        if (term := live.house.term_in(identity, content)) is not None:
            await self._hold(wanted, term)
        # `submit` queues before it first waits: the order of messages is that of the events.
        message = await self._commits.submit(wanted)
        return {"message": live.encoded.one(message)}

    def prune(self, *, now: float) -> None:
        """Forget who has been quiet."""
        self._messages.prune(now=now)
        self._joins.prune(now=now)

    async def _hold(self, message: NewMessage, term: Term) -> None:
        """Return for a message that a moderator has let through before.

        Raises BlockedTerm, MessageHeld and MessageDenied, and what the house rules say.
        """
        if term.action == "block":
            raise BlockedTerm()
        held = await self._houses.hold(message, term=term.text)
        if held is not None:
            self._houses.tell_staff(message.stream_id, "chat:held", held_form(held))
            raise MessageHeld()

    def _may_speak(self, identity: Identity, live: LiveRoom) -> bool:
        return live.house.is_staff(identity) or self._messages.take(identity.user_id, now=_now())

    async def _collaborates(self, caller: Caller, live: LiveRoom) -> bool:
        stream = live.room.stream
        return (
            caller.identity is not None
            and caller.identity.user_id != stream.owner.id
            and await self._chat.collaborates(stream.id, caller.identity.user_id)
        )

    async def _ban(self, caller: Caller, live: LiveRoom) -> Ban | None:
        if caller.identity is None:
            return None
        return await self._houses.ban_of(live.room.stream.owner.id, caller.identity.user_id)

    def _poll(self, caller: Caller, live: LiveRoom, my_vote: str | None) -> dict[str, Any] | None:
        poll = live.poll
        if poll is None:
            return None
        if my_vote is not None and caller.identity is not None:
            live.poll_readers.note_vote(poll, caller.identity.user_id)
        sees = sees_counts(
            poll, is_staff=live.house.is_staff(caller.identity), has_voted=my_vote is not None
        )
        return {**poll_form(poll, sees_counts=sees), "my_vote": my_vote}

    async def _vote(self, caller: Caller, live: LiveRoom) -> str | None:
        if live.poll is None or caller.identity is None:
            return None
        option_id = await self._polls.vote_of(live.poll.id, caller.identity.user_id)
        return None if option_id is None else str(option_id)

    async def _reactions(
        self, caller: Caller, room: Room[Outlet], missed: Missed | None
    ) -> Mapping[int, Sequence[str]]:
        """Fetch which reactions of what the caller will be shown are the caller's own."""
        if caller.identity is None:
            return {}
        shown = room.recent(JOIN_MESSAGES)
        if missed is not None:
            shown = [*shown, *missed.messages, *missed.changes.changed]
        return await self._chat.reactions_of(caller.identity.user_id, shown)

    async def _missed(self, room: Room[Outlet], payload: JoinRoom) -> Missed | None:
        """Fetch what the client has missed and memory no longer holds.

        None when it cannot be brought up to date without a gap, so it must begin anew.
        """
        seq = payload.last_seq
        if seq is None or payload.epoch != room.epoch or not 0 <= seq <= room.seq:
            return None
        if room.seq - seq > RECOVERED_MESSAGES:
            return None
        changes, change_upto = await self._changes_since(room, payload.last_change)
        if changes is None:
            return None
        messages: list[ChatMessage] = []
        upto = seq
        while (after := room.ring_after) > upto:  # the ring may move on while we fetch
            fetched = await self._chat.after(room.stream.id, upto, limit=after - upto)
            messages += [message for message in fetched if message.seq <= after]
            upto = after
        return Missed(messages, upto, changes, change_upto)

    async def _changes_since(
        self, room: Room[Outlet], change: int | None
    ) -> tuple[Changes | None, int]:
        """Fetch what has become of messages since the client's last change, and how far that
        reaches. A client that knows of no changes wants none."""
        upto = room.changes.taken
        if change is None or change >= upto:
            return NO_CHANGES, room.changes.taken
        changes = await self._chat.changes_after(
            room.stream.id, max(change, 0), limit=RECOVERED_MESSAGES
        )
        return (changes if changes.upto is None else None), upto


class Missed(msgspec.Struct, frozen=True):
    """What a client that comes back has missed, as far as it had to be fetched."""

    messages: Sequence[ChatMessage]
    upto: int
    """These are all the messages up to here; what follows is in memory."""
    changes: Changes
    changes_upto: int

    def complete(self, room: Room[Outlet]) -> Recovered | None:
        """Return all that was missed; None when the room has moved on too far since."""
        messages = room.since(self.upto)
        changed = room.changes.since(self.changes_upto)
        if messages is None or changed is None:
            return None
        return Recovered(
            [*self.messages, *messages], [*self.changes.changed, *changed], self.changes.gone
        )


class Recovered(NamedTuple):
    """What a client that was away is told."""

    messages: Sequence[ChatMessage]
    changed: Sequence[ChatMessage]
    gone: Sequence[int]


def present(rooms: LiveRooms, caller: Caller, stream_id: int) -> tuple[Identity, LiveRoom]:
    """Return who the caller is and the room they are in. Raises Unauthenticated, Forbidden."""
    identity = signed_in(caller)
    live = rooms.get(stream_id)
    if live is None or caller.connection_id not in live.room.members:
        raise Forbidden("Join the room first.")
    return identity, live


def signed_in(caller: Caller) -> Identity:
    """Return who the caller is, or raise Unauthenticated."""
    if caller.identity is None:
        raise Unauthenticated
    return caller.identity


def _now() -> float:
    return asyncio.get_running_loop().time()
