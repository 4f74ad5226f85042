"""Who may say what, decided inside the transaction that stores it, from what is on disk then.

So a ban, slow mode and the rest hold for every node from the commit that made them so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import asyncpg

from errors import NotFound, VibecastError
from persistence.channels import house_rules
from persistence.database import Connection
from persistence.sql import load_queries
from rooms.house_rules import REPEATED_AMONG, REPEATED_WITHIN, Ban, Speaker, refusal

_QUERIES = load_queries("speakers")

Key = tuple[int, int]
"""A room and a person."""


class Utterance(Protocol):
    """What somebody wants to say."""

    @property
    def stream_id(self) -> int:
        """In which room."""

    @property
    def user_id(self) -> int:
        """Who."""

    @property
    def client_id(self) -> str:
        """The sender's own: said again, it is the same."""

    @property
    def content(self) -> str:
        """The words."""

    @property
    def is_approved(self) -> bool:
        """Whether a moderator has let it through already."""


async def refusals(
    connection: Connection, batch: Sequence[Utterance]
) -> Mapping[int, VibecastError]:
    """Return which of a batch may not be said, by their places in it, and why.

    The rooms must be locked, so that nobody says something beside it. What was stored before is
    never refused: a retry is answered with the first message whatever holds by now.
    """
    asked = [each for each in batch if not each.is_approved]
    if not asked:
        return {}
    speakers, now = await speakers_of(connection, [(e.stream_id, e.user_id) for e in asked])
    refused: dict[int, VibecastError] = {}
    counted: set[tuple[int, int, str]] = set()
    for place, each in enumerate(batch):
        key = (each.stream_id, each.user_id)
        if each.is_approved or key not in speakers:
            continue  # a stream or an author that is gone: the insert finds out
        name = (*key, each.client_id)
        if name in counted:
            continue
        if (error := refusal(speakers[key], each.content, now=now)) is not None:
            refused[place] = error
        else:
            counted.add(name)
            speakers[key] = speakers[key].after_saying(each.content, now=now)
    return await _without_known(connection, batch, refused) if refused else {}


async def speakers_of(
    connection: Connection, keys: Sequence[Key]
) -> tuple[dict[Key, Speaker], datetime]:
    """Return people as the rules of their rooms must know them, and the time on disk."""
    rows = await connection.fetch(
        _QUERIES["speakers"],
        [stream_id for stream_id, _ in keys],
        [user_id for _, user_id in keys],
        REPEATED_WITHIN,
        REPEATED_AMONG,
    )
    speakers = {(row["stream_id"], row["user_id"]): _speaker(row) for row in rows}
    return speakers, rows[0]["now"] if rows else datetime.min


async def speaker_of(connection: Connection, key: Key) -> tuple[Speaker, datetime]:
    """Return one of them. Raises NotFound."""
    speakers, now = await speakers_of(connection, [key])
    if key not in speakers:
        raise NotFound("This stream or this account is gone.")
    return speakers[key], now


async def _without_known(
    connection: Connection, batch: Sequence[Utterance], refused: Mapping[int, VibecastError]
) -> Mapping[int, VibecastError]:
    rows = await connection.fetch(
        _QUERIES["known"],
        [batch[place].stream_id for place in refused],
        [batch[place].user_id for place in refused],
        [batch[place].client_id for place in refused],
    )
    known = {(row["stream_id"], row["user_id"], row["client_id"]) for row in rows}
    return {
        place: error
        for place, error in refused.items()
        if (batch[place].stream_id, batch[place].user_id, batch[place].client_id) not in known
    }


def _speaker(row: asyncpg.Record) -> Speaker:
    return Speaker(
        rules=house_rules(row),
        is_staff=row["is_staff"],
        ban=Ban(row["expires_at"], row["reason"]) if row["is_banned"] else None,
        followed_at=row["followed_at"],
        spoke_at=row["last_at"],
        recent=tuple(row["recent"]),
    )
