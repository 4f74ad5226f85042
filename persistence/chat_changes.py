"""Changes of messages on disk: a batch in one transaction, numbered in their room's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import asyncpg

from errors import Forbidden, NotFound, VibecastError
from persistence.chat import message_of, named_in
from persistence.database import Connection, Database
from persistence.speakers import Key, speaker_of, speakers_of
from persistence.sql import load_queries
from rooms.chat import ChatMessage
from rooms.chat_changes import Change, Delete, Edit, React, check_deletion, edited, find
from rooms.house_rules import Speaker, change_refusal

_SQL = load_queries("chat_changes")
_CHAT = load_queries("chat")

_Reaction = tuple[int, int, str]
"""Message, user, emoji."""


class ChangedMessages(NamedTuple):
    """What became of a batch of changes."""

    results: Sequence[ChatMessage | VibecastError]
    """For each, the message as it stands now."""
    changed: Sequence[ChatMessage]
    """Those that are other than they were."""


class ChatChangeStore:
    """Changes the messages of all rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(self, batch: Sequence[Change]) -> ChangedMessages:
        """Apply a batch in its order. A change that was made already changes nothing, so a retry
        returns the message as it stands."""
        try:
            async with self._database.transaction() as connection:
                return await _apply(connection, batch)
        except asyncpg.ForeignKeyViolationError:
            # Somebody was erased meanwhile: the others' changes must not suffer.
            if len(batch) == 1:
                return ChangedMessages([NotFound("This message or this account is gone.")], [])
            alone = [await self.apply([each]) for each in batch]
            return ChangedMessages(
                [result for each in alone for result in each.results],
                [message for each in alone for message in each.changed],
            )

    async def pin(self, stream_id: int, message_id: int, *, user_id: int) -> ChatMessage:
        """Pin a message in place of the one that is. Raises Forbidden, NotFound."""
        async with self._database.transaction() as connection:
            await _check_moderates(connection, stream_id, user_id)
            if await connection.fetchval(_SQL["pin"], stream_id, message_id, user_id) is None:
                raise NotFound("There is no such message.")
            row = await connection.fetchrow(_CHAT["messages_by_id"], [message_id])
        if row is None:
            raise NotFound("There is no such message.")
        return message_of(row)

    async def unpin(self, stream_id: int, *, user_id: int) -> None:
        """Pin nothing any more. Raises Forbidden, NotFound."""
        async with self._database.transaction() as connection:
            await _check_moderates(connection, stream_id, user_id)
            await connection.execute(_SQL["unpin"], stream_id)


class _Room(NamedTuple):
    owner_id: int
    now: datetime


class _Work:
    """The messages of a batch as the changes make them, and what is to be written."""

    def __init__(self, messages: dict[int, ChatMessage]) -> None:
        self.messages = messages
        self.edits: dict[int, ChatMessage] = {}
        self.deletions: dict[int, Delete] = {}
        self.reactions: dict[_Reaction, bool] = {}

    def apply(self, change: Change, room: _Room, speaker: Speaker) -> None:
        """Make one change. Raises what the rules raise."""
        message = find(self.messages, change)
        match change:
            case Edit():
                _check_may_change(speaker, change.content, now=room.now)
                after = edited(message, change, now=room.now)
                if after is not message:
                    self.messages[message.id] = self.edits[message.id] = after
            case Delete():
                check_deletion(message, change, owner_id=room.owner_id, moderates=speaker.is_staff)
                if not message.is_deleted:
                    self.messages[message.id] = replace(message, is_deleted=True)
                    self.deletions[message.id] = change
            case React():
                # Whoever is out may still take back what they did.
                if change.is_on:
                    _check_may_change(speaker, None, now=room.now)
                self.reactions[message.id, change.user_id, change.emoji] = change.is_on


def _check_may_change(speaker: Speaker, content: str | None, *, now: datetime) -> None:
    if error := change_refusal(speaker, content, now=now):
        raise error


async def _apply(connection: Connection, batch: Sequence[Change]) -> ChangedMessages:
    rooms, speakers = await _lock(connection, batch)
    message_ids = list({each.message_id for each in batch})
    rows = await connection.fetch(_CHAT["messages_by_id"], message_ids)
    before = {row["id"]: message_of(row) for row in rows}
    work = _Work(dict(before))
    errors: dict[int, VibecastError] = {}
    for n, change in enumerate(batch):
        try:
            room = rooms.get(change.stream_id)
            speaker = speakers.get((change.stream_id, change.user_id))
            if room is None or speaker is None:
                raise NotFound("There is no such message.")
            work.apply(change, room, speaker)
        except VibecastError as error:
            errors[n] = error
    changed_ids = await _write(connection, work, before, rooms)
    after = dict(before)
    if changed_ids:
        await connection.execute(_SQL["number_changes"], changed_ids)
        rows = await connection.fetch(_CHAT["messages_by_id"], changed_ids)
        after.update({row["id"]: message_of(row) for row in rows})
    return ChangedMessages(
        [errors.get(n) or after[change.message_id] for n, change in enumerate(batch)],
        sorted((after[each] for each in changed_ids), key=lambda message: message.change),
    )


async def _lock(
    connection: Connection, batch: Sequence[Change]
) -> tuple[dict[int, _Room], Mapping[Key, Speaker]]:
    stream_ids = list({each.stream_id for each in batch})
    rows = await connection.fetch(_SQL["lock_rooms"], stream_ids)
    rooms = {row["stream_id"]: _Room(row["owner_id"], row["now"]) for row in rows}
    speakers, _ = await speakers_of(connection, [(each.stream_id, each.user_id) for each in batch])
    return rooms, speakers


async def _write(
    connection: Connection,
    work: _Work,
    before: dict[int, ChatMessage],
    rooms: dict[int, _Room],
) -> list[int]:
    """Write what was changed and return the messages that are other than they were."""
    changed = {*work.edits, *work.deletions}
    if work.edits:
        edits = list(work.edits.values())
        await connection.execute(
            _SQL["edit"],
            [each.id for each in edits],
            [each.content for each in edits],
            [each.edited_at for each in edits],
            await named_in(connection, [(each.content, each.kind) for each in edits]),
        )
    for query, is_on in (("add_reactions", True), ("drop_reactions", False)):
        wanted = [each for each, on in work.reactions.items() if on is is_on]
        if wanted:
            columns = zip(*wanted, strict=True)
            rows = await connection.fetch(_SQL[query], *(list(column) for column in columns))
            changed |= {row["message_id"] for row in rows}
    if work.deletions:
        await _withdraw(connection, work.deletions, before, rooms)
    return sorted(changed)


async def _withdraw(
    connection: Connection,
    deletions: dict[int, Delete],
    before: dict[int, ChatMessage],
    rooms: dict[int, _Room],
) -> None:
    authors = {
        message_id: author.id if (author := before[message_id].author) else None
        for message_id in deletions
    }
    await connection.execute(
        _SQL["withdraw"],
        list(deletions),
        [each.user_id for each in deletions.values()],
        [each.user_id == authors[message_id] for message_id, each in deletions.items()],
    )
    others = [each for each in deletions.values() if each.user_id != authors[each.message_id]]
    if others:
        await connection.execute(
            _SQL["log_deletions"],
            [each.user_id for each in others],
            [rooms[each.stream_id].owner_id for each in others],
            [authors[each.message_id] for each in others],
            [each.stream_id for each in others],
            [each.message_id for each in others],
        )


async def _check_moderates(connection: Connection, stream_id: int, user_id: int) -> None:
    await connection.execute(_SQL["lock_rooms"], [stream_id])
    speaker, _ = await speaker_of(connection, (stream_id, user_id))
    if not speaker.is_staff:
        raise Forbidden("Only the streamer and the room's moderators may pin a message.")
