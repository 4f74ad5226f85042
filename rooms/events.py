"""What a client may say over Socket.IO, as data: the events' names, payloads and answers.

A package that takes events (rooms, collab) offers a list of `ClientEvent`; the Socket.IO edge is
the only place that knows the library. `Announce` is the way back: tell everybody in a room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar

import msgspec

from server.identity import Identity

Payload = TypeVar("Payload", bound=msgspec.Struct)

# Of a row in the database. One that no row can have is a bad message of its sender: in a batch it
# would be everybody's error.
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The client that sent an event."""

    connection_id: str
    identity: Identity | None
    """None: not signed in, which is read only."""


@dataclass(frozen=True, slots=True)
class ClientEvent(Generic[Payload]):
    """One event: its payload is checked against `payload` before `answer` sees it.

    `answer` returns what the ack holds beside `ok: true`, or raises a VibecastError. The ack is
    written before anything else runs, so what `answer` does last, such as entering a room, and its
    ack are one step: no announcement gets between.
    """

    name: str
    payload: type[Payload]
    answer: Callable[[Caller, Payload], Awaitable[Mapping[str, Any]]]
    pipelined: bool = False
    """One client's events are answered one after the other. Pipelined ones may wait for their
    commits together: `answer` must then queue its commit before it first waits, which is what keeps
    their order."""


class Announce(Protocol):
    """Tells everybody in a room, on every node."""

    def __call__(
        self,
        stream_id: int,
        event: str,
        payload: Mapping[str, Any],
        *,
        latest_of: str | None = None,
    ) -> None:
        """Send `event` to the room of `stream_id` with the next tick.

        With `latest_of` (such as "poll:7") an announcement that has not gone out yet is replaced:
        states are latest-wins. Without, every announcement arrives, in order.
        """
