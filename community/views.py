"""Views of videos: counted once per viewer and hour, exactly, whatever dies meanwhile.

The page tells of a view after ten seconds of watching. `Views` has two implementations that pass
one conformance suite: `persistence/video_views.py` counts in PostgreSQL at once, in small batches;
`persistence/redis_views.py` gathers counts in Redis and brings them over now and then.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Protocol

WINDOW_S = 3_600
VIEWER_BYTES = 16


class Views(Protocol):
    """Counts views."""

    async def count(self, video_id: int, viewer: bytes) -> bool:
        """Count a view, unless this viewer's was counted within the hour.

        Telling of the same view again changes nothing, so whoever got no answer tells again.
        Raises StorageAway, Overloaded.
        """

    async def flush(self) -> None:
        """Bring everything that was counted into `videos.views_count`."""


def user_viewer(secret: bytes, user_id: int) -> bytes:
    """Return what stands for somebody who is signed in."""
    return _keyed(secret, f"user {user_id}")


def address_viewer(secret: bytes, address: str, agent: str) -> bytes:
    """Return what stands for somebody who is not: an address, or its /64, and a browser. The
    secret keeps anybody who reads the store from finding the address by trying all of them."""
    return _keyed(secret, f"address {address} {agent}")


def _keyed(secret: bytes, text: str) -> bytes:
    message = text.encode(errors="backslashreplace")
    return hmac.digest(secret, message, hashlib.sha256)[:VIEWER_BYTES]
