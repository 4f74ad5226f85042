"""The events that change what was said: edits, deletions, reactions, pins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from errors import BlockedTerm, TooManyRequests
from persistence.chat_changes import ChatChangeStore
from persistence.group_commit import GroupCommit
from rooms.chat import ChatMessage
from rooms.chat_changes import Change, Delete, Edit, React, check_emoji
from rooms.chat_events import present
from rooms.events import Caller, ClientEvent, RowId
from rooms.forms import message_form
from rooms.limits import Allowances, Rate
from rooms.live_room import PINNED
from rooms.live_rooms import LiveRooms

# Somebody who reacts to what goes by taps faster than anybody writes.
_CHANGES = Rate(per_s=3, burst=15)


class EditMessage(msgspec.Struct):
    """chat:edit."""

    stream_id: RowId
    id: RowId
    content: str


class NameMessage(msgspec.Struct):
    """chat:delete and chat:pin."""

    stream_id: RowId
    id: RowId


class ReactToMessage(msgspec.Struct):
    """chat:react. `on` false takes one's own reaction away."""

    stream_id: RowId
    id: RowId
    emoji: str
    on: bool


class Unpin(msgspec.Struct):
    """chat:unpin."""

    stream_id: RowId


class ChatChangeEvents:
    """Answers the events that change messages."""

    def __init__(
        self,
        rooms: LiveRooms,
        *,
        changes: ChatChangeStore,
        commits: GroupCommit[Change, ChatMessage],
    ) -> None:
        self._rooms = rooms
        self._changes = changes
        self._commits = commits
        self._allowances = Allowances(_CHANGES)

    def events(self) -> list[ClientEvent[Any]]:
        """Return what the edge is to listen for."""
        return [
            ClientEvent("chat:edit", EditMessage, self.edit, pipelined=True),
            ClientEvent("chat:delete", NameMessage, self.delete, pipelined=True),
            ClientEvent("chat:react", ReactToMessage, self.react, pipelined=True),
            ClientEvent("chat:pin", NameMessage, self.pin),
            ClientEvent("chat:unpin", Unpin, self.unpin),
        ]

    async def edit(self, caller: Caller, payload: EditMessage) -> Mapping[str, Any]:
        """Let a message of one's own say something else."""
        user_id = self._admit(caller, payload.stream_id)
        identity, live = present(self._rooms, caller, payload.stream_id)
        if live.house.term_in(identity, payload.content) is not None:
            raise BlockedTerm()
        return await self._commit(Edit(payload.stream_id, payload.id, user_id, payload.content))

    async def delete(self, caller: Caller, payload: NameMessage) -> Mapping[str, Any]:
        """Take a message back: one's own, or in a room that one moderates."""
        user_id = self._admit(caller, payload.stream_id)
        return await self._commit(Delete(payload.stream_id, payload.id, user_id))

    async def react(self, caller: Caller, payload: ReactToMessage) -> Mapping[str, Any]:
        """Put an emoji on a message, or take one's own off it."""
        user_id = self._admit(caller, payload.stream_id)
        emoji = check_emoji(payload.emoji)
        return await self._commit(React(payload.stream_id, payload.id, user_id, emoji, payload.on))

    async def pin(self, caller: Caller, payload: NameMessage) -> Mapping[str, Any]:
        """Let a message stand above the chat. The streamer's and the room's moderators'."""
        user_id = self._admit(caller, payload.stream_id)
        message = await self._changes.pin(payload.stream_id, payload.id, user_id=user_id)
        form = message_form(message)
        self._tell_pinned(payload.stream_id, form)
        return {"message": form}

    async def unpin(self, caller: Caller, payload: Unpin) -> Mapping[str, Any]:
        """Let nothing stand above the chat any more."""
        user_id = self._admit(caller, payload.stream_id)
        await self._changes.unpin(payload.stream_id, user_id=user_id)
        self._tell_pinned(payload.stream_id, None)
        return {}

    def prune(self, *, now: float) -> None:
        """Forget who has been quiet."""
        self._allowances.prune(now=now)

    def _admit(self, caller: Caller, stream_id: int) -> int:
        identity, _ = present(self._rooms, caller, stream_id)
        now = asyncio.get_running_loop().time()
        if not self._allowances.take(identity.user_id, now=now):
            raise TooManyRequests("That was too fast; wait a moment.", retry_after_s=1)
        return identity.user_id

    async def _commit(self, change: Change) -> Mapping[str, Any]:
        # `submit` queues before it first waits: the order of changes is that of the events.
        return {"message": message_form(await self._commits.submit(change))}

    def _tell_pinned(self, stream_id: int, message: Mapping[str, Any] | None) -> None:
        payload = {"stream_id": str(stream_id), "message": message}
        self._rooms.announce(stream_id, PINNED, payload, latest_of=PINNED)
