"""Sessions that end on one node end on all: each tells the others, and forgets what they tell.

What the bus loses is found by the sockets' regular look at their session.
"""

from __future__ import annotations

from persistence.auth_sessions import AuthSessions
from rooms.bus import Bus, Subscription

CHANNEL = "sessions.ended"


class SessionEndings:
    """The ends of sessions, between nodes."""

    def __init__(self, sessions: AuthSessions, *, bus: Bus) -> None:
        self._sessions = sessions
        self._bus = bus
        self._is_hearing = False

    def share(self) -> Subscription:
        """Tell and hear until what is returned is closed."""
        self._sessions.on_session_ended(self._tell)
        return self._bus.subscribe(CHANNEL, self._hear, on_gap=_wait_for_the_regular_look)

    def _tell(self, session_hash: bytes) -> None:
        if not self._is_hearing:
            self._bus.publish_nowait(CHANNEL, session_hash)

    def _hear(self, session_hash: bytes) -> None:
        self._is_hearing = True
        try:
            self._sessions.forget(session_hash)
        finally:
            self._is_hearing = False


def _wait_for_the_regular_look() -> None:
    """An end may have been missed; the sockets ask again every few minutes."""
