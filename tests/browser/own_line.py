"""The line between one person's computer and a node: it can be cut whole, or be another one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from urllib.parse import urljoin

from playwright.async_api import Request, Route

from tests.browser.person import Person
from tests.node import NodeProcess
from tests.relay import Relay, open_relay

_SESSIONS = re.compile(r"/(wh[ei]p)/(sessions/[^/]+|\d+)(\?|$)")


class OwnLine:
    """Made by `own_line`. Media goes over a relay; everything else is the browser's own network."""

    def __init__(self, person: Person, relay: Relay) -> None:
        self.asked: list[str] = []
        """What was asked of WHIP and WHEP, as "POST whip". A streamer's page also watches."""
        self.sessions: list[str] = []
        """The addresses of the sessions that were made."""
        self._person = person
        self._relay = relay
        self._is_cut = False

    async def cut(self) -> None:
        """Let nothing through, as in a tunnel."""
        self._is_cut = True
        self._damage(1.0)
        await self._person.page.context.set_offline(True)

    async def mend(self) -> None:
        """Let everything through again."""
        self._is_cut = False
        self._damage(0.0)
        await self._person.page.context.set_offline(False)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let no media through for the length of the block; the browser is told of nothing."""
        self._damage(1.0)
        yield
        self._damage(0.0)

    def move(self, relay: Relay) -> None:
        """Be on another network: nothing passes where media went until now."""
        self._damage(1.0)
        self._relay = relay

    def _damage(self, loss: float) -> None:
        self._relay.up.loss = self._relay.down.loss = loss

    def note(self, request: Request) -> None:
        """Keep what the page asks for."""
        if (about := _SESSIONS.search(request.url)) and request.method != "GET":
            self.asked.append(f"{request.method} {about[1]}")

    async def lead(self, route: Route) -> None:
        """Answer with candidates that lead over the relay. What a test fetches is never offline."""
        if self._is_cut:
            return await route.abort("internetdisconnected")
        if route.request.method not in ("POST", "PATCH"):
            return await route.continue_()
        response = await route.fetch()
        if response.status == 201:
            self.sessions.append(urljoin(response.url, response.headers["location"]))
        body = self._relay.redirect(await response.text())
        return await route.fulfill(response=response, body=body)


@asynccontextmanager
async def own_line(person: Person, node: NodeProcess) -> AsyncIterator[OwnLine]:
    """Lead what a page publishes or watches over a line of its own for the length of the block."""
    async with open_relay(("127.0.0.1", node.media_port)) as relay:
        line = OwnLine(person, relay)
        person.page.on("request", line.note)
        await person.page.route(_SESSIONS, line.lead)
        yield line
        person.page.remove_listener("request", line.note)
        await person.page.unroute_all()


@asynccontextmanager
async def own_lines(*people: Person, node: NodeProcess) -> AsyncIterator[list[OwnLine]]:
    """Give each of them a line."""
    async with AsyncExitStack() as lines:
        yield [await lines.enter_async_context(own_line(each, node)) for each in people]
