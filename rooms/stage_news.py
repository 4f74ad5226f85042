"""Telling a room what its stage has become."""

from __future__ import annotations

from persistence.database import Database
from persistence.stages import stage_of
from rooms.events import Announce
from rooms.forms import stage_form

STAGE = "stage:state"


async def tell_stage(database: Database, announce: Announce, stream_id: int) -> None:
    """Tell everybody in a room, on every node, how its stage stands now on disk."""
    stage = await stage_of(database, stream_id)
    if stage is not None:
        announce(stream_id, STAGE, stage_form(stage), latest_of=STAGE)
