"""Who comes on a stage and leaves it: asking, inviting, accepting, and being sent away.

Each step is one transaction that holds the stage, so six guests are six on however many nodes.
What follows on media and rooms follows the commit: whoever is off the stage publishes nothing any
more, on every node. Rights that are lost elsewhere (a ban, a block, a suspension) are looked for at
once when this node took them, and every few seconds for whatever else may have.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog

from errors import Forbidden, NotFound, VibecastError
from persistence.channels import log_in_channel
from persistence.database import Connection, Database
from persistence.notifications import Notice, Notifications
from persistence.stages import (
    StreamOfStage,
    drop_guest,
    drop_stale_feeds,
    guest_of,
    lock_stage,
    move_stage,
    put_guest,
    stages_with_stale_feeds,
    standing_on,
    unfit_guests,
)
from persistence.streams import PUBLISHER_FRESH_S, stream_by_id
from persistence.users import user_by_username
from rooms.bus import Bus, Subscription
from rooms.chat import Author
from rooms.events import Announce
from rooms.stage import Guest, GuestStatus, next_status
from rooms.stage_news import tell_stage
from server.identity import Identity

logger = structlog.get_logger(__name__)

GUEST = "stage:guest"
SWEEP_S = 5.0
_BUS_CHANNEL = "stages"

TellUser = Callable[[int, str, Mapping[str, Any]], None]


class _GuestLeft(msgspec.Struct, tag="left"):
    """Somebody is off a stage."""

    stream_id: int
    user_id: int


class _LoginEnded(msgspec.Struct, tag="login"):
    """A sign-in has ended that somebody may publish with."""

    session_hash: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_GuestLeft | _LoginEnded).decode


class Stages:
    """All stages, as this node takes part in them. Made by `open_stages`."""

    def __init__(
        self,
        database: Database,
        *,
        announce: Announce,
        tell_user: TellUser,
        notifications: Notifications,
        bus: Bus,
    ) -> None:
        self._database = database
        self._announce = announce
        self._tell_user = tell_user
        self._notifications = notifications
        self._bus = bus
        self._tell_left: list[Callable[[int, int], None]] = []
        self._tell_login_ended: list[Callable[[bytes], None]] = []
        self._tell_noticed: list[Callable[[Collection[int]], None]] = []

    def on_left(self, tell: Callable[[int, int], None]) -> None:
        """Call `tell(stream_id, user_id)` when somebody is off a stage, whichever node did it."""
        self._tell_left.append(tell)

    def on_login_ended(self, tell: Callable[[bytes], None]) -> None:
        """Call `tell(session_hash)` when a sign-in has ended, whichever node ended it."""
        self._tell_login_ended.append(tell)

    def on_noticed(self, tell: Callable[[Collection[int]], None]) -> None:
        """Call `tell(user_ids)` when people have been invited."""
        self._tell_noticed.append(tell)

    # Steps.

    async def bring(self, actor: Identity, stream_id: int, username: str) -> Guest:
        """Take the next step that brings somebody on stage, and return what they are then.

        Raises NotFound, Forbidden, and what `next_status` refuses it with.
        """
        user_id = await self._named(username)
        noticed: list[int] = []
        async with self._database.transaction() as connection:
            stream = await self._held(connection, actor, stream_id, user_id)
            standing = await standing_on(connection, stream_id, stream, user_id)
            status = next_status(standing, by_owner=actor.user_id == stream.owner_id)
            is_news = status != standing.status
            if is_news:
                await put_guest(connection, stream_id, user_id, status)
                version = await move_stage(connection, stream_id)
                noticed = await self._note(connection, actor, stream_id, stream, user_id, status)
            guest = await guest_of(connection, stream_id, user_id)
        assert guest is not None  # put, or there before, in a transaction that holds the stage
        if is_news:
            logger.info("stage", stream_id=stream_id, guest_id=user_id, status=status)
            for tell in self._tell_noticed if noticed else ():
                tell(noticed)
            await self._tell(
                stream_id,
                stream.owner_id,
                guest.user,
                status,
                version=version,
                is_public=status == "accepted",
            )
        return guest

    async def remove(self, actor: Identity, stream_id: int, username: str) -> None:
        """Take somebody off a stage, or off the way there. Raises NotFound, Forbidden."""
        user_id = await self._named(username)
        async with self._database.transaction() as connection:
            stream = await self._held(connection, actor, stream_id, user_id)
            guest = await guest_of(connection, stream_id, user_id)
            if guest is None:
                raise NotFound()
            await drop_guest(connection, stream_id, user_id)
            version = await move_stage(connection, stream_id)
            if guest.status == "accepted" and actor.user_id != user_id:
                await _log(connection, actor, stream_id, stream, user_id, "take_off_stage")
        await self._left(stream_id, stream.owner_id, guest, version=version)

    # What is lost elsewhere.

    async def look_at(self, user_ids: Collection[int] | None) -> None:
        """Take those of these people (None: of all) off stages who may be there no more."""
        for stream_id, user_id in await unfit_guests(self._database, user_ids):
            async with self._database.transaction() as connection:
                stream = await lock_stage(connection, stream_id)
                guest = await guest_of(connection, stream_id, user_id)
                if guest is None:
                    continue  # another node was quicker
                await drop_guest(connection, stream_id, user_id)
                version = await move_stage(connection, stream_id)
            await self._left(stream_id, stream.owner_id, guest, version=version)

    def end_login(self, session_hash: bytes) -> None:
        """A sign-in has ended on this node: what is published with it ends on every node."""
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(_LoginEnded(session_hash)))
        self._end_login_here(session_hash)

    async def drop_stale(self) -> None:
        """Tell of feeds whose node has died. Of several nodes one does."""
        stale = await stages_with_stale_feeds(self._database, older_s=PUBLISHER_FRESH_S)
        for stream_id in stale:
            async with self._database.transaction() as connection:
                await lock_stage(connection, stream_id)
                is_news = await drop_stale_feeds(connection, stream_id, older_s=PUBLISHER_FRESH_S)
                if is_news:
                    await move_stage(connection, stream_id)
            if is_news:
                await tell_stage(self._database, self._announce, stream_id)

    async def run(self) -> None:
        """Look for what was lost elsewhere until cancelled."""
        while True:
            try:
                await self.look_at(None)
                await self.drop_stale()
            except VibecastError as error:
                logger.warning("stages could not be looked after", error=error.code)
            await asyncio.sleep(SWEEP_S)

    # The other nodes.

    def listen(self) -> Subscription:
        """Hear of what other nodes did."""
        # Whoever was sent away unheard is found by the renewal of their feeds, within seconds.
        return self._bus.subscribe(_BUS_CHANNEL, self._hear, on_gap=lambda: None)

    def _hear(self, message: bytes) -> None:
        try:
            heard = _decode(message)
        except msgspec.DecodeError:
            return  # a node of another version
        match heard:
            case _GuestLeft():
                self._end_guest_here(heard.stream_id, heard.user_id)
            case _LoginEnded():
                self._end_login_here(heard.session_hash)

    def _end_guest_here(self, stream_id: int, user_id: int) -> None:
        for tell in self._tell_left:
            tell(stream_id, user_id)

    def _end_login_here(self, session_hash: bytes) -> None:
        for tell in self._tell_login_ended:
            tell(session_hash)

    # The parts of a step.

    async def _named(self, username: str) -> int:
        user = await user_by_username(self._database, username)
        if user is None:
            raise NotFound("There is no user of that name.")
        return user.id

    async def _held(
        self, connection: Connection, actor: Identity, stream_id: int, user_id: int
    ) -> StreamOfStage:
        """Hold a stage for a step of the streamer, or of the guest. Raises NotFound, Forbidden."""
        stream = await lock_stage(connection, stream_id)
        is_owner = actor.user_id == stream.owner_id
        if stream.visibility == "private" and not is_owner:
            raise NotFound()
        if not is_owner and actor.user_id != user_id:
            raise Forbidden("Only the streamer decides about others.")
        return stream

    async def _note(
        self,
        connection: Connection,
        actor: Identity,
        stream_id: int,
        stream: StreamOfStage,
        user_id: int,
        status: GuestStatus,
    ) -> list[int]:
        """Write the log, and the notification of who is invited; return who is to be woken."""
        if status == "accepted":
            comes_by_invitation = actor.user_id == user_id
            action = "come_on_stage" if comes_by_invitation else "bring_on_stage"
            await _log(connection, actor, stream_id, stream, user_id, action)
        if status != "invited":
            return []
        found = await stream_by_id(connection, stream_id)
        return await self._notifications.add(
            connection,
            [
                Notice(
                    user_id=user_id,
                    type="stage_invitation",
                    actor_id=actor.user_id,
                    related_type="stream",
                    related_id=stream_id,
                    data={"title": found.title if found else ""},
                )
            ],
        )

    async def _left(self, stream_id: int, owner_id: int, guest: Guest, *, version: int) -> None:
        logger.info("stage left", stream_id=stream_id, guest_id=guest.user.id)
        self._bus.publish_nowait(_BUS_CHANNEL, _encode(_GuestLeft(stream_id, guest.user.id)))
        self._end_guest_here(stream_id, guest.user.id)
        await self._tell(
            stream_id,
            owner_id,
            guest.user,
            None,
            version=version,
            is_public=guest.status == "accepted",
        )

    async def _tell(
        self,
        stream_id: int,
        owner_id: int,
        user: Author,
        status: GuestStatus | None,
        *,
        version: int,
        is_public: bool,
    ) -> None:
        """Tell those whom it concerns, which is the whole room if it is `is_public`: who only asks
        or is asked is nobody's business but those two's."""
        payload = {
            "stream_id": str(stream_id),
            "user": {"id": str(user.id), "username": user.username},
            "status": status,
            "version": version,
        }
        for user_id in (owner_id, user.id):
            self._tell_user(user_id, GUEST, payload)
        if is_public:
            await tell_stage(self._database, self._announce, stream_id)


async def _log(
    connection: Connection,
    actor: Identity,
    stream_id: int,
    stream: StreamOfStage,
    user_id: int,
    action: str,
) -> None:
    await log_in_channel(
        connection,
        actor.user_id,
        stream.owner_id,
        action,
        target_user_id=None if user_id == actor.user_id else user_id,
        detail={"stream_id": str(stream_id)},
    )


@asynccontextmanager
async def open_stages(
    database: Database,
    *,
    announce: Announce,
    tell_user: TellUser,
    notifications: Notifications,
    bus: Bus,
) -> AsyncIterator[Stages]:
    """Look after stages for the length of the block."""
    stages = Stages(
        database, announce=announce, tell_user=tell_user, notifications=notifications, bus=bus
    )
    hearing = stages.listen()
    async with asyncio.TaskGroup() as tasks:
        runner = tasks.create_task(stages.run())
        try:
            yield stages
        finally:
            hearing.close()
            runner.cancel()
