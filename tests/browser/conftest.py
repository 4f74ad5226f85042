"""A node, a Chromium with a fake camera, and people who use them."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.person import Person
from tests.node import NodeProcess, open_node

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
    "--autoplay-policy=no-user-gesture-required",
    # Candidates on loopback: the node under test serves nothing else.
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)

_numbers = itertools.count(1)

# How long a page may take is measured elsewhere; here it counts that it does what it should.
expect.set_options(timeout=20_000)


def chromium_options(*flags: str) -> dict[str, Any]:
    """Return how the Chromium of the tests is launched."""
    own = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {
        "executable_path": os.environ.get("CHROMIUM", CHROMIUM),
        "args": [*CHROMIUM_FLAGS, *own, *flags],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node() -> AsyncIterator[NodeProcess]:
    """A running node of its own for each file of tests."""
    async with open_node() as node:
        yield node


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium for the run; every person has a context, and so a cookie jar, of their own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**chromium_options())
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people(
    chromium: Browser, node: NodeProcess, tmp_path: Path
) -> AsyncIterator[PeopleFactory]:
    """Make people; whoever was made leaves at the end and must have seen no error."""
    factory = PeopleFactory(chromium, node, tmp_path)
    yield factory
    await factory.leave()


class PeopleFactory:
    """Makes people with a browser context each."""

    def __init__(self, chromium: Browser, node: NodeProcess, folder: Path) -> None:
        self._chromium = chromium
        self._node = node
        self._folder = folder
        self._made: list[Person] = []

    @property
    def url(self) -> str:
        """The address of the node that they use."""
        return self._node.url

    async def guest(
        self, *, phone: bool = False, dark: bool = False, sharpness: float = 1
    ) -> Person:
        """Return somebody who has just opened the browser."""
        context = await self._chromium.new_context(
            base_url=self._node.url,
            viewport={"width": 390, "height": 844} if phone else {"width": 1366, "height": 860},
            device_scale_factor=sharpness,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            permissions=["camera", "microphone", "clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(20_000)
        name = f"person_{next(_numbers)}"
        person = Person(name, await context.new_page(), has_phone=phone)
        self._made.append(person)
        return person

    async def member(self, *, phone: bool = False, dark: bool = False) -> Person:
        """Return somebody who has signed up through the page."""
        person = await self.guest(phone=phone, dark=dark)
        await person.sign_up()
        return person

    async def leave(self) -> None:
        """Close every context; an error on any page fails the test that caused it."""
        for person in self._made:
            await person.page.context.close()
        errors = {person.name: person.errors for person in self._made if person.errors}
        assert not errors, errors
