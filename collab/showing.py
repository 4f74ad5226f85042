"""Who is in a document, told: to its clients some times a second at most, and to the other nodes.

States are latest-wins, so a tick has at most one of each client, and one frame serves everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from collab import protocol
from collab.audience import Audience
from collab.connection import Connection
from collab.presence import Presence
from collab.protocol import PresenceEntry

# Nobody sees a cursor move in less than this.
TICK_S = 0.05


class Showing:
    """The presence of one document's clients, and its timers."""

    def __init__(
        self, audience: Audience, *, tell_nodes: Callable[[Sequence[PresenceEntry]], None]
    ) -> None:
        """`tell_nodes` is given what this node's own clients show."""
        self._audience = audience
        self._tell_nodes = tell_nodes
        self._presence = Presence()
        self._loop = asyncio.get_running_loop()
        self._tick: asyncio.TimerHandle | None = None
        self._expiry: asyncio.TimerHandle | None = None

    def join(self, connection: Connection) -> None:
        """Expect states of a connection, and show it who is here."""
        self._presence.join(connection.id, connection.user_id)
        if self._presence.everybody():
            self.answer(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a connection. Safe to call twice."""
        self._presence.leave(connection.id, now=self._loop.time())
        self._expire_soon()

    def answer(self, connection: Connection) -> None:
        """Tell a connection who is here."""
        connection.offer(protocol.frame_of(protocol.awareness(self._presence.everybody())))

    def show(self, connection: Connection, entries: Sequence[PresenceEntry]) -> None:
        """Take what a connection shows of itself. Raises BadMessage."""
        entry = self._presence.own_entry(connection.id, entries)
        if entry is None:
            # A provider that hears nothing for 30 s thinks the line dead: answer, if with nobody.
            connection.offer(protocol.frame_of(protocol.awareness(())))
            return
        username = connection.identity.username if connection.identity else None
        self._presence.show(connection.id, entry, username=username, now=self._loop.time())
        self._tell_soon()

    def hear(self, node_id: bytes, entries: Sequence[PresenceEntry]) -> None:
        """Take what another node says of its clients."""
        self._presence.show_from(node_id, entries, now=self._loop.time())
        self._tell_soon()

    def tell_who_is_here(self) -> None:
        """Tell the other nodes of this node's clients."""
        if entries := self._presence.everybody_here():
            self._tell_nodes(entries)

    def expire(self) -> None:
        """Take away who did not come back, and the clients of nodes that are silent."""
        self._expiry = None
        self._presence.expire(now=self._loop.time())
        self._tell_soon()
        self._expire_soon()

    def close(self) -> None:
        """Tell nobody anything any more."""
        for timer in (self._tick, self._expiry):
            if timer is not None:
                timer.cancel()

    def _tell_soon(self) -> None:
        if self._tick is None and self._presence.has_changes:
            self._tick = self._loop.call_later(TICK_S, self._tell)

    def _tell(self) -> None:
        self._tick = None
        changed, changed_here = self._presence.take_changes()
        if changed:
            self._audience.tell(protocol.frame_of(protocol.awareness(changed)))
        if changed_here:
            self._tell_nodes(changed_here)

    def _expire_soon(self) -> None:
        due = self._presence.goes_next_at
        if due is not None and self._expiry is None:
            self._expiry = self._loop.call_at(due, self.expire)
