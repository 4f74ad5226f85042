"""What is kept of one connection, and of the client that it carries once it was let in."""

from __future__ import annotations

from typing import Any

from rooms.events import Caller
from rooms.inbox import Inbox
from rooms.limits import TokenBucket
from rooms.outlet import Outlet


class Connection:
    """One connection; `client` is None until it has said who it is."""

    __slots__ = ("address", "client", "cookie", "early", "mistakes", "opened_at")

    def __init__(self, address: str, cookie: str | None, *, now: float) -> None:
        self.address = address
        self.cookie = cookie
        """The session that a browser vouches for."""
        self.client: Client | None = None
        self.early: list[tuple[int | None, Any]] | None = None
        """Events that come while we look up who it is."""
        self.mistakes: TokenBucket | None = None
        self.opened_at = now


class Client:
    """One client that was let in; `events` is what it may say."""

    __slots__ = ("caller", "checked_at", "events", "inbox", "outlet", "refusals")

    def __init__(
        self, caller: Caller, outlet: Outlet, inbox: Inbox, *, events: TokenBucket, now: float
    ) -> None:
        self.caller = caller
        self.outlet = outlet
        self.inbox = inbox
        self.checked_at = now
        self.events = events
        self.refusals: TokenBucket | None = None
