"""Stages on disk: which feeds a stream has and which node holds them, and who its guests are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import asyncpg

from errors import NotFound
from media.ports import FeedKind, Sending, Slot
from persistence.channels import exclusions
from persistence.database import Connection, Queryable
from persistence.sql import load_queries
from rooms.chat import Author
from rooms.stage import Guest, GuestStatus, Stage, StageFeed, Standing

_QUERIES = load_queries("stages")


@dataclass(frozen=True, slots=True)
class StreamOfStage:
    """The stream of a stage that is held until the transaction ends."""

    owner_id: int
    status: str
    visibility: str


@dataclass(frozen=True, slots=True)
class StageRight:
    """What somebody is to a stage."""

    owner_id: int
    is_ended: bool
    is_visible: bool
    other_is_live: bool
    """The owner is live with another stream."""
    is_guest: bool
    """They were brought on stage and may be there."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A feed that the table says is at this node."""

    slot: Slot
    is_publishing: bool
    """False: another node found it stale."""


async def lock_stage(connection: Connection, stream_id: int) -> StreamOfStage:
    """Let nobody else change the stage until the transaction ends. Raises NotFound."""
    row = await connection.fetchrow(_QUERIES["lock"], stream_id)
    if row is None:
        raise NotFound()
    return StreamOfStage(row["user_id"], row["status"], row["visibility"])


async def move_stage(connection: Connection, stream_id: int) -> int:
    """Make what was changed of a locked stage a newer state, and return its version."""
    return int(await connection.fetchval(_QUERIES["move"], stream_id))


async def stage_of(db: Queryable, stream_id: int) -> Stage | None:
    """Return a stage as it is at one moment; None for no stream."""
    rows = await db.fetch(_QUERIES["stage"], stream_id)
    if not rows:
        return None
    return Stage(
        stream_id,
        rows[0]["owner_id"],
        rows[0]["version"],
        [_feed(row) for row in rows if row["feed_id"] is not None],
        [_guest(row) for row in rows if row["status"] is not None],
    )


# Guests.


async def standing_on(
    connection: Connection, stream_id: int, stream: StreamOfStage, user_id: int
) -> Standing:
    """Return what decides on somebody's next step towards a locked stage. Raises NotFound."""
    row = await connection.fetchrow(_QUERIES["standing"], stream_id, user_id)
    if row is None:
        raise NotFound()
    pair = (stream.owner_id, user_id)
    return Standing(
        Author(row["id"], row["username"]),
        stream.owner_id,
        is_ended=stream.status == "ended",
        is_private=stream.visibility == "private",
        is_blocked=row["is_blocked"],
        exclusion=(await exclusions(connection, [pair])).get(pair),
        may_be=row["may_be"],
        status=row["status"],
        on_stage=row["on_stage"],
        requested=row["requested"],
        invited=row["invited"],
    )


async def put_guest(
    connection: Connection, stream_id: int, user_id: int, status: GuestStatus
) -> None:
    """Let somebody be a guest of a locked stage in that way."""
    await connection.execute(_QUERIES["put_guest"], stream_id, user_id, status)


async def guest_of(db: Queryable, stream_id: int, user_id: int) -> Guest | None:
    """Return a guest, or None."""
    row = await db.fetchrow(_QUERIES["guest"], stream_id, user_id)
    return _guest(row) if row is not None else None


async def drop_guest(connection: Connection, stream_id: int, user_id: int) -> GuestStatus | None:
    """Take somebody off a locked stage, with their feeds. None: they were no guest."""
    status: GuestStatus | None = await connection.fetchval(
        _QUERIES["drop_guest"], stream_id, user_id
    )
    if status is not None:
        await connection.execute(_QUERIES["drop_feeds_of"], stream_id, user_id)
    return status


async def unfit_guests(
    db: Queryable, user_ids: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return who may be on no stage of those they are guests of, by stream; None asks of all."""
    among = None if user_ids is None else list(user_ids)
    return [(row["stream_id"], row["user_id"]) for row in await db.fetch(_QUERIES["unfit"], among)]


async def right_of(db: Queryable, stream_id: int, user_id: int) -> StageRight | None:
    """Return what somebody is to a stage; None for no stream."""
    row = await db.fetchrow(_QUERIES["right_of"], stream_id, user_id)
    if row is None:
        return None
    return StageRight(
        row["owner_id"],
        row["is_ended"],
        row["is_visible"],
        row["other_is_live"],
        row["is_guest"],
    )


# Feeds.


async def slot_of(db: Queryable, stream_id: int, feed_id: int) -> Slot | None:
    """Return which place on a stream's stage a feed fills; None for a feed that is not there."""
    row = await db.fetchrow(_QUERIES["slot_of"], stream_id, feed_id)
    return Slot(stream_id, row["user_id"], row["kind"]) if row is not None else None


async def feed_here(
    connection: Connection, slot: Slot, sending: Sending, *, node_id: uuid.UUID
) -> None:
    """Note that `node_id` now holds a feed of a locked stage."""
    await connection.execute(
        _QUERIES["feed_here"],
        slot.stream_id,
        slot.user_id,
        slot.kind,
        node_id,
        sending.has_audio,
        sending.has_video,
    )


async def feed_gone(
    connection: Connection, slot: Slot, *, node_id: uuid.UUID, is_stopped: bool
) -> bool:
    """Note that a feed's publisher has left `node_id`. False: it was not there any more."""
    feed_id = await connection.fetchval(
        _QUERIES["feed_gone"], slot.stream_id, slot.user_id, slot.kind, node_id, is_stopped
    )
    return feed_id is not None


async def renew_feeds(db: Queryable, slots: Sequence[Slot], *, node_id: uuid.UUID) -> list[Renewed]:
    """Note that `node_id` still holds these feeds, and return those that the table says it does."""
    rows = await db.fetch(
        _QUERIES["renew"],
        [slot.stream_id for slot in slots],
        [slot.user_id for slot in slots],
        [slot.kind for slot in slots],
        node_id,
    )
    return [
        Renewed(Slot(row["stream_id"], row["user_id"], row["kind"]), row["is_publishing"])
        for row in rows
    ]


async def stages_with_stale_feeds(db: Queryable, *, older_s: float) -> list[int]:
    """Return the streams with feeds that no node has renewed for so long."""
    return [row["stream_id"] for row in await db.fetch(_QUERIES["stale"], older_s)]


async def drop_stale_feeds(connection: Connection, stream_id: int, *, older_s: float) -> bool:
    """Note that the stale feeds of a locked stage are published no more. False: none were."""
    return bool(await connection.fetch(_QUERIES["drop_stale"], stream_id, older_s))


async def close_stages(connection: Connection, stream_ids: Sequence[int]) -> None:
    """The streams have ended: their feeds end, and nobody waits any more to come on stage."""
    await connection.execute(_QUERIES["lock_some"], stream_ids)
    await connection.execute(_QUERIES["close"], stream_ids)


def _feed(row: asyncpg.Record) -> StageFeed:
    kind: FeedKind = row["kind"]
    return StageFeed(
        row["feed_id"],
        Author(row["user_id"], row["username"]),
        kind,
        row["is_publishing"],
        row["is_stopped"],
        row["has_audio"],
        row["has_video"],
    )


def _guest(row: asyncpg.Record) -> Guest:
    return Guest(Author(row["user_id"], row["username"]), row["status"], row["at"])
