"""What stands around the REST edge in its tests and keeps what it is told: rooms, mail, nodes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.mail import Letter

LETTER_TIMEOUT_S = 10.0


class NoOtherNodes:
    """The bus of a node that stands alone."""

    def publish_nowait(self, channel: str, message: bytes) -> None:
        """Nobody listens."""

    def subscribe(
        self, channel: str, receive: Callable[[bytes], None], *, on_gap: Callable[[], None]
    ) -> NoOtherNodes:
        """Nobody speaks."""
        return self

    def close(self) -> None:
        """There is nothing to end."""


@dataclass
class Announcements:
    """Keeps what rooms are told, in order."""

    told: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)

    def __call__(
        self,
        stream_id: int,
        event: str,
        payload: Mapping[str, Any],
        *,
        latest_of: str | None = None,
    ) -> None:
        self.told.append((stream_id, event, payload))


class Letters:
    """A mailbox that takes every letter, for tests that are not about mail servers."""

    def __init__(self) -> None:
        self._sent: dict[str, asyncio.Queue[Letter]] = {}

    def send_nowait(self, letter: Letter) -> None:
        """Keep `letter` for its reader."""
        self._of(letter.address).put_nowait(letter)

    async def wait_letter(self, address: str, subject: str) -> Letter:
        """Return the next letter to `address` whose subject holds `subject`."""
        async with asyncio.timeout(LETTER_TIMEOUT_S):
            while subject not in (letter := await self._of(address).get()).subject:
                pass
        return letter

    async def wait_token(self, address: str, subject: str) -> str:
        """Return the token of the next such letter's link."""
        letter = await self.wait_letter(address, subject)
        found = re.search(r"#token=(\S+)", letter.text)
        assert found is not None
        return found[1]

    def is_empty(self, address: str) -> bool:
        """Tell whether nothing waits for the reader at `address`."""
        return self._of(address).empty()

    def _of(self, address: str) -> asyncio.Queue[Letter]:
        return self._sent.setdefault(address, asyncio.Queue())


@dataclass
class StoppedClock:
    """The clock of second factors: it stands still, so that no code grows old in between."""

    now: float

    def __call__(self) -> float:
        return self.now


@dataclass
class Woken:
    """Keeps who was to be told of notifications."""

    user_ids: list[int] = field(default_factory=list)

    def wake(self, user_ids: Iterable[int]) -> None:
        self.user_ids.extend(user_ids)


async def no_stages(_user_ids: Collection[int]) -> None:
    """There are none here, so nobody has to leave one."""
