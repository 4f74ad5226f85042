"""What a node keeps in mind of the channels whose rooms are open on it, and who is told of changes.

The truth is on disk and is asked there whenever something is stored; this is what a node needs
without asking: which rules to show, which terms to look for, who is staff. A change is told to the
other nodes by the bus, and read again when the bus may have lost something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import msgspec
import structlog

from errors import VibecastError
from persistence.channels import (
    bans_of,
    collaborations,
    end_expired_bans,
    house_of,
    next_expiry_s,
)
from persistence.chat import NewMessage
from persistence.clearings import HeldMessage, hold
from persistence.database import Database
from rooms.bus import Bus, Subscription
from rooms.house_rules import Ban
from rooms.live_rooms import LiveRooms

logger = structlog.get_logger(__name__)

_BUS_CHANNEL = "channels"
# Also finds the time-outs that another node has set, or one that was killed.
EXPIRY_CHECK_S = 5.0
_SOON_S = 0.05


class _HouseChanged(msgspec.Struct, tag="house"):
    """The rules, the terms or the staff of a channel are others now."""

    owner_id: int


class _SiteChanged(msgspec.Struct, tag="site"):
    """What holds in every channel is another now."""


class _BanChanged(msgspec.Struct, tag="ban"):
    """Somebody was kept out of a channel, or let in again."""

    owner_id: int
    user_id: int


class _Aside(msgspec.Struct, tag="aside"):
    """What only some people in a room are told."""

    stream_id: int
    user_id: int | None
    """None: the staff."""
    event: str
    payload: bytes
    """JSON."""


_Envelope = _HouseChanged | _SiteChanged | _BanChanged | _Aside
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Envelope).decode

AccessChanged = Callable[[int], Awaitable[None]]
"""Has the rights in a code session count anew."""
LookAt = Callable[[Collection[int]], Awaitable[None]]
"""Looks again whether people may still be where they are."""


class Houses:
    """Keeps the rooms of this node in step with their channels. Made by `open_rooms`."""

    def __init__(
        self, database: Database, rooms: LiveRooms, *, bus: Bus, tasks: asyncio.TaskGroup
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._bus = bus
        self._tasks = tasks
        self._access_changed: list[AccessChanged] = []
        self._tell_banned: list[LookAt] = []
        self._timed_out = asyncio.Event()

    def on_access_changed(self, tell: AccessChanged) -> None:
        """Call `tell(code_session_id)` when a ban gives or takes the right to write there."""
        self._access_changed.append(tell)

    def on_banned(self, tell: LookAt) -> None:
        """Call `tell(user_ids)` when this node has kept somebody out, or let them in."""
        self._tell_banned.append(tell)

    def listen(self) -> Subscription:
        """Hear of changes that other nodes have made."""
        return self._bus.subscribe(_BUS_CHANNEL, self._hear, on_gap=self._read_all_soon)

    async def house_changed(self, owner_id: int) -> None:
        """A channel has other rules, terms or staff: let them hold in its rooms, on every node."""
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(_HouseChanged(owner_id)))
        await self._read_house(owner_id)

    async def site_changed(self) -> None:
        """Other terms hold in every channel: let them hold in all rooms, on every node."""
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(_SiteChanged()))
        for owner_id in self._owners_here():
            await self._read_house(owner_id)

    async def ban_changed(self, owner_id: int, user_id: int) -> None:
        """Somebody was kept out or let in: tell them, and take or give the right to write."""
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(_BanChanged(owner_id, user_id)))
        self._timed_out.set()
        await self._tell_standing(owner_id, user_id)
        for session_id in await collaborations(self._database, owner_id, user_id):
            for tell in self._access_changed:
                await tell(session_id)
        for look_at in self._tell_banned:
            await look_at([user_id])

    def tell_staff(self, stream_id: int, event: str, payload: Mapping[str, Any]) -> None:
        """Tell the staff in a room, on every node."""
        self._tell_aside(_Aside(stream_id, None, event, msgspec.json.encode(payload)))

    def tell_user(
        self, stream_id: int, user_id: int, event: str, payload: Mapping[str, Any]
    ) -> None:
        """Tell one person in a room, on every node."""
        self._tell_aside(_Aside(stream_id, user_id, event, msgspec.json.encode(payload)))

    def _tell_aside(self, aside: _Aside) -> None:
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(aside))
        self._tell_aside_here(aside)

    def _tell_aside_here(self, aside: _Aside) -> None:
        live = self._rooms.get(aside.stream_id)
        if live is None:
            return
        payload = msgspec.json.decode(aside.payload)
        if aside.user_id is None:
            live.house.tell_staff(aside.event, payload)
        else:
            live.house.tell_user(aside.user_id, aside.event, payload)

    async def end_expired(self) -> None:
        """Let people in again when their time-out is over. Of several nodes one does."""
        while True:
            try:
                for owner_id, user_id in await end_expired_bans(self._database):
                    await self.ban_changed(owner_id, user_id)
                next_s = await next_expiry_s(self._database)
            except VibecastError as error:
                logger.warning("bans could not be looked at", error=error.code)
                next_s = None
            wait_s = EXPIRY_CHECK_S if next_s is None else min(max(next_s, _SOON_S), EXPIRY_CHECK_S)
            self._timed_out.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._timed_out.wait()
            except TimeoutError:
                continue

    def _hear(self, message: bytes) -> None:
        try:
            heard = _decode(message)
        except msgspec.DecodeError:
            return  # a node of another version
        match heard:
            case _Aside():
                self._tell_aside_here(heard)
            case _HouseChanged():
                self._tasks.create_task(self._try(self._read_house(heard.owner_id)))
            case _SiteChanged():
                for owner_id in self._owners_here():
                    self._tasks.create_task(self._try(self._read_house(owner_id)))
            case _BanChanged():
                self._tasks.create_task(
                    self._try(self._tell_standing(heard.owner_id, heard.user_id))
                )

    def _read_all_soon(self) -> None:
        for owner_id in self._owners_here():
            self._tasks.create_task(self._try(self._read_again(owner_id)))

    def _owners_here(self) -> set[int]:
        return {live.room.stream.owner.id for live in self._rooms.open_rooms()}

    async def _try(self, reading: Awaitable[None]) -> None:
        try:
            await reading
        except VibecastError as error:
            # What is stored is decided on disk; only what is shown is behind until the next change.
            logger.warning("a channel could not be read again", error=error.code)

    async def _read_again(self, owner_id: int) -> None:
        await self._read_house(owner_id)
        user_ids = {
            user_id
            for live in self._rooms.open_rooms()
            if live.room.stream.owner.id == owner_id
            for user_id in live.room.users
        }
        for user_id in user_ids:
            await self._tell_standing(owner_id, user_id)

    async def _read_house(self, owner_id: int) -> None:
        rooms = self._rooms.rooms_of_channel(owner_id)
        if not rooms:
            return
        house = await house_of(self._database, owner_id)
        moved = {user_id for live in rooms for user_id in live.move_in(house)}
        for user_id in moved:
            await self._tell_standing(owner_id, user_id)

    async def _tell_standing(self, owner_id: int, user_id: int) -> None:
        rooms = [
            live for live in self._rooms.rooms_of_channel(owner_id) if user_id in live.room.users
        ]
        if rooms:
            ban = await self.ban_of(owner_id, user_id)
            for live in rooms:
                live.house.tell_standing(user_id, ban)

    async def hold(self, message: NewMessage, *, term: str) -> HeldMessage | None:
        """Keep a message for the staff: see `persistence.clearings.hold`."""
        return await hold(self._database, message, term=term)

    async def ban_of(self, owner_id: int, user_id: int) -> Ban | None:
        """Return the ban that keeps somebody out of a channel, if there is one."""
        return (await bans_of(self._database, [(owner_id, user_id)])).get((owner_id, user_id))
