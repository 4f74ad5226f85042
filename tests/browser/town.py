"""The town of the journeys: a node with the demonstration's community, and people of it.

Each journey is walked on one device in one theme; `make screenshots` walks all of them on every
device in every theme, and keeps what was seen.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from PIL import Image

from demo.fill import come_in, fill
from demo.room_client import RoomClient, open_room_client
from demo.story import SPAMMER
from demo.visitor import Visitor, sign_in
from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess

PICTURE_QUALITY = 78
# Pictures further down come when somebody scrolls there. A machine that draws all of this may be
# too busy to send as well: then the stream's picture halts, and comes back.
_EVERYTHING_IS_THERE = """
() => [...document.images].every(
        (image) => image.complete || image.getBoundingClientRect().top > innerHeight)
    && [...document.querySelectorAll('[data-testid="player"]')].every(
        ({ dataset }) => ['playing', 'ended'].includes(dataset.state))
"""
SETTLED_WITHIN_MS = 120_000


@dataclass(frozen=True, slots=True)
class Look:
    """The device and the theme that a journey is walked with."""

    phone: bool
    dark: bool

    @property
    def name(self) -> str:
        """As it stands in a picture's name."""
        return f"{'phone' if self.phone else 'desktop'}-{'dark' if self.dark else 'light'}"


LOOKS = {
    look.name: look
    for look in (Look(phone, dark) for phone in (False, True) for dark in (False, True))
}


class Album:
    """Looks at a page: it must fit its screen. With a folder it keeps a picture of it, too."""

    def __init__(self, look: Look, *, folder: Path | None, journey: str) -> None:
        self._look = look
        self._folder = folder
        self._journey = journey
        self._taken = 0

    async def see(self, person: Person, what: str) -> None:
        """See that nothing hangs over the side, and keep the picture as `what`."""
        self._taken += 1
        page = person.page
        overhang = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overhang <= 0, f"{what} hangs {overhang} pixels over the side"
        if self._folder is None:
            return
        await page.mouse.move(1, 1)
        await page.wait_for_function(_EVERYTHING_IS_THERE, timeout=SETTLED_WITHIN_MS)
        await page.evaluate("document.fonts.ready.then(() => {})")
        picture = await page.screenshot(animations="disabled", caret="hide")
        place = self._folder / self._journey / f"{self._taken}-{what}-{self._look.name}.webp"
        await asyncio.to_thread(_keep, picture, place)


def _keep(picture: bytes, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(place, "WEBP", quality=PICTURE_QUALITY, method=6)


class Town:
    """Who lives here, and what they do while somebody else is watched."""

    def __init__(self, http: aiohttp.ClientSession, visitors: Mapping[str, Visitor]) -> None:
        self._http = http
        self.visitors = visitors

    @asynccontextmanager
    async def in_room(self, username: str, stream_id: str) -> AsyncIterator[RoomClient]:
        """Have somebody sit in a room, with no browser of their own."""
        async with open_room_client(self._http, self.visitors[username]) as client:
            await client.call("room:join", {"stream_id": stream_id})
            yield client

    @asynccontextmanager
    async def audience(self, stream_id: str, *usernames: str) -> AsyncIterator[None]:
        """Have some people sit in a room for the length of the block."""
        async with AsyncExitStack() as room:
            for username in usernames:
                await room.enter_async_context(self.in_room(username, stream_id))
            yield

    async def chat(self, stream_id: str, *lines: tuple[str, str]) -> None:
        """Have people say things in a room."""
        for number, (username, content) in enumerate(lines):
            async with self.in_room(username, stream_id) as client:
                message = {"stream_id": stream_id, "content": content}
                key = f"{username}-{number}-{content}"[:36]
                await client.call("chat:send", {**message, "client_id": key})

    async def vote(self, stream_id: str, **choices: int) -> None:
        """Have people vote in the open poll, each for an option by its place."""
        for username, choice in choices.items():
            async with open_room_client(self._http, self.visitors[username]) as client:
                poll = (await client.call("room:join", {"stream_id": stream_id}))["poll"]
                vote = {"poll_id": poll["id"], "option_id": poll["options"][choice]["id"]}
                await client.call("poll:vote", vote)

    async def suggest(
        self, stream_id: str, username: str, *, lines: tuple[int, int], content: str
    ) -> None:
        """Have somebody propose other lines for the room's document."""
        stream = await self.visitors[username].ask("GET", f"/streams/{stream_id}")
        made = {"session_id": stream["code_sessions"][0]["id"], "client_id": f"by-{username}"}
        place = {"line_start": lines[0], "line_end": lines[1]}
        async with self.in_room(username, stream_id) as client:
            await client.call("suggestion:create", {**made, **place, "content": content})


@asynccontextmanager
async def open_town(node: NodeProcess) -> AsyncIterator[Town]:
    """Fill a fresh node with the community."""
    async with aiohttp.ClientSession(base_url=node.url) as http:
        visitors, _ = await come_in(http)
        await fill(http, visitors, data_dir=node.data_dir)
        spammer = {SPAMMER: await sign_in(http, SPAMMER)}
        yield Town(http, {**visitors, **spammer})


class Townspeople:
    """Opens browsers for people of the town."""

    def __init__(self, people: PeopleFactory, town: Town, look: Look, *, album: Album) -> None:
        self._people = people
        self._town = town
        self.look = look
        self.album = album

    async def stranger(self, name: str) -> Person:
        """Return somebody who is new, on the device of the journey."""
        person = await self._people.guest(
            phone=self.look.phone, dark=self.look.dark, sharpness=2 if self.look.phone else 1
        )
        person.name = name
        return person

    async def walker(self, name: str) -> Person:
        """Return whose journey it is: signed in, on the device of the journey."""
        person = await self.stranger(name)
        await self._let_in(person)
        return person

    async def other(self, name: str) -> Person:
        """Return somebody else who is signed in, at a desk."""
        person = await self._people.guest()
        person.name = name
        await self._let_in(person)
        return person

    async def _let_in(self, person: Person) -> None:
        token = self._town.visitors[person.name].token
        await person.page.context.add_cookies(
            [{"name": "session", "value": token, "url": self._people.url}]
        )
