"""What becomes of a room's messages once they are sent: edits, deletions, reactions, in one order.

Each change has a number, given in the transaction that makes it, without gaps; a message carries
that of its last one. So a node or a client that knows the last number it has taken knows what it
lacks, and what it lacks are messages as they stand now, however often they changed. Rules only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from rooms.chat import ChatMessage, excerpt

# Early changes beyond this are forgotten: they are on disk, and are fetched with those before them.
EARLY_CHANGES = 1_000
# What is told while somebody joins who has been away.
RECENT_CHANGES = 200


class RoomChanges:
    """The order of changes of one room, as this node knows it."""

    def __init__(self, last_change: int) -> None:
        self._taken = last_change
        self._told = last_change
        self._early: dict[int, ChatMessage] = {}
        self._untold: dict[int, ChatMessage] = {}
        self._recent: deque[ChatMessage] = deque(maxlen=RECENT_CHANGES)
        self._recent_after = last_change

    @property
    def taken(self) -> int:
        """The last change of the unbroken order."""
        return self._taken

    @property
    def told(self) -> int:
        """The last change that members have been told of; a joiner starts from here."""
        return self._told

    def has_gap(self) -> bool:
        """Whether something waits for an earlier change that has not come."""
        return bool(self._early)

    def take(self, messages: Iterable[ChatMessage]) -> list[ChatMessage]:
        """Take changes in any order and any number of times; return those that are in order now."""
        for message in messages:
            if message.change > self._taken:
                self._early[message.change] = message
        changed = []
        while (message_in_order := self._early.pop(self._taken + 1, None)) is not None:
            self._taken += 1
            changed.append(message_in_order)
        for change in sorted(self._early)[EARLY_CHANGES:]:
            del self._early[change]
        self._note(changed)
        return changed

    def skip_to(self, change: int, messages: Sequence[ChatMessage]) -> list[ChatMessage]:
        """Take all that there is up to `change`: a number that is missing was followed by another
        change of the same message, or its message is gone."""
        changed = [message for message in messages if message.change > self._taken]
        self._taken = max(self._taken, change, *(message.change for message in changed))
        self._early = {n: each for n, each in self._early.items() if n > self._taken}
        self._note(changed)
        return changed + self.take(())

    def untold(self) -> list[ChatMessage]:
        """Return what members are to be told now, each message once, and count it as told."""
        messages = sorted(self._untold.values(), key=lambda message: message.change)
        self._untold.clear()
        self._told = self._taken
        for message in messages:
            if len(self._recent) == RECENT_CHANGES:
                self._recent_after = self._recent[0].change
            self._recent.append(message)
        return messages

    def since(self, change: int) -> list[ChatMessage] | None:
        """Return what was told after `change`, or None when that is too long ago."""
        if change < self._recent_after:
            return None
        return [message for message in self._recent if message.change > change]

    def _note(self, changed: Sequence[ChatMessage]) -> None:
        for message in changed:
            self._untold[message.id] = message


def latest(message: ChatMessage, changed: Mapping[int, ChatMessage]) -> ChatMessage:
    """Return `message` as the later of it and its change says, its quote too."""
    after = changed.get(message.id)
    if after is not None and after.change > message.change:
        message = after
    quote = message.reply_to
    if quote is not None and (quoted := changed.get(quote.id)) is not None:
        message = replace(message, reply_to=quote._replace(excerpt=excerpt(quoted.content)))
    return message


def without_quotes(message: ChatMessage, gone: Collection[int]) -> ChatMessage:
    """Return `message` without the words of one that is gone."""
    quote = message.reply_to
    if quote is None or quote.id not in gone:
        return message
    return replace(message, reply_to=quote._replace(excerpt=""))
