"""An answer that is on its way until the test lets it arrive."""

from __future__ import annotations

import asyncio
from itertools import count
from types import TracebackType
from typing import Self

from playwright.async_api import Page, Route


class HeldAnswer:
    """Holds one answer of the server, made by then, back from a page.

    Use as an async context manager before the page asks; its end lets the answer arrive.
    """

    def __init__(self, page: Page, address: str, *, number: int = 1, method: str = "GET") -> None:
        self._page = page
        self._address = address
        self._number = number
        self._method = method
        self._asked = count(1)
        self._made = asyncio.Event()
        self._let_go = asyncio.Event()
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Watch what the page asks for from now on."""
        await self._page.route(self._address, self._pass)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the answer arrive, and wait until it has."""
        self._let_go.set()
        if error is None:
            await self._wait(self._arrived)

    async def made(self) -> None:
        """Wait until the server has made the answer."""
        await self._wait(self._made)

    async def _wait(self, event: asyncio.Event) -> None:
        async with asyncio.timeout(20):
            await event.wait()

    async def _pass(self, route: Route) -> None:
        is_meant = route.request.method == self._method and next(self._asked) == self._number
        answer = await route.fetch()
        if is_meant:
            self._made.set()
            await self._let_go.wait()
        await route.fulfill(response=answer)
        if is_meant:
            self._arrived.set()
