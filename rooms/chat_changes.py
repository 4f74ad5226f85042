"""What may become of a message once it is sent: edited, deleted, reacted to. Rules only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from errors import BadMessage, Conflict, Forbidden, NotFound
from rooms.chat import ChatMessage, clean_message

EDIT_WITHIN = timedelta(seconds=60)
# What a clock and a slow line may take of that minute.
_EDIT_GRACE = timedelta(seconds=5)
# A set of a few says more at a glance, and bounds what a message can carry.
EMOJI = ("👍", "❤️", "😂", "🎉", "🔥", "👏", "🚀", "👀", "💡", "🐛", "🤔", "😮")


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody wants a message of theirs to say something else."""

    stream_id: int
    message_id: int
    user_id: int
    content: str
    """As it was typed; the message's kind decides what may stand in it."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Somebody wants a message gone: its author, or somebody who moderates the room."""

    stream_id: int
    message_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class React:
    """Somebody puts an emoji on a message, or takes theirs off it."""

    stream_id: int
    message_id: int
    user_id: int
    emoji: str
    is_on: bool


Change = Edit | Delete | React


def check_emoji(emoji: str) -> str:
    """Return `emoji`, or raise BadMessage."""
    if emoji not in EMOJI:
        raise BadMessage(f"A reaction is one of {' '.join(EMOJI)}.")
    return emoji


def edited(message: ChatMessage, edit: Edit, *, now: datetime) -> ChatMessage:
    """Return the message as it is after the edit; the same one when nothing changes.

    Raises NotFound, Forbidden, Conflict, BadMessage.
    """
    if message.author is None or message.author.id != edit.user_id or message.kind == "system":
        raise Forbidden("Only whoever wrote a message may edit it.")
    content = clean_message(edit.content, kind=message.kind)
    # A retry comes after the minute, too.
    if content == message.content:
        return message
    if now - message.created_at > EDIT_WITHIN + _EDIT_GRACE:
        raise Conflict("A message can be edited for a minute.")
    return replace(message, content=content, edited_at=now)


def check_deletion(message: ChatMessage, delete: Delete, *, owner_id: int, moderates: bool) -> None:
    """Raise Forbidden unless whoever asks may take the message away."""
    author_id = message.author.id if message.author else None
    is_own = author_id == delete.user_id and message.kind != "system"
    if is_own or delete.user_id == owner_id:
        return
    if not moderates:
        raise Forbidden("Only its author and the room's moderators may delete a message.")
    if author_id == owner_id:
        raise Forbidden("The streamer's messages are theirs to delete.")


def find(messages: dict[int, ChatMessage], change: Change) -> ChatMessage:
    """Return the message that a change is about, as it stands. Raises NotFound."""
    message = messages.get(change.message_id)
    if message is None or message.stream_id != change.stream_id:
        raise NotFound("There is no such message.")
    if message.is_deleted and not isinstance(change, Delete):
        raise NotFound("This message was deleted.")
    return message
