"""Who is in a document: the awareness states of its clients, as Yjs' awareness protocol has them.

A connection shows one client and nobody else's: the first entry that it sends binds its client id.
Providers repeat what they hear of others, so foreign entries are ignored, not punished. States are
latest-wins: what changes between two ticks goes out once. Names come from the sign-in, never from
the client, so that nobody types under another's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from collab.protocol import PresenceEntry
from errors import BadMessage

STATE_LIMIT_BYTES = 4096
# Each of them is shown to each: beyond this, newcomers still read and write but are not shown.
CLIENTS_LIMIT = 500
# y-protocols' own limit: clients renew their state every 15 s and forget one that is older.
OUTDATED_S = 30.0

# A line that breaks is back in a moment. Taking its client away at once would make it blink, and
# hide it for longer: clients ignore a state that comes again under the clock it went with.
RETURN_GRACE_S = 1.0

_GONE = b"null"
_GUEST = "Guest"


@dataclass(slots=True)
class _Client:
    clock: int
    state: bytes
    shown_by: int | bytes
    """The connection here, or the node elsewhere, that speaks for it."""
    seen_at: float
    goes_at: float | None = None
    """When it is taken away, because its connection has ended."""


class Presence:
    """The clients of one document."""

    def __init__(self, *, clients_limit: int = CLIENTS_LIMIT) -> None:
        self._clients: dict[int, _Client] = {}
        self._client_of: dict[int, int] = {}
        self._users: dict[int, int | None] = {}
        self._changed: dict[int, PresenceEntry] = {}
        self._changed_here: dict[int, PresenceEntry] = {}
        self._clients_limit = clients_limit

    def join(self, connection_id: int, user_id: int | None) -> None:
        """Expect states from a connection."""
        self._users[connection_id] = user_id

    def leave(self, connection_id: int, *, now: float) -> None:
        """Forget a connection; its client goes too unless it is back soon. Safe to call twice."""
        self._users.pop(connection_id, None)
        client_id = self._client_of.pop(connection_id, None)
        if client_id is not None:
            self._clients[client_id].goes_at = now + RETURN_GRACE_S

    def own_entry(
        self, connection_id: int, entries: Iterable[PresenceEntry]
    ) -> PresenceEntry | None:
        """Return the entry that this connection may send, binding its client id if need be."""
        bound = self._client_of.get(connection_id)
        for entry in entries:
            if entry.client_id == bound:
                return entry
            if bound is None and self._may_bind(connection_id, entry):
                return entry
        return None

    def _may_bind(self, connection_id: int, entry: PresenceEntry) -> bool:
        if entry.state == _GONE:
            return False
        present = self._clients.get(entry.client_id)
        if present is None:
            return len(self._clients) < self._clients_limit
        if isinstance(present.shown_by, bytes) or entry.clock < present.clock:
            return False
        # Back again: its old connection has ended, or was the same person's and may be dead.
        return present.goes_at is not None or (
            self._users[connection_id] == self._users[present.shown_by]
        )

    def show(
        self, connection_id: int, entry: PresenceEntry, *, username: str | None, now: float
    ) -> None:
        """Take a connection's own entry. Raises BadMessage for a state that is none."""
        present = self._clients.get(entry.client_id)
        if entry.state == _GONE:
            self._client_of.pop(connection_id, None)
            if present is not None:
                self._take_away(entry.client_id)
            return
        if present is not None and entry.clock < present.clock:
            return
        state = _named(entry.state, username)
        if present is not None and isinstance(present.shown_by, int):
            self._client_of.pop(present.shown_by, None)
        self._client_of[connection_id] = entry.client_id
        self._clients[entry.client_id] = _Client(entry.clock, state, connection_id, now)
        self._note(PresenceEntry(entry.client_id, entry.clock, state), is_here=True)

    def show_from(self, node_id: bytes, entries: Iterable[PresenceEntry], *, now: float) -> None:
        """Take what another node says of its clients."""
        for entry in entries:
            present = self._clients.get(entry.client_id)
            if entry.state == _GONE:
                if present is not None and present.shown_by == node_id:
                    self._take_away(entry.client_id)
            elif present is None or entry.clock >= present.clock:
                if present is not None and isinstance(present.shown_by, int):
                    self._client_of.pop(present.shown_by, None)
                self._clients[entry.client_id] = _Client(entry.clock, entry.state, node_id, now)
                self._note(entry, is_here=False)

    def expire(self, *, now: float) -> None:
        """Take away clients that did not come back, and those of nodes that are silent."""
        for client_id, client in list(self._clients.items()):
            has_gone = client.goes_at is not None and client.goes_at <= now
            is_elsewhere = isinstance(client.shown_by, bytes)
            if has_gone or (is_elsewhere and client.seen_at + OUTDATED_S < now):
                self._take_away(client_id)

    @property
    def goes_next_at(self) -> float | None:
        """When the next client that left is taken away."""
        times = [c.goes_at for c in self._clients.values() if c.goes_at is not None]
        return min(times, default=None)

    def _take_away(self, client_id: int) -> None:
        client = self._clients.pop(client_id)
        # The same clock, as y-protocols does it: a client that comes back may go on counting.
        self._note(
            PresenceEntry(client_id, client.clock, _GONE),
            is_here=isinstance(client.shown_by, int),
        )

    def _note(self, entry: PresenceEntry, *, is_here: bool) -> None:
        self._changed[entry.client_id] = entry
        if is_here:
            self._changed_here[entry.client_id] = entry

    @property
    def has_changes(self) -> bool:
        """Tell whether anything changed since `take_changes`."""
        return bool(self._changed)

    def take_changes(self) -> tuple[Sequence[PresenceEntry], Sequence[PresenceEntry]]:
        """Return what changed since the last call: all of it, and what other nodes must hear."""
        changes = list(self._changed.values()), list(self._changed_here.values())
        self._changed.clear()
        self._changed_here.clear()
        return changes

    def everybody(self) -> list[PresenceEntry]:
        """Return the present states of all clients."""
        return [
            PresenceEntry(client_id, client.clock, client.state)
            for client_id, client in self._clients.items()
        ]

    def everybody_here(self) -> list[PresenceEntry]:
        """Return the present states of this node's own clients."""
        return [
            PresenceEntry(client_id, client.clock, client.state)
            for client_id, client in self._clients.items()
            if isinstance(client.shown_by, int)
        ]


def _named(state: bytes, username: str | None) -> bytes:
    """Return `state` with the name that belongs to the connection. Raises BadMessage."""
    if len(state) > STATE_LIMIT_BYTES:
        raise BadMessage("An awareness state may take 4 KiB.")
    try:
        shown = msgspec.json.decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMessage("An awareness state must be JSON.") from error
    except RecursionError as error:
        raise BadMessage("An awareness state is nested too deeply.") from error
    if not isinstance(shown, dict):
        raise BadMessage("An awareness state must be a JSON object.")
    user = shown.get("user")
    if isinstance(user, dict):
        user["name"] = username or _GUEST
    return msgspec.json.encode(shown)
