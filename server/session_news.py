"""Tells the other nodes which sessions have ended or changed, so that none answers from memory.

A node remembers for some seconds who a session is (persistence/auth_sessions.py). Sockets and
documents hear of an end on their own channels; this is for the next request to another node.
"""

from __future__ import annotations

from persistence.auth_sessions import AuthSessions
from rooms.bus import Bus

CHANNEL = "sessions"
ENDED, CHANGED = b"e", b"c"


class SessionNews:
    """This node's ear and mouth for sessions."""

    def __init__(self, sessions: AuthSessions, *, bus: Bus) -> None:
        self._sessions = sessions
        self._bus = bus
        # What was missed may be about anybody.
        self._subscription = bus.subscribe(CHANNEL, self._hear, on_gap=sessions.drop_all)
        sessions.on_session_ended(self._tell_ended)
        sessions.on_user_changed(self._tell_changed)

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def _tell_ended(self, session_hash: bytes) -> None:
        self._bus.publish_nowait(CHANNEL, ENDED + session_hash)

    def _tell_changed(self, user_id: int) -> None:
        self._bus.publish_nowait(CHANNEL, CHANGED + user_id.to_bytes(8, "big"))

    def _hear(self, message: bytes) -> None:
        kind, about = message[:1], message[1:]
        if kind == ENDED:
            self._sessions.drop(about)
        elif kind == CHANGED:
            self._sessions.drop_user(int.from_bytes(about, "big"))
