"""Who is in a room, told: to its members here once a second at most, and to the other nodes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from rooms.bus import Bus
from rooms.node_news import Asked, Here, StillHere, publish
from rooms.outlet import Outlet
from rooms.paced import Paced
from rooms.people import Presence
from rooms.room import Room

VIEWERS_S = 1.0


class Attendance:
    """The viewers of one open room. Close it to end its timers."""

    def __init__(
        self,
        room: Room[Outlet],
        *,
        bus: Bus,
        node_id: bytes,
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """`tell` is given what the members here are told."""
        self._room = room
        self._bus = bus
        self._node_id = node_id
        self._tell = tell
        self._paced = Paced(VIEWERS_S, self._tell_viewers)
        self._told: frozenset[int] = frozenset()
        self._expiry: asyncio.TimerHandle | None = None
        self.heard = asyncio.Event()
        """Another node has told who is there."""
        self.empty_since = time.monotonic()

    def close(self) -> None:
        """End the timers."""
        self._paced.close()
        if self._expiry is not None:
            self._expiry.cancel()

    def changed(self) -> None:
        """Somebody came or went."""
        if not self._room.members:
            self.empty_since = time.monotonic()
        self._paced.wake()
        self._expire_later()

    def _expire_later(self) -> None:
        """Tell the number again when who left is counted no longer."""
        due = self._room.people.goes_next_at
        if due is not None and self._expiry is None:
            loop = asyncio.get_running_loop()
            self._expiry = loop.call_later(due - time.monotonic(), self._expire)

    def _expire(self) -> None:
        self._expiry = None
        self._room.people.expire(now=time.monotonic())
        self._paced.wake()
        self._expire_later()

    def hear(self, node: bytes, people: frozenset[int]) -> None:
        """Count who is there on another node."""
        self._room.people.hear(node, Presence(people, time.monotonic()))
        self.heard.set()
        self._paced.wake()

    def hear_alive(self, node: bytes) -> None:
        """Count on whom another node has said; ask it if that is not known any more."""
        if not self._room.people.hear_alive(node, now=time.monotonic()):
            publish(self._bus, self._room.stream.id, Asked())

    def beat(self) -> None:
        """Every ALIVE_S: say that this node is at work, forget those who have not said so."""
        before = self._room.viewers
        self._room.people.expire(now=time.monotonic())
        if self._room.viewers != before:
            self._paced.wake()
        if self._told:
            publish(self._bus, self._room.stream.id, StillHere(self._node_id))

    def _tell_viewers(self) -> None:
        self._tell({"stream_id": str(self._room.stream.id), "viewers": self._room.viewers})
        if self._room.people.here != self._told:
            self.publish()

    def publish(self) -> None:
        """Tell the other nodes who is here."""
        self._told = self._room.people.here
        self._publish(self._told)

    def say_goodbye(self) -> None:
        """Tell the other nodes that nobody is here any more: this one closes."""
        self._publish(frozenset())

    def _publish(self, people: frozenset[int]) -> None:
        publish(self._bus, self._room.stream.id, Here(self._node_id, list(people)))
