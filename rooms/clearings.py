"""What a channel's staff does with what was said: clear it, give it back, let it through.

Each act is one transaction with its line in the log; rooms are told after the commit.
"""

from __future__ import annotations

from datetime import datetime

from errors import Conflict, NotFound, VibecastError
from persistence.channels import addressed, log_in_channel
from persistence.clearings import (
    Cleared,
    HeldMessage,
    clear,
    clearing,
    decide,
    held_by_id,
    restore,
)
from persistence.database import Database
from persistence.streams import Stream, stream_by_id
from rooms.channels import Channels
from rooms.chat import Author
from rooms.commits import RoomCommits
from rooms.forms import author_form
from rooms.houses import Houses
from rooms.live_room import CLEARED, RESTORED
from rooms.live_rooms import LiveRooms
from server.identity import Identity


class Clearings:
    """Clears chats and decides about what is held."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Channels,
        rooms: LiveRooms,
        commits: RoomCommits,
        houses: Houses,
    ) -> None:
        self._database = database
        self._channels = channels
        self._rooms = rooms
        self._commits = commits
        self._houses = houses

    async def staffed(self, identity: Identity, stream_id: int) -> Stream:
        """Return a stream of a channel that somebody looks after. Raises NotFound, Forbidden."""
        stream = await stream_by_id(self._database, stream_id)
        if stream is None or not stream.is_visible_to(identity.user_id):
            raise NotFound()
        await self._channels.check_staff(identity, stream.user_id)
        return stream

    async def clear(
        self, actor: Identity, stream: Stream, username: str | None
    ) -> tuple[int, Cleared]:
        """Take out what somebody (None: everybody) has said. Returns what it is undone by."""
        person = None
        async with self._database.transaction() as connection:
            if username is not None:
                person = await addressed(connection, stream.user_id, username)
            user_id = person.id if person else None
            cleared = await clear(connection, stream.id, user_id=user_id, actor_id=actor.user_id)
            clearing_id = await log_in_channel(
                connection,
                actor.user_id,
                stream.user_id,
                "clear_chat",
                target_user_id=user_id,
                detail={
                    "stream_id": str(stream.id),
                    "messages": cleared.count,
                    "at": cleared.at.isoformat(),
                },
            )
        author = None if person is None else Author(person.id, person.username)
        payload = {
            "stream_id": str(stream.id),
            "user": author_form(author),
            "upto_seq": cleared.upto_seq,
            "change_before": cleared.change_before,
            "change": cleared.change,
        }
        self._rooms.announce(stream.id, CLEARED, payload)
        return clearing_id, cleared

    async def undo(self, actor: Identity, stream: Stream, clearing_id: int) -> None:
        """Give back what a clearing took out. Raises NotFound."""
        async with self._database.transaction() as connection:
            detail, user_id = await clearing(connection, stream.id, clearing_id)
            back = await restore(connection, stream.id, datetime.fromisoformat(detail["at"]))
            if back.count == 0:
                return
            await log_in_channel(
                connection,
                actor.user_id,
                stream.user_id,
                "restore_chat",
                target_user_id=user_id,
                detail={"stream_id": str(stream.id), "messages": back.count},
            )
        payload = {
            "stream_id": str(stream.id),
            "ids": [],
            "change_before": back.change_before,
            "change": back.change,
        }
        self._rooms.announce(stream.id, RESTORED, payload)

    async def decide(
        self, actor: Identity, stream: Stream, held_id: int, *, is_approved: bool
    ) -> None:
        """Let a held message through, or do not. Raises NotFound, Conflict, StreamEnded."""
        held = await held_by_id(self._database, stream.id, held_id)
        if is_approved:
            await self._say(held)
        async with self._database.transaction() as connection:
            if not await decide(
                connection, held_id, actor_id=actor.user_id, is_approved=is_approved
            ):
                raise Conflict("this message has been decided about already")
            await log_in_channel(
                connection,
                actor.user_id,
                stream.user_id,
                "approve_message" if is_approved else "deny_message",
                target_user_id=held.author.id,
                detail={
                    "stream_id": str(stream.id),
                    "content": held.message.content,
                    "term": held.term,
                },
            )
        decided = {"stream_id": str(stream.id), "id": str(held.id), "approved": is_approved}
        self._houses.tell_staff(stream.id, "chat:held-decided", decided)
        told = {**decided, "client_id": held.message.client_id}
        self._houses.tell_user(stream.id, held.author.id, "chat:reviewed", told)

    async def _say(self, held: HeldMessage) -> None:
        """Store it under its author's client id, so that doing it twice is doing it once."""
        (result,) = await self._commits.commit_messages([held.message])
        if isinstance(result, VibecastError):
            raise result
