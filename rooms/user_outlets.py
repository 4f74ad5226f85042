"""The way to one person: every connection of a user, on this node and on the others.

Stands between the Socket.IO edge and the rooms as the edge's audience: it notes who is connected
and passes everything on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rooms.bus import Bus, Subscription
from rooms.clients import Audience
from rooms.events import Caller
from rooms.frames import event_packet, join_frames
from rooms.outlet import Outlet

_BUS_CHANNEL = "users"


class _Told(msgspec.Struct, array_like=True):
    user_id: int
    event: str
    payload: bytes
    """JSON."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Told).decode


class UserOutlets:
    """Who of the signed-in is connected here, and by which outlets."""

    def __init__(self, audience: Audience, *, bus: Bus) -> None:
        self._audience = audience
        self._bus = bus
        self._outlets: dict[int, dict[str, Outlet]] = {}
        self._user_of: dict[str, int] = {}

    def came(self, caller: Caller, outlet: Outlet) -> None:
        """A client is connected."""
        if caller.identity is not None:
            user_id = caller.identity.user_id
            self._user_of[caller.connection_id] = user_id
            self._outlets.setdefault(user_id, {})[caller.connection_id] = outlet
        self._audience.came(caller, outlet)

    def went(self, connection_id: str) -> None:
        """The client is gone."""
        user_id = self._user_of.pop(connection_id, None)
        if user_id is not None:
            outlets = self._outlets[user_id]
            del outlets[connection_id]
            if not outlets:
                del self._outlets[user_id]
        self._audience.went(connection_id)

    def tell(self, user_id: int, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event to every connection of the user, on every node. May be lost."""
        self._tell_here(user_id, event, payload)
        told = _Told(user_id, event, msgspec.json.encode(payload))
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(told))

    def hear_others(self) -> Subscription:
        """Pass on what other nodes have to say to people who are connected here."""
        # What a gap swallows stands in the database: pages read it when they come back.
        return self._bus.subscribe(_BUS_CHANNEL, self._hear, on_gap=lambda: None)

    def _hear(self, message: bytes) -> None:
        try:
            told = _decode(message)
        except msgspec.DecodeError:
            return  # a node of another version
        self._tell_here(told.user_id, told.event, msgspec.json.decode(told.payload))

    def _tell_here(self, user_id: int, event: str, payload: Mapping[str, Any]) -> None:
        outlets = self._outlets.get(user_id)
        if outlets:
            frames = join_frames([event_packet(event, payload)])
            for outlet in list(outlets.values()):
                outlet.offer(frames)
