"""What a client is told when an event is refused, and when it is hung up on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errors import VibecastError
from rooms.frames import event_packet, join_frames


def error_answer(error: VibecastError) -> Mapping[str, Any]:
    """Return what the ack of an event that was refused says."""
    told: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if error.retry_after_s is not None:
        told["retry_after_s"] = error.retry_after_s
    return {"ok": False, "error": told}


def farewell(code: str, detail: str) -> bytes:
    """Return the frames of the last event of a connection."""
    return join_frames([event_packet("server:closing", {"code": code, "detail": detail})])
