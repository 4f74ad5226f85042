"""The JSON of a room's recent messages, made once however many people come in at the same time.

Two hundred who return at once are told fifty messages each; making ten thousand texts of the same
fifty held up the loop longer than all else about their return. Rules only.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rooms.chat import ChatMessage
from rooms.forms import message_form
from rooms.frames import encode_json

# More than a joiner is told; what was made first goes first.
KEPT_MESSAGES = 200


class EncodedMessages:
    """What messages look like on the wire. A message that was changed is another object."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[ChatMessage, msgspec.Raw]] = {}

    def of(self, messages: Iterable[ChatMessage]) -> list[msgspec.Raw]:
        """Return messages, each encoded."""
        return [self.one(message) for message in messages]

    def one(self, message: ChatMessage) -> msgspec.Raw:
        """Return a message encoded."""
        kept = self._kept.get(message.id)
        if kept is not None and kept[0] is message:
            return kept[1]
        encoded = encode_json(message_form(message))
        self._kept.pop(message.id, None)
        self._kept[message.id] = (message, encoded)
        if len(self._kept) > KEPT_MESSAGES:
            del self._kept[next(iter(self._kept))]
        return encoded
