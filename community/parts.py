"""What the parts of the community are built of, and what each of them offers.

A part is put together in a module named after what it is about, by an `open_...` that owns its
tasks; `community/community.py` opens them one after the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from community.badges import Badges
from community.boards import Leaderboards
from community.notifications import Inbox, TellUser
from community.pictures import Pictures
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.objects import Objects
from rooms.events import Announce
from rooms.houses import LookAt
from server.cursors import Cursors
from server.gate import Gate
from server.idempotency import Idempotency
from server.reauthentication import Reauthentication
from server.routing import Route


@dataclass(frozen=True, slots=True)
class Commons:
    """What every part may use."""

    database: Database
    gate: Gate
    cursors: Cursors
    idempotency: Idempotency
    objects: Objects
    pictures: Pictures
    notifications: Notifications
    inbox: Inbox
    badges: Badges
    leaderboards: Leaderboards
    tell_user: TellUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the community has other parts of the node do."""

    sessions: AuthSessions
    reauthentication: Reauthentication
    tell_user: TellUser
    announce: Announce
    end_stream: Callable[[int], Awaitable[object]]
    look_at_stages: LookAt


@dataclass(frozen=True, slots=True)
class Part:
    """What a part serves."""

    routes: list[Route]
    pages: Sequence[web.AbstractRouteDef] = ()
    """Addresses outside the API: feeds, pictures, videos."""
