"""The events of a room and its chat: room:join, room:leave, chat:send."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from errors import BlockedTerm, Forbidden, NotFound, TooManyRequests, Unauthenticated
from persistence.chat import ChatStore, NewMessage
from persistence.group_commit import GroupCommit
from persistence.polls import PollStore
from rooms.chat import ChatMessage, check_client_id, clean_content
from rooms.events import Caller, ClientEvent
from rooms.forms import message_form, poll_form, room_form, rules_form, standing_form
from rooms.house_rules import Ban
from rooms.houses import Houses
from rooms.limits import Allowances, Rate
from rooms.live_room import LiveRoom
from rooms.live_rooms import LiveRooms
from rooms.outlet import Outlet
from rooms.room import Room, may_enter, role_in
from server.identity import Identity

JOIN_MESSAGES = 100
# Who missed more begins anew: a page of history is quicker to read than to catch up on.
RECOVERED_MESSAGES = 1_000
ROOMS_PER_CONNECTION = 10

_MESSAGES = Rate(per_s=1, burst=5)
_JOINS = Rate(per_s=0.5, burst=30)


class JoinRoom(msgspec.Struct):
    """room:join. `epoch` and `last_seq` are those of the last message the client has."""

    stream_id: int
    epoch: str | None = None
    last_seq: int | None = None


class LeaveRoom(msgspec.Struct):
    """room:leave."""

    stream_id: int


class SendMessage(msgspec.Struct):
    """chat:send. `client_id` is the client's own; sending it again is the same message."""

    stream_id: int
    content: str
    client_id: str


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
        older = await self._older(live.room, payload)
        # From here on nothing waits: what the ack says and what the room tells next fit together.
        house = live.house
        is_staff = house.is_staff(caller.identity)
        is_reader = user_id is not None or not house.current.rules.signed_in_only
        missed = None if older is None else live.room.since(older.upto)
        messages = (
            live.room.recent(JOIN_MESSAGES)
            if older is None or missed is None
            else [*older.messages, *missed]
        )
        role = role_in(live.room.stream, user_id, collaborates=collaborates, is_staff=is_staff)
        self._rooms.join(caller, live)
        return {
            "room": room_form(live.room.stream, role),
            "rules": rules_form(house.current.rules),
            "standing": standing_form(is_staff=is_staff, ban=ban),
            "messages": [message_form(message) for message in messages] if is_reader else [],
            "upcoming": [message_form(each) for each in live.room.upcoming()] if is_staff else [],
            "epoch": live.room.epoch,
            "seq": live.room.told_seq,
            "recovered": missed is not None,
            "poll": None if live.poll is None else {**poll_form(live.poll), "my_vote": my_vote},
            "viewers": live.room.viewers,
        }

    async def leave(self, caller: Caller, payload: LeaveRoom) -> Mapping[str, Any]:
        """Leave a room; leaving one that was not joined is no error."""
        self._rooms.leave(caller, payload.stream_id)
        return {}

    async def send(self, caller: Caller, payload: SendMessage) -> Mapping[str, Any]:
        """Say something; the answer comes when it is on disk."""
        identity = signed_in(caller)
        live = self._rooms.get(payload.stream_id)
        if live is None or caller.connection_id not in live.room.members:
            raise Forbidden("Join the room first.")
        content = clean_content(payload.content)
        client_id = check_client_id(payload.client_id)
        if not live.house.is_staff(identity):
            self._check_terms(live, content)
        if not self._may_speak(identity, live):
            raise TooManyRequests("You write too fast; wait a moment.", retry_after_s=1)
        # `submit` queues before it first waits: the order of messages is that of the events.
        message = await self._commits.submit(
            NewMessage(payload.stream_id, identity.user_id, client_id, content)
        )
        return {"message": message_form(message)}

    def prune(self, *, now: float) -> None:
        """Forget who has been quiet."""
        self._messages.prune(now=now)
        self._joins.prune(now=now)

    def _may_speak(self, identity: Identity, live: LiveRoom) -> bool:
        return live.house.is_staff(identity) or self._messages.take(identity.user_id, now=_now())

    def _check_terms(self, live: LiveRoom, content: str) -> None:
        term = live.house.current.terms.find(content)
        if term is not None:
            raise BlockedTerm

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

    async def _vote(self, caller: Caller, live: LiveRoom) -> str | None:
        if live.poll is None or caller.identity is None:
            return None
        option_id = await self._polls.vote_of(live.poll.id, caller.identity.user_id)
        return None if option_id is None else str(option_id)

    async def _older(self, room: Room[Outlet], payload: JoinRoom) -> _Older | None:
        """Fetch what the client has missed and memory no longer holds.

        None when it cannot be brought up to date without a gap, so it must begin anew.
        """
        seq = payload.last_seq
        if seq is None or payload.epoch != room.epoch or not 0 <= seq <= room.seq:
            return None
        if room.seq - seq > RECOVERED_MESSAGES:
            return None
        older = _Older([], seq)
        while (upto := room.ring_after) > older.upto:  # the ring may move on while we fetch
            fetched = await self._chat.after(room.stream.id, older.upto, limit=upto - older.upto)
            messages = [message for message in fetched if message.seq <= upto]
            older = _Older([*older.messages, *messages], upto)
        return older


class _Older(msgspec.Struct, frozen=True):
    """Messages from disk, all there are up to `upto`."""

    messages: Sequence[ChatMessage]
    upto: int


def signed_in(caller: Caller) -> Identity:
    """Return who the caller is, or raise Unauthenticated."""
    if caller.identity is None:
        raise Unauthenticated
    return caller.identity


def _now() -> float:
    return asyncio.get_running_loop().time()
