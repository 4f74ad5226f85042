"""How nodes that hold the same document keep in step: their messages, and what of the log is known.

Everything on the bus is either on disk already (an update goes out after its commit, with its place
in the log) or made again every few seconds (presence). So whatever the bus loses is read from the
log, and nothing that could still be lost is ever built upon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from collab.protocol import (
    PresenceEntry,
    Reader,
    read_entries,
    varbytes,
    varuint,
    write_entries,
)
from errors import BadMessage

NODE_ID_BYTES = 8
_UPDATES, _PRESENCE, _WHO_IS_HERE, _ACCESS_CHANGED, _SUGGESTION_CHANGED = range(5)


@dataclass(frozen=True, slots=True)
class CommittedUpdate:
    """An update and its place in the log."""

    previous_id: int
    update_id: int
    content: bytes


@dataclass(frozen=True, slots=True)
class CommittedUpdates:
    """What another node has just committed."""

    updates: tuple[CommittedUpdate, ...]


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """What another node's clients show of themselves."""

    entries: tuple[PresenceEntry, ...]


@dataclass(frozen=True, slots=True)
class WhoIsHere:
    """A node has just loaded the document and asks for everybody's presence."""


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """Rights have changed: read them again."""


@dataclass(frozen=True, slots=True)
class SuggestionChanged:
    """A suggestion was made or resolved: read it again."""

    suggestion_id: int


NodeMessage: TypeAlias = (
    CommittedUpdates | PresenceChanged | WhoIsHere | AccessChanged | SuggestionChanged
)


def write_node_message(node_id: bytes, message: NodeMessage) -> bytes:
    """Return `message` as it goes over the bus."""
    match message:
        case CommittedUpdates(updates):
            parts = [
                varuint(each.previous_id) + varuint(each.update_id) + varbytes(each.content)
                for each in updates
            ]
            body = varuint(_UPDATES) + varuint(len(parts)) + b"".join(parts)
        case PresenceChanged(entries):
            body = varuint(_PRESENCE) + varbytes(write_entries(entries))
        case WhoIsHere():
            body = varuint(_WHO_IS_HERE)
        case AccessChanged():
            body = varuint(_ACCESS_CHANGED)
        case SuggestionChanged(suggestion_id):
            body = varuint(_SUGGESTION_CHANGED) + varuint(suggestion_id)
    return node_id + body


def read_node_message(message: bytes) -> tuple[bytes, NodeMessage]:
    """Return the sender and what it says. Raises BadMessage: a node may be of another version."""
    node_id, reader = message[:NODE_ID_BYTES], Reader(message[NODE_ID_BYTES:])
    match reader.varuint():
        case 0:
            updates = [
                CommittedUpdate(reader.varuint(), reader.varuint(), reader.varbytes())
                for _ in range(reader.varuint())
            ]
            return node_id, CommittedUpdates(tuple(updates))
        case 1:
            return node_id, PresenceChanged(read_entries(reader.varbytes()))
        case 2:
            return node_id, WhoIsHere()
        case 3:
            return node_id, AccessChanged()
        case 4:
            return node_id, SuggestionChanged(reader.varuint())
        case _:
            raise BadMessage("Another node speaks a language this one does not know.")


class LogPosition:
    """How far this node knows a document's log without a hole.

    Each update names the one before it. Own commits and other nodes' messages come in any order, so
    what lies beyond a hole is kept until the hole is closed, by a late message or by reading.
    """

    def __init__(self, through: int) -> None:
        self.through = through
        self._beyond: dict[int, int] = {}

    def note(self, previous_id: int, update_id: int) -> None:
        """Record that the update is applied here."""
        if update_id <= self.through:
            return
        self._beyond[previous_id] = update_id
        while (following := self._beyond.pop(self.through, None)) is not None:
            self.through = following

    def read_through(self, updates: Sequence[int]) -> None:
        """Record that the log was read from `through` on and held these ids."""
        if updates:
            self.through = max(self.through, updates[-1])
        self._beyond = {
            previous: update for previous, update in self._beyond.items() if update > self.through
        }
        while (following := self._beyond.pop(self.through, None)) is not None:
            self.through = following

    @property
    def has_hole(self) -> bool:
        """Tell whether something before what is known is missing."""
        return bool(self._beyond)
